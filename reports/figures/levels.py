"""How many of a group stand at each level."""

from dataclasses import dataclass

from screening.levels import Level

WORST_FIRST = (Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL, Level.ABOVE_GOAL, None)


@dataclass(frozen=True)
class LevelRow:
    """A group by level, worst first, last those without. ``interval`` (low, high) is of the share of those
    with results who do not yet reach the goal, 0 to 1; None where it is not told."""

    name: str
    counts: tuple[int, int, int, int, int]
    interval: tuple[float, float] | None = None

    @property
    def enrolled(self) -> int:
        return sum(self.counts)

    @property
    def assessed(self) -> int:
        return sum(self.counts[:-1])

    @property
    def under_goal(self) -> int:
        return sum(self.counts[:2])

    @property
    def by_level(self) -> tuple[tuple[Level | None, int], ...]:
        return tuple(zip(WORST_FIRST, self.counts, strict=True))
