"""Goals of support periods: four ways to set one, and how fast the pupil must go to reach it (section 6).

Many periods at once; shapes and units as in ``screening.aimlines``. Rates are units a week, better is
positive, whichever way the measure goes. NaN where something is not known.

Sources: a benchmark, a rate of improvement and the pupil's own rate are the three ways of the National Center
on Intensive Intervention (2012, Using academic progress monitoring for individualized instructional
planning), which multiplies the latter two by 1.5 so that the pupil comes nearer the others; the fourth is
what people agree on. The interim goal is what 1.5 times the typical rate reaches (own proposal).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from screening.aimlines import Bools, Floats, Ints, Plans
from screening.legs import in_force
from screening.support.ways import GoalWay

STEEPEST = 1.5  # times the typical rate: a line steeper than that is not drawn
AMBITIOUS = 1.5  # times a rate: who only keeps pace never comes nearer the others
ALMOST = 1e-9  # of a step, or of a rate: what floats lose on the way to a whole one


@dataclass(frozen=True)
class Yardsticks:
    """What goals of p periods are set by, arrays (p,)."""

    benchmark: Floats  # the limit for the goal, in thousandths
    typical: Floats  # rate of pupils of the year
    own: Floats  # the pupil's own rate so far
    step: Ints  # of the measure, in thousandths


@dataclass(frozen=True)
class Pace:
    """How fast each of p pupils must go, arrays (p,)."""

    needed: Floats
    typical: Floats
    is_too_steep: Bools
    drawn_goal: Ints  # thousandths: the goal, or the interim goal where the way to it is too steep

    @property
    def times_typical(self) -> Floats:
        """Needed rate / typical rate; NaN where none is known."""
        return self.needed / np.where(self.typical > 0, self.typical, np.nan)


def goals(plans: Plans, by: Yardsticks) -> dict[GoalWay, Floats]:
    """(p,) What the goal of each period would be by each way, in thousandths; what is agreed is the plan's.

    A rate that is not upwards sets no goal, and no goal lies outside the measure.
    """
    return {
        GoalWay.BENCHMARK: by.benchmark,
        GoalWay.TYPICAL_RATE: _reached(plans, AMBITIOUS * by.typical, by.step),
        GoalWay.OWN_RATE: _reached(plans, AMBITIOUS * by.own, by.step),
        GoalWay.AGREED: plans.goal.astype(np.float64),
    }


def pace(plans: Plans, by: Yardsticks) -> Pace:
    """Where the goal asks for more than 1.5 times the typical rate an interim goal is drawn in its place.

    Of a plan whose goal was changed: from the day of the change on, where the line then was.
    """
    now = in_force(plans)
    needed = now.goal_slope * plans.sign
    too_steep: Bools = needed > STEEPEST * np.where(by.typical > 0, by.typical, np.nan) + ALMOST
    planned_already = (now.start - plans.start) * plans.sign
    interim = _reached(plans, STEEPEST * by.typical, by.step, now.days, planned_already)
    drawn = np.where(too_steep, np.nan_to_num(interim), plans.goal).astype(np.int64)
    return Pace(needed, by.typical, too_steep, drawn)


def _reached(
    plans: Plans, rate: Floats, step: Ints, days: Ints | None = None, already: Ints | int = 0
) -> Floats:
    """(p,) What a rate reaches by the day of the goal, down to a whole step and within the measure.

    ``days``: how long it goes on (the whole period), on top of what is ``already`` reached, in thousandths.
    """
    upwards = np.where(rate > 0, rate, np.nan)
    gained = already + upwards * 1000 * (plans.days if days is None else days) / 7
    steps = np.floor(gained / step + ALMOST)
    return np.clip(plans.start + plans.sign * steps * step, plans.minimum, plans.maximum)


def rate_between(stations: Sequence[tuple[int, int]]) -> float:
    """The typical rate: from the first station to the last, each (day of the academic year, thousandths)."""
    ordered = sorted(stations)
    if len(ordered) < 2 or ordered[0][0] == ordered[-1][0]:
        return float("nan")
    (first_day, first), (last_day, last) = ordered[0], ordered[-1]
    return (last - first) / 1000 / ((last_day - first_day) / 7)


def nearest_station(days: Mapping[str, int], day: int) -> str | None:
    """The station whose day lies nearest; of two as near the later one. None where there is none."""
    return min(days, key=lambda name: (abs(days[name] - day), -days[name]), default=None)
