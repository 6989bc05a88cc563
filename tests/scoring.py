"""Scores, signals and classes for tests about pages: put down as the sheet does, judged as stored."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from cast import Ekbacken

from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Absence, AssessmentWindow, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening import flagging
from screening.models import Flag, NextStep

NAMES = ("Abdi", "Bo", "Cilla", "Disa", "Elif", "Fatma", "Göran", "Hà", "Iwona", "Jon", "Kajsa", "Liv")


def record(window: AssessmentWindow, pupil: Pupil, by: Recorder | None = None, **cells: Any) -> None:
    """Scores and letters; None takes the value away."""
    _record(window, [_write(pupil, code, cell) for code, cell in cells.items()], by)


def _record(window: AssessmentWindow, writes: list[Write], by: Recorder | None = None) -> None:
    outcomes = record_scores(window, writes, by or Recorder())
    assert {outcome.status.value for outcome in outcomes} <= {"stored", "unchanged"}


def _write(pupil: Pupil, code: str, cell: Any) -> Write:
    if cell is None or isinstance(cell, Absence):
        return Write(pupil.id, code, absence=cell)
    return Write(pupil.id, code, Decimal(str(cell)))


def a_window(academic_year: str, season: Season, opens_on: date, closes_on: date) -> AssessmentWindow:
    window = AssessmentWindow(
        academic_year=academic_year, season=season, opens_on=opens_on, closes_on=closes_on, makeup_days=14
    )
    db.session.add(window)
    db.session.flush()
    return window


def class_2b(
    ekbacken: Ekbacken, scores: list[Any], *, code: str = "ord_per_minut"
) -> tuple[SchoolClass, list[Pupil]]:
    """A class in year 2 at Ekbacken, with one pupil for each score; handed in."""
    school_class = SchoolClass(name="2B", academic_year="2026/27", school=ekbacken.school)
    db.session.add(school_class)
    names = itertools.islice(itertools.cycle(NAMES), len(scores))
    pupils = [
        ekbacken.pupil(name, f"Ek{place:02}", f"3{place:03}", school_class=school_class, year=2)
        for place, name in enumerate(names)
    ]
    db.session.flush()
    scored = [(pupil, score) for pupil, score in zip(pupils, scores, strict=True) if score is not None]
    _record(ekbacken.autumn, [_write(pupil, code, score) for pupil, score in scored])
    hand_in(school_class, ekbacken.autumn, None)
    db.session.commit()
    return school_class, pupils


def judge_everyone() -> None:
    """Everybody who has ever been in a class, school by school."""
    for ids in flagging.by_school(sa.select(Enrolment.pupil_id)):
        flagging.judge_pupils(ids)


def flag(pupil: Pupil, family: str = "need", window: AssessmentWindow | None = None) -> Flag:
    rows = sa.select(Flag).filter_by(pupil_id=pupil.id, family=family)
    if window is not None:
        rows = rows.filter_by(window_id=window.id)
    return db.session.scalars(rows.order_by(Flag.window_id.desc())).first()


def steps(pupil: Pupil) -> list[NextStep]:
    rows = sa.select(NextStep).join(Flag, Flag.id == NextStep.flag_id).where(Flag.pupil_id == pupil.id)
    return list(db.session.scalars(rows.order_by(NextStep.id)))


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements asked inside."""
    asked: list[str] = []

    def seen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", seen)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", seen)
