"""Releases of one table side by side: what their difference would give away, and the numbers that go out.

Between two releases of a window some pupils have moved, been tested late or been corrected. Where a number
that both show has changed by fewer pupils than may be shown, the difference is a small group: those cells
keep the counts they went out with until enough has changed. So no number is lost, and none is off by more
than a small group. Pure: values in, values out.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from screening.disclosure import Counts, Table
from screening.disclosure_audit import Lines


@dataclass(frozen=True)
class Gone:
    """A table as it went out. ``parts``: the lines whose two parts were told (``disclosure_parts``)."""

    table: Table
    hidden: frozenset[str]
    parts: frozenset[str] = frozenset()


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


def settled(
    table: Table,
    hidden: frozenset[str],
    earlier: Sequence[Gone],
    families: Sequence[Collection[str]],
    fewest: int,
    parts: Collection[str] = (),
) -> Table:
    """The table with the counts that may go out beside every earlier release (oldest first).

    ``families`` of lines that within each are nested or apart: schools in municipalities, the same for sva.
    ``parts``: the lines whose two parts are told.
    """
    if not earlier:
        return table
    last = earlier[-1].table
    now, kept = _with_former_cells(table, last), frozenset[str]()
    groups = [group for family in families for group in _groups(now.lines, hidden, family)]
    groups += [
        replace(group, is_parted=True)
        for family in families
        for group in _groups(now.lines, (), [line for line in family if line in parts])
    ]
    while telling := frozenset().union(*_telling(now, groups, earlier, fewest)):
        if telling <= kept:  # what the last one showed is known beside all that went out before it
            return _kept(now, last, frozenset(now.cells))
        kept |= telling
        now = _kept(now, last, kept)
    return now


def _telling(
    now: Table, groups: Sequence[Group], earlier: Sequence[Gone], fewest: int
) -> Iterator[frozenset[str]]:
    """The cells of groups that have changed by too few pupils since some release."""
    for group in groups:
        for gone in earlier:
            if any(0 < abs(count) < fewest for count in group.change(now, gone)):
                yield group.cells(now)


def _groups(lines: Lines, hidden: Collection[str], family: Collection[str]) -> Iterator[Group]:
    shown = sorted((line for line in family if line not in hidden), key=lambda line: (len(lines[line]), line))
    for at, line in enumerate(shown):
        yield Group(line, ())
        within = [one for one in shown[:at] if lines[one] < lines[line]]
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
