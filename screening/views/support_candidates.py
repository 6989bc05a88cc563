"""Whom a support period may be for, as the form says it: starts, goals, and what to think over first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from assessments.clock import today
from assessments.instruments.catalogue import Measure, measures
from assessments.refusals import Refused
from assessments.roster.importing import is_near
from assessments.roster.models import Pupil
from screening.models import StartFrom
from screening.support import planning
from screening.support.forms import StartForm, typed_points
from screening.support.queries.second_thoughts import RunningPeriod, running_periods, second_thoughts
from screening.support.ways import GoalWay

if TYPE_CHECKING:
    from screening.support.queries.proposals import Proposal


@dataclass(frozen=True)
class Candidate:
    """A pupil the period may be for, with what was typed."""

    pupil: Pupil
    is_chosen: bool
    typed_start: str


def ways_of(
    form: StartForm, measure: Measure, plan: planning.Plan, chosen: list[Candidate]
) -> dict[int, planning.Way]:
    """Start and goal of each, or every reason why not."""
    starts, reasons = _typed_starts(chosen, measure)
    agreed, fault = typed_points(form.goal.data or "", measure, "Målet")
    reasons += [fault] if fault else []
    if plan.goal_way is GoalWay.AGREED and agreed is None and not fault:
        reasons.append("Skriv målet som ni har kommit överens om.")
    proposed = _proposed(measure.code, form.starts_on.data, plan.goal_on, starts)
    ways = {}
    for one in chosen:
        found = proposed[one.pupil.id]
        goal = agreed if plan.goal_way is GoalWay.AGREED else found.goals[plan.goal_way]
        if found.start is None:
            reasons.append(
                f"{one.pupil.name}: startvärde saknas, och det finns inget resultat att börja från."
            )
        elif goal is None and plan.goal_way is not GoalWay.AGREED:
            reasons.append(f"{one.pupil.name}: det går inte att sätta målet efter {plan.goal_way.label}.")
        elif goal is not None and (goal <= found.start.value) is measure.higher_is_better:
            reasons.append(f"{one.pupil.name} har redan nått målet. Sätt ett mål som är längre bort.")
        elif goal is not None:
            ways[one.pupil.id] = planning.Way(found.start.value, StartFrom(found.start.start_from), goal)
    if reasons:
        raise Refused(reasons)
    return ways


def _typed_starts(chosen: list[Candidate], measure: Measure) -> tuple[dict[int, Decimal | None], list[str]]:
    starts, reasons = {}, []
    for one in chosen:
        starts[one.pupil.id], fault = typed_points(
            one.typed_start, measure, f"Startvärdet för {one.pupil.name}"
        )
        reasons += [fault] if fault else []
    return starts, reasons


def _proposed(
    measure: str, starts_on: date, goal_on: date, starts: Mapping[int, Decimal | None],
    agreed: Decimal | None = None,
) -> "dict[int, Proposal]":  # fmt: skip
    from screening.support.queries.proposals import proposals  # NumPy waits until a goal is to be set

    return proposals(measure, starts_on, goal_on, starts, agreed)


@dataclass(frozen=True)
class Known:
    """What is known of the candidates on the form's measure and days."""

    proposed: "Mapping[int, Proposal]"
    running: Mapping[int, list[RunningPeriod]]
    thoughts: list[str]  # about those who are chosen


def known_about(form: StartForm, candidates: list[Candidate]) -> Known:
    measure = measures().get(form.measure.data or "")
    if measure is None:
        return Known({}, {}, [])
    told = form.starts_on.data
    starts_on = told if told and is_near(told) else today()
    starts, _faults = _typed_starts(candidates, measure)
    agreed, _fault = typed_points(form.goal.data or "", measure, "Målet")
    goal_on = planning.ends_after(starts_on, min(max(form.weeks.data or 8, 1), 60))
    proposed = _proposed(measure.code, starts_on, goal_on, starts, agreed)
    running = running_periods(list(starts), measure.code, starts_on)
    chosen = {one.pupil.id: one.pupil.name for one in candidates if one.is_chosen}
    way = GoalWay(form.goal_way.data) if form.goal_way.data in set(GoalWay) else GoalWay.AGREED
    return Known(proposed, running, second_thoughts(chosen, way, proposed, running))
