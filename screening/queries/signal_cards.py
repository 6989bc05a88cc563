"""One signal as people read it: why, by what, how sure, and what has been done about it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from assessments.absence.queries import Absence, worrying_absence
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from screening import reasons
from screening.levels import Level, LimitStatus
from screening.models import BenchmarkSet, Flag, Judgement, Observation
from screening.queries.shown import signal_code
from screening.queries.thread_work import StepTaken, Thread, ThreadWork, steps_taken, waits_since
from screening.reviewing import official_results
from screening.rules.catalogue import RuleSet, rules_on
from screening.rules.catalogue import Step as Offered
from screening.signal_ages import Ages
from screening.signals import Family, FlagState, Kind, state_label

FLAGS = cast(sa.Table, Flag.__table__)
BESIDE = {Family.NEED, Family.GROWTH, Family.CHANGE, Family.COVERAGE}  # signals that absence stands beside


@dataclass(frozen=True)
class Card(ThreadWork):
    """A signal. ``code`` says which shape and colour it has (``signal_code``)."""

    pupil_id: int
    window: str
    family: Family
    kind: str
    label: str
    code: str
    level: int | None
    why: str
    seen: tuple[str, ...]  # what was observed, in the words of whoever saw it
    limits: str  # what they rest on, in a few words
    sources: tuple[str, ...]
    judged_by: str | None
    ground_gone_on: date | None
    offered: tuple[Offered, ...]
    proposed: str | None
    odd_measures: tuple[str, ...] = field(default=())  # codes of numbers to look at
    absence: str = ""  # where it is high: stands beside the why, and does not travel with it

    @property
    def state_label(self) -> str:
        """Where the thread stands, as staff read it."""
        return state_label(self.state, self.kind)


@dataclass(frozen=True)
class Background:
    """What the cards of some pupils need besides their rows."""

    steps: Mapping[Thread, tuple[StepTaken, ...]]
    observations: Mapping[tuple[int, int], list[str]]  # pupil id, window id
    official: Collection[tuple[int, int]]  # pupil id, window id: has a result on national material
    sets: Mapping[int, str]
    undetermined: Collection[tuple[int, int]]  # pupil id, window id: judged, but without a level
    rules: RuleSet
    ages: Ages
    absence: Mapping[tuple[int, int], Absence]  # pupil id, window id: where it is high


def background(
    pupils: sa.SelectBase, steps: Mapping[Thread, tuple[StepTaken, ...]] | None = None
) -> Background:
    """Ten queries, whatever the number of pupils; ``pupils`` asks for their ids. ``steps``, where they have
    been fetched already."""
    rules = rules_on(today())
    return Background(
        steps=steps_taken(pupils, rules) if steps is None else steps,
        observations=_observations(pupils),
        official=official_results(pupils),
        sets={
            row.id: f"{row.name}, version {row.version}"
            for row in db.session.execute(sa.select(BenchmarkSet.id, BenchmarkSet.name, BenchmarkSet.version))
        },
        undetermined=_undetermined(pupils),
        rules=rules,
        ages=Ages.fetch(),
        absence=worrying_absence(pupils),
    )


def card(row: Any, window: AssessmentWindow, pupil: Pupil, known: Background, began_at: datetime) -> Card:
    """The card of a row of FLAGS. ``began_at``: when the first signal of its thread came."""
    kind, state, place = Kind(row.kind), FlagState(row.state), (row.pupil_id, row.window_id)
    steps = known.steps.get((row.pupil_id, Family(row.family)), ())
    since = waits_since(row, began_at, steps)
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
        why=reasons.why(
            kind, row.evidence, reasons.Stands(window.code, state, place not in known.undetermined)
        ),
        seen=tuple(known.observations.get(place, ())) if row.family == Family.OBSERVATION else (),
        limits=", ".join(_rests_on(row.evidence)),
        sources=tuple(reasons.provenance(row.evidence)),
        judged_by=known.sets.get(row.benchmark_set_id) if row.evidence.get("measures") else None,
        since=since,
        age=known.ages.of(pupil.municipality_id, since),
        ground_gone_on=row.ground_gone_on,
        steps=steps,
        offered=tuple(offered),
        proposed=_proposed(offered, known.rules.proposed(kind.value, state.value)),
        odd_measures=_odd(kind, row.evidence),
        absence=_absence(row, window, known) if row.family in BESIDE else "",
    )


def _absence(row: Any, window: AssessmentWindow, known: Background) -> str:
    """Before the row's window: named where the numbers beside are of an earlier one."""
    away = known.absence.get((row.pupil_id, row.window_id))
    if away is None:
        return ""
    is_same = row.evidence["window"] == window.code
    return away.sentence if is_same else away.before(reasons.window_words(window.code))


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


def _undetermined(pupils: sa.SelectBase) -> set[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(Judgement.pupil_id, Judgement.window_id).where(
            Judgement.pupil_id.in_(pupils), Judgement.level == Level.NOT_DETERMINED
        )
    )
    return {(row.pupil_id, row.window_id) for row in rows}


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
