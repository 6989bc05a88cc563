"""The table behind a goal: a line per academic year, with cohorts together where one is too small.

The cells are an academic year, a school, a year (årskurs), and sv or sva. What other tables have told of the
same cells is audited with it, so that no small group can be worked out of two of them. Pure: counts in, what
may go out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from screening.coordination.observing import Cells, Observed, years_of
from screening.disclosure import IN_FILES, Counts, Ledger, Release, Table, audit, publish
from screening.disclosure_audit import Lines
from screening.disclosure_releases import Gone, Known, settled
from screening.initiative_counts import Place
from screening.initiative_lattice import ENOUGH
from screening.statistics import pooled

OWN, ALONE, SMALL, ELSEWHERE = "goal ", "alone ", "small ", "elsewhere "


def cell(academic_year: str, school_id: int, year: int, curriculum: str) -> str:
    """The name of a cell."""
    return f"{academic_year} {school_id} {year} {curriculum}".rstrip()


def of_year(academic_year: str) -> str:
    """The line that says how it was in an academic year."""
    return f"{OWN}{academic_year}"


@dataclass(frozen=True)
class Asked:
    """Whose share is told: these schools' and this year's (None: every year's), from a baseline on.
    ``outside``: by academic year those of the schools that it is not about then."""

    school_ids: frozenset[int]
    year: int | None
    baseline_year: str
    outside: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def is_after(self, academic_year: str) -> bool:
        return academic_year > self.baseline_year

    def cells(self, counts: Cells, academic_year: str) -> frozenset[str]:
        schools = self.school_ids - self.outside.get(academic_year, frozenset())
        return frozenset(
            cell(*place)
            for place in counts
            if place[0] == academic_year and place[1] in schools and self.year in (None, place[2])
        )


def cohorts(asked: Asked, counts: Cells) -> dict[str, tuple[str, ...]]:
    """By academic year those that it is told together with, oldest first: as many as it takes to say
    something. What was before the baseline and what came after are never mixed."""
    by_cell = {cell(*place): one for place, one in counts.items()}
    sums = {year: _sum(by_cell, asked.cells(counts, year)) for year in years_of(counts)}
    there = [year for year, one in sums.items() if one.enrolled]
    found = {}
    for year in there:
        alike = [one for one in there if one <= year and asked.is_after(one) == asked.is_after(year)]
        among = [sums[one].enrolled for one in alike]
        taken = pooled([sums[one].under_goal for one in alike], among, ENOUGH).cohorts
        found[year] = tuple(alike[-taken:])
    return found


def release(
    asked: Asked,
    counts: Cells,
    places: Sequence[Place],
    told: Collection[frozenset[str]],
    earlier: Sequence[Gone],
) -> Gone:
    """The goal's lines as they may go out. ``counts`` of everybody, also of schools that it is not about any
    more; ``told``: sums of these cells that have gone out elsewhere; ``earlier``: the goal's own releases,
    oldest first."""
    by_cell = {cell(*place): one for place, one in counts.items()}
    together = cohorts(asked, counts)
    own: Lines = {
        of_year(year): frozenset().union(*(asked.cells(counts, one) for one in taken))
        for year, taken in together.items()
    }
    alone = {f"{ALONE}{year}": asked.cells(counts, year) for year in together}
    table = Table({name: by_cell[name] for of in own.values() for name in of}, own)
    groups = {**alone, **_groups(counts, places, asked.outside)}
    beside = _Beside(by_cell, groups, told, earlier, frozenset(table.cells))
    hidden, families = beside.hidden(table, _stay_hidden(earlier)), _nested(together)
    while True:
        kept = settled(table, hidden, earlier, families, IN_FILES)
        again = hidden if kept is table else beside.hidden(kept, hidden)
        if again == hidden:
            return Gone(Table(kept.cells, {name: kept.lines[name] for name in own}), hidden)
        hidden = again


def _nested(together: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The lines that begin with the same cohort lie within each other: what one has beside the one before is
    a group too."""
    found: dict[str, list[str]] = {}
    for year, taken in together.items():
        found.setdefault(taken[0], []).append(of_year(year))
    return list(found.values())


def _stay_hidden(earlier: Sequence[Gone]) -> frozenset[str]:
    """What was hidden within something that was told: shown now, it would tell how the rest stands, and so
    what it was itself. What was hidden alone, before its results had come, may be shown."""
    return frozenset(
        line
        for gone in earlier
        for line in gone.hidden
        if any(
            not gone.table.lines[line].isdisjoint(of)
            for other, of in gone.table.lines.items()
            if other not in gone.hidden
        )
    )


@dataclass(frozen=True)
class _Beside:
    """What the goal's lines are told beside: groups that may be small, sums told elsewhere, and all that the
    goal has told before. ``there``: the cells that it is about now."""

    by_cell: Mapping[str, Counts]
    groups: Lines
    told: Collection[frozenset[str]]
    earlier: Sequence[Gone]
    there: frozenset[str]

    def hidden(self, table: Table, before: frozenset[str]) -> frozenset[str]:
        """Of the goal's lines those too small, those that stay hidden (``before``), and those from which a
        small group or what stays hidden could be worked out."""
        then = Known.beside(table, self.earlier, self.there)
        cells = {**dict.fromkeys(frozenset().union(*self.told), Counts()), **self.by_cell, **then.table.cells}
        known = {
            line: of
            for line, of in then.table.lines.items()
            if line not in then.secret or of not in self.told
        }
        shown = set(known.values())
        elsewhere = {f"{ELSEWHERE}{number}": of for number, of in enumerate(self.told) if of not in shown}
        other = {
            name: of
            for name, of in self.groups.items()
            if of not in shown and _sum(cells, of).is_small(IN_FILES)
        }
        secret = Ledger((Release("small", (before - then.lines) | then.secret | other.keys()),))
        lines = {**known, **elsewhere, **other}
        may_hide = table.lines.keys() - then.lines
        hidden, _ = publish(Table(cells, lines), "goal", secret, IN_FILES, may_hide)
        return frozenset((hidden | before) & table.lines.keys())


def _groups(
    counts: Cells, places: Sequence[Place], outside: Mapping[str, frozenset[int]]
) -> dict[str, frozenset[str]]:
    """Each school and municipality, each year (årskurs) of it, and its sv and sva, in each academic year;
    sv and sva of all but the schools that are ``outside``."""
    above = {place.school_id: place.municipality_id for place in places}
    found: dict[str, frozenset[str]] = {}
    for place in counts:
        academic_year, school_id, year, curriculum = place
        school, municipality = f"school {school_id}", f"municipality {above.get(school_id)}"
        names = [
            school,
            municipality,
            f"{school} {year}",
            f"{municipality} {year}",
            f"{municipality} {curriculum}",
        ]
        if school_id not in outside.get(academic_year, ()):
            names.append(f"all {curriculum}")
        for name in (f"{SMALL}{academic_year} {one}" for one in names):
            found[name] = found.get(name, frozenset()) | {cell(*place)}
    return found


def given_away(
    window: Gone,
    goals: Mapping[str, Counts],
    told: Collection[frozenset[str]],
    seen: Observed,
    places: Sequence[Place],
    of_season: Mapping[str, str],
) -> frozenset[str]:
    """The shown lines of a window's table to hide, for together with what goals, and the window before, have
    shown (``told``) they would give a small group away: year 1 is told, and all of the school says how the
    few of year 2 stand.

    ``goals``: the cells of those goals as they went out. What the window says of a small group by itself is
    not asked here.
    """
    by_cell = {**goals, **{cell(*place): one for place, one in seen.cells.items()}}
    own: Lines = dict(told_lines(window, seen.cells, of_season))
    years = {name.split(" ")[0] for of in told for name in of}
    small = {
        name: of
        for name, of in _groups(seen.cells, places, seen.outside).items()
        if name.removeprefix(SMALL).split(" ")[0] in years and _sum(by_cell, of).is_small(IN_FILES)
    }
    secret = {name: of for name, of in small.items() if of not in {*own.values(), *told}}
    alone = audit(Table(by_cell, {**own, **secret}), secret, fewest=IN_FILES)
    for known in [one.name for one in alone]:
        del secret[known]
    shown = set(own.values())
    elsewhere = {f"{ELSEWHERE}{number}": of for number, of in enumerate(told) if of not in shown}
    lines = {**elsewhere, **own, **secret}
    kept = Ledger((Release("small", frozenset(secret)),))
    may_hide = {line for line, of in own.items() if of not in told}
    hidden, _ = publish(Table(by_cell, lines), "window", kept, IN_FILES, may_hide)
    return frozenset(hidden & own.keys())


def told_lines(
    gone: Gone, counts: Cells, of_season: Mapping[str, str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """The shown lines of a window's table (``initiative_lattice``), as sums of these cells: schools, sv and
    sva apart, cohorts together. ``of_season``: by code of a window its academic year; a line over other
    windows is no sum of them."""
    by_place: dict[tuple[str, str, str], set[str]] = {}
    for place in counts:
        by_place.setdefault((place[0], str(place[1]), place[3]), set()).add(cell(*place))
    for line, of in gone.table.lines.items():
        parts = [tuple(name.split(" ")) for name in of if gone.table.cells[name] != Counts()]
        if parts and line not in gone.hidden and all(window in of_season for window, _, _ in parts):
            cells = (by_place.get((of_season[window], school, one), set()) for window, school, one in parts)
            yield line, frozenset().union(*cells)


def _sum(by_cell: Mapping[str, Counts], cells: Collection[str]) -> Counts:
    return sum((by_cell[name] for name in cells), Counts())
