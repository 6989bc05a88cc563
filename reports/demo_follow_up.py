"""What people of the example do about its signals: next steps, threads closed, things seen."""

import functools
import tomllib
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments import clock
from assessments.access.models import Account
from assessments.database import db
from assessments.demo import telling
from assessments.demo.plans import HERE
from assessments.models import AssessmentWindow, HandIn
from assessments.recording import Recorder
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass
from assessments.school_days import USUAL
from screening.models import Flag, ObservedBy
from screening.reviewing import Decision, Seen, raise_observation, record_next_step
from screening.signals import Family, FlagState

LEVEL_AT_LEAST = 2  # the first to get a step; among the others every second
FOLLOW_UP_WEEKS = 8
AT_ONCE = {Family.NEED, Family.CHANGE, Family.DATA, Family.OBSERVATION}


@functools.cache
def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "steps.toml").read_text(encoding="utf-8"))


def act(
    example: telling.Example, window: AssessmentWindow, until: date, families: set[Family] = AT_ONCE
) -> None:
    """Some of the window's signals get a next step today. Flushes.

    ``until`` is the demo's own day: a window that has not closed by then is still being worked on.
    """
    share = told()["of_all"]["open" if window.closes_on > until else "finished"]
    chance = telling.lot(example.seed, window.code, *sorted(families))
    by_school = special_teachers()
    for (school_id, line), flags in _chosen(window, families, share, chance).items():
        record_next_step(flags, _decision(told()["step"][line]), by_school[school_id])


def _chosen(
    window: AssessmentWindow, families: set[Family], share: float, chance: np.random.Generator
) -> dict[tuple[int, int], list[Flag]]:
    """The signals that get a step, by school and by line of steps.toml."""
    chosen: dict[tuple[int, int], list[Flag]] = {}
    for flag, school_id in db.session.execute(_signals(window, families)):
        fits = _fitting(flag)
        if chance.random() < _chance_of_a_step(flag, share) and fits:
            chosen.setdefault((school_id, fits[int(chance.integers(len(fits)))]), []).append(flag)
    return chosen


def _chance_of_a_step(flag: Flag, share: float) -> float:
    if flag.state is FlagState.CLOSE_PROPOSED:
        return float(told()["of_proposed"])
    return share if (flag.level or 0) >= LEVEL_AT_LEAST else share / 2


def _fitting(flag: Flag) -> list[int]:
    words = [flag.state.value] if flag.state is FlagState.CLOSE_PROPOSED else [flag.kind, flag.state.value]
    return [number for number, step in enumerate(told()["step"]) if {*words} & {*step["for"]}]


def _signals(window: AssessmentWindow, families: set[Family]) -> sa.Select[Flag, int]:
    """The window's signals with the school each pupil goes to, in an order that chance can lean on."""
    day = min(clock.today(), window.closes_on)
    return (
        sa.select(Flag, SchoolClass.school_id)
        .join(Enrolment, Enrolment.pupil_id == Flag.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Flag.window_id == window.id,
            Flag.family.in_(families),
            Enrolment.starts_on <= day,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            SchoolClass.id.not_in(_not_handed_in(window)),
        )
        .order_by(Flag.pupil_id, Flag.family)
    )


def _not_handed_in(window: AssessmentWindow) -> sa.Select[int]:
    """Nobody acts on what has not been handed in."""
    return sa.select(SchoolClass.id).where(
        SchoolClass.academic_year == window.academic_year,
        SchoolClass.id.not_in(sa.select(HandIn.school_class_id).where(HandIn.window_id == window.id)),
    )


def _decision(step: dict[str, Any]) -> Decision:
    due_on = None
    if step["step"] not in ("recheck", "close"):
        due_on = USUAL.in_weeks(clock.today(), FOLLOW_UP_WEEKS)
    return Decision(
        kind=step["step"],
        line=step.get("line"),
        competence=step.get("competence", "egen specialpedagogisk kompetens"),
        weeks=step.get("weeks"),
        due_on=due_on,
        reason=step.get("reason"),
    )


def special_teachers() -> dict[int, Recorder]:
    """Who acts at each school."""
    rows = db.session.execute(
        sa.select(Duty.school_id, Account.id, Duty.id)
        .outerjoin(Account, Account.staff_member_id == Duty.staff_member_id)
        .where(Duty.role == Role.SPECIAL_TEACHER)
    )
    return {school_id: Recorder(account_id, duty_id) for school_id, account_id, duty_id in rows if school_id}


def observe(example: telling.Example, window: AssessmentWindow) -> None:
    """What somebody saw that the numbers do not say. Flushes."""
    for story in told()["observation"]:
        pupil = db.session.scalars(_classmates(story, window).limit(1)).one()
        key = story["school"], story["class"], window.academic_year
        recorder = example.recorders.get(key, Recorder())
        raise_observation(pupil, window, Seen(ObservedBy(story["by"]), story["line"]), recorder)


def _classmates(story: dict[str, Any], window: AssessmentWindow) -> sa.Select[Pupil]:
    return (
        sa.select(Pupil)
        .join(Enrolment)
        .join(SchoolClass)
        .join(School)
        .where(
            School.code == story["school"],
            SchoolClass.name == story["class"],
            SchoolClass.academic_year == window.academic_year,
            Enrolment.ends_on.is_(None),
            Pupil.is_protected.is_(False),
        )
        .order_by(Pupil.code.desc())
    )
