"""What people have done about threads, and whether a thread waits for somebody today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from assessments.clock import day_of, today
from assessments.database import db
from assessments.queries import function_names
from assessments.taken_back import is_too_late
from screening.handovers.seeing import is_open_on
from screening.models import Flag, NextStep
from screening.requests.models import WAITING, HelpRequest, RequestStep
from screening.requests.reach import goes_where_asked
from screening.rules.catalogue import RuleSet
from screening.signal_ages import LATE
from screening.signals import Family, FlagState
from screening.steps.models import StepOutcome

BY_COMMAND = "från kommandoraden"
Thread = tuple[int, Family]  # pupil id, family


@dataclass(frozen=True)
class Ended:
    """How a step was ticked off, on which day and by which function."""

    is_done: bool
    ended_on: date
    by: str
    line: str | None
    competence: str | None
    can_be_undone: bool
    is_of_closing: bool  # the signal was closed by it, until somebody took that back

    @property
    def word(self) -> str:
        if self.is_of_closing:
            return "ångrat"
        return "klart" if self.is_done else "blev inte av"


@dataclass(frozen=True)
class StepTaken:
    """What somebody decided: a date, a function, and at most a line."""

    id: int
    flag_id: int
    kind: str
    label: str
    taken_on: date
    by: str
    line: str | None
    competence: str | None
    due_on: date | None
    is_closing: bool
    needs_consultation: bool
    leads_to: str | None
    can_be_undone: bool  # by its age
    ended: Ended | None = None
    is_asked: bool = False  # a request for help carries it out, and waits for its answer

    @property
    def is_planned(self) -> bool:
        return self.ended is None and not self.is_closing

    @property
    def may_be_opened_again(self) -> bool:
        """It was ticked off lately, and not by asking for help; or it closed its signal lately."""
        if self.ended is None:
            return self.is_closing and self.can_be_undone
        return self.ended.can_be_undone and not self.is_asked and not self.ended.is_of_closing

    @property
    def is_due(self) -> bool:
        """It comes back by itself on its day, and stays until it is ticked off."""
        return self.is_planned and self.due_on is not None and self.due_on <= today()

    @property
    def is_overdue(self) -> bool:
        return self.is_planned and self.due_on is not None and self.due_on < today()


@dataclass(frozen=True)
class ThreadWork:
    """A thread as work to do: its signal of the latest window and the whole thread's steps, latest first."""

    flag_id: int
    state: FlagState
    since: date  # it has waited
    age: str  # of AGES
    steps: tuple[StepTaken, ...]

    @property
    def steps_since(self) -> tuple[StepTaken, ...]:
        """The steps since the thread was last closed: it is open now, so what came before is history."""
        return _since_closed(self.steps)

    @property
    def due(self) -> tuple[StepTaken, ...]:
        """What shall be followed up now, the latest step first."""
        return tuple(step for step in self.steps_since if step.is_due)

    @property
    def is_due(self) -> bool:
        return bool(self.due)

    @property
    def due_since(self) -> date:
        """The oldest day that has come; today where none has."""
        return min((step.due_on for step in self.due if step.due_on), default=today())

    @property
    def is_overdue(self) -> bool:
        return any(step.is_overdue for step in self.steps_since)

    @property
    def has_step_here(self) -> bool:
        """Somebody has recorded a step about what this window says."""
        return any(step.flag_id == self.flag_id for step in self.steps_since)

    @property
    def waits(self) -> bool:
        """For a person: a day has come, or nothing is planned about what this window says."""
        if self.is_due:
            return True
        if any(step.is_asked and step.flag_id == self.flag_id for step in self.steps_since):
            return False  # until the answer comes; an answer that is late waits as a request
        planned = [step for step in self.steps_since if step.is_planned]
        is_ahead = any(step.due_on and step.due_on > today() for step in planned)
        is_here = any(step.flag_id == self.flag_id for step in planned)
        return not is_here and (self.state is FlagState.CLOSE_PROPOSED or not is_ahead)

    @property
    def is_done_with(self) -> bool:
        """Every step about this window has been ticked off: what happens now?"""
        return self.has_step_here and self.waits and not self.is_due

    @property
    def has_waited_long(self) -> bool:
        return self.age == LATE and self.waits and not self.has_step_here


def _since_closed(steps: Sequence[StepTaken]) -> tuple[StepTaken, ...]:
    return tuple(takewhile(lambda step: not step.is_closing, steps))


def waits_since(row: Any, began_at: datetime, steps: Sequence[StepTaken]) -> date:
    """The day since which the thread of this row of FLAGS waits for somebody.

    ``began_at`` as ``inbox.standing`` gives it; ``steps`` the whole thread's, latest first. It is the day its
    first signal came, also where later windows repeat it, or the last day somebody did something about it. A
    plan for an earlier window that is not ticked off answered it until the signal of this one came.
    """
    days = [day_of(began_at)]
    for step in steps:
        days += [step.taken_on, step.ended.ended_on if step.ended else step.taken_on]
    if any(step.is_planned and step.flag_id != row.id for step in _since_closed(steps)):
        days.append(day_of(row.created_at))
    return max(days)


def steps_taken(
    pupils: sa.SelectBase, rules: RuleSet, *, is_all: bool = False
) -> dict[Thread, tuple[StepTaken, ...]]:
    """The steps of these pupils' threads, latest first; ``is_all``: also what whoever asks may not see.

    Two queries; without steps one.
    """
    rows = db.session.execute(
        sa.select(NextStep, StepOutcome, Flag.pupil_id, Flag.family, HelpRequest.id)
        .join(Flag, Flag.id == NextStep.flag_id)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .outerjoin(RequestStep, RequestStep.next_step_id == NextStep.id)
        .outerjoin(
            HelpRequest,
            sa.and_(
                HelpRequest.id == RequestStep.help_request_id,
                HelpRequest.state.in_(WAITING),
                goes_where_asked(),
            ),
        )
        .where(Flag.pupil_id.in_(pupils), sa.literal(is_all) | is_open_on(Flag.pupil_id, NextStep.taken_on))
        .order_by(NextStep.taken_on.desc(), NextStep.id.desc())
    ).all()
    named = {one.duty_id for step, ended, *_ in rows for one in (step, ended) if one and one.duty_id}
    functions = function_names(named) if named else {}
    found: dict[Thread, list[StepTaken]] = {}
    for step, ended, pupil_id, family, request_id in rows:
        told = replace(_taken(step, ended, rules, functions), is_asked=request_id is not None)
        found.setdefault((pupil_id, family), []).append(told)
    return {thread: tuple(steps) for thread, steps in found.items()}


def _taken(
    step: NextStep, ended: StepOutcome | None, rules: RuleSet, functions: Mapping[int, str]
) -> StepTaken:
    rule = rules.known(step.kind)
    return StepTaken(
        id=step.id,
        flag_id=step.flag_id,
        kind=step.kind,
        label=rules.past(step.kind),
        taken_on=step.taken_on,
        by=_function(step, functions),
        line=step.line,
        competence=step.competence,
        due_on=step.due_on,
        is_closing=step.is_closing,
        needs_consultation=rule is not None and rule.needs_consultation,
        leads_to=rule.leads_to if rule else None,
        can_be_undone=not is_too_late(step.created_at),
        ended=_ended(ended, rule is not None and rule.is_closing, functions) if ended else None,
    )


def _ended(told: StepOutcome, is_of_closing: bool, functions: Mapping[int, str]) -> Ended:
    return Ended(
        told.is_done,
        told.ended_on,
        _function(told, functions),
        told.line,
        told.competence,
        can_be_undone=not is_too_late(told.created_at),
        is_of_closing=is_of_closing,
    )


def _function(row: Any, functions: Mapping[int, str]) -> str:
    return functions[row.duty_id] if row.duty_id is not None else BY_COMMAND
