"""Writers who meet in the middle of what they do: one waits for the other, and never each for the other.

SQLite's writers queue at BEGIN; on PostgreSQL they meet at the first school they share.
"""

import contextlib
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from at_once import TOGETHER_SECONDS, Deed, faults_of
from cast import TODAY, Ekbacken
from flask import Flask
from scoring import a_window, flag, record

from assessments import recording
from assessments.database import db
from assessments.models import AssessmentWindow, Score, Season
from assessments.recording import Recorder, Write, confirm_scores, record_scores
from assessments.refusals import Refused
from assessments.roster import applying
from assessments.roster.applying import apply_roster
from assessments.roster.editing import PupilDetails, correct_pupil
from assessments.roster.importing import plan_roster
from assessments.roster.models import Curriculum, Pupil, RosterImport, TeamFunction
from assessments.roster.tables import FROM_A_PAGE
from assessments.windows import open_window
from screening import flagging, mates, reviewing, standing
from screening.facts.ways import Part
from screening.handovers import making
from screening.handovers.making import Making, accept, make_handover, take_back
from screening.handovers.models import Handover, HandoverKind
from screening.models import Flag
from screening.requests import asking
from screening.requests.asking import Asking, note_consent, send, write_request
from screening.requests.events import LIVING
from screening.requests.models import HelpRequest, Said
from screening.reviewing import Decision, record_next_step
from screening.signals import FlagState

# On SQLite nobody can meet anybody.
pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="session")
ROSTER = """kommun;skola;klass;årskurs;elev-id;förnamn;efternamn
Nyby;Nybacken;1A;1;1;Alva;Ek
Nyby;Nybacken;1A;1;2;Bo;Ek
"""
MEASURES = ("bokstavsljud", "ord_per_minut")


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Two come to this function at one time, unless something keeps them apart."""
    together = threading.Barrier(2)

    def here(module: Any, name: str) -> None:
        function = getattr(module, name)

        def when_both_are_there(*args: Any, **more: Any) -> Any:
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(TOGETHER_SECONDS)
            return function(*args, **more)

        monkeypatch.setattr(module, name, when_both_are_there)

    return here


@pytest.fixture
def winter(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> int:
    """A window where the sheet expects two measures of one group, and nobody has a result."""
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
    window = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
    db.session.commit()
    return window.id


def recorded(window_id: int, *pupil_ids: int) -> Deed:
    def deed() -> None:
        window = db.session.get_one(AssessmentWindow, window_id)
        record_scores(window, [Write(one, "bokstavsljud", Decimal(9)) for one in pupil_ids], Recorder())

    return deed


def test_two_teachers_put_down_the_first_results_of_a_school(
    app: Flask, ekbacken: Ekbacken, winter: int, meet: Callable[[Any, str], None]
) -> None:
    """Each result changes what is expected of the other's pupil, who is judged again."""
    kim, noor = ekbacken.kim.id, ekbacken.noor.id
    meet(mates, "concerned")
    assert faults_of(app, recorded(winter, kim), recorded(winter, noor)) == []
    assert db.session.scalar(sa.select(sa.func.count(Score.id))) == 2


def test_two_files_are_taken_in_part_by_part_in_different_orders(
    app: Flask, ekbacken: Ekbacken, meet: Callable[[Any, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    window, kim, olle = ekbacken.autumn.id, ekbacken.kim.id, ekbacken.olle.id
    monkeypatch.setattr(recording, "CHUNK", 1)
    meet(recording, "write_down")
    assert faults_of(app, recorded(window, kim, olle), recorded(window, olle, kim)) == []


def test_two_take_in_the_same_class_list(
    app: Flask, database: None, meet: Callable[[Any, str], None]
) -> None:
    """The second reads what the first has written: nothing is there twice, and nobody is turned away."""

    def taken_in() -> None:
        plan = plan_roster("klass.csv", ROSTER.encode(), FROM_A_PAGE, date(2026, 8, 20))
        apply_roster(plan, end_missing=False)

    meet(applying, "_make_places")
    assert faults_of(app, taken_in, taken_in) == []
    assert db.session.scalar(sa.select(sa.func.count(Pupil.id))) == 2
    assert db.session.scalar(sa.select(sa.func.count(RosterImport.id))) == 1


def test_a_signal_is_closed_while_a_result_of_the_pupil_is_put_down(
    app: Flask, ekbacken: Ekbacken, meet: Callable[[Any, str], None]
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=3)
    window, chosen = ekbacken.autumn.id, flag(ekbacken.kim).id
    kim = ekbacken.kim.id
    db.session.commit()

    def closed() -> None:
        record_next_step(
            [db.session.get_one(Flag, chosen)], Decision("close", reason="not_needed"), Recorder()
        )

    meet(standing, "write")
    meet(reviewing, "_judge")
    assert faults_of(app, closed, recorded(window, kim)) == []
    assert db.session.get_one(Flag, chosen).state is FlagState.CLOSED


def test_an_odd_number_is_vouched_for_while_it_is_changed(
    app: Flask, ekbacken: Ekbacken, meet: Callable[[Any, str], None]
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=3)
    window, kim = ekbacken.autumn.id, ekbacken.kim.id
    db.session.commit()

    def vouched_for() -> None:
        confirm_scores(db.session.get_one(AssessmentWindow, window), kim, {"bokstavsljud"})

    meet(recording, "write_down")
    meet(flagging, "_judge")
    assert faults_of(app, vouched_for, recorded(window, kim)) == []


def test_a_handover_is_taken_back_just_as_somebody_accepts_it(
    app: Flask, ekbacken: Ekbacken, meet: Callable[[Any, str], None]
) -> None:
    kim, (before,) = ekbacken.kim, ekbacken.kim.enrolments
    made = make_handover(kim, before, Making(HandoverKind.NEXT_TEACHER, [Part.RESULTS]), {}, Recorder())
    handover, pupil = made.id, kim.id
    db.session.commit()

    def accepted() -> None:
        accept(db.session.get_one(Handover, handover), db.session.get_one(Pupil, pupil), Recorder())

    def taken_back() -> None:
        take_back(db.session.get_one(Handover, handover), Recorder())

    meet(making, "today")
    meet(making, "now")
    assert [type(fault) for fault in faults_of(app, accepted, taken_back)] == [Refused]
    found = db.session.get_one(Handover, handover)
    assert (found.accepted_on is None) is (found.taken_back_at is not None)


def test_a_request_is_sent_just_as_a_guardian_says_no(
    app: Flask, ekbacken: Ekbacken, meet: Callable[[Any, str], None]
) -> None:
    wish = Asking(TeamFunction.SOCIAL_TEAM, None, "Hur kan ni hjälpa?", [Part.RESULTS], 1, TODAY)
    made = write_request(ekbacken.kim, ekbacken.school.id, wish, Recorder())
    note_consent(made, 1, Said.YES, TODAY, [Part.RESULTS], Recorder())
    number = made.id
    db.session.commit()

    def sent() -> None:
        send(db.session.get_one(HelpRequest, number), {"results": []}, Recorder())

    def refused() -> None:
        note_consent(db.session.get_one(HelpRequest, number), 1, Said.NO, TODAY, [], Recorder())

    meet(asking, "take_up")
    meet(asking, "_stop_what_nobody_allows")
    assert {type(fault) for fault in faults_of(app, sent, refused)} <= {Refused}
    assert db.session.get_one(HelpRequest, number).state not in LIVING


ACTS = 25  # of each of six


@pytest.mark.long
def test_nobody_stops_anybody_whatever_six_do_at_once(app: Flask, ekbacken: Ekbacken, winter: int) -> None:
    """Results put down and taken away, class lists, corrections, moved windows: by chance, at two schools."""
    pupils = [ekbacken.kim.id, ekbacken.noor.id, ekbacken.siv.id, ekbacken.olle.id]

    def acting(seed: int) -> Deed:
        chance = random.Random(seed)

        def results() -> None:
            some = chance.sample(pupils, chance.randint(1, 4))
            points = chance.choice([None, Decimal(chance.randrange(20))])
            writes = [Write(one, chance.choice(MEASURES), points) for one in some]
            record_scores(db.session.get_one(AssessmentWindow, winter), writes, Recorder())

        def class_list() -> None:
            rows = [f"Ekby;Ekbackens skola;1{chance.choice('AB')};1;{code};Kim;Berg" for code in (1001, 1300)]
            content = "\n".join([ROSTER.splitlines()[0], *rows]).encode()
            plan = plan_roster("klass.csv", content, FROM_A_PAGE, date(2026, 8, 20))
            if not plan.problems:
                apply_roster(plan, end_missing=False)

        def correction() -> None:
            pupil = db.session.get_one(Pupil, chance.choice(pupils[:2]))
            told = PupilDetails(pupil.code, pupil.given_name, f"Ek{chance.randrange(9)}")
            correct_pupil(pupil, replace(told, curriculum=chance.choice(list(Curriculum))))

        def moved_window() -> None:
            open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, chance.randint(10, 20)))

        def deed() -> None:
            for _ in range(ACTS):
                chance.choices([results, class_list, correction, moved_window], [6, 2, 2, 1])[0]()
                db.session.commit()

        return deed

    assert faults_of(app, *map(acting, range(6))) == []
