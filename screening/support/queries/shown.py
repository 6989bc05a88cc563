"""Support periods in words: the plan, the pace it asks for, a plain answer, and the results day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

import numpy as np
import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.database.types import from_thousandths
from assessments.instruments.catalogue import Measure, measures
from assessments.words import counted, decimal
from screening.aimlines import Plans
from screening.goals import Pace, pace
from screening.growth import FEWEST_FOR_VERDICT, LABELS, VERDICTS, Growth, Label, Verdict
from screening.legs import corners, planned_points, under_line
from screening.queries.limit_sources import LimitSource
from screening.support.models import SupportFollowUp, SupportPlan
from screening.support.periods import Support, fetch
from screening.support.queries.background import Background, background
from screening.support.queries.drawn import FormerGoal, Shown, SupportPicture
from screening.support.queries.picture import support_picture
from screening.support.queries.yardsticks import rests_on, yardsticks
from screening.support.ways import WITHOUT_KIND

UNTOLD = "Uppföljningen gjordes på en annan skola och syns när ni har tagit emot en överlämning därifrån"
LONG_RUN = 3  # two are told by the verdict
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
class FollowUp:
    """How a period ended, in words."""

    ended_on: date
    worked: str
    line: str | None
    before: str
    after: str  # empty where nothing was measured
    change: str
    by: str
    is_told: bool = True  # not: another school wrote it, and has not handed it over


@dataclass(frozen=True)
class SupportShown:
    """One period. Sentences are ready to read; ``verdict`` is the plain answer."""

    period_id: int
    pupil_id: int
    kind: str
    measure: str
    starts_on: date
    goal_on: date
    weeks: str
    how_often: str
    goal: str
    pace: str
    sources: tuple[LimitSource, ...]  # of the limits and typical values that the plan is told beside
    verdict: str
    is_behind: bool
    evidence: str
    results: tuple[ResultRow, ...]
    led_by: str
    group: tuple[int, str] | None
    latest_on: date | None  # of the results
    changes: tuple[str, ...]  # of the plan: the day it holds from, and the line
    picture: SupportPicture
    follow_up: FollowUp | None


def shown(chosen: sa.ColumnElement[bool]) -> tuple[SupportShown, ...]:
    """The periods that the condition on PERIODS chooses, the latest first. A fixed number of queries."""
    known = measures()
    support = fetch(chosen, known)
    found = support.growth()
    way = pace(support.plans, yardsticks(support, found, known))
    around, sources = background(support.ids.tolist()), rests_on(support, known)
    telling = _Telling(support, found, way, known, around, sources)
    told = [telling.of(row) for row in range(len(support.measures))]
    return tuple(sorted(told, key=lambda one: (one.starts_on, one.measure), reverse=True))


@dataclass(frozen=True)
class _Telling:
    """Periods, told one by one."""

    support: Support
    found: Growth
    way: Pace
    known: Mapping[str, Measure]
    around: Background
    sources: Sequence[tuple[LimitSource, ...]]

    @property
    def plans(self) -> Plans:
        return self.support.plans

    def of(self, row: int) -> SupportShown:
        measure, period_id = self.known[self.support.measures[row]], int(self.support.ids[row])
        verdict = VERDICTS[self.found.verdict[row]]
        ended = self.around.ended.get(period_id)
        plan, led_by = self.around.plans.get(period_id), self.around.led_by.get(period_id)
        results = self._results(row, measure)
        return SupportShown(
            period_id=period_id,
            pupil_id=int(self.support.pupil_ids[row]),
            kind=plan.kind.label if plan else WITHOUT_KIND,
            measure=measure.name,
            starts_on=self.plans.starts_on[row].item(),
            goal_on=self.plans.goal_on[row].item(),
            weeks=_weeks(int(self.plans.days[row])),
            how_often=_how_often(plan),
            goal=self._goal(row, measure, plan),
            pace=self._pace(row, measure),
            sources=self.sources[row],
            verdict=verdict.label,
            is_behind=verdict in (Verdict.FALLING_BEHIND, Verdict.UNDER_THE_LINE),
            evidence=" ".join(filter(None, (self._evidence(row), _run_under(results, verdict)))),
            results=results,
            led_by=self.around.function_words[led_by] if led_by else "",
            group=self.around.groups.get(period_id),
            latest_on=results[-1].day if results else None,
            changes=tuple(f"{day}: {line}" for day, line in self.around.changes.get(period_id, [])),
            picture=support_picture(self._picture(row, measure, verdict.label)),
            follow_up=_untold(ended, measure)
            if ended and period_id in self.around.untold
            else _follow_up(ended, measure, self.around.by),
        )

    def _picture(self, row: int, measure: Measure, verdict: str) -> Shown:
        plans, of = self.plans, self.support.readings.period == row
        own, period_id = self.support.readings.where(of).in_order(), int(self.support.ids[row])
        ended = self.around.ended.get(period_id)
        return Shown(
            measure=measure,
            starts_on=plans.starts_on[row].item(),
            start=from_thousandths(int(plans.start[row])),
            goal_on=plans.goal_on[row].item(),
            goal=from_thousandths(int(plans.goal[row])),
            drawn_goal=from_thousandths(int(self.way.drawn_goal[row])),
            results=[
                (day.item(), from_thousandths(int(points)))
                for day, points in zip(own.day, own.points, strict=True)
            ],
            trend=self._trend(row, [day.item() for day in own.day]),
            changes=self.around.changes.get(period_id, []),
            ended_on=ended.ended_on if ended else None,
            verdict=verdict,
            bends=[(day, from_thousandths(points)) for day, points in corners(plans, row)[1:-1]],
            former=self._former(row),
        )

    def _former(self, row: int) -> list[FormerGoal]:
        own = self.plans.former.where(self.plans.former.period == row)
        return [
            FormerGoal(until.item(), from_thousandths(int(goal)), goal_on.item())
            for until, goal, goal_on in zip(own.until, own.goal, own.goal_on, strict=True)
        ]

    def _trend(self, row: int, days: list[date]) -> tuple[tuple[date, float], tuple[date, float]] | None:
        """Theil-Sen's line from the first result of the year to the last."""
        line, starts_on = self.found.theil_sen, self.plans.starts_on[row].item()
        if np.isnan(line.slope[row]):
            return None
        year = academic_year_on(starts_on)
        own = [day for day in days if academic_year_on(day) == year]

        def at(day: date) -> tuple[date, float]:
            weeks = (day - starts_on) / timedelta(weeks=1)
            return day, float(line.at_start[row] + line.slope[row] * weeks)

        return at(own[0]), at(own[-1])

    def _goal(self, row: int, measure: Measure, plan: SupportPlan | None) -> str:
        start, goal = (_points(measure, int(values[row])) for values in (self.plans.start, self.plans.goal))
        told = [f"Från {start} till målet {goal} ({measure.unit})."]
        told += [f"Målet är satt efter {plan.goal_way.label}."] if plan else []
        told += [
            f"Före {one.until} var målet {measure.shown(one.goal)} till {one.goal_on}."
            for one in self._former(row)
        ]
        return " ".join(told)

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
            f"{told} Målet kräver {times} gånger så mycket. Sätt hellre ett delmål: {interim} till samma "
            "dag. Linjen i bilden går dit; svaret och resultaten jämförs med målet."
        )

    def _evidence(self, row: int) -> str:
        told = f"{self.found.n[row]} resultat{_over(int(self.found.n[row]), int(self.found.days[row]))}."
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


def _follow_up(ended: SupportFollowUp | None, measure: Measure, by: Mapping[int, str]) -> FollowUp | None:
    if ended is None:
        return None
    change = "" if ended.after is None else _signed(float(ended.after - ended.before))
    return FollowUp(
        ended_on=ended.ended_on,
        worked=ended.worked.label,
        line=ended.line,
        before=measure.shown(ended.before),
        after="" if ended.after is None else decimal(ended.after),
        change=change,
        by=by.get(ended.duty_id or 0, ""),
    )


def _untold(ended: SupportFollowUp, measure: Measure) -> FollowUp:
    """That the period has ended; what was said of it is the other school's to tell."""
    return FollowUp(ended.ended_on, UNTOLD, None, measure.shown(ended.before), "", "", "", is_told=False)


def _signed(value: float) -> str:
    return f"+{_number(value)}" if value > 0 else _number(value)


def _run_under(results: Sequence[ResultRow], verdict: Verdict) -> str:
    """A run below the line is a fact, never an alarm by itself: a pupil exactly on course shows four in a row
    with probability .37 within 15 points (decision logic, section 6)."""
    run = sum(1 for _ in takewhile(lambda one: one.is_under, reversed(results)))
    if run < LONG_RUN:
        return ""
    told = f"De {run} senaste resultaten ligger under planerat."
    if verdict is Verdict.FALLING_BEHIND:  # what the run alone does not say, the pace does
        return told
    return f"{told} Det händer ofta också den som följer planen."


def _over(results: int, days: int) -> str:
    """`` på 7 veckor``; one result takes no time, and several in some days come the same week."""
    if round(days / 7):
        return f" på {_weeks(days)}"
    return " samma vecka" if results > 1 else ""


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
