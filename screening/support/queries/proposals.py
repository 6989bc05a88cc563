"""What a goal would be by each of the four ways, before there is a period: starts and goals by pupil."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.database.types import from_thousandths, in_thousandths
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Score
from screening.aimlines import Floats, Ints, Plans, Readings
from screening.goals import Yardsticks, goals, pace
from screening.growth import growth
from screening.handovers.seeing import is_open_on
from screening.models import StartFrom
from screening.support.periods import Support, fetch, measure_arrays
from screening.support.queries.yardsticks import yardsticks
from screening.support.starts import Start, starts
from screening.support.stored import PERIODS, Key
from screening.support.ways import GoalWay


class Steep(NamedTuple):
    """A goal that asks for more than 1.5 times the typical rate (decision logic, section 6)."""

    times: float  # the typical rate
    interim: Decimal  # what can be reached by the same day

    @property
    def times_shown(self) -> str:
        return f"{self.times:.1f}".replace(".", ",")


@dataclass(frozen=True)
class Proposal:
    """Where a pupil would begin, and the goal by each way; None where nothing is known."""

    start: Start | None
    goals: Mapping[GoalWay, Decimal | None]
    steep: Mapping[GoalWay, Steep]  # only of the goals that are too steep


def measured_of(pupil_id: int, codes: Iterable[str]) -> frozenset[str]:
    """Those of the measures that the pupil has a result of to start from today. One query."""
    asked: dict[Key, dict[date, Decimal]] = {(pupil_id, code, today()): {} for code in codes}
    return frozenset(code for _pupil_id, code, _day in starts(asked, _seen()))


def _seen() -> sa.ColumnElement[bool]:
    """What another school has not handed over is not ours."""
    return is_open_on(Score.pupil_id, Score.assessed_on)


def proposals(
    measure: str, starts_on: date, goal_on: date, told: Mapping[int, Decimal | None],
    agreed: Decimal | None = None,
) -> dict[int, Proposal]:  # fmt: skip
    """By pupil id. ``told`` holds the start values that somebody gave; else the latest score counts.
    ``agreed``: the goal that people have agreed on.

    A fixed number of queries, however many pupils.
    """
    known = measures()
    lacking: dict[Key, dict[date, Decimal]] = {
        (pupil_id, measure, starts_on): {} for pupil_id, value in told.items() if value is None
    }
    found = {key[0]: start for key, start in starts(lacking, _seen()).items()}
    found |= {one: Start(value, StartFrom.GIVEN) for one, value in told.items() if value is not None}
    ids = sorted(found)
    none = Proposal(None, dict.fromkeys(GoalWay), {})
    if not ids or measure not in known:
        return dict.fromkeys(told, none)
    support = _imagined(known[measure], starts_on, goal_on, {one: found[one].value for one in ids})
    by = yardsticks(support, growth(support.plans, support.readings), known)
    goal = np.nan if agreed is None else float(in_thousandths(agreed))
    by_way = goals(support.plans, by) | {GoalWay.AGREED: np.full(len(ids), goal)}
    steep = {way: _steep(replace(support.plans, goal=_whole(by_way[way])), by) for way in GoalWay}
    proposed = {
        one: Proposal(
            found[one],
            {way: _points(by_way[way][row]) for way in GoalWay},
            {way: is_steep for way in GoalWay if (is_steep := steep[way][row])},
        )
        for row, one in enumerate(ids)
    }
    return {one: proposed.get(one, none) for one in told}


def _steep(plans: Plans, by: Yardsticks) -> list[Steep | None]:
    way = pace(plans, by)
    return [
        Steep(float(times), from_thousandths(int(interim))) if is_steep else None
        for times, interim, is_steep in zip(way.times_typical, way.drawn_goal, way.is_too_steep, strict=True)
    ]


def _whole(points: Floats) -> Ints:
    """Where no goal is known 0: from any start that is no way upwards, and never steep."""
    return np.nan_to_num(points).astype(np.int64)


def _imagined(measure: Measure, starts_on: date, goal_on: date, begun: Mapping[int, Decimal]) -> Support:
    """The periods as they would be. Their results are those of the pupils' earlier periods of the year: by
    them the own rate is told."""
    ids, many = list(begun), len(begun)
    start = np.array([in_thousandths(value) for value in begun.values()], np.int64)
    plans = Plans(
        starts_on=np.full(many, starts_on, "datetime64[D]"),
        start=start,
        goal_on=np.full(many, goal_on, "datetime64[D]"),
        goal=start,
        **measure_arrays([measure] * many),
    )
    earlier = fetch(
        (PERIODS.c.measure == measure.code)
        & PERIODS.c.pupil_id.in_(ids)
        & (PERIODS.c.starts_on >= first_day(academic_year_on(starts_on)))
        & is_open_on(PERIODS.c.pupil_id, PERIODS.c.starts_on),
        {measure.code: measure},
    )
    of = np.searchsorted(np.array(ids), earlier.pupil_ids[earlier.readings.period])
    readings = Readings(of.astype(np.int64), earlier.readings.day, earlier.readings.points)
    return Support(
        ids=np.zeros(many, np.int64),
        pupil_ids=np.array(ids, np.int64),
        measures=[measure.code] * many,
        plans=plans,
        readings=readings,
        ended_on=np.full(many, np.datetime64("NaT", "D")),
    )


def _points(value: float) -> Decimal | None:
    return None if np.isnan(value) else from_thousandths(round(float(value)))
