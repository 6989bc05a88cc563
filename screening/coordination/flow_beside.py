"""A flow beside what it told while others took part: the same pupils, counted in other cells.

When a municipality has left before the second window closes, whoever stayed there is gone for all of them.
What was told with it, less what is told without it, would be its own flow. So the audit reads every release
by where the pupils were and are, whoever took part then. Pure: tables in, a table out.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from screening.disclosure import Counts, Table
from screening.disclosure_audit import Lines
from screening.disclosure_releases import Gone, Known

NOWHERE, ELSEWHERE, UNDER, ANY = "None", "elsewhere", "under", "*"
Atoms = Mapping[str, Collection[str]]  # by a cell as somebody counted it, the cells that were counted in it


@dataclass(frozen=True)
class There:
    """The ids of the municipalities that are counted in the first window, and in the second."""

    first: frozenset[str]
    second: frozenset[str]

    @classmethod
    def told(cls, lines: Lines) -> "There":
        """Of what went out: who has a sum of a window is counted in it."""
        names = [line.split(" ") for line in lines]
        return cls(
            frozenset(who for who, first, second in names if (first, second) == (UNDER, ANY)),
            frozenset(who for who, first, second in names if (first, second) == (ANY, UNDER)),
        )

    def seen(self, cell: str) -> str:
        """The cell that they count its pupils in; empty: in none."""
        before, after, first, second = cell.split(" ")
        if before not in self.first:
            before, first = NOWHERE, ELSEWHERE
        if after not in self.second:
            after, second = NOWHERE, ELSEWHERE
        return "" if before == after == NOWHERE else f"{before} {after} {first} {second}"

    def atoms(self, cells: Collection[str]) -> Atoms:
        """By the cell that they count it in, the cells; under the empty one those that they do not count."""
        found = defaultdict(set)
        for cell in cells:
            found[self.seen(cell)].add(cell)
        return found


def as_it_went_out(now: Table, kept: Table, earlier: Sequence[Gone]) -> Table | None:
    """The table with those who have left as they went out, where some of them are ``kept`` so already: they
    are gone from all lines, or from none. None where they are."""
    if not earlier:
        return None
    last, here = earlier[-1].table.cells, There.told(now.lines)
    seen = here.atoms(last.keys() | now.cells.keys())
    moved = {one for cell, of in seen.items() if of != {cell} for one in (*of, cell) if one}
    if all(kept.cells.get(one, Counts()) == now.cells.get(one, Counts()) for one in moved):
        return None
    cells = {**dict.fromkeys(kept.cells, Counts()), **now.cells}
    return replace(kept, cells=cells | {one: last.get(one, Counts()) for one in moved})


def beside(table: Table, earlier: Sequence[Gone]) -> Known:
    """The table beside all that went out while others were counted; as it is where nobody was."""
    tables = [*(gone.table for gone in earlier), table]
    if len({There.told(one.lines) for one in tables}) == 1:
        return Known(table, *[frozenset[str]()] * 4)
    there = _counted(tables)
    names = frozenset(cell for one in tables for cell in one.cells)
    by_view = {one: one.atoms(names) for one in there}
    *of_earlier, own = (_lines(one, by_view[view]) for one, view in zip(tables, there, strict=True))
    counts = _counts(tables, by_view[there[-1]])
    gone = [replace(one, table=Table(counts, of)) for one, of in zip(earlier, of_earlier, strict=True)]
    then = Known.beside(replace(table, cells={}, lines={}), gone, ())  # nobody is counted as they were
    more = {line: of for line, of in then.table.lines.items() if of and of not in own.values()}
    shown = {of for one in gone for line, of in one.table.lines.items() if line not in one.hidden}
    return replace(
        then,
        table=replace(then.table, lines={**own, **more}),
        then=then.then & more.keys(),
        secret=then.secret & more.keys(),
        lines=frozenset(line for line, of in own.items() if of in shown),
    )


def _counted(tables: Sequence[Table]) -> list[There]:
    """Whose pupils each table counts: where anybody stands in a cell that those there do not see, those of
    the table before it (``as_it_went_out``)."""
    found: list[There] = []
    for table in tables:
        there = There.told(table.lines)
        is_as_before = any(one != Counts() and there.seen(cell) != cell for cell, one in table.cells.items())
        found.append(found[-1] if found and is_as_before else there)
    return found


def _lines(table: Table, atoms: Atoms) -> Lines:
    """The lines as sums of all cells there ever were."""
    return {
        line: frozenset(name for cell in of for name in atoms.get(cell, ()))
        for line, of in table.lines.items()
    }


def _counts(tables: Sequence[Table], atoms: Atoms) -> dict[str, Counts]:
    """By cell how many it counts now; of cells that are counted within others, how many it last did."""
    *earlier, now = (table.cells for table in tables)
    former = {cell: counts for cells in earlier for cell, counts in cells.items() if counts != Counts()}
    found = {cell: former.get(cell, Counts()) for cells in (*earlier, now) for cell in cells}
    for cell, counts in now.items():
        if cell in (of := atoms.get(cell, ())):
            within = sum(former.get(one, Counts()).under_goal for one in of if one != cell)
            left = max(counts.under_goal - within, 0)
            found[cell] = Counts(left, left)
    return found
