"""Groups around the share they have together: a funnel, so that small groups are not read as good or bad.

Pure geometry in the units of an SVG. Only groups outside the limits are named in it; the table names all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screening.coordination.figures import percent
from screening.statistics import funnel_limits

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 20, 46
WIDEST = 1.15  # the limits are drawn so far beyond the largest group
POINTS = 60
STEPS = (0.1, 0.2, 0.25)
MOST_LINES = 5


@dataclass(frozen=True)
class Group:
    """So many under the goal among so many with results."""

    name: str
    under_goal: int
    assessed: int


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    name: str
    is_outside: bool


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class FunnelPicture:
    width: int
    height: int
    left: int
    right: int
    floor: int
    scale: tuple[Tick, ...]
    sizes: tuple[Tick, ...]
    low: str  # the limits as paths
    high: str
    joint: Tick
    dots: tuple[Dot, ...]


def funnel_picture(groups: Sequence[Group], joint: float) -> FunnelPicture | None:
    """The picture of at least two groups with results; None where there is nothing to compare."""
    there = [one for one in groups if one.assessed]
    if len(there) < 2:
        return None
    among = np.array([one.assessed for one in there])
    shares = np.array([one.under_goal for one in there]) / among
    sizes = np.unique(
        np.linspace(max(1, among.min() // 2), WIDEST * among.max(), POINTS).round().astype(np.int64)
    )
    low, high = (limit / sizes for limit in funnel_limits(sizes, joint))
    least, most = funnel_limits(among, joint)
    top = min(1.0, 1.08 * max(float(shares.max()), float(high.max())))
    step = next((one for one in STEPS if top / one <= MOST_LINES), STEPS[-1])

    def x(size: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * float(size) / float(sizes[-1]), 1)

    def y(share: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(share) / top, 1)

    def path(limits: np.ndarray) -> str:
        return "M" + "L".join(f"{x(size)} {y(share)}" for size, share in zip(sizes, limits, strict=True))

    return FunnelPicture(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        floor=HEIGHT - BOTTOM,
        scale=tuple(Tick(y(count * step), percent(count * step)) for count in range(int(top / step) + 1)),
        sizes=tuple(Tick(x(size), str(size)) for size in _round_sizes(int(sizes[-1]))),
        low=path(low),
        high=path(high),
        joint=Tick(y(joint), f"tillsammans {percent(joint)}"),
        dots=tuple(
            Dot(x(one.assessed), y(share), one.name, bool(not lowest <= one.under_goal <= highest))
            for one, share, lowest, highest in zip(there, shares, least, most, strict=True)
        ),
    )


def _round_sizes(largest: int) -> list[int]:
    """At most six round numbers along the axis."""
    step = next(
        one * 10**power for power in range(6) for one in (5, 10, 20) if largest / (one * 10**power) <= 6
    )
    return list(range(0, largest + 1, step))
