"""How a class spreads on one measure: a dot per pupil, and the same in words. Pure, without NumPy."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from screening.levels import Level

WORST_FIRST = (Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL, Level.ABOVE_GOAL)


@dataclass(frozen=True)
class Dot:
    points: Decimal
    level: Level | None


@dataclass(frozen=True)
class Distribution:
    """A class on one measure: a dot per pupil, with the zone of the goal. Years apart in mixed classes."""

    title: str
    unit: str
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    near_from: Decimal | None
    goal_from: Decimal | None
    dots: tuple[Dot, ...]
    labels: tuple[str, ...] = ()
    is_higher_better: bool = True

    @property
    def sentence(self) -> str:
        """``Bokstavsljud: 2 under målet, 18 når målet. Från 7 till 29 antal, målet är 27.``"""
        counts = Counter(dot.level for dot in self.dots)
        told = ", ".join(f"{counts[one]} {one.label.lower()}" for one in WORST_FIRST if counts[one])
        points = [dot.points for dot in self.dots]
        goal = "" if self.goal_from is None else f", målet är {self._said(self.goal_from)}"
        ends = f"Från {self._said(min(points))} till {self._said(max(points))}" if points else "Inga resultat"
        unit = f" {self.unit}" if points and not self.labels else ""
        return f"{self.title}: {told}. {ends}{unit}{goal}."

    def _said(self, points: Decimal) -> str:
        if self.labels:
            return self.labels[int((points - self.minimum) / self.step)]
        return f"{points:f}".replace(".", ",")
