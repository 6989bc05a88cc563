"""Support that is followed up in the example: periods with weekly results, told in support.toml."""

import functools
import tomllib
from collections.abc import Iterator, Sequence
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
from assessments.recording import Recorder
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass
from assessments.school_days import USUAL
from screening.models import StartFrom, SupportPeriod
from screening.support.ending import Told, end_period
from screening.support.functions import Function
from screening.support.models import SupportGroup
from screening.support.planning import Plan, Version, Way, change_plan, start_periods
from screening.support.results import Write, record_results
from screening.support.ways import GoalWay, SupportKind, WhatWorked

SEAL_OF_NOTHING = "0:"


@functools.cache
def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "support.toml").read_text(encoding="utf-8"))


def follow(example: telling.Example) -> None:
    """Write the periods, their results up to the example's own day, and what became of them. Flushes."""
    chance = telling.lot(example.seed, "support")
    for said in told()["period"]:
        code = said.get("school", example.plan.stories["printed"]["school"])
        school = db.session.scalars(sa.select(School).filter_by(code=code)).one()
        _follow(said, school, example.plan.today, chance)


def _follow(said: dict[str, Any], school: School, until: date, chance: np.random.Generator) -> None:
    school_class = _class(said, school)
    rows = [db.session.execute(_lowest(said, school_class, place)).one() for place in said["places"]]
    leads = _lead(said, school_class)
    by, plan = _recorder(leads), _plan(said, leads)
    rise = _rise(said)
    ways = {pupil_id: Way(start, StartFrom.WINDOW, start + rise) for pupil_id, start in rows}
    group = SupportGroup(school_id=school.id, name=said["group"]) if "group" in said else None
    periods = start_periods(said["measure"], said["starts_on"], plan, ways, by, group)
    writes = [
        Write(period.id, day, None, Decimal(points), False, SEAL_OF_NOTHING)
        for period, grows in zip(periods, said["grows"], strict=True)
        for day, points in _results(
            said, (int(period.start), grows), min(until - timedelta(days=1), period.goal_on), chance
        )
    ]
    record_results(writes, by)
    _what_became(said, periods, plan, by)


def _rise(said: dict[str, Any]) -> Decimal:
    return Decimal(round(said["planned"] * said["weeks"]))


def _what_became(said: dict[str, Any], periods: Sequence[SupportPeriod], plan: Plan, by: Recorder) -> None:
    """The plan's change, and the follow-up, where there are any."""
    for period in periods:
        if change := said.get("change"):
            other, rise = _plan(said | change, plan.led_by), _rise(said | change)
            version = Version(1, change["from"], change["line"])
            change_plan(period, other, period.start + rise, version, by)
        if end := said.get("end"):
            end_period(period, Told(end["on"], WhatWorked(end["worked"]), end["line"], 0), by)


def _class(said: dict[str, Any], school: School) -> SchoolClass:
    year = windows.find(said["window"]).academic_year
    asked = sa.select(SchoolClass).filter_by(school_id=school.id, name=said["class"], academic_year=year)
    return db.session.scalars(asked).one()


def _lead(said: dict[str, Any], school_class: SchoolClass) -> Function:
    role = Role(said["led_by"])
    return Function(role, school_class.id if role is Role.TEACHER else school_class.school_id)


def _recorder(leads: Function) -> Recorder:
    """Somebody who holds the function."""
    columns = {name: value for name, value in leads.columns.items() if value is not None}
    duty = db.session.scalars(sa.select(Duty).filter_by(**columns).order_by(Duty.starts_on.desc())).first()
    return Recorder(duty_id=duty.id if duty else None)


def _plan(said: dict[str, Any], leads: Function) -> Plan:
    return Plan(
        kind=SupportKind(said["kind"]),
        goal_way=GoalWay(said["goal_way"]),
        goal_on=said["starts_on"] + timedelta(weeks=said["weeks"]),
        led_by=leads,
        minutes=said.get("minutes"),
        times_a_week=said.get("times_a_week"),
    )


def _lowest(said: dict[str, Any], school_class: SchoolClass, place: int) -> sa.Select[*tuple[Any, ...]]:
    """The pupil of the class whose result of the measure is so many from the lowest, with that result."""
    return (
        sa.select(Score.pupil_id, Score.points)
        .join(Enrolment, Enrolment.pupil_id == Score.pupil_id)
        .join(Pupil, Pupil.id == Score.pupil_id)
        .where(
            Enrolment.school_class_id == school_class.id,
            Score.window_id == windows.find(said["window"]).id,
            Score.measure == said["measure"],
            Score.points.is_not(None),
            Pupil.is_protected.is_(False),
        )
        .order_by(Score.points, Score.pupil_id)
        .offset(place - 1)
        .limit(1)
    )


def _results(
    said: dict[str, Any], way: tuple[int, float], until: date, chance: np.random.Generator
) -> Iterator[tuple[date, int]]:
    """One result a school week: the way the pupil went, and what comes and goes."""
    start, grows = way
    last = min(until, said["end"]["on"]) if "end" in said else until
    for week in range(said["weeks"] + 1):
        day = said["starts_on"] + timedelta(weeks=week, days=2)
        off = chance.normal(0, told()["spread"]["error"])
        if day <= last and USUAL.is_school_day(day):
            yield day, max(1, round(start + grows * week + off))
