"""Writers who meet in the middle of what they do: one waits for the other, and never each for the other.

SQLite's writers queue at BEGIN; on PostgreSQL they meet at the first school they share.
"""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from scoring import a_window

from assessments import recording
from assessments.database import db
from assessments.models import AssessmentWindow, Score, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster import applying
from assessments.roster.applying import apply_roster
from assessments.roster.importing import plan_roster
from assessments.roster.models import Pupil, RosterImport
from assessments.roster.tables import FROM_A_PAGE
from screening import mates

pytestmark = pytest.mark.both_databases
ROSTER = """kommun;skola;klass;årskurs;elev-id;förnamn;efternamn
Nyby;Nybacken;1A;1;1;Alva;Ek
Nyby;Nybacken;1A;1;2;Bo;Ek
"""
TOGETHER_SECONDS = 0.3  # how long one waits in the middle for the other to come there too
Deed = Callable[[], object]


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


def faults_of(app: Flask, *deeds: Deed) -> list[Exception]:
    """What went wrong when all of them were done at once, each in a transaction of its own."""
    db.session.rollback()

    def done(deed: Deed) -> Exception | None:
        with app.app_context():
            try:
                deed()
                db.session.commit()
            except Exception as error:
                return error
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [error for error in pool.map(done, deeds) if error]


def recorded(window_id: int, *pupil_ids: int) -> Deed:
    def deed() -> None:
        window = db.session.get_one(AssessmentWindow, window_id)
        record_scores(window, [Write(one, "bokstavsljud", Decimal(9)) for one in pupil_ids], Recorder())

    return deed


def test_two_teachers_put_down_the_first_results_of_a_school(
    app: Flask, ekbacken: Ekbacken, meet: Callable[[Any, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each result changes what is expected of the other's pupil, who is judged again."""
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
    winter = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
    db.session.commit()
    window, kim, noor = winter.id, ekbacken.kim.id, ekbacken.noor.id
    meet(mates, "concerned")
    assert faults_of(app, recorded(window, kim), recorded(window, noor)) == []
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
