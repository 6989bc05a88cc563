"""Small groups: which numbers of a table are printed, so that the others cannot be worked out (section 7).

Whoever may see the pupils sees all; this is for what is compared across schools and municipalities. The table
is fixed (no free filters): cells, and the lines that sum them. Pure: values in, values out.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from screening.disclosure_audit import Bounding, Exposure, Lines, recoverable

ON_PAGES = 5  # the fewest of enrolled, under the goal and at it that are shown
IN_FILES = 10  # in files, print and JSON


class Leaks(Exception):
    """The table may not be published so: hidden numbers can be worked out of it."""

    def __init__(self, exposed: Iterable[Exposure]) -> None:
        self.names = list(dict.fromkeys(one.name for one in exposed))
        super().__init__(", ".join(self.names))


@dataclass(frozen=True)
class Counts:
    """The pupils of a group: under the goal, at it or above, and without a level."""

    under_goal: int = 0
    at_goal: int = 0
    missing: int = 0

    @property
    def assessed(self) -> int:
        return self.under_goal + self.at_goal

    @property
    def enrolled(self) -> int:
        return self.assessed + self.missing

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.under_goal + other.under_goal, self.at_goal + other.at_goal, self.missing + other.missing
        )

    def is_small(self, fewest: int) -> bool:
        """Both ways of counting have a complement; the smaller one, among those with results, decides."""
        return min(self.enrolled, self.under_goal, self.at_goal) < fewest


@dataclass(frozen=True)
class Table:
    """What could be published: counts of the cells, and by name which cells each line sums."""

    cells: Mapping[str, Counts]
    lines: Lines

    def counts(self, line: str) -> Counts:
        return sum((self.cells[cell] for cell in self.lines[line]), Counts())

    def primary(self, fewest: int) -> frozenset[str]:
        """The lines that are hidden for their own sake."""
        return frozenset(line for line in self.lines if self.counts(line).is_small(fewest))


@dataclass(frozen=True)
class Release:
    """One table of a series, and what it kept hidden."""

    name: str
    hidden: frozenset[str]


@dataclass(frozen=True)
class Ledger:
    """What has been released of one series: what one table hid, no later one shows."""

    releases: tuple[Release, ...] = ()

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset().union(*(release.hidden for release in self.releases))

    def with_release(self, release: Release) -> "Ledger":
        return Ledger((*self.releases, release))


def audit(
    table: Table, hidden: Iterable[str], safe: set[tuple[str, str]] | None = None
) -> Iterator[Exposure]:
    """The hidden lines that the shown ones give away: exactly, or else within 4.

    ``safe`` gathers what has been found wide enough, by kind of count and line, and is not asked again: to
    hide more never makes bounds narrower.

    Both counts are bounded: who knows from elsewhere how many are enrolled learns no more, for what limits
    the one upwards limits the other downwards. Whether a result is missing says nothing of results.
    """
    concealed = set(hidden)
    shown = [line for line in table.lines if line not in concealed]
    unseen = [line for line in table.lines if line in concealed]
    exact = recoverable(table.lines, unseen)
    yield from exact
    if exact:
        return
    known_safe = set() if safe is None else safe
    for kind in ("under_goal", "at_goal"):
        counts = {cell: getattr(found, kind) for cell, found in table.cells.items()}
        bounding = Bounding(table.lines, shown, counts)
        for line in unseen:
            if (kind, line) in known_safe:
                continue
            if (found := bounding.narrow(line)) is not None:
                yield Exposure(line, found.from_lines)
            else:
                known_safe.add((kind, line))


def check(table: Table, hidden: Iterable[str]) -> None:
    """Refuse a table that gives hidden numbers away. Raises ``Leaks``."""
    if exposed := list(audit(table, hidden)):
        raise Leaks(exposed)


def publish(
    table: Table, name: str, ledger: Ledger, fewest: int, may_hide: Container[str] | None = None
) -> tuple[frozenset[str], Ledger]:
    """The lines to hide, and the ledger with this release: those too small, those hidden before in the
    series, and as many more as it takes until the audit finds nothing.

    ``may_hide``: the lines that may go for the sake of others, where they are not all.
    """
    hidden = set(table.primary(fewest)) | (ledger.hidden & set(table.lines))
    safe: set[tuple[str, str]] = set()
    while exposed := list(audit(table, hidden, safe)):
        also: set[str] = set()
        for one in exposed:
            if also.isdisjoint(one.from_lines):  # else what has just been hidden may be enough
                also.add(_to_hide(table, one, may_hide))
        hidden |= also
    found = frozenset(hidden)
    return found, ledger.with_release(Release(name, found))


def _to_hide(table: Table, exposed: Exposure, may_hide: Container[str] | None) -> str:
    """Of the lines that give it away the one whose loss costs least: the fewest cells, then pupils.

    Chosen by how many are enrolled, never by results: the choice itself tells nothing of them.
    """
    allowed = [line for line in exposed.from_lines if may_hide is None or line in may_hide]
    return min(
        allowed or exposed.from_lines,
        key=lambda line: (len(table.lines[line]), table.counts(line).enrolled, line),
    )
