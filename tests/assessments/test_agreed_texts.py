"""The text that everybody of a year reads: named and dated, and told apart from other texts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import seen, texts
from scoring import a_window, flag, record

from assessments.access.models import AuditEntry
from assessments.agreed_texts import agree, retell_text, texts_of, told
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AgreedText, AssessmentWindow, SchoolMeasure, Score, ScoreChange, Season
from assessments.recording import Recorder, confirm_scores
from assessments.refusals import Refused
from screening.signals import Family

SignIn = Callable[[Any], FlaskClient]
WORDS = "ord_per_minut"
NAME, DAY = f"name-1-{WORDS}", f"day-1-{WORDS}"


def sheet(ekbacken: Ekbacken) -> str:
    return f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"


def name_text(ekbacken: Ekbacken, name: str = "Sommarlovet", day: date = date(2026, 9, 1)) -> None:
    agree(ekbacken.autumn, (1, WORDS), name, day, measures())
    db.session.commit()


def claims(ekbacken: Ekbacken) -> dict[int, bool]:
    db.session.rollback()
    return dict(db.session.execute(sa.select(Score.pupil_id, Score.is_on_agreed_text)).all())


class TestNaming:
    @pytest.mark.both_databases
    def test_is_the_coordinator_s_and_stands_on_the_column(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=40)
        db.session.commit()
        client = signed_in(ekbacken.cecilia)
        form = {NAME: " Sommarlovet ", DAY: "2026-09-01"}
        answer = post(client, f"/windows/{ekbacken.autumn.slug}/texts", form, follow_redirects=True)
        assert "1 text är sparad." in answer.text
        heads = texts(signed_in(ekbacken.astrid).get(sheet(ekbacken)).text, "//thead//th")
        [head] = [one for one in heads if one.startswith("Rätt lästa ord per minut")]
        assert "Text: Sommarlovet, bestämd 2026-09-01" in head
        db.session.rollback()
        assert db.session.scalars(sa.select(AuditEntry).filter_by(action="texts:agreed")).one().details == {
            "changed": [f"{WORDS}:1"]
        }
        gone = post(
            client, f"/windows/{ekbacken.autumn.slug}/texts", {**form, NAME: ""}, follow_redirects=True
        )
        assert "1 text är borttagen." in gone.text

    def test_travels_with_the_sheet_for_scripts(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=40)
        name_text(ekbacken)
        answer = signed_in(ekbacken.astrid).get(f"/api/v1{sheet(ekbacken)}").json
        columns = {column["code"]: column["text"] for column in answer["measures"]}
        assert columns == {**dict.fromkeys(columns), WORDS: "Sommarlovet, bestämd 2026-09-01"}

    def test_without_a_day_is_today_s_and_the_same_again_changes_nothing(self, ekbacken: Ekbacken) -> None:
        place, known = (1, WORDS), measures()
        assert agree(ekbacken.autumn, place, "Sommarlovet", None, known)
        assert texts_of(ekbacken.autumn)[place].decided_on == date(2026, 10, 15)
        assert not agree(ekbacken.autumn, place, "Sommarlovet", None, known)
        assert agree(ekbacken.autumn, place, "Skogen", None, known)
        assert agree(ekbacken.autumn, place, "  ", None, known)
        assert texts_of(ekbacken.autumn) == {}

    @pytest.mark.parametrize(
        ("place", "name", "day", "reason"),
        [
            ((1, "bokstavsljud"), "Skogen", None, "jämförs inte text för text"),
            ((9, WORDS), "Skogen", None, "jämförs inte text för text"),
            ((1, WORDS), "x" * 101, None, "Högst 100 tecken"),
            ((1, WORDS), "Sko\u0007gen", None, "BELL"),
            ((1, WORDS), "Skogen", date(2026, 10, 16), "har inte varit ännu"),
        ],
    )
    def test_that_will_not_do_is_refused(
        self, ekbacken: Ekbacken, place: tuple[int, str], name: str, day: date | None, reason: str
    ) -> None:
        with pytest.raises(Refused, match=reason):
            agree(ekbacken.autumn, place, name, day, measures())

    def test_keeps_what_was_typed_when_it_is_refused(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        form = {NAME: "<b>Skogen</b>", DAY: "i går"}
        answer = post(signed_in(ekbacken.cecilia), f"/windows/{ekbacken.autumn.slug}/texts", form)
        assert answer.status_code == 422
        assert "Skriv datumet som 2026-09-01." in answer.text
        assert "&lt;b&gt;Skogen&lt;/b&gt;" in answer.text

    @pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("rut", 403), ("ada", 403)])
    def test_is_nobody_else_s(self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int) -> None:
        page = signed_in(getattr(ekbacken, who)).get(f"/windows/{ekbacken.autumn.slug}/texts")
        assert page.status_code == status

    def test_says_the_year_where_a_class_has_several(self, ekbacken: Ekbacken) -> None:
        name_text(ekbacken)
        agree(ekbacken.autumn, (2, WORDS), "Skogen", date(2026, 9, 2), measures())
        all_texts = texts_of(ekbacken.autumn)
        assert told(all_texts, WORDS, {1}, "2026/27") == "Sommarlovet, bestämd 2026-09-01"
        assert told(all_texts, WORDS, {1, 2}, "2026/27") == (
            "åk 1: Sommarlovet, bestämd 2026-09-01; åk 2: Skogen, bestämd 2026-09-02"
        )
        assert told(all_texts, WORDS, {1, 3}, "2026/27") == "åk 1: Sommarlovet, bestämd 2026-09-01"
        assert told({}, WORDS, {1}, "2026/27") == ""

    @pytest.mark.both_databases
    def test_there_is_one_text_for_a_year(self, ekbacken: Ekbacken) -> None:
        name_text(ekbacken)
        twice = AgreedText(
            window_id=ekbacken.autumn.id, year=1, measure=WORDS, name="Skogen", decided_on=date(2026, 9, 1)
        )
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.add(twice)


class TestAnotherText:
    @pytest.fixture(autouse=True)
    def the_school_counts_words(self, ekbacken: Ekbacken) -> None:
        db.session.add(SchoolMeasure(school_id=ekbacken.school.id, measure=WORDS))
        db.session.commit()

    def save(self, ekbacken: Ekbacken, client: FlaskClient, values: dict[int, str], **more: str) -> None:
        page = client.get(sheet(ekbacken)).text
        form = {f"value-{number}-{WORDS}": text for number, text in values.items()}
        for number in values:
            form[f"seen-{number}"] = seen(page, number, WORDS)
        form["columns"] = WORDS
        answer = post(client, sheet(ekbacken), {**form, **more}, follow_redirects=True)
        assert "inte sparat" not in answer.text

    def test_is_said_of_what_is_filled_in_now(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client, kim, noor = signed_in(ekbacken.astrid), ekbacken.kim.id, ekbacken.noor.id
        self.save(ekbacken, client, {kim: "40"})
        self.save(ekbacken, client, {kim: "40", noor: "50"}, **{f"text-{WORDS}": "other"})
        assert claims(ekbacken) == {kim: True, noor: False}
        assert "annan text" in client.get(sheet(ekbacken)).text

    def test_is_said_of_the_whole_column_and_taken_back(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client, kim, noor = signed_in(ekbacken.astrid), ekbacken.kim.id, ekbacken.noor.id
        self.save(ekbacken, client, {kim: "40", noor: "50"})
        both = {kim: "40", noor: "50"}
        self.save(ekbacken, client, both, **{f"text-{WORDS}": "other", f"retext-{WORDS}": "1"})
        assert claims(ekbacken) == {kim: False, noor: False}
        self.save(ekbacken, client, both, **{f"retext-{WORDS}": "1"})
        assert claims(ekbacken) == {kim: True, noor: True}
        versions = sa.select(ScoreChange.version).filter_by(pupil_id=kim).order_by(ScoreChange.version)
        assert list(db.session.scalars(versions)) == [1, 2, 3]

    def test_stays_said_when_the_number_is_put_right(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client, kim = signed_in(ekbacken.astrid), ekbacken.kim.id
        self.save(ekbacken, client, {kim: "40"}, **{f"text-{WORDS}": "other"})
        self.save(ekbacken, client, {kim: "41"})
        assert claims(ekbacken) == {kim: False}

    def test_leaves_an_odd_number_vouched_for(self, ekbacken: Ekbacken) -> None:
        name_text(ekbacken)
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=9)
        confirm_scores(ekbacken.autumn, ekbacken.kim.id, {WORDS})
        retell_text(ekbacken.autumn, ekbacken.kim.id, measures()[WORDS], False, 1, Recorder())
        found = db.session.scalars(sa.select(Score)).one()
        assert (found.is_on_agreed_text, found.is_confirmed) == (False, True)

    def test_is_said_of_one_cell_on_its_page(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client, kim = signed_in(ekbacken.astrid), ekbacken.kim.id
        self.save(ekbacken, client, {kim: "40"})
        cell = f"{sheet(ekbacken)}/{kim}/{WORDS}"
        assert "Eleven läste en annan text" in client.get(cell).text
        page = post(client, f"{cell}/text", {"text": "other", "seen": "1"}, follow_redirects=True).text
        assert "Nu står 40 (annan text)." in page
        assert "på sidan, annan text" in texts(page, "//table//tbody/tr")[0]
        assert claims(ekbacken) == {kim: False}
        assert post(client, f"{cell}/text", {"text": "agreed", "seen": "1"}).status_code == 422
        post(client, f"{cell}/text", {"text": "agreed", "seen": "2"})
        assert claims(ekbacken) == {kim: True}

    def test_is_refused_of_a_measure_that_compares_any_text(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        cell = f"{sheet(ekbacken)}/{ekbacken.kim.id}/bokstavsljud"
        answer = post(signed_in(ekbacken.astrid), f"{cell}/text", {"text": "other", "seen": "1"})
        assert answer.status_code == 422

    def test_makes_no_drop(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        """80 to 55 is a drop (sem 8), unless one of them was read on another text."""
        later = a_window("2026/27", Season.WINTER, date(2026, 10, 12), date(2027, 2, 1))
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=80)
        record(later, ekbacken.kim, ord_per_minut=55)
        db.session.commit()
        assert drop(ekbacken, later)
        cell = f"{sheet(ekbacken)}/{ekbacken.kim.id}/{WORDS}/text"
        post(signed_in(ekbacken.astrid), cell, {"text": "other", "seen": "1"})
        db.session.rollback()
        assert not drop(ekbacken, later)


def drop(ekbacken: Ekbacken, window: AssessmentWindow) -> bool:
    found = flag(ekbacken.kim, Family.CHANGE, window)
    return found is not None and found.kind == "drop"


def test_a_whole_column_is_told_of_under_put_right(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    record(ekbacken.autumn, ekbacken.kim, ord_per_minut=40)
    record(ekbacken.autumn, ekbacken.noor, ord_per_minut=50)
    db.session.commit()
    client, kim, noor = signed_in(ekbacken.astrid), ekbacken.kim.id, ekbacken.noor.id
    assert "Alla läste en annan text" in client.get(sheet(ekbacken).replace("/sheet", "/move")).text
    here = sheet(ekbacken).replace("/sheet", "/text")
    answer = post(client, here, {"measure": WORDS, "text": "other"}, follow_redirects=True)
    assert "2 resultat är ändrade." in answer.text
    assert claims(ekbacken) == {kim: False, noor: False}
    again = post(client, here, {"measure": WORDS, "text": "other"}, follow_redirects=True)
    assert "Det stod redan så." in again.text
    post(client, here, {"measure": WORDS, "text": "agreed"})
    assert claims(ekbacken) == {kim: True, noor: True}
    letters = post(client, here, {"measure": "bokstavsljud", "text": "other"}, follow_redirects=True)
    assert "Bokstavsljud jämförs inte text för text." in letters.text
    assert post(client, here, {"measure": "nothing"}).status_code == 404


def test_a_column_of_a_closed_window_is_left_alone(
    ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ekbacken.autumn, ekbacken.kim, ord_per_minut=40)
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
    client = signed_in(ekbacken.astrid)
    here = sheet(ekbacken).replace("/sheet", "/text")
    answer = post(client, here, {"measure": WORDS, "text": "other"}, follow_redirects=True)
    assert "Perioden stängde 2026-11-13" in answer.text
    assert claims(ekbacken) == {ekbacken.kim.id: True}
