"""Support periods in words: the plan, the pace it asks for, a plain answer, and the results day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from assessments.database.types import from_thousandths
from assessments.instruments.catalogue import Measure, measures
from assessments.words import counted
from screening.aimlines import Plans, planned_points, under_line
from screening.goals import Pace, pace
from screening.growth import FEWEST_FOR_VERDICT, LABELS, VERDICTS, Growth, Label, Verdict
from screening.support.models import SupportPlan
from screening.support.periods import Support, fetch
from screening.support.queries.yardsticks import yardsticks
from screening.support.stored import PERIODS

WITHOUT_KIND = "Stöd som följs upp"
HOW_SOLID = {
    Label.TOO_EARLY: f"Det behövs minst {FEWEST_FOR_VERDICT} resultat över fem veckor.",
    Label.PROVISIONAL: "Svaret är preliminärt.",
    Label.USABLE: "Svaret går att använda.",
    Label.SOLID: "Svaret står på säker grund.",
}


@dataclass(frozen=True)
class ResultRow:
    """One result beside what was planned for that day."""

    day: date
    points: str
    planned: str
    is_under: bool


@dataclass(frozen=True)
class SupportShown:
    """One period. Sentences are ready to read; ``verdict`` is the plain answer."""

    kind: str
    measure: str
    starts_on: date
    goal_on: date
    weeks: str
    how_often: str
    goal: str
    pace: str
    verdict: str
    is_behind: bool
    evidence: str
    results: tuple[ResultRow, ...]


def shown(pupil_id: int, plans: Mapping[int, SupportPlan | None]) -> tuple[SupportShown, ...]:
    """The pupil's periods, the latest first. ``plans`` by period id. A fixed number of queries."""
    known = measures()
    support = fetch(PERIODS.c.pupil_id == pupil_id, known)
    found = support.growth()
    way = pace(support.plans, yardsticks(support, found, known))
    telling = _Telling(support, found, way, known)
    by_period = [plans[period_id] for period_id in sorted(plans)]  # the order of ``fetch``
    told = [telling.of(row, plan) for row, plan in enumerate(by_period)]
    return tuple(sorted(told, key=lambda one: (one.starts_on, one.measure), reverse=True))


@dataclass(frozen=True)
class _Telling:
    """The periods of one pupil, told one by one."""

    support: Support
    found: Growth
    way: Pace
    known: Mapping[str, Measure]

    @property
    def plans(self) -> Plans:
        return self.support.plans

    def of(self, row: int, plan: SupportPlan | None) -> SupportShown:
        measure = self.known[self.support.measures[row]]
        verdict = VERDICTS[self.found.verdict[row]]
        return SupportShown(
            kind=plan.kind.label if plan else WITHOUT_KIND,
            measure=measure.name,
            starts_on=self.plans.starts_on[row].item(),
            goal_on=self.plans.goal_on[row].item(),
            weeks=_weeks(int(self.plans.days[row])),
            how_often=_how_often(plan),
            goal=self._goal(row, measure, plan),
            pace=self._pace(row, measure),
            verdict=verdict.label,
            is_behind=verdict in (Verdict.FALLING_BEHIND, Verdict.UNDER_THE_LINE),
            evidence=self._evidence(row),
            results=self._results(row, measure),
        )

    def _goal(self, row: int, measure: Measure, plan: SupportPlan | None) -> str:
        start, goal = (_points(measure, int(values[row])) for values in (self.plans.start, self.plans.goal))
        told = f"Från {start} till målet {goal} ({measure.unit})."
        return f"{told} Målet är satt efter {plan.goal_way.label}." if plan else told

    def _pace(self, row: int, measure: Measure) -> str:
        told = f"Planerat är {_number(self.way.needed[row])} i veckan."
        if np.isnan(self.way.times_typical[row]):
            return told
        told += f" Vanligt i årskursen är {_number(self.way.typical[row])}."
        if not self.way.is_too_steep[row]:
            return told
        times = _number(self.way.times_typical[row])
        interim = _points(measure, int(self.way.drawn_goal[row]))
        return (
            f"{told} Målet kräver {times} gånger så mycket. Sätt hellre ett delmål: {interim} till samma dag."
        )

    def _evidence(self, row: int) -> str:
        told = f"{self.found.n[row]} resultat på {_weeks(int(self.found.days[row]))}."
        if not np.isnan(self.found.slope[row]):
            told += f" Takten är {_number(self.found.slope[row] * self.plans.sign[row])} i veckan."
        return f"{told} {HOW_SOLID[LABELS[self.found.label[row]]]}"

    def _results(self, row: int, measure: Measure) -> tuple[ResultRow, ...]:
        own = self.support.readings.where(self.support.readings.period == row).in_order()
        planned, under = planned_points(self.plans, own), under_line(self.plans, own)
        return tuple(
            ResultRow(day.item(), _points(measure, int(points)), _number(line / 1000), bool(is_under))
            for day, points, line, is_under in zip(own.day, own.points, planned, under, strict=True)
        )


def _weeks(days: int) -> str:
    return counted(round(days / 7), "vecka", "veckor")


def _how_often(plan: SupportPlan | None) -> str:
    if plan is None or plan.minutes is None:
        return ""
    times = counted(plan.times_a_week or 0, "gång", "gånger")
    return f"{counted(plan.minutes, 'minut', 'minuter')}, {times} i veckan"


def _points(measure: Measure, points: int) -> str:
    return measure.shown(from_thousandths(points))


def _number(value: float) -> str:
    """With one decimal; a small one with two."""
    return f"{value:.{2 if abs(value) < 1 else 1}f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
