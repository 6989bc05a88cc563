"""Pupils reported to the principal: since when, why, and what has become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.queries import function_names
from assessments.school_calendars import calendars
from assessments.taken_back import is_too_late
from screening.handovers.seeing import is_open_on
from screening.models import Flag, NextStep
from screening.queries.follow_up_rows import Classes, place_words, placed
from screening.queries.thread_work import BY_COMMAND
from screening.reach import REPORTED
from screening.rules.catalogue import rules_on
from screening.steps.models import CaseNote, StepOutcome


@dataclass(frozen=True)
class CaseTold:
    id: int
    label: str
    noted_on: date
    line: str | None
    is_decision: bool
    can_be_undone: bool


@dataclass(frozen=True)
class Reported:
    """A report. ``school_days`` since it was made; ``is_open`` until she has decided, or it fell."""

    step_id: int
    pupil_id: int
    class_id: int
    name: str
    place: str
    reported_on: date
    by: str
    line: str | None
    due_on: date | None
    school_days: int
    notes: tuple[CaseTold, ...]
    is_open: bool
    is_protected: bool

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today()


def reported(classes: Classes) -> list[Reported]:
    """The reports about the classes' pupils, open ones first, the oldest first. At most five queries."""
    rows = db.session.execute(
        placed(Flag.id, Flag.pupil_id, classes)
        .add_columns(NextStep, StepOutcome.next_step_id.label("ended"))
        .join(NextStep, NextStep.flag_id == Flag.id)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .where(NextStep.kind == REPORTED, is_open_on(Flag.pupil_id, NextStep.taken_on))
        .order_by(NextStep.taken_on, NextStep.id)
    ).all()
    if not rows:
        return []
    notes = _notes([row.NextStep.id for row in rows])
    functions = function_names({row.NextStep.duty_id for row in rows if row.NextStep.duty_id})
    own = calendars({row.Pupil.municipality_id for row in rows})
    told = [_reported(row, notes, functions, own, classes) for row in rows]
    return sorted(told, key=lambda one: not one.is_open)


def _notes(step_ids: Sequence[int]) -> dict[int, tuple[CaseTold, ...]]:
    cases, found = rules_on(today()).cases, dict[int, tuple[CaseTold, ...]]()
    rows = db.session.scalars(
        sa.select(CaseNote)
        .where(CaseNote.next_step_id.in_(step_ids))
        .order_by(CaseNote.noted_on, CaseNote.id)
    )
    for row in rows:
        kind = cases.get(row.kind)
        told = CaseTold(
            id=row.id,
            label=kind.label if kind else row.kind,
            noted_on=row.noted_on,
            line=row.line,
            is_decision=bool(kind and kind.is_decision),
            can_be_undone=not is_too_late(row.created_at),
        )
        found[row.next_step_id] = (*found.get(row.next_step_id, ()), told)
    return found


def _reported(
    row: Any, notes: Mapping[int, Any], functions: Mapping[int, str], own: Mapping[int, Any], classes: Classes
) -> Reported:
    step = row.NextStep
    return Reported(
        step_id=step.id,
        pupil_id=row.Pupil.id,
        class_id=row.class_id,
        name=row.Pupil.name,
        place=place_words(row, classes),
        reported_on=step.taken_on,
        by=functions.get(step.duty_id or 0, BY_COMMAND),
        line=step.line,
        due_on=step.due_on,
        school_days=own[row.Pupil.municipality_id].days_between(step.taken_on, today()),
        notes=notes.get(step.id, ()),
        is_open=row.ended is None,
        is_protected=row.Pupil.is_protected,
    )
