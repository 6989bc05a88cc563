"""What happened between windows: drops, levels lost, and numbers that look wrong (decision logic, section 5).

"Worse" is less, or more where less is better: every difference is turned so that a fall is negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from screening.judging import Judged
from screening.levels import NO_RANK
from screening.scales import Ranks
from screening.standards import NONE, Bools, Ints, Sheet, Yardstick

DROP = 1.645 * sqrt(2)  # times sem: 95 % one-sided for the difference of two scores
IMPLAUSIBLE_FALL = 4 * sqrt(2)  # times sem


@dataclass(frozen=True)
class Pair:
    """The two latest scores of the academic year on every measure: arrays (n, m)."""

    there: Bools  # there are two
    before: Ints
    now: Ints
    before_in: Ints  # index of the window among those given, -1 where none
    now_in: Ints
    on_text: Bools  # both on the text agreed for their window
    confirmed: Bools  # the later of them

    def change(self, measures: Sequence[Yardstick]) -> Ints:
        """(n, m) Positive where it went better, 0 where there is no pair."""
        signs = np.array([measure.sign for measure in measures], np.int64)
        return np.where(self.there, (self.now - self.before) * signs, 0)


def latest_pair(sheets: Sequence[Sheet]) -> Pair:
    """The pair as it stands in the last of the sheets, which are in order and of one academic year."""
    shape = sheets[-1].marks.shape
    before, now = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    before_in, now_in = np.full(shape, -1, np.int64), np.full(shape, -1, np.int64)
    earlier_on_text, on_text = np.ones(shape, np.bool_), np.ones(shape, np.bool_)
    confirmed = np.zeros(shape, np.bool_)
    for number, sheet in enumerate(sheets):
        has = sheet.has_points
        before, now = np.where(has, now, before), np.where(has, sheet.points, now)
        before_in, now_in = np.where(has, now_in, before_in), np.where(has, number, now_in)
        earlier_on_text = np.where(has, on_text, earlier_on_text)
        on_text = np.where(has, sheet.on_text, on_text)
        confirmed = np.where(has, sheet.confirmed, confirmed)
    return Pair(before_in >= 0, before, now, before_in, now_in, earlier_on_text & on_text, confirmed)


@dataclass(frozen=True)
class Oddities:
    """Numbers to check, one array (n, m) per reason."""

    outside_range: Bools
    errors: Bools
    fall: Bools
    rise: Bools

    @property
    def any(self) -> Bools:
        return self.outside_range | self.errors | self.fall | self.rise


def oddities(sheet: Sheet, pair: Pair, measures: Sequence[Yardstick]) -> Oddities:
    """Of this window's scores and of the pair they end; what a person has confirmed is not odd."""
    minimum = np.array([measure.minimum for measure in measures], np.int64)
    maximum = np.array([measure.maximum for measure in measures], np.int64)
    open_scores = sheet.has_points & ~sheet.confirmed
    counted = (sheet.attempted != NONE) & (sheet.errors != NONE)
    change, open_pairs = pair.change(measures), pair.there & ~pair.confirmed
    fall = np.array([_or_never(measure.sem) * IMPLAUSIBLE_FALL for measure in measures])
    rise = np.array([_or_never(measure.implausible_gain) for measure in measures])
    return Oddities(
        outside_range=open_scores & ((sheet.points < minimum) | (sheet.points > maximum)),
        errors=open_scores & counted & (sheet.errors > sheet.attempted),
        fall=open_pairs & (change < -fall),
        rise=open_pairs & (change > rise),
    )


def _or_never(value: int | None) -> float:
    return np.inf if value is None else float(value)


def drops(pair: Pair, measures: Sequence[Yardstick], held_back: Bools) -> Bools:
    """(n, m) Lower than last time by more than the scores' errors explain, and not held back by a check."""
    limit = np.array([-DROP * _or_never(measure.sem) for measure in measures])
    needs_text = np.array([measure.same_text for measure in measures], np.bool_)
    fell: Bools = pair.there & (pair.change(measures) <= limit) & (pair.on_text | ~needs_text) & ~held_back
    return fell


@dataclass(frozen=True)
class Sums:
    """The composites that set the level: arrays (n,). More is always better: less is turned."""

    which: Ints  # index of the composite, -1 where none set the level
    values: Ints

    @classmethod
    def none(cls, pupils: int) -> "Sums":
        return cls(np.full(pupils, -1, np.int64), np.zeros(pupils, np.int64))

    def unless(self, rows: Bools, newer: "Sums") -> "Sums":
        return Sums(np.where(rows, newer.which, self.which), np.where(rows, newer.values, self.values))

    def rose_from(self, earlier: "Sums") -> Bools:
        """(n,) The same composite set the level both times, and it is better now."""
        rose: Bools = (self.which >= 0) & (self.which == earlier.which) & (self.values > earlier.values)
        return rose


@dataclass(frozen=True)
class Remembered:
    """One determined window of each pupil, to compare with later: arrays (n,) and (n, m)."""

    level: Ranks  # -1: none yet
    points: Ints
    setters: Bools  # those that set the level with a real score
    window: Ints
    sums: Sums

    @classmethod
    def nothing(cls, pupils: int, measures: int, sums: Sums) -> "Remembered":
        wide = (pupils, measures)
        return cls(
            np.full(pupils, NO_RANK, np.int8),
            np.zeros(wide, np.int64),
            np.zeros(wide, np.bool_),
            np.full(pupils, -1, np.int64),
            sums,
        )

    @classmethod
    def of(cls, judged: Judged, sheet: Sheet, window: int, sums: Sums) -> "Remembered":
        at = np.full(len(judged.level), window, np.int64)
        return cls(judged.level, judged.points, judged.setters & sheet.has_points, at, sums)

    def unless(self, rows: Bools, newer: "Remembered") -> "Remembered":
        """The newer one for these rows, this one for the others."""
        wide = rows[:, None]
        return Remembered(
            np.where(rows, newer.level, self.level),
            np.where(wide, newer.points, self.points),
            np.where(wide, newer.setters, self.setters),
            np.where(rows, newer.window, self.window),
            self.sums if self.sums is newer.sums else self.sums.unless(rows, newer.sums),
        )


def lost_levels(
    first: Remembered, second: Remembered, now: Remembered, measures: Sequence[Yardstick]
) -> Bools:
    """(n, m) The measures that rose twice while the window's level, which they set, fell twice."""
    signs = np.array([measure.sign for measure in measures], np.int64)
    rose = ((now.points - second.points) * signs > 0) & ((second.points - first.points) * signs > 0)
    fell = _fell_twice(first, second, now)[:, None]
    found: Bools = fell & rose & first.setters & second.setters & now.setters
    return found


def lost_sums(first: Remembered, second: Remembered, now: Remembered) -> Bools:
    """(n,) The same of a composite that set the level."""
    rose = now.sums.rose_from(second.sums) & second.sums.rose_from(first.sums)
    return _fell_twice(first, second, now) & rose


def _fell_twice(first: Remembered, second: Remembered, now: Remembered) -> Bools:
    fell: Bools = (now.level != NO_RANK) & (now.level < second.level) & (second.level < first.level)
    return fell
