"""The line of planned development: straight from the start to the goal, and bent where a goal was changed.

A changed goal bends the line on its day. The days before keep what was planned for them; from what was
planned for the day itself (to the thousandth, and never beyond the new goal) a straight leg goes to the new
goal on its day. The decision logic (section 6) draws a line from its start straight, in days, to its goal: so
each result is compared with the plan that held when it was taken, and a leg begins where the one before was.

Shapes and units as in ``screening.aimlines``.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from screening.aimlines import Bools, Days, Floats, Former, Ints, Plans, Readings, whole_days


@dataclass(frozen=True)
class Legs:
    """m straight legs of planned development, m >= p, in order of period and day."""

    period: Ints
    from_day: Days
    start: Ints  # what is planned for its first day
    goal_on: Days  # after from_day
    goal: Ints

    @property
    def days(self) -> Ints:
        """At least one: who is past the day of a goal is at the goal."""
        return np.maximum(whole_days(self.goal_on - self.from_day), 1)

    @property
    def last(self) -> Ints:
        """(p,) The row of each period's leg in force."""
        return np.flatnonzero(np.diff(self.period, append=-1))

    def on(self, readings: Readings) -> Ints:
        """(k,) The row of the leg that each reading's day lies on; before the start the first."""
        rows = np.searchsorted(_key(self.period, self.from_day), _key(readings.period, readings.day), "right")
        return np.maximum(rows - 1, np.searchsorted(self.period, readings.period))

    def gone(self, rows: Ints, day: Days) -> Ints:
        """(k,) How many of each leg's days have passed on a day."""
        return np.clip(whole_days(day - self.from_day[rows]), 0, self.days[rows])


def _key(period: Ints, day: Days) -> Ints:
    """Rises with the period, and within it with the day."""
    return period * 10_000_000 + day.astype(np.int64)


def legs(plans: Plans) -> Legs:
    """The lines of all plans: one leg each, and one more for each goal that was changed."""
    former, many = plans.former, len(plans.start)
    period = np.concatenate([former.period, np.arange(many)])
    order = np.lexsort([period])  # stable: a plan's former goals, and then the one in force
    period = period[order]
    goal = np.concatenate([former.goal, plans.goal])[order]
    goal_on = np.concatenate([former.goal_on, plans.goal_on])[order]
    until = np.concatenate([former.until, plans.goal_on])[order]
    place = np.arange(len(period)) - np.searchsorted(period, period)
    from_day, start = plans.starts_on[period], plans.start[period]
    from_day[place > 0] = until[np.flatnonzero(place > 0) - 1]
    line = Legs(period, from_day, start, goal_on, goal)
    for bend in np.unique(place)[1:]:
        here = np.flatnonzero(place == bend)
        start[here] = _planned_at_bend(line, here, plans.sign[period[here]])
    over = goal_on <= from_day  # a goal whose day was past when it was set is the line
    return replace(
        line,
        start=np.where(over, goal, start),
        goal_on=np.where(over, from_day + np.timedelta64(1), goal_on),
    )


def _planned_at_bend(line: Legs, rows: Ints, sign: Ints) -> Floats:
    """What the leg before says for the first day of these; nobody is planned to be beyond the new goal."""
    planned, goal = np.rint(_said(line, rows - 1, line.from_day[rows])), line.goal[rows]
    return np.where(sign == 1, np.minimum(planned, goal), np.maximum(planned, goal))


def _said(line: Legs, rows: Ints, day: Days) -> Floats:
    said: Floats = line.start[rows] + (line.goal - line.start)[rows] * line.gone(rows, day) / line.days[rows]
    return said


def corners(plans: Plans, row: int) -> list[tuple[date, int]]:
    """Where the line of one plan turns, in order: (day, thousandths), from its start to the goal in force.

    A goal that was lowered below what was planned already gives two corners on one day.
    """
    line = legs(plans)
    from_day: list[date] = line.from_day.tolist()
    goal_on: list[date] = line.goal_on.tolist()
    found: list[tuple[date, int]] = []
    for leg in np.flatnonzero(line.period == row).tolist():
        if found:
            before = int(np.rint(_said(line, np.array([leg - 1]), line.from_day[[leg]])[0]))
            reached = [(goal_on[leg - 1], before)] if goal_on[leg - 1] < from_day[leg] else []
            found += [*reached, (from_day[leg], before)]
        if not found or found[-1][1] != line.start[leg]:
            found.append((from_day[leg], int(line.start[leg])))
    last = line.last[row]
    return [*found, (goal_on[last], int(line.goal[last]))]


def in_force(plans: Plans) -> Plans:
    """The plans as if each had begun with its leg in force: what is asked for from now on."""
    line = legs(plans)
    last = line.last
    return replace(
        plans, starts_on=line.from_day[last], start=line.start[last], goal_on=line.goal_on[last],
        former=Former.none(),
    )  # fmt: skip


def planned_points(plans: Plans, readings: Readings) -> Floats:
    """(k,) What the line says on the day of each reading, in thousandths; after its day the goal."""
    line = legs(plans)
    return _said(line, line.on(readings), readings.day)


def under_line(plans: Plans, readings: Readings) -> Bools:
    """(k,) Worse than planned that day. On the line is not under it; after its day the goal is the line.

    (points - start) / (day - start's day) < (goal - start) / (goal's day - start's day), without division,
    on the leg that held that day.
    """
    line = legs(plans)
    on, sign = line.on(readings), plans.sign[readings.period]
    reached = (readings.points - line.start[on]) * line.days[on]
    planned = (line.goal - line.start)[on] * line.gone(on, readings.day)
    return np.where(sign == 1, reached < planned, reached > planned)
