"""Support periods for tests about growth: one call names only what differs."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from screening.aimlines import Plans, Readings

STARTED = date(2026, 8, 24)


def plans(count: int = 1, *, start=20, goal=35, weeks=10, sem=None, less_is_better=False, ends=(0, 250)):
    """Periods from 24 August, all alike, in the measure's own unit."""
    days = np.full(count, np.datetime64(STARTED))
    lowest, highest = ends
    return Plans(
        starts_on=days,
        start=np.full(count, round(start * 1000)),
        goal_on=days + np.timedelta64(weeks * 7),
        goal=np.full(count, round(goal * 1000)),
        minimum=np.full(count, lowest * 1000),
        maximum=np.full(count, highest * 1000),
        sem=np.full(count, np.nan if sem is None else sem * 1000.0),
        sign=np.full(count, -1 if less_is_better else 1),
    )


def readings(*series: Sequence[tuple[int, float]]) -> Readings:
    """One series of (day since the start, points) per period."""
    rows = [(of, day, points) for of, one in enumerate(series) for day, points in one]
    of, days, points = zip(*rows, strict=True) if rows else ((), (), ())
    return Readings(
        period=np.array(of, np.int64),
        day=np.datetime64(STARTED) + np.array(days, "timedelta64[D]"),
        points=np.array([round(value * 1000) for value in points], np.int64),
    )


def weekly(*points: float) -> list[tuple[int, float]]:
    """A point every seventh day from the start."""
    return [(week * 7, value) for week, value in enumerate(points)]
