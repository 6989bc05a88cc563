"""Planned development ("planerad utveckling"): from a start straight to a goal (decision logic, section 6).

Many support periods at once. Arrays of plans are (p,), arrays of readings (k,); points are whole thousandths
and days whole days, so that "on the line" is exact. Nothing here imports the database.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]  # whole days
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

START_POINTS = 3  # their median is the start, where nobody gave one
START_WITHIN_DAYS = 21
MONTHS_BEFORE_AUGUST = 7  # an academic year begins on 1 August (assessments.calendar.AUTUMN_STARTS)


@dataclass(frozen=True)
class Plans:
    """p support periods: what was agreed, and the measure each is about."""

    starts_on: Days
    start: Ints
    goal_on: Days  # after starts_on
    goal: Ints
    minimum: Ints
    maximum: Ints
    sem: Floats  # in thousandths, NaN where unknown
    sign: Ints  # -1 where less is better

    @property
    def days(self) -> Ints:
        return whole_days(self.goal_on - self.starts_on)

    @property
    def goal_slope(self) -> Floats:
        """(p,) Units a week from start to goal."""
        return (self.goal - self.start) / 1000 / (self.days / 7)


@dataclass(frozen=True)
class Readings:
    """k dated points; ``period`` is the row in the plans that each belongs to."""

    period: Ints
    day: Days
    points: Ints

    def where(self, kept: Bools) -> "Readings":
        return Readings(self.period[kept], self.day[kept], self.points[kept])

    def in_order(self) -> "Readings":
        """By period and day; of one day by points, so that no order of the rows means anything."""
        order = np.lexsort((self.points, self.day, self.period))
        return Readings(self.period[order], self.day[order], self.points[order])

    @property
    def place(self) -> Ints:
        """(k,) 0 for the first of each period, 1 for the next ... Of readings in order."""
        firsts = np.searchsorted(self.period, self.period)
        return np.arange(len(self.period)) - firsts


def whole_days(span: npt.NDArray[np.timedelta64]) -> Ints:
    return span.astype("timedelta64[D]").astype(np.int64)


def academic_year(days: Days) -> Ints:
    """The calendar year in which each day's academic year began."""
    months = days.astype("datetime64[M]") - np.timedelta64(MONTHS_BEFORE_AUGUST, "M")
    return months.astype("datetime64[Y]").astype(np.int64) + 1970


def of_one_year(starts_on: Days, readings: Readings) -> Readings:
    """The readings of the academic year the period began in: no slope is drawn across a summer."""
    return readings.where(academic_year(readings.day) == academic_year(starts_on)[readings.period])


def planned_points(plans: Plans, readings: Readings) -> Floats:
    """(k,) What the line says on the day of each reading, in thousandths; after its day the goal."""
    of = readings.period
    gone = np.clip(whole_days(readings.day - plans.starts_on[of]), 0, plans.days[of])
    planned: Floats = plans.start[of] + (plans.goal - plans.start)[of] * gone / plans.days[of]
    return planned


def under_line(plans: Plans, readings: Readings) -> Bools:
    """(k,) Worse than planned that day. On the line is not under it; after its day the goal is the line.

    (points - start) / (day - start's day) < (goal - start) / (goal's day - start's day), without division.
    """
    of = readings.period
    gone = np.clip(whole_days(readings.day - plans.starts_on[of]), 0, plans.days[of])
    reached = (readings.points - plans.start[of]) * plans.days[of]
    planned = (plans.goal - plans.start)[of] * gone
    found: Bools = reached * plans.sign[of] < planned * plans.sign[of]
    return found


def first_values(starts_on: Days, readings: Readings) -> tuple[Bools, Ints]:
    """Whether each period has three points within 21 days of its start, and the median of its first three."""
    found, medians = np.zeros(len(starts_on), np.bool_), np.zeros(len(starts_on), np.int64)
    ordered = of_one_year(starts_on, readings).in_order()
    soon = whole_days(ordered.day - starts_on[ordered.period]) <= START_WITHIN_DAYS
    first = ordered.where(soon & (ordered.place < START_POINTS))
    enough = np.bincount(first.period, minlength=len(starts_on)) == START_POINTS
    trios = first.points[enough[first.period]].reshape(-1, START_POINTS)
    found[enough] = True
    medians[enough] = np.median(trios, axis=1)
    return found, medians
