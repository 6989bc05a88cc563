"""Shares of groups, with how sure they are, and what became of pupils between two windows (section 7).

Everything takes and gives arrays of one shape (or plain numbers); counts are whole numbers, shares 0 to 1.
NaN where there is nobody. Nothing here ranks anybody.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, ceil, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, ndtri

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """Shares (or differences of shares) with the ends of their interval; arrays of one shape."""

    share: Floats
    low: Floats
    high: Floats


def wilson(count: npt.ArrayLike, among: npt.ArrayLike, confidence: float = CONFIDENCE) -> Share:
    """Wilson's score interval without continuity correction (Wilson 1927; Brown, Cai & DasGupta 2001)."""
    x, n = np.broadcast_arrays(np.asarray(count, np.float64), np.asarray(among, np.float64))
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    size = np.where(n > 0, n, np.nan)
    p = x / size
    middle = (p + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * p * (1 - p) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
    # At the ends the interval reaches 0 and 1 exactly; rounding must not go past them.
    low, high = np.where(x == 0, 0.0, middle - half), np.where(x == n, 1.0, middle + half)
    return Share(p, np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan))


def difference(first: Share, second: Share) -> Share:
    """The second share minus the first, with Newcombe's interval (Newcombe 1998, method 10)."""
    found = second.share - first.share
    below = np.sqrt((second.share - second.low) ** 2 + (first.high - first.share) ** 2)
    above = np.sqrt((second.high - second.share) ** 2 + (first.share - first.low) ** 2)
    return Share(found, found - below, found + above)


@dataclass(frozen=True)
class Funnel:
    """Groups around their joint share: counts from ``low`` to ``high`` are what chance alone gives."""

    joint: float
    low: Ints
    high: Ints
    is_outside: Bools


def funnel_limits(among: npt.ArrayLike, joint: float, confidence: float = CONFIDENCE) -> tuple[Ints, Ints]:
    """The exact binomial limits of groups of this size: quantiles of Bin(n, joint) (Spiegelhalter 2005)."""
    sizes = np.asarray(among, np.int64)
    tail = (1 - confidence) / 2
    return _quantile(tail, sizes, joint), _quantile(1 - tail, sizes, joint)


def _quantile(q: float, n: Ints, p: float) -> Ints:
    """The smallest k with P(X <= k) >= q for X of Bin(n, p), by halving what is left of 0 to n."""
    low, high = np.zeros_like(n), n.copy()
    while (low < high).any():
        middle = (low + high) // 2
        is_enough = bdtr(middle, n, p) >= q
        low, high = np.where(is_enough, low, np.minimum(middle + 1, high)), np.where(is_enough, middle, high)
    return low


def funnel(counts: npt.ArrayLike, among: npt.ArrayLike, confidence: float = CONFIDENCE) -> Funnel:
    """Several groups around the share of all of them together."""
    x, n = np.asarray(counts, np.int64), np.asarray(among, np.int64)
    joint = float(x.sum() / n.sum()) if n.sum() else float("nan")
    if np.isnan(joint):
        return Funnel(joint, np.zeros_like(x), np.zeros_like(x), np.zeros(x.shape, np.bool_))
    low, high = funnel_limits(n, joint, confidence)
    return Funnel(joint, low, high, (x < low) | (x > high))


class Standing(enum.IntEnum):
    """Where a pupil stands in a window, in the order of the rows and columns of a flow table."""

    BELOW_GOAL = 0
    NEAR_GOAL = 1
    AT_GOAL = 2
    ABOVE_GOAL = 3
    NOT_ASSESSED = 4
    ELSEWHERE = 5  # as a row: new since the first window; as a column: moved out


UNDER_GOAL = (Standing.BELOW_GOAL, Standing.NEAR_GOAL)
WITH_LEVEL = slice(Standing.BELOW_GOAL, Standing.NOT_ASSESSED)


@dataclass(frozen=True)
class Flow:
    """(6, 6) pupils by where they stood in the first window (row) and in the second (column)."""

    table: Ints

    @property
    def both_assessed(self) -> int:
        """One denominator: those with a level in both windows."""
        return int(self.table[WITH_LEVEL, WITH_LEVEL].sum())

    @property
    def everyone(self) -> int:
        """The other: everybody enrolled in both, with or without results."""
        return int(self.table[: Standing.ELSEWHERE, : Standing.ELSEWHERE].sum())

    @property
    def moved_out(self) -> int:
        return int(self.table[: Standing.ELSEWHERE, Standing.ELSEWHERE].sum())

    @property
    def new(self) -> int:
        return int(self.table[Standing.ELSEWHERE, : Standing.ELSEWHERE].sum())

    @property
    def moves(self) -> tuple[int, int, int]:
        """Of those with a level in both: how many stand on a better one, on the same, on a worse."""
        both = self.table[WITH_LEVEL, WITH_LEVEL]
        better, same = int(np.triu(both, 1).sum()), int(np.trace(both))
        return better, same, self.both_assessed - better - same

    def reached_goal(self) -> tuple[Share, Share]:
        """Of those under the goal, now at it: among those with results in both, and among all who stayed."""
        start = self.table[list(UNDER_GOAL)]
        reached = start[:, Standing.AT_GOAL : Standing.NOT_ASSESSED].sum()
        return (
            wilson(reached, start[:, WITH_LEVEL].sum()),
            wilson(reached, start[:, : Standing.ELSEWHERE].sum()),
        )


def flow(first: npt.ArrayLike, second: npt.ArrayLike) -> Flow:
    """The table of n pupils, by their ``Standing`` in each window. Who is elsewhere in both is nobody's."""
    rows, columns = np.asarray(first, np.int64), np.asarray(second, np.int64)
    size = len(Standing)
    counts = np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)
    if counts[Standing.ELSEWHERE, Standing.ELSEWHERE]:
        raise ValueError("a pupil of a flow table is in one of its windows")
    return Flow(counts)


class Halving(enum.StrEnum):
    """Whether the share under the goal is on its way to half of what it was."""

    NOT_ON_THE_WAY = "not_on_the_way"
    ON_THE_WAY = "on_the_way"
    TOO_EARLY = "too_early"

    @property
    def label(self) -> str:
        """What staff read."""
        return _HALVING_WORDS[self]


_HALVING_WORDS = {
    Halving.NOT_ON_THE_WAY: "inte på väg",
    Halving.ON_THE_WAY: "på väg",
    Halving.TOO_EARLY: "går inte att säga än",
}


def halving_path(baseline: float, start: float, target: float, at: float) -> float:
    """The share the straight path says at a time: the baseline at ``start``, half of it at ``target``."""
    gone = min(max((at - start) / (target - start), 0.0), 1.0)
    return baseline * (1 - gone / 2)


def halving(baseline: float, path: float, observed: Share) -> Halving:
    """low > path: not on the way; low <= path and high < baseline: on the way; else it cannot be said yet."""
    if float(observed.low) > path:
        return Halving.NOT_ON_THE_WAY
    return Halving.ON_THE_WAY if float(observed.high) < baseline else Halving.TOO_EARLY


@dataclass(frozen=True)
class Pooled:
    """Several cohorts taken as one, because each is too small; ``cohorts`` is said beside the share."""

    count: int
    among: int
    cohorts: int

    @property
    def share(self) -> Share:
        return wilson(self.count, self.among)


def pooled(counts: Sequence[int], among: Sequence[int], enough: int) -> Pooled:
    """The latest cohorts (they stand oldest first) that together hold ``enough`` pupils, or all there are."""
    taken = min(1, len(among))
    while taken < len(among) and sum(among[-taken:]) < enough:
        taken += 1
    return Pooled(sum(counts[-taken:]), sum(among[-taken:]), taken)


def cohort_to_see(before: float, after: float, power: float = 0.80, confidence: float = CONFIDENCE) -> int:
    """Pupils per cohort to see a share go from one to the other, two-sided, by Cohen's h (Cohen 1988)."""
    h = 2 * asin(sqrt(before)) - 2 * asin(sqrt(after))
    z = float(ndtri((1 + confidence) / 2)) + float(ndtri(power))
    return ceil(2 * (z / h) ** 2)
