"""From points to a level. The same few comparisons for one score and for an array of scores.

Points and limits are whole thousandths in here, so nothing is ever compared as a binary float. This module
must not import NumPy: pages judge one class with it at once, without waiting for NumPy to load.
"""

import enum
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# One score, or an array of them, in thousandths. Also the type of the ranks that come back.
Points = TypeVar("Points", int, "npt.NDArray[np.int64]")

LOWEST = -(2**62)  # limits nobody is under, and nobody reaches; both fit the arrays' int64
HIGHEST = 2**62
NO_RANK = -1  # where there is no level


class Level(enum.StrEnum):
    """The level of a score or a window. Ordered: a worse level is less than a better one."""

    NOT_DETERMINED = "not_determined"
    BELOW_GOAL = "below_goal"
    NEAR_GOAL = "near_goal"
    AT_GOAL = "at_goal"
    ABOVE_GOAL = "above_goal"

    @property
    def rank(self) -> int:
        """0 below the goal to 3 above it, -1 not determined: what the arrays hold."""
        return _ORDER.index(self) - 1

    @property
    def label(self) -> str:
        """The word staff read, on screen and paper."""
        return _LABELS[self]

    @classmethod
    def of(cls, rank: int) -> "Level":
        return _ORDER[rank + 1]

    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_ORDER = list(Level)
_LABELS = {
    Level.NOT_DETERMINED: "Underlag saknas",
    Level.BELOW_GOAL: "Under målet",
    Level.NEAR_GOAL: "Nära målet",
    Level.AT_GOAL: "Når målet",
    Level.ABOVE_GOAL: "Över målet",
}


class Certainty(enum.StrEnum):
    """How sure the level is, from the chance that the true score lies on the other side of a limit."""

    CLEAR = "clear"
    NEAR = "near"
    ON_THE_LINE = "on_the_line"
    UNKNOWN = "unknown"


class LimitStatus(enum.StrEnum):
    """What a limit rests on."""

    NORM = "N"
    GOAL = "G"
    COMPUTED = "C"
    PROPOSAL = "P"

    @property
    def label(self) -> str:
        """What the limit rests on, as staff read it."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    LimitStatus.NORM: "publicerad norm",
    LimitStatus.GOAL: "publicerat mål",
    LimitStatus.COMPUTED: "beräknad ur publicerade värden",
    LimitStatus.PROPOSAL: "eget förslag",
}


@dataclass(frozen=True)
class Edges:
    """Where near, at and above the goal begin, in thousandths times ``sign``. Closed upwards."""

    near: int
    goal: int
    above: int
    sign: int  # 1, or -1 where less is better: everything is compared mirrored

    def rank(self, points: Points) -> Points:
        """0 below the goal, 1 near it, 2 at it, 3 above it; of an int, or of an array element by element."""
        x = points * self.sign
        # The leading 0 makes counting of it: NumPy adds two truths to a truth.
        return 0 + (x >= self.near) + (x >= self.goal) + (x >= self.above)


@dataclass(frozen=True)
class Limits:
    """The limits of one measure in one year and season. ``status`` is that of goal_from and above_from.

    Missing near_from: everything below the goal is near it. Missing goal_from: from near_from on is at the
    goal. Missing above_from: nothing is above it. One of near_from and goal_from is there.
    """

    near_from: Decimal | None = None
    goal_from: Decimal | None = None
    above_from: Decimal | None = None
    status: str = LimitStatus.NORM
    near_status: str | None = None  # missing: as status
    higher_is_better: bool = True

    def __post_init__(self) -> None:
        if self.near_from is None and self.goal_from is None:
            raise ValueError("limits need near_from or goal_from")

    @property
    def at_goal_from(self) -> Decimal | None:
        """Where the goal begins: with near_from, where no goal_from is there."""
        return self.near_from if self.goal_from is None else self.goal_from

    @cached_property
    def edges(self) -> Edges:
        return self._edges(self.near_from, self.goal_from, self.above_from)

    @cached_property
    def firm_edges(self) -> Edges:
        """The same without limits that are our own proposal; with none left every score is at the goal."""
        goal_stays = self.status != LimitStatus.PROPOSAL
        near_stays = (self.near_status or self.status) != LimitStatus.PROPOSAL
        return self._edges(
            self.near_from if near_stays else None,
            self.goal_from if goal_stays else None,
            self.above_from if goal_stays else None,
        )

    @cached_property
    def told(self) -> dict[str, int | float | str | None]:
        """Each limit, and what it rests on, as JSON writes it. Made once: nobody changes it."""
        named = {"near_from": self.near_from, "goal_from": self.goal_from, "above_from": self.above_from}
        told = {name: None if one is None else plain_number(thousandths(one)) for name, one in named.items()}
        return {**told, "status": self.status, "near_status": self.near_status or self.status}

    def edges_of(self, firm: bool) -> Edges:
        return self.firm_edges if firm else self.edges

    def _edges(self, near_from: Decimal | None, goal_from: Decimal | None, above: Decimal | None) -> Edges:
        sign = 1 if self.higher_is_better else -1
        top = HIGHEST if above is None else sign * thousandths(above)
        near = LOWEST if near_from is None else sign * thousandths(near_from)
        goal = near if goal_from is None else sign * thousandths(goal_from)
        # Best level first, as the rule reads: whoever reaches the better limit has reached the lesser.
        goal = min(goal, top)
        return Edges(min(near, goal), goal, top, sign)

    def level(self, points: Decimal) -> Level:
        return Level.of(self.edges.rank(thousandths(points)))

    def firm_level(self, points: Decimal) -> Level:
        return Level.of(self.firm_edges.rank(thousandths(points)))


def thousandths(value: Decimal) -> int:
    """``Decimal("12.5")`` as ``12500``. Raises ``ValueError`` where thousandths do not hold the value."""
    scaled = value * 1000
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than three decimals")
    return int(scaled)


def plain_number(points: int) -> int | float:
    """Thousandths as the number JSON writes: ``12500`` as 12.5, ``12000`` as 12."""
    return points / 1000 if points % 1000 else points // 1000
