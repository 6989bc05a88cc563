"""Points against limits: the zones of a band, and a child's way through the windows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from screening.levels import Level

TOPS = (10, 20, 30, 40, 60, 80, 100, 120, 150, 200, 250)
ROOM = Decimal("1.4")  # a scale reaches so far over the highest goal
INSET = 0.12  # of a zone: a marker on a limit must stand clearly inside the better zone


@dataclass(frozen=True)
class Zones:
    """A measure's range and limits in one window, in its unit. A limit belongs to the better side."""

    minimum: Decimal
    maximum: Decimal
    near_from: Decimal | None
    goal_from: Decimal | None
    is_higher_better: bool = True

    @property
    def thirds(self) -> tuple[int, ...]:
        """How many thirds of the band each zone takes, worst first: support, near, goal. Without near_from
        nobody can say where under the goal near begins, and all under it is one zone."""
        return (2, 1) if self.near_from is None else (1, 1, 1)

    def place(self, points: Decimal) -> float:
        """Where the points stand on the band: 0 to 1."""
        zones = self._zones()
        for first, start, end in reversed(zones):
            if self._reaches(points, start):
                return self._within(first, start, end, points)
        return self._within(*zones[0], points)

    def _zones(self) -> list[tuple[int, Decimal, Decimal]]:
        """The zones there are, worst first: the first third of each, and where it starts and ends."""
        worst, best = (self.minimum, self.maximum) if self.is_higher_better else (self.maximum, self.minimum)
        if self.goal_from is None:
            if self.near_from is None:
                raise ValueError("a measure without limits has no zones")
            return [(0, worst, self.near_from), (2, self.near_from, best)]
        if self.near_from is None:
            return [(0, worst, self.goal_from), (2, self.goal_from, best)]
        return [(0, worst, self.near_from), (1, self.near_from, self.goal_from), (2, self.goal_from, best)]

    def _reaches(self, points: Decimal, limit: Decimal) -> bool:
        return points >= limit if self.is_higher_better else points <= limit

    def _within(self, first: int, start: Decimal, end: Decimal, points: Decimal) -> float:
        part = 0.5 if start == end else min(1.0, max(0.0, float((points - start) / (end - start))))
        wide = self.thirds[0] if first == 0 else 1
        return (first + INSET + (wide - 2 * INSET) * part) / 3


@dataclass(frozen=True)
class Moment:
    """A window on a growth chart: its words, and the limits of its year and season."""

    season: str  # "höst"
    year: str  # "åk 2"
    near_from: Decimal | None
    goal_from: Decimal | None


@dataclass(frozen=True)
class GrowthScale:
    """The part of a growth chart that classmates share; drawn once per process."""

    title: str
    unit: str
    minimum: Decimal
    top: Decimal
    moments: tuple[Moment, ...]
    is_higher_better: bool = True
    goal: str = "mål {points}"  # how a limit is written
    language: str = "sv"  # of all its words and numbers
    begins_right: bool = False  # what is read from the right has its title there; time goes as numbers do


@dataclass(frozen=True)
class Growth:
    """One child's own results on a scale: (place among the moments, points), in order of time.

    ``now`` is the place of the window that is told of, if it has points: only its mark is filled. ``levels``
    of the points, where each mark is to say its own; the line is dashed over a summer then.
    """

    scale: GrowthScale
    points: tuple[tuple[int, Decimal], ...]
    now: int | None = None
    sem: Decimal | None = None  # staff charts only
    levels: tuple[Level | None, ...] = ()


def top_of(goals: Iterable[Decimal], points: Iterable[Decimal], maximum: Decimal) -> Decimal:
    """The scale's end: the same for the class, unless a child has reached beyond it."""
    needed = max([max(goals, default=Decimal(0)) * ROOM, *points])
    return min(maximum, next((Decimal(top) for top in TOPS if top >= needed), maximum))
