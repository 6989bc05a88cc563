"""Releases of one table side by side: what their difference would give away, and the numbers that go out.

Between two releases of a window some pupils have moved, been tested late or been corrected. Where a number
that both show has changed by fewer pupils than may be shown, the difference is a small group: those cells
keep the counts they went out with until enough has changed. So no number is lost, and none of
a cell is off by more than a small group; a sum may be, by what its places keep (the comparison of sets tells
no such sum, ``shown_changes``). And what one release showed is known beside the next, which must not tell the
rest of it.
Pure: values in, values out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from screening.disclosure import Counts, Table
from screening.disclosure_audit import Lines


@dataclass(frozen=True)
class Gone:
    """A table as it went out. ``parts``: the lines whose two parts were told (``disclosure_parts``);
    ``untold``: lines that were not told, though they are large enough."""

    table: Table
    hidden: frozenset[str]
    parts: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Group:
    """Pupils whose counts both releases give: a shown line, or what is left of it beside those within it."""

    line: str
    without: tuple[str, ...]
    is_parted: bool = False

    def change(self, now: Table, gone: Gone) -> list[int]:
        """Under the goal, at it, and without a level: so many more now than then. Of a parted group near the
        goal and below it, where that was told then."""
        lines = (self.line, *self.without)
        if self.is_parted and not gone.parts.issuperset(lines):
            return []
        whole, *others = (_change(one, now, gone.table, self.is_parted) for one in lines)
        return [count - sum(other[of] for other in others) for of, count in enumerate(whole)]

    def cells(self, table: Table) -> frozenset[str]:
        return table.lines[self.line].difference(*(table.lines[one] for one in self.without))


@dataclass(frozen=True)
class Known:
    """A table beside all that earlier releases showed, which nobody can take back. ``then``: their lines that
    it has none like, of which ``secret`` were hidden; ``left``: cells that are counted no more, as they went
    out; ``lines``: those of the table's own that sum what an earlier one showed."""

    table: Table
    then: frozenset[str]
    secret: frozenset[str]
    left: frozenset[str]
    lines: frozenset[str]

    @classmethod
    def beside(cls, table: Table, earlier: Sequence[Gone], there: Collection[str]) -> "Known":
        """Whoever has left is summed in what was told, and where that is told once more.
        ``there``: the cells that are counted now."""
        former = {cell: counts for gone in earlier for cell, counts in gone.table.cells.items()}
        absent = (cell for cell in former if cell not in there)
        left = frozenset(cell for cell in absent if table.cells.get(cell, Counts()) == Counts())
        missed = {cell for cell in left if former[cell] != Counts()}
        lines = {
            line: of if of.isdisjoint(missed) else of - left for line, of in table.lines.items()
        }  # a line that keeps what it went out with keeps those cells too where nobody was
        shown = {of for gone in earlier for line, of in gone.table.lines.items() if line not in gone.hidden}
        kept = {of for gone in earlier for line, of in gone.table.lines.items() if line in gone.hidden}
        kept = {of for of in kept - shown if not of.isdisjoint(left)}
        then, secret = (
            {f"{word} {number}": of for number, of in enumerate(sorted(found, key=sorted))}
            for word, found in (("then", shown.difference(lines.values())), ("secret", kept))
        )
        cells = {**table.cells, **{cell: former[cell] for cell in left}}
        return cls(
            replace(table, cells=cells, lines=lines | then | secret),
            frozenset(then | secret),
            frozenset(secret),
            left,
            frozenset(line for line, of in lines.items() if of in shown),
        )


def settled(
    table: Table,
    hidden: frozenset[str],
    earlier: Sequence[Gone],
    families: Sequence[Collection[str]],
    fewest: int,
    parts: Collection[str] = (),
) -> Table:
    """The table with the counts that may go out beside every earlier release (oldest first). Of the last one
    every line that is not ``hidden`` has been told.

    ``families`` of lines that within each are nested or apart: schools in municipalities, the same for sva.
    ``parts``: the lines whose two parts are told.
    """
    if not earlier:
        return table
    last = earlier[-1].table
    now, kept = _with_former_cells(table, last), frozenset[str]()
    parted = [
        replace(group, is_parted=True)
        for family in families
        for group in _groups(now.lines, (), [line for line in family if line in parts])
    ]
    groups = {
        untold: [group for family in families for group in _groups(now.lines, hidden | untold, family)]
        + parted
        for untold in {gone.untold for gone in earlier}
    }
    while telling := frozenset().union(*_telling(now, groups, earlier, fewest)):
        if telling <= kept:  # what the last one showed is known beside all that went out before it
            return _kept(now, last, frozenset(now.cells))
        kept |= telling
        now = _kept(now, last, kept)
    return now


def _telling(
    now: Table, groups: Mapping[frozenset[str], Sequence[Group]], earlier: Sequence[Gone], fewest: int
) -> Iterator[frozenset[str]]:
    """The cells of groups that have changed by too few pupils since some release.
    ``groups`` by what a release has left untold: of those that both tell."""
    for gone in earlier:
        for group in groups[gone.untold]:
            if any(0 < abs(count) < fewest for count in group.change(now, gone)):
                yield group.cells(now)


def _groups(lines: Lines, hidden: Collection[str], family: Collection[str]) -> Iterator[Group]:
    shown = sorted((line for line in family if line not in hidden), key=lambda line: (len(lines[line]), line))
    for at, line in enumerate(shown):
        yield Group(line, ())
        # A municipality of one school is told twice, and taken away once.
        once = {lines[one]: one for one in shown[:at] if lines[one] < lines[line]}
        within = list(once.values())
        largest = tuple(one for one in within if not any(lines[one] < lines[other] for other in within))
        if largest:
            yield Group(line, largest)


def _change(line: str, now: Table, before: Table, is_parted: bool) -> tuple[int, ...]:
    new = now.counts(line)
    old = before.counts(line) if line in before.lines else Counts()
    if is_parted:
        return (new.near_goal or 0) - (old.near_goal or 0), (new.below_goal or 0) - (old.below_goal or 0)
    return new.under_goal - old.under_goal, new.at_goal - old.at_goal, new.missing - old.missing


def _with_former_cells(table: Table, last: Table) -> Table:
    """Cells that nobody is in any more stay in the lines that they were summed in, with nobody."""
    gone = last.cells.keys() - table.cells.keys()
    lines: Lines = {
        line: cells | (last.lines.get(line, frozenset()) & gone) for line, cells in table.lines.items()
    }
    return replace(table, cells={**table.cells, **dict.fromkeys(sorted(gone), Counts())}, lines=lines)


def _kept(now: Table, last: Table, cells: frozenset[str]) -> Table:
    return replace(now, cells={**now.cells, **{cell: last.cells.get(cell, Counts()) for cell in cells}})
