"""Recorded next steps: whether a page may go home, and what it says the school does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Role
from reports.figures.guardian import Support
from screening.models import Flag, NextStep
from screening.signals import Family
from screening.steps.models import StepOutcome

ABOUT_READING = (Family.NEED, Family.GROWTH, Family.CHANGE, Family.OBSERVATION)
MOST_SUPPORT = 2


@dataclass(frozen=True)
class Taken:
    """A next step that holds in the window: taken about it or since it opened, or followed up after that."""

    kind: str
    role: Role | None
    taken_on: date
    due_on: date | None
    is_closing: bool


def steps_taken(pupil_ids: Collection[int], window: AssessmentWindow) -> dict[int, list[Taken]]:
    """By pupil, latest first. One question."""
    rows = db.session.execute(
        sa.select(Flag.pupil_id, NextStep, Duty.role)
        .join(Flag, NextStep.flag_id == Flag.id)
        .outerjoin(Duty, NextStep.duty_id == Duty.id)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .where(
            Flag.pupil_id.in_(pupil_ids),
            StepOutcome.is_done.is_distinct_from(False),  # what came to nothing is told to nobody
            Flag.family.in_(ABOUT_READING),
            sa.or_(
                Flag.window_id == window.id,
                NextStep.taken_on >= window.opens_on,
                NextStep.due_on >= window.opens_on,
            ),
        )
        .order_by(NextStep.taken_on.desc(), NextStep.id.desc())
    )
    found: dict[int, list[Taken]] = {}
    for pupil_id, step, role in rows:
        taken = Taken(step.kind, role, step.taken_on, step.due_on, step.is_closing)
        found.setdefault(pupil_id, []).append(taken)
    return found


def support(steps: list[Taken], words: dict[str, Any]) -> tuple[Support, ...]:
    """The steps a page for the home may tell, the latest of each kind."""
    latest = {
        step.kind: step for step in reversed(steps) if not step.is_closing and step.kind in words["support"]
    }
    told = sorted(latest.values(), key=lambda step: step.taken_on, reverse=True)[:MOST_SUPPORT]
    return tuple(
        Support(
            what=words["support"][step.kind],
            function=words["functions"].get(step.role or ""),
            from_on=None if step.kind in words["school"]["once"] else step.taken_on,
            to_on=step.due_on,
        )
        for step in told
    )
