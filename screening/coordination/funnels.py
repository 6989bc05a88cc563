"""Groups around the share they have together: a funnel, so that small groups are not read as good or bad."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screening.coordination.figures import Percent
from screening.statistics import funnel_limits

WIDEST = 1.15  # the limits are known so far beyond the largest group
POINTS = 60


@dataclass(frozen=True)
class Group:
    """So many under the goal among so many with results; ``is_outside``: chance alone does not explain it."""

    name: str
    under_goal: int
    assessed: int
    is_outside: bool = False


@dataclass(frozen=True)
class Funnel:
    """``limits``: (number with results, lowest and highest share that chance alone gives 95 times in 100)."""

    joint: Percent
    groups: tuple[Group, ...]
    limits: tuple[tuple[int, float, float], ...]


def funnel(groups: Sequence[Group], joint: Percent) -> Funnel | None:
    """With the exact binomial limits around the joint share; None where there are not two to compare."""
    there = [one for one in groups if one.assessed]
    if len(there) < 2:
        return None
    among = np.array([one.assessed for one in there])
    sizes = np.unique(np.linspace(1, WIDEST * among.max(), POINTS).round().astype(np.int64))
    least, most = funnel_limits(among, joint.share)
    lows, highs = funnel_limits(sizes, joint.share)
    return Funnel(
        joint,
        tuple(
            Group(one.name, one.under_goal, one.assessed, bool(not low <= one.under_goal <= high))
            for one, low, high in zip(there, least, most, strict=True)
        ),
        tuple(
            (int(size), float(low / size), float(high / size))
            for size, low, high in zip(sizes, lows, highs, strict=True)
        ),
    )
