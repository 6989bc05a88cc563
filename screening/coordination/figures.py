"""One line of a release as it may be shown: both ways of counting, with Wilson's interval. Pure."""

from dataclasses import dataclass

from screening.disclosure import IN_FILES, Counts
from screening.disclosure_releases import Gone
from screening.statistics import wilson


def percent(share: float) -> str:
    """``12 %``, never parted from its sign."""
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True)
class Percent:
    """A share and the ends of its interval, 0 to 1."""

    share: float
    low: float
    high: float

    @classmethod
    def of(cls, count: int, among: int) -> "Percent | None":
        """Wilson's 95 percent interval; None where there is nobody."""
        if not among:
            return None
        found = wilson(count, among)
        return cls(float(found.share), float(found.low), float(found.high))

    @property
    def words(self) -> str:
        """``12 %``."""
        return percent(self.share)

    @property
    def between(self) -> str:
        """``9 till 15 %``."""
        return f"{round(100 * self.low)} till {percent(self.high)}"


@dataclass(frozen=True)
class Figures:
    """``under_goal`` None: not shown. ``assessed`` None: so few that it would tell of their results."""

    enrolled: int
    assessed: int | None
    under_goal: int | None

    @classmethod
    def of(cls, counts: Counts, *, is_hidden: bool, fewest: int = IN_FILES) -> "Figures":
        # Whether a result is missing says nothing of results: how many are assessed is told all the same.
        tells = is_hidden and 0 < counts.assessed < fewest
        return cls(
            counts.enrolled, None if tells else counts.assessed, None if is_hidden else counts.under_goal
        )

    @property
    def of_all(self) -> Percent | None:
        return None if self.under_goal is None else Percent.of(self.under_goal, self.enrolled)

    @property
    def of_assessed(self) -> Percent | None:
        if self.under_goal is None or self.assessed is None:
            return None
        return Percent.of(self.under_goal, self.assessed)

    @property
    def share_assessed(self) -> str:
        """``87 %``; empty where it is not shown."""
        if self.assessed is None or not self.enrolled:
            return ""
        return percent(self.assessed / self.enrolled)


def figures(gone: Gone, line: str, fewest: int = IN_FILES) -> Figures | None:
    """What the release says of a line; None where it says nothing of it."""
    if line not in gone.table.lines:
        return None
    return Figures.of(gone.table.counts(line), is_hidden=line in gone.hidden, fewest=fewest)
