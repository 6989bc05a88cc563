"""Judging after a save, beside its floor: reading the rows of those pupils, and nothing else.

Run with ``pytest tests/benchmarks/test_judging.py -s``. All take turns in one run, and processor time is what
is told. Goal: a class of 25 within 5 ms besides the commit, whatever the size of the school and however many
windows the pupils have behind them.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from nation import MEASURES as NATION_MEASURES
from nation import SCHOOL, TODAY, nation
from scoring import a_window

from app import create_app
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, Score, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Pupil, SchoolClass
from screening.flagging import judge_pupils

ROUNDS = 30
CLASS = 25
MEASURES = ("bokstavsljud", "ordlista_per_minut", "ord_per_minut", "fonologisk_medvetenhet")
READ = ("score", "enrolment", "judgement", "flag", "counted_pupil")


@pytest.fixture
def windows(ekbacken: Ekbacken) -> list[AssessmentWindow]:
    """The three of an academic year; the first is the one to save in."""
    return [
        ekbacken.autumn,
        a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 5)),
        a_window("2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 7)),
    ]


def school_of(ekbacken: Ekbacken, window: AssessmentWindow, classes: int) -> list[Pupil]:
    """So many classes with a score in every cell; returns the first class's pupils."""
    pupils = []
    for number in range(classes):
        school_class = SchoolClass(name=f"1{number}", academic_year="2026/27", school=ekbacken.school)
        db.session.add(school_class)
        pupils += [
            ekbacken.pupil(f"P{place}", "Ek", f"9{number:02}{place:02}", school_class=school_class)
            for place in range(CLASS)
        ]
    db.session.flush()
    writes = [Write(pupil.id, code, Decimal(3)) for pupil in pupils for code in MEASURES]
    record_scores(window, writes, Recorder())
    db.session.commit()
    return pupils[:CLASS]


def change(ids: list[int], points: int, window: AssessmentWindow) -> None:
    """A new result beneath the judgements, in the transaction of a save that has read window and measures."""
    measures()
    db.session.refresh(window)
    theirs = (Score.pupil_id.in_(ids), Score.window_id == window.id, Score.measure.in_(MEASURES))
    db.session.execute(sa.update(Score).where(*theirs).values(points=Decimal(points)))


@contextmanager
def rows_read() -> Iterator[Callable[[list[int]], None]]:
    """The floor: the pupils' rows, by the driver alone."""
    file = Path(str(db.engine.url.database))
    with closing(sqlite3.connect(file)) as connection:

        def read(ids: list[int]) -> None:
            for table in READ:
                places = ",".join("?" * len(ids))
                connection.execute(f"SELECT * FROM {table} WHERE pupil_id IN ({places})", ids).fetchall()  # noqa: S608 - own names

        yield read


def measured(app: Flask, ids: list[int], window: AssessmentWindow) -> str:
    """What it takes to judge the first of these, and all of them, after saves in the window."""
    with rows_read() as read:
        ways: dict[str, Callable[[], None]] = {
            "floor": lambda: read(ids),
            "one pupil": lambda: judge_pupils(ids[:1], since=window),
            "a class": lambda: judge_pupils(ids, since=window),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(ROUNDS):
            for name, way in ways.items():
                with app.test_request_context(method="POST"):
                    change(ids, 3 + 20 * (number % 2), window)
                    begun = time.process_time()
                    way()
                    taken[name].append((time.process_time() - begun) * 1000)
                    db.session.commit()
            judge_pupils(ids)
            db.session.commit()
    middle = {name: statistics.median(values) for name, values in taken.items()}
    return ", ".join(f"{name} {ms:.2f} ms ({ms / middle['floor']:.1f} x)" for name, ms in middle.items())


@pytest.mark.parametrize("classes", [1, 16])
def test_judging_beside_reading(
    app: Flask, ekbacken: Ekbacken, windows: list[AssessmentWindow], classes: int
) -> None:
    ids = [pupil.id for pupil in school_of(ekbacken, windows[0], classes)]
    print(f"\na school of {classes * CLASS}: {measured(app, ids, windows[0])}")


@pytest.mark.parametrize(("behind", "day"), [(7, "2026-10-10"), (9, TODAY)])
def test_judging_with_three_years_behind(
    behind: int, day: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the latest of seven windows, or of nine, with six measures in each."""
    monkeypatch.setenv("LASSPAR_TODAY", day)
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path))
    filled = nation(f"sqlite:///{tmp_path / 'school.sqlite'}", SCHOOL, NATION_MEASURES, judged=False)
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": filled.url})
    with app.app_context():
        db.session.execute(sa.delete(Score).where(Score.window_id > behind))
        judge_pupils(range(1, SCHOOL + 1))
        db.session.commit()
        window = db.session.get_one(AssessmentWindow, behind)
        print(f"\n{behind} windows: {measured(app, list(range(1, CLASS + 1)), window)}")
        db.session.remove()
        db.engine.dispose()
