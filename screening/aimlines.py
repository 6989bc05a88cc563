"""Planned development ("planerad utveckling"): from a start straight to a goal (decision logic, section 6).

Many support periods at once. Arrays of plans are (p,), arrays of readings (k,); points are whole thousandths
and days whole days, so that "on the line" is exact. Nothing here imports the database.
The line itself, bent where a goal was changed, is in ``screening.legs``.
"""

from dataclasses import dataclass, field, replace

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
class Former:
    """f goals that plans had before the one in force, in order of period and day. Most periods have none."""

    period: Ints  # the row in the plans
    until: Days  # the first day it no longer held
    goal: Ints
    goal_on: Days

    @classmethod
    def none(cls) -> "Former":
        numbers, days = np.zeros(0, np.int64), np.zeros(0, "datetime64[D]")
        return cls(numbers, days, numbers, days)

    def where(self, kept: Bools) -> "Former":
        return Former(self.period[kept], self.until[kept], self.goal[kept], self.goal_on[kept])


@dataclass(frozen=True)
class Plans:
    """p support periods: what was agreed, and the measure each is about. The goal is the one in force."""

    starts_on: Days
    start: Ints
    goal_on: Days  # after starts_on
    goal: Ints
    minimum: Ints
    maximum: Ints
    sem: Floats  # in thousandths, NaN where unknown
    sign: Ints  # -1 where less is better
    former: Former = field(default_factory=Former.none)

    @property
    def days(self) -> Ints:
        return whole_days(self.goal_on - self.starts_on)

    @property
    def goal_slope(self) -> Floats:
        """(p,) Units a week from the period's start to the goal in force."""
        return (self.goal - self.start) / 1000 / (self.days / 7)

    def known_before(self, days: Days | np.datetime64) -> "Plans":
        """As each stood before a day, (p,) or one for all: a goal that was changed from that day on or later
        was not known."""
        day = np.broadcast_to(days, self.starts_on.shape)[self.former.period]
        later = self.former.where(self.former.until >= day)
        changed, firsts = np.unique(later.period, return_index=True)
        goal, goal_on = self.goal.copy(), self.goal_on.copy()
        goal[changed], goal_on[changed] = later.goal[firsts], later.goal_on[firsts]
        return replace(self, goal=goal, goal_on=goal_on, former=self.former.where(self.former.until < day))


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
