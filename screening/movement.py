"""What happened between windows: drops, levels lost, and numbers that look wrong (decision logic, section 5).

"Worse" is less, or more where less is better: every difference is turned so that a fall is negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeVar, cast

import numpy as np

from screening.arrays import Arrays, each_row
from screening.judging import Judged
from screening.levels import NO_RANK
from screening.standards import NONE, Bools, Bounds, Ints, Sheet

Taken = TypeVar("Taken", bound=np.ndarray[Any, Any])

DROP = 1.645 * sqrt(2)  # times sem: 95 % one-sided for the difference of two scores
IMPLAUSIBLE_FALL = 4 * sqrt(2)  # times sem


@dataclass(frozen=True)
class Pair(Arrays):
    """The two latest scores of the academic year on every measure, as they stand in each window: (w * n, m).

    Where there are not two, the rest says nothing.
    """

    there: Bools  # there are two
    before: Ints
    now: Ints
    before_in: Ints  # index of the window
    now_in: Ints
    on_text: Bools  # both on the text agreed for their window
    confirmed: Bools  # the later of them

    def change(self, signs: Ints) -> Ints:
        """(w * n, m) Positive where it went better, 0 where there is no pair."""
        return np.where(self.there, (self.now - self.before) * signs, 0)


def latest_pairs(sheet: Sheet, starts: Sequence[int]) -> Pair:
    """``sheet``: n pupils in the first window, then in the second ...; ``starts``: for each window, the index
    of the first one of its academic year."""
    now_in = latest(sheet.has_points, len(starts))
    # Where each cell stands in the first window: a window is so many cells on.
    first = np.arange(now_in[0].size).reshape(now_in.shape[1:])
    now_at = np.maximum(now_in, 0) * first.size + first
    before_in = np.where(now_in >= 0, earlier(now_in).take(now_at), -1)
    before_at = np.maximum(before_in, 0) * first.size + first
    there = before_in >= np.array(starts)[:, None, None]  # no score before the year began is before

    def of(values: Taken, at: Ints) -> Taken:
        return cast(Taken, values.take(at).reshape(values.shape))

    flat = sheet.points.shape
    return Pair(
        there=there.reshape(flat),
        before=of(sheet.points, before_at),
        now=of(sheet.points, now_at),
        before_in=before_in.reshape(flat),
        now_in=now_in.reshape(flat),
        on_text=of(sheet.on_text, now_at) & of(sheet.on_text, before_at),
        confirmed=of(sheet.confirmed, now_at),
    )


def latest(there: Bools, windows: int) -> Ints:
    """(w, n, ...) The latest window (index) up to each where ``there`` (w * n, ...) holds; -1 without."""
    here = there.reshape(windows, -1, *there.shape[1:])
    numbers = np.arange(windows).reshape(-1, *[1] * (here.ndim - 1))
    return np.maximum.accumulate(np.where(here, numbers, -1), axis=0)


def earlier(latest_in: Ints) -> Ints:
    """The same of the windows before each: as the window before tells it, -1 in the first."""
    before = np.full_like(latest_in, -1)
    before[1:] = latest_in[:-1]
    return before


@dataclass(frozen=True)
class Oddities(Arrays):
    """Numbers to check, one array (n, m) per reason."""

    outside_range: Bools
    errors: Bools
    fall: Bools
    rise: Bools

    @each_row
    def any(self) -> Bools:
        """(n, m) For whatever reason."""
        return self.outside_range | self.errors | self.fall | self.rise


def oddities(sheet: Sheet, pair: Pair, bounds: Bounds) -> Oddities:
    """Of each window's scores and of the pair they end; what a person has confirmed is not odd."""
    open_scores = sheet.has_points & ~sheet.confirmed
    counted = (sheet.attempted != NONE) & (sheet.errors != NONE)
    change, open_pairs = pair.change(bounds.signs), pair.there & ~pair.confirmed
    return Oddities(
        outside_range=open_scores & ((sheet.points < bounds.minimum) | (sheet.points > bounds.maximum)),
        errors=open_scores & counted & (sheet.errors > sheet.attempted),
        fall=open_pairs & (change < -(IMPLAUSIBLE_FALL * bounds.sem)),
        rise=open_pairs & (change > bounds.implausible_gain),
    )


def drops(pair: Pair, bounds: Bounds, held_back: Bools) -> Bools:
    """(w * n, m) Lower than last time by more than the scores' errors explain, and not held back."""
    on_text = pair.on_text | ~bounds.same_text
    fell: Bools = pair.there & (pair.change(bounds.signs) <= -DROP * bounds.sem) & on_text & ~held_back
    return fell


@dataclass(frozen=True)
class Sums(Arrays):
    """The composites that set the level: arrays (w * n,). More is always better: less is turned."""

    which: Ints  # index of the composite, -1 where none set the level
    values: Ints


@dataclass(frozen=True)
class Lost(Arrays):
    """Levels that fell in two determined windows running, though what set them rose."""

    measures: Bools  # (w * n, m)
    sums: Bools  # (w * n,) the composite that set the level
    first: Ints  # (w * n,) index of the earlier of the two windows before, -1 where there is none
    second: Ints  # ... and of the later

    @property
    def any(self) -> Bools:
        found: Bools = self.measures.any(axis=1) | self.sums
        return found


def lost_levels(judged: Judged, sheet: Sheet, sums: Sums | None, signs: Ints, windows: int) -> Lost:
    """Of n pupils in the first window, then in the second ...; ``sums``: None without composites."""
    second = earlier(latest(judged.level != NO_RANK, windows))
    pupils = second.shape[1]
    first = np.where(second >= 0, second.take(np.maximum(second, 0) * pupils + np.arange(pupils)), -1)
    lost = Lost(
        np.zeros(sheet.marks.shape, np.bool_),
        np.zeros(len(judged.level), np.bool_),
        first.ravel(),
        second.ravel(),
    )
    now = np.flatnonzero((first.ravel() >= 0) & (judged.level != NO_RANK))
    three = [one[now] * pupils + now % pupils for one in (lost.first, lost.second)] + [now]
    levels = judged.level[np.array(three)]
    fell = (levels[2] < levels[1]) & (levels[1] < levels[0])
    if fell.any():
        rows, three = now[fell], [one[fell] for one in three]
        lost.measures[rows] = _rose(judged, sheet, signs, three)
        if sums is not None:
            lost.sums[rows] = _sums_rose(sums, three)
    return lost


def _rose(judged: Judged, sheet: Sheet, signs: Ints, three: Sequence[Ints]) -> Bools:
    """(k, m) The measures that rose twice, and set the level with a real score each time."""
    first, second, now = (judged.points[rows] for rows in three)
    rose = ((now - second) * signs > 0) & ((second - first) * signs > 0)
    set_it = [judged.setters[rows] & sheet.has_points[rows] for rows in three]
    found: Bools = rose & set_it[0] & set_it[1] & set_it[2]
    return found


def _sums_rose(sums: Sums, three: Sequence[Ints]) -> Bools:
    """(k,) One composite set the level each time, and it rose twice."""
    which, values = ([array[rows] for rows in three] for array in (sums.which, sums.values))
    same = (which[2] >= 0) & (which[2] == which[1]) & (which[1] == which[0])
    rose: Bools = same & (values[2] > values[1]) & (values[1] > values[0])
    return rose
