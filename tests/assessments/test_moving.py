"""Results in the wrong place: moved with one act that leaves both histories true."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from posting import post
from reading_pages import texts
from scoring import a_window, counted_queries, flag, record
from werkzeug.test import TestResponse

from assessments.access.models import AuditEntry
from assessments.cell_history import cell_history
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, How, Score, ScoreChange, ScoreChangeNote, Season
from assessments.moving import End, Move, Taken, move_scores
from assessments.recording import Recorder, Status
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.models import FlagState

SignIn = Callable[[Any], FlaskClient]
LETTERS, SOUNDS, WORDS = "bokstavsljud", "fonologisk_medvetenhet", "ord_per_minut"


def end(pupil: Pupil, window: AssessmentWindow, measure: str = LETTERS, version: int = 0) -> End:
    return End(window, pupil.id, measure, version)


def points(pupil: Pupil, measure: str = LETTERS, window: AssessmentWindow | None = None) -> Decimal | None:
    found = sa.select(Score.points).filter_by(pupil_id=pupil.id, measure=measure)
    return db.session.scalar(found.filter_by(window_id=window.id) if window else found)


def changes(pupil: Pupil, measure: str = LETTERS) -> list[ScoreChange]:
    found = sa.select(ScoreChange).filter_by(pupil_id=pupil.id, measure=measure)
    return list(db.session.scalars(found.order_by(ScoreChange.version)))


def statuses(*moves: Move) -> set[Status]:
    return {outcome.status for outcome in move_scores(moves, Recorder())}


def winter(ekbacken: Ekbacken) -> AssessmentWindow:
    return a_window("2026/27", Season.WINTER, date(2026, 10, 12), date(2027, 2, 1))


@pytest.mark.both_databases
class TestOneResult:
    def test_goes_to_the_right_pupil_and_both_histories_say_so(self, ekbacken: Ekbacken) -> None:
        kim, noor = ekbacken.kim, ekbacken.noor
        record(ekbacken.autumn, kim, bokstavsljud=12)
        move = Move(end(kim, ekbacken.autumn, version=1), end(noor, ekbacken.autumn))
        assert statuses(move) == {Status.STORED}
        db.session.commit()
        assert (points(kim), points(noor)) == (None, 12)
        gone, came = changes(kim)[-1], changes(noor)[-1]
        assert (gone.points, gone.version, came.points, came.version) == (None, 2, 12, 1)
        notes = {note.change_id: note for note in db.session.scalars(sa.select(ScoreChangeNote))}
        assert (notes[gone.id].how, notes[gone.id].counterpart_id) == (How.MOVED, came.id)
        assert (notes[came.id].how, notes[came.id].counterpart_id) == (How.MOVED, gone.id)

    def test_takes_its_day_along(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.execute(sa.update(Score).values(assessed_on=date(2026, 9, 3)))
        move_scores(
            [Move(end(ekbacken.kim, ekbacken.autumn, version=1), end(ekbacken.noor, ekbacken.autumn))],
            Recorder(),
        )
        assert changes(ekbacken.noor)[-1].assessed_on == date(2026, 9, 3)

    def test_is_frozen_in_the_year_of_whoever_it_belongs_to(self, ekbacken: Ekbacken) -> None:
        nils = ekbacken.pupil("Nils", "Åk två", "1009", year=2)
        db.session.flush()
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        record(ekbacken.autumn, nils, bokstavsljud=20)
        move = Move(
            end(ekbacken.kim, ekbacken.autumn, version=1),
            end(nils, ekbacken.autumn, version=1),
            Taken.SWAP,
        )
        assert statuses(move) == {Status.STORED}
        years = dict(db.session.execute(sa.select(Score.points, Score.year)).all())
        assert years == {Decimal(20): 1, Decimal(12): 2}

    def test_that_does_not_fit_the_measure_stays(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=80)
        source = end(ekbacken.kim, ekbacken.autumn, WORDS, 1)
        [target, _source] = move_scores([Move(source, end(ekbacken.kim, ekbacken.autumn))], Recorder())
        assert (target.status, target.reason) == (Status.REFUSED, "Bokstavsljud går från 0 till 29.")
        assert points(ekbacken.kim, WORDS) == 80
        assert len(changes(ekbacken.kim, WORDS)) == 1

    def test_never_lands_on_another_silently(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=20)
        ends = end(ekbacken.kim, ekbacken.autumn, version=1), end(ekbacken.noor, ekbacken.autumn, version=1)
        assert statuses(Move(*ends)) == {Status.REFUSED}
        assert (points(ekbacken.kim), points(ekbacken.noor)) == (12, 20)
        assert statuses(Move(*ends, Taken.REPLACE)) == {Status.STORED}
        assert (points(ekbacken.kim), points(ekbacken.noor)) == (None, 12)
        assert [change.points for change in changes(ekbacken.noor)] == [20, 12]

    @pytest.mark.parametrize("seen", [(0, 1), (1, 0), (2, 1)])
    def test_stays_when_either_cell_has_changed_since_it_was_seen(
        self, ekbacken: Ekbacken, seen: tuple[int, int]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=20)
        source, target = (
            end(one, ekbacken.autumn, version=version)
            for one, version in zip((ekbacken.kim, ekbacken.noor), seen, strict=True)
        )
        assert Status.CONFLICT in statuses(Move(source, target, Taken.REPLACE))
        assert (points(ekbacken.kim), points(ekbacken.noor)) == (12, 20)

    def test_goes_to_the_right_window_and_signals_are_judged_at_both_ends(self, ekbacken: Ekbacken) -> None:
        later = winter(ekbacken)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=2)
        assert flag(ekbacken.kim, window=ekbacken.autumn).state is FlagState.NEW
        source, target = end(ekbacken.kim, ekbacken.autumn, version=1), end(ekbacken.kim, later)
        assert statuses(Move(source, target)) == {Status.STORED}
        db.session.commit()
        assert flag(ekbacken.kim, window=ekbacken.autumn) is None
        assert flag(ekbacken.kim, window=later).state is FlagState.NEW

    def test_goes_back_in_time_and_what_came_after_is_judged_again(self, ekbacken: Ekbacken) -> None:
        later = winter(ekbacken)
        record(later, ekbacken.kim, bokstavsljud=2)
        source, target = end(ekbacken.kim, later, version=1), end(ekbacken.kim, ekbacken.autumn)
        move_scores([Move(source, target)], Recorder())
        db.session.commit()
        assert flag(ekbacken.kim, window=ekbacken.autumn).state is FlagState.NEW
        assert flag(ekbacken.kim, window=later).state is FlagState.PERSISTENT_UNCONFIRMED

    def test_that_is_not_there_cannot_be_moved(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=20)
        source, target = end(ekbacken.kim, ekbacken.autumn), end(ekbacken.noor, ekbacken.autumn, version=1)
        assert statuses(Move(source, target, Taken.REPLACE)) == {Status.REFUSED}
        assert points(ekbacken.noor) == 20

    def test_goes_to_one_place_only(self, ekbacken: Ekbacken) -> None:
        kim, noor, siv = (end(one, ekbacken.autumn) for one in (ekbacken.kim, ekbacken.noor, ekbacken.siv))
        with pytest.raises(Refused):
            move_scores([Move(kim, noor), Move(kim, siv)], Recorder())

    def test_keeps_what_was_said_of_the_text_where_the_text_is_the_same(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=40)
        db.session.execute(sa.update(Score).values(is_on_agreed_text=False))
        source, target = (
            end(ekbacken.kim, ekbacken.autumn, WORDS, 1),
            end(ekbacken.noor, ekbacken.autumn, WORDS),
        )
        move_scores([Move(source, target)], Recorder())
        assert db.session.scalar(sa.select(Score.is_on_agreed_text)) is False
        back = Move(
            end(ekbacken.noor, ekbacken.autumn, WORDS, 1),
            end(ekbacken.noor, ekbacken.autumn, "traffsakerhet"),
        )
        move_scores([back], Recorder())
        assert db.session.scalar(sa.select(Score.is_on_agreed_text)) is True

    def test_everything_is_moved_or_nothing(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=12)
        record(ekbacken.autumn, ekbacken.noor, ord_per_minut=80)
        moves = [
            Move(end(one, ekbacken.autumn, WORDS, 1), end(one, ekbacken.autumn))
            for one in (ekbacken.kim, ekbacken.noor)
        ]
        assert statuses(*moves) == {Status.STORED, Status.REFUSED}
        assert (points(ekbacken.kim, WORDS), points(ekbacken.noor, WORDS)) == (12, 80)
        assert len(changes(ekbacken.kim, WORDS)) == 1

    @pytest.mark.slow
    def test_a_class_of_thirty_is_moved_in_as_many_statements_as_two(self, ekbacken: Ekbacken) -> None:
        def statements(count: int, code: str) -> int:
            pupils = [ekbacken.pupil("En", f"Elev{code}{place}", f"{code}{place}") for place in range(count)]
            db.session.flush()
            for pupil in pupils:
                record(ekbacken.autumn, pupil, bokstavsljud=12)
            moves = [
                Move(end(one, ekbacken.autumn, LETTERS, 1), end(one, ekbacken.autumn, SOUNDS))
                for one in pupils
            ]
            with counted_queries() as asked:
                assert statuses(*moves) == {Status.STORED}
            return len(asked)

        assert statements(2, "8") == statements(30, "9")


@pytest.mark.both_databases
def test_six_who_swap_the_same_two_at_once_swap_them_once(ekbacken: Ekbacken, app: Flask) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=29)
    db.session.commit()
    kim, noor, window_id = ekbacken.kim.id, ekbacken.noor.id, ekbacken.autumn.id
    db.session.rollback()

    def swap(is_turned: bool) -> set[Status]:
        with app.app_context():
            window = db.session.get_one(AssessmentWindow, window_id)
            ends = [End(window, one, LETTERS, 1) for one in (kim, noor)]
            outcomes = move_scores([Move(*(ends[::-1] if is_turned else ends), Taken.SWAP)], Recorder())
            db.session.commit()
            return {outcome.status for outcome in outcomes}

    with ThreadPoolExecutor(6) as together:
        done = list(together.map(swap, [False, True] * 3))
    assert sorted(done, key=str) == sorted([{Status.STORED}] + [{Status.CONFLICT}] * 5, key=str)
    assert (points(ekbacken.kim), points(ekbacken.noor)) == (29, 12)
    assert [len(changes(one)) for one in (ekbacken.kim, ekbacken.noor)] == [2, 2]


class Page:
    """Somebody before the page where things are put right in 1A."""

    def __init__(self, ekbacken: Ekbacken, client: FlaskClient) -> None:
        self.address = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/move"
        self.client = client

    def look(self, **chosen: Any) -> str:
        answer = self.client.get(self.address, query_string=chosen)
        assert answer.status_code == 200
        return answer.text

    def do(self, page: str, **more: str) -> TestResponse:
        """Press the button under what is shown."""
        [form] = html.fromstring(page).xpath("//form[@method='post' and contains(@action, '/move')]")
        fields = {node.get("name"): node.get("value") for node in form.xpath(".//input[@type='hidden']")}
        return post(self.client, self.address, {**fields, **more}, follow_redirects=True)


@pytest.fixture
def desk(ekbacken: Ekbacken, signed_in: SignIn) -> Page:
    return Page(ekbacken, signed_in(ekbacken.astrid))


class TestTwoPupilsMixedUp:
    def test_swap_everything_of_the_window(self, ekbacken: Ekbacken, desk: Page) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12, fonologisk_medvetenhet=10)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=29)
        db.session.commit()
        kim, noor = ekbacken.kim, ekbacken.noor
        shown = desk.look(what="pupils", pupil=kim.id, to_pupil=noor.id)
        assert texts(shown, "//table//tbody/tr") == [
            "Kim Berg 12 i Bokstavsljud Noor Alm, Bokstavsljud 29 –",
            "Kim Berg 10 i Fonologisk medvetenhet Noor Alm, Fonologisk medvetenhet tomt –",
        ]
        assert points(kim) == 12  # nothing has happened yet
        answer = desk.do(shown)
        assert "De två eleverna har bytt resultat." in answer.text
        db.session.rollback()
        assert (points(kim), points(noor), points(kim, SOUNDS), points(noor, SOUNDS)) == (29, 12, None, 10)

    def test_leaves_equal_results_alone(self, ekbacken: Ekbacken, desk: Page) -> None:
        for one in (ekbacken.kim, ekbacken.noor):
            record(ekbacken.autumn, one, bokstavsljud=12)
        db.session.commit()
        shown = desk.look(what="pupils", pupil=ekbacken.kim.id, to_pupil=ekbacken.noor.id)
        assert "De två har samma resultat, eller inga." in shown

    @pytest.mark.both_databases
    def test_the_histories_name_the_other_and_leave_a_trace(
        self, ekbacken: Ekbacken, desk: Page, signed_in: SignIn
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=29)
        db.session.commit()
        desk.do(desk.look(what="pupils", pupil=ekbacken.kim.id, to_pupil=ekbacken.noor.id))
        window = desk.address.removesuffix("/move")
        cell = signed_in(ekbacken.rut).get(f"{window}/sheet/{ekbacken.kim.id}/{LETTERS}").text
        first = texts(cell, "//table//tbody/tr")[0]
        assert "12 29" in first
        assert "bytt med Noor Alm klasslärare 1A, Ekbackens skola" in first
        pupil_page = signed_in(ekbacken.rut).get(f"/pupils/{ekbacken.kim.id}").text
        assert "bytt med Noor Alm" in pupil_page
        db.session.rollback()
        [moved] = db.session.scalars(sa.select(AuditEntry).filter_by(action="scores:moved"))
        assert moved.details["pupils"] == [ekbacken.kim.id, ekbacken.noor.id]
        named = sa.select(AuditEntry.subject).where(AuditEntry.action.in_(["cell:shown", "pupil:named"]))
        assert list(db.session.scalars(named)).count(f"pupil:{ekbacken.noor.id}") == 2


class TestAColumn:
    def test_goes_to_the_measure_it_was_meant_for(self, ekbacken: Ekbacken, desk: Page) -> None:
        for place, one in enumerate((ekbacken.kim, ekbacken.noor, ekbacken.siv)):
            record(ekbacken.autumn, one, bokstavsljud=10 + place)
        db.session.commit()
        slug = ekbacken.autumn.slug
        shown = desk.look(what="column", measure=LETTERS, to_measure=SOUNDS, to_window=slug)
        assert "Elev S" in shown
        assert "Skog" not in shown
        answer = desk.do(shown)
        assert "3 resultat är flyttade." in answer.text
        db.session.rollback()
        assert [points(one, SOUNDS) for one in (ekbacken.kim, ekbacken.noor, ekbacken.siv)] == [10, 11, 12]
        assert points(ekbacken.kim) is None
        history = cell_history_of(ekbacken, ekbacken.kim, LETTERS)
        assert history[0] == "flyttat till Fonologisk medvetenhet"

    def test_goes_to_the_window_it_was_taken_in(self, ekbacken: Ekbacken, desk: Page) -> None:
        later = winter(ekbacken)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        shown = desk.look(what="column", measure=LETTERS, to_measure=LETTERS, to_window=later.slug)
        desk.do(shown)
        db.session.rollback()
        assert points(ekbacken.kim, window=later) == 12
        assert cell_history_of(ekbacken, ekbacken.kim, LETTERS)[0] == "flyttat till vintern 2026/27"

    def test_that_meets_others_asks_what_becomes_of_them(self, ekbacken: Ekbacken, desk: Page) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12, fonologisk_medvetenhet=5)
        db.session.commit()
        slug = ekbacken.autumn.slug
        shown = desk.look(what="column", measure=LETTERS, to_measure=SOUNDS, to_window=slug)
        assert "Det står redan resultat där" in shown
        refused = desk.do(shown)
        assert refused.status_code == 422
        assert "Välj om de ska byta plats eller om det ska ersättas." in refused.text
        assert points(ekbacken.kim, SOUNDS) == 5
        desk.do(shown, taken="swap")
        db.session.rollback()
        assert (points(ekbacken.kim, SOUNDS), points(ekbacken.kim)) == (12, 5)

    def test_with_one_that_does_not_fit_stays_whole_and_says_which(
        self, ekbacken: Ekbacken, desk: Page
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=12)
        record(ekbacken.autumn, ekbacken.noor, ord_per_minut=80)
        db.session.commit()
        slug = ekbacken.autumn.slug
        shown = desk.look(what="column", measure=WORDS, to_measure=LETTERS, to_window=slug)
        assert "Går inte. Bokstavsljud går från 0 till 29." in " ".join(texts(shown, "//table//td"))
        assert 'type="submit">Flytta<' not in shown.replace("\n", "")


def cell_history_of(ekbacken: Ekbacken, pupil: Pupil, measure: str) -> list[str]:
    return [row.how for row in cell_history(pupil, ekbacken.autumn, measures()[measure])]


class TestThePage:
    def test_shows_what_stands_at_both_ends_before_anything_happens(
        self, ekbacken: Ekbacken, desk: Page
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        shown = desk.look(
            what="cell", pupil=ekbacken.kim.id, measure=LETTERS,
            to_pupil=ekbacken.noor.id, to_measure=LETTERS, to_window=ekbacken.autumn.slug,
        )  # fmt: skip
        assert texts(shown, "//table//tbody/tr") == [
            "Kim Berg 12 i Bokstavsljud Noor Alm, Bokstavsljud tomt –"
        ]
        assert "1 resultat är flyttat." in desk.do(shown).text
        db.session.rollback()
        assert points(ekbacken.noor) == 12

    def test_asks_again_when_something_has_changed_meanwhile(self, ekbacken: Ekbacken, desk: Page) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        shown = desk.look(what="pupils", pupil=ekbacken.kim.id, to_pupil=ekbacken.noor.id)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=20)
        db.session.commit()
        answer = desk.do(shown)
        assert answer.status_code == 422
        assert "Något har ändrats sedan du såg det." in answer.text
        assert points(ekbacken.kim) == 12
        desk.do(answer.text)
        db.session.rollback()
        assert (points(ekbacken.kim), points(ekbacken.noor)) == (20, 12)

    def test_leads_to_a_cell_s_history(self, ekbacken: Ekbacken, desk: Page) -> None:
        answer = desk.client.get(
            desk.address, query_string={"what": "history", "pupil": ekbacken.kim.id, "measure": LETTERS}
        )
        assert answer.status_code == 302
        assert answer.location.endswith(f"/sheet/{ekbacken.kim.id}/{LETTERS}")

    @pytest.mark.parametrize(
        "asked",
        [
            {"what": "cell"},
            {"what": "pupils", "pupil": "1'", "to_pupil": "2"},
            {"what": "column", "measure": "nothing", "to_measure": "nothing", "to_window": "x"},
            {"what": "<b>", "to_class": str(2**70)},
        ],
    )
    def test_without_a_choice_asks_for_one(self, desk: Page, asked: dict[str, str]) -> None:
        assert "Två elever blandades ihop" in desk.look(**asked)
        assert post(desk.client, desk.address, asked).status_code == 422

    def test_moves_nobody_of_another_class(self, ekbacken: Ekbacken, desk: Page) -> None:
        record(ekbacken.autumn, ekbacken.olle, bokstavsljud=12)
        db.session.commit()
        shown = desk.look(what="pupils", pupil=ekbacken.kim.id, to_pupil=ekbacken.olle.id)
        assert "Olle" not in shown
        assert points(ekbacken.olle) == 12

    def test_a_special_teacher_moves_to_another_class_of_the_school(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        beside = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(beside)
        tove = ekbacken.pupil("Tove", "Tall", "1010", school_class=beside)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        desk = Page(ekbacken, signed_in(ekbacken.birgitta))
        asked = {"what": "cell", "pupil": ekbacken.kim.id, "measure": LETTERS, "to_class": beside.id}
        assert "Tove Tall" in desk.look(**asked)
        shown = desk.look(**asked, to_pupil=tove.id, to_measure=LETTERS, to_window=ekbacken.autumn.slug)
        desk.do(shown)
        db.session.rollback()
        assert points(tove) == 12

    def test_is_shut_in_a_closed_window(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
        desk = Page(ekbacken, signed_in(ekbacken.astrid))
        asked = {"what": "pupils", "pupil": str(ekbacken.kim.id), "to_pupil": str(ekbacken.noor.id)}
        assert "1A: Perioden stängde 2026-11-13" in desk.look(**asked)
        answer = post(desk.client, desk.address, asked)
        assert answer.status_code == 422
        assert points(ekbacken.kim) == 12

    @pytest.mark.parametrize(
        ("who", "status"), [("birgitta", 200), ("rut", 403), ("carl", 404), ("ada", 403)]
    )
    def test_is_for_those_who_record(
        self, ekbacken: Ekbacken, signed_in: SignIn, desk: Page, who: str, status: int
    ) -> None:
        assert signed_in(getattr(ekbacken, who)).get(desk.address).status_code == status

    def test_somebody_who_left_meanwhile_is_not_moved_to(self, ekbacken: Ekbacken, desk: Page) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.execute(
            sa.update(Enrolment).filter_by(pupil_id=ekbacken.noor.id).values(ends_on=date(2026, 10, 1))
        )
        db.session.commit()
        shown = desk.look(what="pupils", pupil=ekbacken.kim.id, to_pupil=ekbacken.noor.id)
        assert "Noor" not in shown
