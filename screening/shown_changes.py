"""Which counts of a comparison of two sets may be shown above the class (decision logic, section 7).

One fixed lattice: schools, municipalities, years and all, and each measure in each year. A line's levels are
hidden when its pupils, those under the goal by either set, or their complements, are too few; the two sets
share one pattern, for what one shows is nearly what the other does. How many would change level has a pattern
of its own. In both, more lines go until nothing hidden can be worked out of what is shown, and what an
earlier comparison hid stays hidden.

What is shown is then settled beside everything that has gone out of the window: two numbers that are fewer
pupils apart than may be shown are told as one (``screening.disclosure_releases``). What stands so in many
places would take their sum with it: a number a small group or more from the truth is not told, and the places
within it go before it does. Nor is it told what the other set would make of those of whom so few change
level: the former number would stand there, and read as if nothing did. Pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from screening.disclosure import ON_PAGES, Counts, Table, to_hide
from screening.disclosure_releases import Gone, settled
from screening.level_changes import Flow, LevelChanges
from screening.levels import Level

EVERYBODY = "all"
UNDER = [Level.BELOW_GOAL.rank + 1, Level.NEAR_GOAL.rank + 1]
AT = [Level.AT_GOAL.rank + 1, Level.ABOVE_GOAL.rank + 1]
MISSING = [0]
Hidden = frozenset[str]
Lines = dict[str, set[str]]


@dataclass(frozen=True)
class Line:
    """A line of the lattice as it may be shown: None where a group, or what has changed of it, is too small.

    ``changed`` is 0 where both sets say the same of these years; that tells nothing of anybody.
    """

    pupils: int | None = None
    under_before: int | None = None
    under_after: int | None = None
    changed: int | None = None

    @property
    def is_hidden(self) -> bool:
        return self.pupils is None


@dataclass(frozen=True)
class Untold:
    """Lines whose number stays out of one comparison, and may be told in the next."""

    before: Hidden = frozenset()
    after: Hidden = frozenset()
    changed: Hidden = frozenset()


@dataclass(frozen=True)
class Told:
    """A comparison as it goes out: levels before and after, who changes, and what is not shown of either."""

    before: Table
    after: Table
    changed: Table
    hidden: Hidden
    hidden_changed: Hidden
    untold: Untold = Untold()

    def line(self, name: str) -> Line:
        changed = None
        if name not in self.hidden_changed | self.untold.changed:
            changed = self.changed.counts(name).under_goal if name in self.changed.lines else 0
        if name in self.hidden | self.untold.before or name not in self.before.lines:
            return Line(changed=changed)
        before = self.before.counts(name)
        after = None if name in self.untold.after else self.after.counts(name).under_goal
        return Line(before.enrolled, before.under_goal, after, changed)


def school_line(school_id: int) -> str:
    return f"school {school_id}"


def municipality_line(municipality_id: int) -> str:
    return f"municipality {municipality_id}"


def year_line(year: int) -> str:
    return f"year {year}"


def measure_line(code: str, year: int) -> str:
    return f"measure {code} {year}"


def tell(
    changes: LevelChanges,
    municipality_of: Mapping[int, int],
    touched: tuple[Collection[int], Collection[tuple[str, int]]],
    earlier: Sequence[Told] = (),
    fewest: int = ON_PAGES,
    known: Hidden = frozenset(),
) -> Told:
    """``touched``: the years, and the measures by code and year, that the two sets do not judge alike.

    ``earlier``: what has gone out of the window, oldest first; ``known``: lines whose levels before are told
    with the window's shares.
    """
    years, measures = touched
    lattice = _lattice(changes, municipality_of)
    flows = {f"{school} {year}": flow for (school, year), flow in changes.windows.items()}
    moving = {f"{school} {year}" for school, year in changes.windows if year in years}
    start, start_changed = _ever(earlier)
    parts = [(flows, lattice, moving)]
    hidden = _hidden([_before(flows, lattice), _after(flows, lattice)], fewest, start, known)
    hidden_changed = _hidden([_changed(flows, lattice, moving)], fewest, start_changed)
    for code in dict.fromkeys(code for code, _ in measures):
        of = {
            year: changes.measures[code, year]
            for one, year in measures
            if one == code and (code, year) in changes.measures
        }
        own = {measure_line(code, year): flow for year, flow in of.items()}
        lines: Lines = {name: {name} for name in own}
        # A year that the window's own table hides is hidden here too: one measure may be all that decides.
        kept_back = frozenset(measure_line(code, year) for year in of if year_line(year) in hidden)
        not_told = frozenset(measure_line(code, year) for year in of if year_line(year) in hidden_changed)
        hidden |= _hidden([_before(own, lines), _after(own, lines)], fewest, kept_back | start)
        hidden_changed |= _hidden([_changed(own, lines, set(own))], fewest, not_told | start_changed)
        parts.append((own, lines, set(own)))
    now = Told(
        before=_joined(_before(own, lines) for own, lines, _ in parts),
        after=_joined(_after(own, lines) for own, lines, _ in parts),
        changed=_joined(_changed(own, lines, some) for own, lines, some in parts),
        hidden=hidden,
        hidden_changed=hidden_changed,
    )
    return _settled(now, earlier, fewest)


def _settled(now: Told, earlier: Sequence[Told], fewest: int) -> Told:
    """What goes out beside all that has: first how it is now, then how it would be, then who would change."""
    families = _families(now.before)
    levels = [
        Gone(table, one.hidden, untold=untold)
        for one in earlier
        for table, untold in ((one.before, one.untold.before), (one.after, one.untold.after))
    ]
    before = _beside(Gone(now.before, now.hidden), levels, families, fewest)
    few = {line for line in now.changed.lines if now.changed.counts(line).under_goal < fewest}
    beginning = Gone(now.after, now.hidden, untold=before.untold | few)
    after = _beside(beginning, [*levels, before], families, fewest)
    gone = [Gone(one.changed, one.hidden_changed, untold=one.untold.changed) for one in earlier]
    changed = _beside(Gone(now.changed, now.hidden_changed), gone, families, fewest)
    untold = Untold(before.untold, after.untold, changed.untold)
    return Told(before.table, after.table, changed.table, now.hidden, now.hidden_changed, untold)


def _beside(now: Gone, earlier: Sequence[Gone], families: Sequence[Collection[str]], fewest: int) -> Gone:
    """As it goes out. Numbers that stay are those of the nearest earlier table that told every line told now,
    so that none strays further than it must; what yet strays too far is untold, the narrow lines first."""
    table, untold = now.table, now.untold
    here = [[line for line in family if line in table.lines] for family in families]
    while True:
        by_distance = sorted(
            earlier, key=lambda gone: (-len(gone.untold - untold), -_distance(table, gone.table))
        )
        if by_distance:
            untold |= by_distance[-1].untold & table.lines.keys()
        told = settled(table, now.hidden | untold, by_distance, here, fewest)
        astray = _astray(table, told, now.hidden | untold, fewest)
        if not astray:
            return Gone(told, now.hidden, untold=untold)
        untold |= _least_missed(astray, table, now.hidden | untold)


def _least_missed(astray: Hidden, table: Table, hidden: Hidden) -> Hidden:
    """The shown lines to go for those: schools that share cells with them first, at last they themselves."""
    shown = [line for line in table.lines if line not in hidden]
    shared = {
        line
        for line in shown
        for one in astray
        if line == one or (_worth(line) < _worth(one) and table.lines[line] & table.lines[one])
    }
    least = min(_worth(line) for line in shared)
    return frozenset(line for line in shared if _worth(line) == least)


def _worth(line: str) -> int:
    kinds = ("school", "municipality", "year")
    kind = line.partition(" ")[0]
    return kinds.index(kind) if kind in kinds else len(kinds)


def _astray(true: Table, told: Table, hidden: Hidden, fewest: int) -> Hidden:
    """Lines that would be told as many pupils from the truth as may be shown, or more."""
    apart = {line: (true.counts(line), told.counts(line)) for line in true.lines if line not in hidden}
    return frozenset(
        line
        for line, (one, other) in apart.items()
        if max(abs(one.under_goal - other.under_goal), abs(one.enrolled - other.enrolled)) >= fewest
    )


def _distance(one: Table, other: Table) -> int:
    cells = one.cells.keys() | other.cells.keys()
    return sum(
        abs(one.cells.get(cell, Counts()).under_goal - other.cells.get(cell, Counts()).under_goal)
        for cell in cells
    )


def _families(table: Table) -> list[list[str]]:
    """Lines that within each are nested or apart."""
    years = [line for line in table.lines if line == EVERYBODY or line.startswith("year ")]
    measures = [line for line in table.lines if line.startswith("measure ")]
    places = [line for line in table.lines if line not in {*years, *measures}]
    return [[EVERYBODY, *places], years, measures]


def _ever(earlier: Iterable[Told]) -> tuple[Hidden, Hidden]:
    hidden, changed = Hidden(), Hidden()
    for one in earlier:
        hidden, changed = hidden | one.hidden, changed | one.hidden_changed
    return hidden, changed


def _lattice(changes: LevelChanges, municipality_of: Mapping[int, int]) -> Lines:
    lines: Lines = {}
    for school, year in changes.windows:
        for line in (
            EVERYBODY, school_line(school), municipality_line(municipality_of[school]), year_line(year),
        ):  # fmt: skip
            lines.setdefault(line, set()).add(f"{school} {year}")
    return lines


def _hidden(tables: Iterable[Table], fewest: int, start: Hidden, known: Hidden = frozenset()) -> Hidden:
    """One pattern for all tables: what one of them hides, none shows. ``known`` of the first of them."""
    several = [table for table in tables if table.lines]
    hidden = start & Hidden().union(*(table.lines for table in several))
    while True:
        before = hidden
        for table in several:
            here = hidden & table.lines.keys()
            told = known if table is several[0] else Hidden()
            may_hide = table.lines.keys() - known
            hidden |= to_hide(table, here, fewest, may_hide, told)
        if hidden == before:
            return hidden


def _before(flows: Mapping[str, Flow], lines: Mapping[str, set[str]]) -> Table:
    return _table({cell: flow.sum(axis=1) for cell, flow in flows.items()}, lines)


def _after(flows: Mapping[str, Flow], lines: Mapping[str, set[str]]) -> Table:
    return _table({cell: flow.sum(axis=0) for cell, flow in flows.items()}, lines)


def _table(levels: Mapping[str, Flow], lines: Mapping[str, set[str]]) -> Table:
    counts = {
        cell: Counts(*(int(found[places].sum()) for places in (UNDER, AT, MISSING)))
        for cell, found in levels.items()
    }
    return Table(counts, {line: frozenset(cells) for line, cells in lines.items()})


def _changed(flows: Mapping[str, Flow], lines: Mapping[str, set[str]], moving: set[str]) -> Table:
    """Those who would change level against those who would not, where anybody could."""
    counts = {
        cell: Counts(int(flow.sum() - np.trace(flow)), int(np.trace(flow)))
        for cell, flow in flows.items()
        if cell in moving
    }
    own = {line: frozenset(cells & moving) for line, cells in lines.items()}
    return Table(counts, {line: cells for line, cells in own.items() if cells})


def _joined(tables: Iterable[Table]) -> Table:
    cells: dict[str, Counts] = {}
    lines: dict[str, frozenset[str]] = {}
    for table in tables:
        cells |= table.cells
        lines |= table.lines
    return Table(cells, lines)
