"""One line of a release as it may be shown: both ways of counting, with Wilson's interval. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from screening.disclosure import IN_FILES, Counts
from screening.disclosure_releases import Gone
from screening.percent import whole_percent
from screening.statistics import wilson


def percent(share: float) -> str:
    """``12 %``, never parted from its sign."""
    return f"{whole_percent(share)}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True)
class Percent:
    """A share and the ends of its interval, 0 to 1."""

    share: float
    low: float
    high: float

    @classmethod
    def of(cls, count: int, among: int, times: int = 1) -> "Percent | None":
        """Wilson's 95 percent interval, of those counted so many ``times``; None where there is nobody."""
        if not among:
            return None
        found = wilson(count / times, among / times)
        return cls(float(found.share), float(found.low), float(found.high))

    @property
    def words(self) -> str:
        """``12 %``."""
        return percent(self.share)

    @property
    def between(self) -> str:
        """``9 till 15 %``."""
        return f"{whole_percent(self.low)} till {percent(self.high)}"


@dataclass(frozen=True)
class Figures:
    """``under_goal`` None: not shown. ``assessed`` None: so few that it would tell of their results.

    ``below_goal`` of those under the goal: the others are near it; None: not told. ``times``: how often each
    pupil is counted, in windows told together; intervals are those of as many pupils as there are.
    """

    enrolled: int
    assessed: int | None
    under_goal: int | None
    below_goal: int | None = None
    times: int = 1

    @classmethod
    def of(
        cls,
        counts: Counts,
        *,
        is_hidden: bool,
        fewest: int = IN_FILES,
        has_parts: bool = False,
        times: int = 1,
    ) -> "Figures":
        # Whether a result is missing says nothing of results: how many are assessed is told all the same.
        tells = is_hidden and 0 < counts.assessed < fewest
        return cls(
            enrolled=counts.enrolled,
            assessed=None if tells else counts.assessed,
            under_goal=None if is_hidden else counts.under_goal,
            below_goal=counts.below_goal if has_parts and not is_hidden else None,
            times=times,
        )

    @property
    def near_goal(self) -> int | None:
        if self.under_goal is None or self.below_goal is None:
            return None
        return self.under_goal - self.below_goal

    @property
    def without_shares(self) -> "Figures":
        """How many there are and how many have results, and nothing of these: not to be compared."""
        return replace(self, under_goal=None, below_goal=None)

    @property
    def of_all(self) -> Percent | None:
        return None if self.under_goal is None else Percent.of(self.under_goal, self.enrolled, self.times)

    @property
    def of_assessed(self) -> Percent | None:
        if self.under_goal is None or self.assessed is None:
            return None
        return Percent.of(self.under_goal, self.assessed, self.times)

    @property
    def share_assessed(self) -> str:
        """``87 %``; empty where it is not shown."""
        if self.assessed is None or not self.enrolled:
            return ""
        return percent(self.assessed / self.enrolled)


def in_cells(share: Percent | None) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The share and the ends of its interval as a file holds them, four decimals; empty where not shown."""
    if share is None:
        return None, None, None
    low, middle, high = (Decimal(f"{end:.4f}") for end in (share.low, share.share, share.high))
    return middle, low, high


def figures(gone: Gone, line: str, fewest: int = IN_FILES, times: int = 1) -> Figures | None:
    """What the release says of a line; None where it says nothing of it."""
    if line not in gone.table.lines:
        return None
    return Figures.of(
        gone.table.counts(line),
        is_hidden=line in gone.hidden,
        fewest=fewest,
        has_parts=line in gone.parts,
        times=times,
    )
