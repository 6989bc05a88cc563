"""Small groups: which numbers of a table are printed, so that the others cannot be worked out (section 7).

Whoever may see the pupils sees all; this is for what is compared across schools and municipalities. The table
is fixed (no free filters): cells, and the lines that sum them. Pure: values in, values out.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from screening.disclosure_audit import Exposure, Lines, recoverable
from screening.disclosure_bounds import Bounding

# The fewest of enrolled, under the goal and at it that are shown. Shares, flow and goals stand on a page as
# they go out on paper and in files: groups of five are for signals, support and compared sets on pages alone.
ON_PAGES = 5
IN_FILES = 10  # in files, print and JSON
WHAT_IS_ASKED = ("under_goal", "at_goal", "assessed")


class Leaks(Exception):
    """The table may not be published so: hidden numbers can be worked out of it."""

    def __init__(self, exposed: Iterable[Exposure]) -> None:
        self.names = list(dict.fromkeys(one.name for one in exposed))
        super().__init__(", ".join(self.names))


@dataclass(frozen=True)
class Counts:
    """The pupils of a group: under the goal, at it or above, and without a level. ``below_goal``: those under
    the goal who are not near it; None where nobody has counted them."""

    under_goal: int = 0
    at_goal: int = 0
    missing: int = 0
    below_goal: int | None = None

    @property
    def near_goal(self) -> int | None:
        return None if self.below_goal is None else self.under_goal - self.below_goal

    @property
    def assessed(self) -> int:
        return self.under_goal + self.at_goal

    @property
    def enrolled(self) -> int:
        return self.assessed + self.missing

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.under_goal + other.under_goal,
            self.at_goal + other.at_goal,
            self.missing + other.missing,
            _below_goal(self, other),
        )

    def is_small(self, fewest: int) -> bool:
        """Both ways of counting have a complement; the smaller one, among those with results, decides."""
        return min(self.enrolled, self.under_goal, self.at_goal) < fewest


def _below_goal(one: Counts, other: Counts) -> int | None:
    """Together; of nobody under the goal nobody is below it, counted or not."""
    known = [found.below_goal for found in (one, other) if found.below_goal is not None]
    is_known = all(found.below_goal is not None or not found.under_goal for found in (one, other))
    return sum(known) if known and is_known else None


@dataclass(frozen=True)
class Table:
    """What could be published: counts of the cells, and by name which cells each line sums.

    ``has_sizes``: of how many pupils a count is a part is told wherever it is hidden.
    """

    cells: Mapping[str, Counts]
    lines: Lines
    has_sizes: bool = True

    def counts(self, line: str) -> Counts:
        return sum((self.cells[cell] for cell in self.lines[line]), Counts())

    @property
    def in_order(self) -> "Table":
        """The same by name."""
        cells, lines = dict(sorted(self.cells.items())), dict(sorted(self.lines.items()))
        return Table(cells, lines, self.has_sizes)

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
    table: Table, hidden: Iterable[str], safe: set[tuple[str, str]] | None = None, fewest: int = ON_PAGES
) -> Iterator[Exposure]:
    """The hidden lines that the shown ones give away: exactly, or else within 4.

    ``safe`` gathers what has been found wide enough, by way of asking and line, and is not asked again: to
    hide more never makes bounds narrower.

    Each line that is hidden must be wide by both counts. Those too small to be told (``fewest``) must be so
    also for who knows how many have results in every cell: pages tell that, and it says of a small group
    beside another that hardly any of the sum can be the other's.
    """
    concealed = set(hidden)
    unseen = [line for line in table.lines if line in concealed]
    exact = recoverable(table.lines, unseen)
    yield from exact
    if not exact:
        yield from _nearly_known(table, unseen, set() if safe is None else safe, fewest)


def _nearly_known(
    table: Table, unseen: Sequence[str], safe: set[tuple[str, str]], fewest: int
) -> Iterator[Exposure]:
    shown = [line for line in table.lines if line not in set(unseen)]
    under, at, sizes = (
        {cell: int(getattr(found, what)) for cell, found in table.cells.items()} for what in WHAT_IS_ASKED
    )
    small = [line for line in unseen if table.counts(line).is_small(fewest)]
    ways: tuple[tuple[str, Sequence[str], Mapping[str, int], Mapping[str, int] | None], ...] = (
        ("under_goal", unseen, under, None),
        ("at_goal", unseen if at != under else (), at, None),
        ("of_assessed", small if table.has_sizes else (), under, sizes),
    )
    for way, asked, counts, most in ways:
        bounding = Bounding(table.lines, shown, counts, most)
        for line in asked:
            if (way, line) in safe:
                continue
            if (found := bounding.narrow(line)) is not None:
                yield Exposure(line, found.from_lines)
            else:
                safe.add((way, line))


def check(table: Table, hidden: Iterable[str]) -> None:
    """Refuse a table that gives hidden numbers away. Raises ``Leaks``."""
    if exposed := list(audit(table, hidden)):
        raise Leaks(exposed)


def publish(
    table: Table,
    name: str,
    ledger: Ledger,
    fewest: int,
    may_hide: Container[str] | None = None,
    known: Set[str] = frozenset(),
) -> tuple[frozenset[str], Ledger]:
    """The lines to hide (``to_hide``) beside the ledger, and the ledger with this release."""
    found = to_hide(table, ledger.hidden, fewest, may_hide, known)
    return found, ledger.with_release(Release(name, found))


def to_hide(
    table: Table,
    before: Collection[str],
    fewest: int,
    may_hide: Container[str] | None = None,
    known: Set[str] = frozenset(),
) -> frozenset[str]:
    """The lines too small, those hidden ``before`` in the series, and as many more as it takes until the
    audit finds nothing. ``may_hide``: the lines that may go for the sake of others, where they are not all.
    ``known``: lines that another table tells. Hidden here, they keep no secret.
    """
    table = table.in_order  # so that the same counts always hide the same lines
    too_small = table.primary(fewest) | table.lines.keys() & before
    hidden = too_small - known
    safe: set[tuple[str, str]] = set()
    while exposed := list(audit(table, hidden, safe, fewest)):
        also: set[str] = set()
        for one in exposed:
            if also.isdisjoint(one.from_lines):  # else what has just been hidden may be enough
                also.add(_costs_least(table, one, may_hide))
        hidden |= also
    return hidden | too_small


def _costs_least(table: Table, exposed: Exposure, may_hide: Container[str] | None) -> str:
    """Of the lines that give it away the one whose loss costs least: the fewest cells, then pupils.

    Chosen by how many are enrolled, never by results: the choice itself tells nothing of them.
    """
    allowed = [line for line in exposed.from_lines if may_hide is None or line in may_hide]
    return min(
        allowed or exposed.from_lines,
        key=lambda line: (len(table.lines[line]), table.counts(line).enrolled, line),
    )
