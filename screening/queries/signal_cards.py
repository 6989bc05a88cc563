"""One signal as people read it: why, by what, how sure, and what has been done about it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import takewhile
from typing import Any, cast

import sqlalchemy as sa

from assessments.clock import day_of, today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.roster.models import Pupil
from assessments.school_calendars import own_calendars
from assessments.school_days import USUAL, SchoolCalendar
from screening import reasons
from screening.levels import LimitStatus
from screening.models import BenchmarkSet, Flag, NextStep, Observation
from screening.queries.shown import signal_code
from screening.reviewing import official_results
from screening.rules.catalogue import RuleSet, rules_on
from screening.rules.catalogue import Step as Offered
from screening.signals import Family, FlagState, Kind

LATE_SCHOOL_DAYS = 10  # without a next step: rektor sees it marked
Thread = tuple[int, Family]  # pupil id, family

FLAGS = cast(sa.Table, Flag.__table__)


@dataclass(frozen=True)
class StepTaken:
    """What somebody decided: a date, a function, and at most a line."""

    flag_id: int
    label: str
    taken_on: date
    by: str
    line: str | None
    competence: str | None
    due_on: date | None
    is_closing: bool

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < today()


@dataclass(frozen=True)
class Card:
    """A signal. ``code`` says which shape and colour it has (``signal_code``)."""

    flag_id: int
    pupil_id: int
    window: str
    family: Family
    kind: str
    label: str
    code: str
    level: int | None
    state: FlagState
    why: str
    seen: tuple[str, ...]  # what was observed, in the words of whoever saw it
    limits: str  # what they rest on, in a few words
    sources: tuple[str, ...]
    judged_by: str | None
    since: date
    is_late: bool
    ground_gone_on: date | None
    steps: tuple[StepTaken, ...]  # the whole thread's, latest first
    offered: tuple[Offered, ...]
    proposed: str | None
    odd_measures: tuple[str, ...] = field(default=())  # codes of numbers to look at

    @property
    def steps_since(self) -> tuple[StepTaken, ...]:
        """The steps since the thread was last closed: it is open now, so what came before is history."""
        return tuple(takewhile(lambda step: not step.is_closing, self.steps))

    @property
    def has_step_here(self) -> bool:
        """Somebody has recorded a step about what this window says."""
        return any(step.flag_id == self.flag_id for step in self.steps_since)

    @property
    def is_overdue(self) -> bool:
        """The day of the latest step's follow-up has passed."""
        return bool(self.steps_since) and self.steps_since[0].is_overdue

    @property
    def waits(self) -> bool:
        """For a person: no step about this window and none still planned, or the plan's day has passed."""
        if self.has_step_here or self.is_overdue:
            return self.is_overdue
        is_planned = any(step.due_on and step.due_on >= today() for step in self.steps_since)
        return self.state is FlagState.CLOSE_PROPOSED or not is_planned

    @property
    def has_waited_long(self) -> bool:
        return self.is_late and self.waits and not self.has_step_here


@dataclass(frozen=True)
class Background:
    """What the cards of some pupils need besides their rows."""

    steps: Mapping[Thread, list[StepTaken]]
    observations: Mapping[tuple[int, int], list[str]]  # pupil id, window id
    official: Collection[tuple[int, int]]  # pupil id, window id: has a result on national material
    sets: Mapping[int, str]
    rules: RuleSet
    late_before: Mapping[int, date]  # by municipality id, where the calendar is its own
    usually_late_before: date


def background(pupils: sa.SelectBase) -> Background:
    """Seven queries, whatever the number of pupils; ``pupils`` asks for their ids."""
    rules = rules_on(today())
    return Background(
        steps=_steps(pupils, rules),
        observations=_observations(pupils),
        official=official_results(pupils),
        sets={
            row.id: f"{row.name}, version {row.version}"
            for row in db.session.execute(sa.select(BenchmarkSet.id, BenchmarkSet.name, BenchmarkSet.version))
        },
        rules=rules,
        late_before={one: _late_before(found) for one, found in own_calendars().items()},
        usually_late_before=_late_before(USUAL),
    )


def _late_before(school_calendar: SchoolCalendar) -> date:
    return school_calendar.before(today() + timedelta(days=1), LATE_SCHOOL_DAYS + 1)


def card(row: Any, window: AssessmentWindow, pupil: Pupil, known: Background) -> Card:
    """The card of a row of FLAGS."""
    kind, state, place = Kind(row.kind), FlagState(row.state), (row.pupil_id, row.window_id)
    since = day_of(row.created_at)
    offered = known.rules.offered(
        has_official_result=place in known.official,
        is_newly_arrived=pupil.new_in_swedish_school_on is not None,
    )
    return Card(
        flag_id=row.id,
        pupil_id=row.pupil_id,
        window=window.label,
        family=Family(row.family),
        kind=kind.value,
        label=kind.label,
        code=signal_code(kind),
        level=row.level,
        state=state,
        why=reasons.why(kind, row.evidence),
        seen=tuple(known.observations.get(place, ())) if row.family == Family.OBSERVATION else (),
        limits=", ".join(_rests_on(row.evidence)),
        sources=tuple(reasons.provenance(row.evidence)),
        judged_by=known.sets.get(row.benchmark_set_id) if row.evidence.get("measures") else None,
        since=since,
        is_late=since < known.late_before.get(pupil.municipality_id, known.usually_late_before),
        ground_gone_on=row.ground_gone_on,
        steps=tuple(known.steps.get((row.pupil_id, Family(row.family)), ())),
        offered=tuple(offered),
        proposed=_proposed(offered, known.rules.proposed(kind.value, state.value)),
        odd_measures=_odd(kind, row.evidence),
    )


def _proposed(offered: Iterable[Offered], code: str | None) -> str | None:
    return code if any(step.code == code for step in offered) else None


def _rests_on(evidence: dict[str, Any]) -> list[str]:
    """What the limits rest on, each kind once; the sources stand apart."""
    found = []
    for measure in reasons.limited(evidence):
        if "near_status" in measure and measure["near_from"] is not None:
            found.append(LimitStatus(measure["near_status"]).label)
        if "status" in measure and (measure["goal_from"] is not None or measure["above_from"] is not None):
            found.append(LimitStatus(measure["status"]).label)
    return list(dict.fromkeys(found))


def _odd(kind: Kind, evidence: Mapping[str, Any]) -> tuple[str, ...]:
    if kind is not Kind.CHECK_DATA:
        return ()
    return tuple(dict.fromkeys(measure["measure"] for measure in evidence["measures"]))


def _steps(pupils: sa.SelectBase, rules: RuleSet) -> dict[Thread, list[StepTaken]]:
    rows = db.session.execute(
        sa.select(NextStep, Flag.pupil_id, Flag.family)
        .join(Flag, Flag.id == NextStep.flag_id)
        .where(Flag.pupil_id.in_(pupils))
        .order_by(NextStep.taken_on.desc(), NextStep.id.desc())
    ).all()
    functions = function_names({step.duty_id for step, _, _ in rows if step.duty_id is not None})
    found: dict[Thread, list[StepTaken]] = {}
    for step, pupil_id, family in rows:
        by = functions[step.duty_id] if step.duty_id is not None else "från kommandoraden"
        taken = StepTaken(
            step.flag_id, rules.past(step.kind), step.taken_on, by, step.line, step.competence, step.due_on,
            step.is_closing,
        )  # fmt: skip
        found.setdefault((pupil_id, family), []).append(taken)
    return found


def _observations(pupils: sa.SelectBase) -> dict[tuple[int, int], list[str]]:
    rows = db.session.scalars(
        sa.select(Observation)
        .where(Observation.pupil_id.in_(pupils))
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
    )
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        told = f"{row.observed_on}, {reasons.OBSERVERS[row.observed_by.value]}: {row.line}"
        found.setdefault((row.pupil_id, row.window_id), []).append(told)
    return found
