"""The table behind a goal: a line per academic year, with cohorts together where one is too small.

The cells are an academic year, a school, a year (årskurs), and sv or sva. What other tables have told of the
same cells is audited with it, so that no small group can be worked out of two of them. Pure: counts in, what
may go out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from screening.coordination.observing import Cells, years_of
from screening.disclosure import IN_FILES, Counts, Ledger, Release, Table, audit, publish
from screening.disclosure_audit import Lines
from screening.disclosure_releases import Gone, settled
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
    """Whose share is told: these schools' and this year's (None: every year's), from a baseline on."""

    school_ids: frozenset[int]
    year: int | None
    baseline_year: str

    def is_after(self, academic_year: str) -> bool:
        return academic_year > self.baseline_year

    def cells(self, counts: Cells, academic_year: str) -> frozenset[str]:
        return frozenset(
            cell(*place)
            for place in counts
            if place[0] == academic_year and place[1] in self.school_ids and self.year in (None, place[2])
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
    """The goal's lines as they may go out. ``told``: sums of these cells that have gone out elsewhere;
    ``earlier``: the goal's own releases, oldest first."""
    by_cell = {cell(*place): one for place, one in counts.items()}
    together = cohorts(asked, counts)
    own: Lines = {
        of_year(year): frozenset().union(*(asked.cells(counts, one) for one in taken))
        for year, taken in together.items()
    }
    alone = {f"{ALONE}{year}": asked.cells(counts, year) for year in together}
    table = Table({name: by_cell[name] for of in own.values() for name in of}, own)
    hidden = _hidden(own, alone, by_cell, _groups(counts, places), told, _stay_hidden(earlier))
    families = _nested(together)
    while True:
        kept = settled(table, hidden, earlier, families, IN_FILES)
        again = hidden | kept.primary(IN_FILES)
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


def _hidden(
    own: Lines,
    alone: Lines,
    by_cell: Mapping[str, Counts],
    groups: Lines,
    told: Collection[frozenset[str]],
    before: frozenset[str],
) -> frozenset[str]:
    """Of the goal's lines those too small, those that stay hidden, and those from which a small group or what
    stays hidden could be worked out."""
    shown = set(own.values())
    elsewhere = {f"{ELSEWHERE}{number}": of for number, of in enumerate(told) if of not in shown}
    other = {
        name: of
        for name, of in {**alone, **groups}.items()
        if of not in shown and _sum(by_cell, of).is_small(IN_FILES)
    }
    lines = {**own, **elsewhere, **other}
    secret = Ledger((Release("small", before.union(other)),))
    hidden, _ = publish(Table(by_cell, lines), "goal", secret, IN_FILES, may_hide=own.keys())
    return frozenset(hidden & own.keys())


def _groups(counts: Cells, places: Sequence[Place]) -> dict[str, frozenset[str]]:
    """Each year (årskurs) of a school and of a municipality, and its sv and sva, in each academic year."""
    above = {place.school_id: place.municipality_id for place in places}
    found: dict[str, frozenset[str]] = {}
    for place in counts:
        academic_year, school_id, year, curriculum = place
        for name in (
            f"{SMALL}{academic_year} school {school_id} {year}",
            f"{SMALL}{academic_year} municipality {above.get(school_id)} {year}",
            f"{SMALL}{academic_year} municipality {above.get(school_id)} {curriculum}",
            f"{SMALL}{academic_year} all {curriculum}",
        ):
            found[name] = found.get(name, frozenset()) | {cell(*place)}
    return found


def given_away(
    window: Gone,
    goals: Mapping[str, Counts],
    told: Collection[frozenset[str]],
    counts: Cells,
    places: Sequence[Place],
    of_season: Mapping[str, str],
) -> frozenset[str]:
    """The shown lines of a window's table to hide, for together with what goals have shown (``told``) they
    would give a small group away: year 1 is told, and all of the school says how the few of year 2 stand.

    ``goals``: the cells of those goals as they went out. What the window says of a small group by itself is
    not asked here.
    """
    by_cell = {**goals, **{cell(*place): one for place, one in counts.items()}}
    own: Lines = dict(told_lines(window, counts, of_season))
    years = {name.split(" ")[0] for of in told for name in of}
    small = {
        name: of
        for name, of in _groups(counts, places).items()
        if name.removeprefix(SMALL).split(" ")[0] in years and _sum(by_cell, of).is_small(IN_FILES)
    }
    secret = {name: of for name, of in small.items() if of not in {*own.values(), *told}}
    alone = audit(Table(by_cell, {**own, **secret}), secret, fewest=IN_FILES)
    for known in [one.name for one in alone]:
        del secret[known]
    elsewhere = {f"{ELSEWHERE}{number}": of for number, of in enumerate(told)}
    lines = {**elsewhere, **own, **secret}
    kept = Ledger((Release("small", frozenset(secret)),))
    hidden, _ = publish(Table(by_cell, lines), "window", kept, IN_FILES, may_hide=own.keys())
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
        parts = [tuple(name.split(" ")) for name in of]
        if line not in gone.hidden and all(window in of_season for window, _, _ in parts):
            cells = (by_place.get((of_season[window], school, one), set()) for window, school, one in parts)
            yield line, frozenset().union(*cells)


def _sum(by_cell: Mapping[str, Counts], cells: Collection[str]) -> Counts:
    return sum((by_cell[name] for name in cells), Counts())
