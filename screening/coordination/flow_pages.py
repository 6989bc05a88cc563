"""Flow between two windows as pages, files and paper tell it: what was last let out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from assessments.models import AssessmentWindow
from screening.coordination import ledger
from screening.coordination.figures import Percent
from screening.coordination.flow import about
from screening.coordination.flow_table import ALL, HERE, STANDINGS, Place, Standing, Way, line_of
from screening.coordination.goals import my_municipalities
from screening.disclosure_releases import Gone

NAMES: Mapping[str | None, str] = {
    Place.UNDER_GOAL: "Når inte målet",
    Place.AT_GOAL: "Når målet",
    Standing.BELOW: "Under målet",
    Standing.NEAR: "Nära målet",
    Standing.AT: "Når målet, inte över",
    Standing.ABOVE: "Över målet",
    Standing.WITHOUT_LEVEL: "Utan nivå",
    None: "Alla",
}
UNDER, AT = (Standing.BELOW, Standing.NEAR), (Standing.AT, Standing.ABOVE)
Shares = tuple[Percent | None, Percent | None]
Table = tuple[tuple[int | None, ...], ...]
FileRow = tuple[str | int | None, ...]


@dataclass(frozen=True)
class FlowTold:
    """A table of one municipality, or all. ``counts`` by standing in the first window and in the second, None
    for all there were; a number None is not shown."""

    name: str
    counts: dict[tuple[str | None, str | None], int | None]

    def count(self, first: Way, second: Way) -> int | None:
        return self.counts.get((first, second))

    @property
    def table(self) -> Table:
        """Under the goal, at it, without level, new or gone, all."""
        return self._table((*HERE, Place.ELSEWHERE, None))

    @property
    def levels(self) -> Table:
        """The same level by level; empty where nothing of it is told."""
        return self._table((*STANDINGS, Standing.ELSEWHERE, None)) if self.tells_levels else ()

    def _table(self, ways: tuple[Way, ...]) -> Table:
        return tuple(tuple(self.count(before, after) for after in ways) for before in ways)

    @property
    def reached(self) -> Shares:
        """Of those under the goal, now at it."""
        return self.reached_from(Place.UNDER_GOAL)

    def reached_from(self, first: Place | Standing) -> Shares:
        """Of those who stood there, now at the goal: of those with results in both, and of all who stayed."""
        by_level = first in (*UNDER, *AT)
        still, now = (
            self._sum(first, levels if by_level else (place,))
            for levels, place in ((UNDER, Place.UNDER_GOAL), (AT, Place.AT_GOAL))
        )
        if still is None or now is None:
            return None, None
        without = self.count(first, Place.WITHOUT_LEVEL)
        of_all = None if without is None else Percent.of(now, still + now + without)
        return Percent.of(now, still + now), of_all

    def _sum(self, first: Way, seconds: tuple[Way, ...]) -> int | None:
        found = [self.count(first, second) for second in seconds]
        return None if None in found else sum(count for count in found if count is not None)

    @property
    def tells_levels(self) -> bool:
        """Anything at all is told level by level."""
        inside = [(one, other) for one in Standing for other in Standing if {one, other} & {*UNDER, *AT}]
        return any(self.count(*way) is not None for way in inside)


@dataclass(frozen=True)
class Flow:
    """``tables``: all together, then the person's municipalities by name."""

    counted_at: datetime
    tables: tuple[FlowTold, ...]

    @property
    def sentence(self) -> str:
        """How many of those under the goal have reached it, of all together who have results both times."""
        everybody = self.tables[0]
        still = everybody.count(Place.UNDER_GOAL, Place.UNDER_GOAL)
        reached = everybody.count(Place.UNDER_GOAL, Place.AT_GOAL)
        if still is None or reached is None:
            return "Hur många som har nått målet sedan dess visas inte (små grupper)."
        both = f"{still + reached} som inte nådde målet och har resultat båda gångerna"
        return f"{reached} av de {both} når det nu."


def flow(
    first: AssessmentWindow, second: AssessmentWindow, municipalities: Mapping[int, str] | None = None
) -> Flow | None:
    """What last went out; None: nobody has counted it. Of all, and of the person's municipalities, or those
    given where nobody is signed in. Two queries."""
    row = ledger.latest(about(first, second))
    if row is None:
        return None
    gone = ledger.table_of(row)
    mine = my_municipalities() if municipalities is None else municipalities
    named = {ALL: "Alla i satsningen"} | {str(number): name for number, name in mine.items()}
    return Flow(row.created_at, tuple(_told(gone, who, name) for who, name in named.items()))


def _told(gone: Gone, who: str, name: str) -> FlowTold:
    ways: tuple[Way, ...] = (*Place, *Standing, None)
    lines = {(str(one) if one else None, str(other) if other else None): line_of(who, one, other)
             for one in ways for other in ways}  # fmt: skip
    counts = {
        way: None if line in gone.hidden else gone.table.counts(line).under_goal
        for way, line in lines.items()
        if line in gone.table.lines
    }
    return FlowTold(name, counts)


HEADER = ("Kommun", "Från period", "Från", "Till period", "Till", "Antal", "Visas")


def rows(
    told: Flow, first: AssessmentWindow, second: AssessmentWindow
) -> Iterator[tuple[str | int | None, ...]]:
    """The tables as a file holds them: what the page hides is empty here too."""
    yield HEADER
    for table in told.tables:
        for (then, now), count in table.counts.items():
            names = (NAMES.get(then, "Ny"), second.label, NAMES.get(now, "Inte kvar"))
            shown = "ja" if count is not None else "nej (små grupper)"
            yield table.name, first.label, *names, count, shown
