"""Recorded next steps: whether a page may go home, and which of them go on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Role
from reports.gathering.enrolled import is_of_school
from screening.handovers.seeing import is_open_on
from screening.models import Flag, NextStep
from screening.signals import Family
from screening.steps.models import StepOutcome

ABOUT_READING = (Family.NEED, Family.GROWTH, Family.CHANGE, Family.OBSERVATION)


@dataclass(frozen=True)
class Taken:
    """A next step that holds in the window: taken about it or since it opened, or followed up after that."""

    kind: str
    role: Role | None
    taken_on: date
    due_on: date | None
    goes_on: bool  # nobody has ticked it off, nor closed its signal since


def steps_taken(
    pupil_ids: Collection[int], window: AssessmentWindow, school_id: int
) -> dict[int, list[Taken]]:
    """By pupil, latest first. What is held of a former school, or was taken at the next one, is not among
    them. One question."""
    holds = sa.or_(
        Flag.window_id == window.id,
        NextStep.taken_on >= window.opens_on,
        NextStep.due_on >= window.opens_on,
    )
    rows = db.session.execute(
        sa.select(Flag.pupil_id, Flag.family, NextStep, Duty.role, StepOutcome.is_done, holds.label("holds"))
        .join(Flag, NextStep.flag_id == Flag.id)
        .outerjoin(Duty, NextStep.duty_id == Duty.id)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .where(
            Flag.pupil_id.in_(pupil_ids),
            StepOutcome.is_done.is_distinct_from(False),  # what came to nothing is told to nobody
            Flag.family.in_(ABOUT_READING),
            is_open_on(Flag.pupil_id, NextStep.taken_on),
            is_of_school(Flag.pupil_id, NextStep.taken_on, school_id),
        )
        .order_by(NextStep.taken_on.desc(), NextStep.id.desc())
    )
    found: dict[int, list[Taken]] = {}
    closed: set[tuple[int, Family]] = set()
    for pupil_id, family, step, role, is_done, is_of_window in rows:
        if step.is_closing:
            closed.add((pupil_id, family))
        if is_of_window:
            goes_on = not is_done and (pupil_id, family) not in closed
            taken = Taken(step.kind, role, step.taken_on, step.due_on, goes_on)
            found.setdefault(pupil_id, []).append(taken)
    return found
