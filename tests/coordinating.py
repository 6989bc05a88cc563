"""Schools with so many pupils at their goal and so many under it: for tests about shares."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa
from cast import Ekbacken

from assessments.calendar import first_day
from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass
from assessments.windows import in_order
from screening.coordination.goal_release import release
from screening.coordination.models import GoalKind, GoalNumber, HalvingGoal
from screening.rollup.keeping import recount

CODES = count(5000)


def a_class(name: str, school: School, academic_year: str = "2026/27") -> SchoolClass:
    school_class = SchoolClass(name=name, academic_year=academic_year, school=school)
    db.session.add(school_class)
    return school_class


def pupils(
    ekbacken: Ekbacken,
    school: School,
    under: int,
    at: int,
    missing: int = 0,
    window: AssessmentWindow | None = None,
    **more: Any,
) -> list[Pupil]:
    """A class in year 1 with so many under the goal, at it, and without result."""
    chosen = window or ekbacken.autumn
    school_class = a_class(f"1{next(CODES)}", school, chosen.academic_year)
    everybody = [
        ekbacken.pupil("Bo", "Ek", str(next(CODES)), school_class=school_class, **more)
        for _ in range(under + at + missing)
    ]
    db.session.flush()
    since = sa.update(Enrolment).where(Enrolment.school_class_id == school_class.id)
    db.session.execute(since.values(starts_on=first_day(chosen.academic_year)))
    points = [Decimal(7)] * under + [Decimal(20)] * at
    writes = [Write(pupil.id, "bokstavsljud", value) for pupil, value in zip(everybody, points, strict=False)]
    record_scores(chosen, writes, Recorder())
    recount([pupil.id for pupil in everybody], in_order())  # they were put down beneath the doors
    db.session.commit()
    return everybody


def a_school(name: str, near: School, code: str | None = None) -> School:
    school = School(name=name, code=code, municipality=near.municipality)
    db.session.add(school)
    return school


def alone(ekbacken: Ekbacken) -> Ekbacken:
    """The cast without its own pupils: each test counts those it makes."""
    db.session.execute(sa.update(Enrolment).values(ends_on=date(2026, 8, 20)))
    db.session.commit()
    return ekbacken


def a_counted_goal(school: School) -> int:
    """Of the whole initiative, with numbers entered by hand for two years at a school: on its way."""
    goal = HalvingGoal(
        name="Alla ämnen i femman", kind=GoalKind.INDICATOR, year=5, season=Season.SPRING,
        baseline_year="2025/26", target_year="2029/30",
    )  # fmt: skip
    db.session.add(goal)
    db.session.flush()
    for academic_year, count_under in (("2025/26", 40), ("2026/27", 15)):
        numbers = {"school_id": school.id, "count": count_under, "among": 130}
        db.session.add(GoalNumber(goal_id=goal.id, academic_year=academic_year, **numbers))
    db.session.flush()
    release(goal, Recorder())
    return goal.id
