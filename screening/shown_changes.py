"""Which counts of a comparison of two sets may be shown above the class (decision logic, section 7).

One fixed lattice: schools, municipalities, years and all. A line's levels are hidden when its pupils, those
under the goal by either set, or their complements, are too few; the two sets share one pattern, for what one
shows is nearly what the other does. How many would change level has a pattern of its own. In both, more lines
go until nothing hidden can be worked out of what is shown.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from screening.disclosure import ON_PAGES, Counts, Ledger, Release, Table, publish
from screening.level_changes import Flow, LevelChanges
from screening.levels import Level

EVERYBODY = "all"
UNDER = [Level.BELOW_GOAL.rank + 1, Level.NEAR_GOAL.rank + 1]
AT = [Level.AT_GOAL.rank + 1, Level.ABOVE_GOAL.rank + 1]
MISSING = [0]
Hidden = frozenset[str]


@dataclass(frozen=True)
class Line:
    """A line of the lattice as it may be shown: None where a group is too small.

    ``changed`` is 0 where both sets say the same of these years; that tells nothing of anybody.
    """

    pupils: int | None = None
    under_before: int | None = None
    under_after: int | None = None
    changed: int | None = None

    @property
    def is_hidden(self) -> bool:
        return self.pupils is None


def school_line(school_id: int) -> str:
    return f"school {school_id}"


def municipality_line(municipality_id: int) -> str:
    return f"municipality {municipality_id}"


def year_line(year: int) -> str:
    return f"year {year}"


def shown_lines(
    changes: LevelChanges,
    municipality_of: Mapping[int, int],
    touched: Collection[int],
    fewest: int = ON_PAGES,
) -> dict[str, Line]:
    """Every line of the window by name. ``touched``: the years that the two sets do not judge alike."""
    flows = {f"{school} {year}": flow for (school, year), flow in changes.windows.items()}
    lines: dict[str, set[str]] = {}
    for school, year in changes.windows:
        for line in (
            EVERYBODY, school_line(school), municipality_line(municipality_of[school]), year_line(year),
        ):  # fmt: skip
            lines.setdefault(line, set()).add(f"{school} {year}")
    moving = {f"{school} {year}" for school, year in changes.windows if year in touched}
    levels = _hidden([_before(flows, lines), _after(flows, lines)], fewest)
    changed = _hidden([_changed(flows, lines, moving)], fewest)
    return {name: _line(_sum(flows, cells), name in levels, name in changed) for name, cells in lines.items()}


def shown_measures(
    changes: LevelChanges,
    touched: Collection[tuple[str, int]],
    lines: Mapping[str, Line],
    fewest: int = ON_PAGES,
) -> dict[tuple[str, int], Line]:
    """How many would change level on a single measure, by code and year, where the sets differ.

    A year that the window's own table hides is hidden here too: one measure may be all that decides.
    """
    kept_back = frozenset(name for name, line in lines.items() if line.is_hidden)
    not_told = frozenset(name for name, line in lines.items() if line.changed is None)
    told: dict[tuple[str, int], Line] = {}
    for code in dict.fromkeys(code for code, _ in touched):
        flows = {
            year_line(year): flow
            for (measure, year), flow in changes.measures.items()
            if measure == code and (code, year) in touched
        }
        own = {name: {name} for name in flows}
        levels = _hidden([_before(flows, own), _after(flows, own)], fewest, kept_back)
        changed = _hidden([_changed(flows, own, set(flows))], fewest, not_told)
        for year in (year for measure, year in touched if measure == code and year_line(year) in flows):
            name = year_line(year)
            told[code, year] = _line(flows[name], name in levels, name in changed)
    return told


def _hidden(tables: Iterable[Table], fewest: int, start: Hidden = frozenset()) -> Hidden:
    """One pattern for all tables: what one of them hides, none shows."""
    several, hidden = [table for table in tables if table.lines], start
    while True:
        before = hidden
        for table in several:
            here = hidden & table.lines.keys()
            found, _ = publish(table, "", Ledger((Release("", frozenset(here)),)), fewest)
            hidden |= found
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


def _sum(flows: Mapping[str, Flow], cells: Iterable[str]) -> Flow:
    found: Flow = np.sum([flows[cell] for cell in cells], axis=0)
    return found


def _line(flow: Flow, without_levels: bool, without_changed: bool) -> Line:
    changed = None if without_changed else int(flow.sum() - np.trace(flow))
    if without_levels:
        return Line(changed=changed)
    return Line(
        pupils=int(flow.sum()),
        under_before=int(flow.sum(axis=1)[UNDER].sum()),
        under_after=int(flow.sum(axis=0)[UNDER].sum()),
        changed=changed,
    )
