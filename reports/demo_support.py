"""Support that is followed up in the example: a handful of periods with weekly results (support.toml)."""

import functools
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.demo import telling
from assessments.demo.plans import HERE
from assessments.models import Score
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass
from assessments.school_days import USUAL
from screening import flagging
from screening.models import StartFrom, SupportPeriod, SupportResult
from screening.support.models import SupportPlan
from screening.support.ways import GoalWay, SupportKind


@functools.cache
def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "support.toml").read_text(encoding="utf-8"))


def follow(example: telling.Example) -> None:
    """Write the periods and their results up to the example's own day, and judge those pupils. Flushes."""
    chance = telling.lot(example.seed, "support")
    school = example.plan.stories["printed"]["school"]
    pupils = {_follow_one(plan, school, example.plan.today, chance) for plan in told()["period"]}
    flagging.judge_pupils(pupils)


def _follow_one(plan: dict[str, Any], school: str, until: date, chance: np.random.Generator) -> int:
    pupil_id, start = db.session.execute(_lowest(plan, school)).one()
    goal = start + Decimal(round(plan["planned"] * plan["weeks"]))
    period = SupportPeriod(
        pupil_id=pupil_id,
        measure=plan["measure"],
        starts_on=plan["starts_on"],
        start=start,
        start_from=StartFrom.WINDOW,
        goal_on=plan["starts_on"] + timedelta(weeks=plan["weeks"]),
        goal=goal,
    )
    db.session.add(period)
    db.session.flush()
    db.session.add(
        SupportPlan(
            support_period_id=period.id,
            kind=SupportKind(plan["kind"]),
            goal_way=GoalWay(plan["goal_way"]),
            minutes=plan.get("minutes"),
            times_a_week=plan.get("times_a_week"),
        )
    )
    for day, points in _results(plan, int(start), min(until - timedelta(days=1), period.goal_on), chance):
        db.session.add(SupportResult(support_period_id=period.id, measured_on=day, points=Decimal(points)))
    db.session.flush()
    return int(pupil_id)


def _lowest(plan: dict[str, Any], school: str) -> sa.Select[*tuple[Any, ...]]:
    """The pupil of the class whose result of the measure is so many from the lowest, with that result."""
    window = windows.find(plan["window"])
    return (
        sa.select(Score.pupil_id, Score.points)
        .join(Enrolment, Enrolment.pupil_id == Score.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(School, School.id == SchoolClass.school_id)
        .join(Pupil, Pupil.id == Score.pupil_id)
        .where(
            School.code == school,
            SchoolClass.name == plan["class"],
            SchoolClass.academic_year == window.academic_year,
            Score.window_id == window.id,
            Score.measure == plan["measure"],
            Score.points.is_not(None),
            Pupil.is_protected.is_(False),
        )
        .order_by(Score.points, Score.pupil_id)
        .offset(plan["place"] - 1)
        .limit(1)
    )


def _results(
    plan: dict[str, Any], start: int, until: date, chance: np.random.Generator
) -> Iterator[tuple[date, int]]:
    """One result a school week: the way the pupil went, and what comes and goes."""
    for week in range(plan["weeks"] + 1):
        day, off = (
            plan["starts_on"] + timedelta(weeks=week, days=2),
            chance.normal(0, told()["spread"]["error"]),
        )
        if day <= until and USUAL.is_school_day(day):
            yield day, max(1, round(start + plan["grows"] * week + off))
