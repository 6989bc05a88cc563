"""The one fixed table that is compared: schools, municipalities and all, sv and sva, windows together.

The cells are a window, a school and a curriculum; everything printed is a line that sums cells, so that the
audit sees all ways of looking at once. Pure: counts in, what may be printed out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assessments.roster.models import Curriculum
from screening.disclosure import IN_FILES, Counts, Ledger, Release, Table, publish
from screening.disclosure_audit import Lines
from screening.disclosure_parts import hidden_parts, parts_of
from screening.disclosure_releases import Gone, Known, settled
from screening.initiative_counts import Place, SchoolCounts
from screening.statistics import cohort_to_see, pooled

EVERYBODY = "all"
ENOUGH = cohort_to_see(0.30, 0.15)  # pupils to see the share halved


def of_curriculum(line: str, curriculum: Curriculum) -> str:
    """The line that sums those of it who read Swedish, or Swedish as a second language."""
    return f"{line} {curriculum.value}"


def over_years(line: str) -> str:
    """The line that sums the latest cohorts of it."""
    return f"pooled {line}"


def over_windows(line: str) -> str:
    """The line that sums the academic year's windows of it."""
    return f"year {line}"


@dataclass(frozen=True)
class Cohort:
    """A window's counts, and what its own table keeps hidden. ``name`` is the window's code."""

    name: str
    counts: SchoolCounts
    hidden: frozenset[str] = frozenset()

    @property
    def cells(self) -> dict[str, Counts]:
        return {
            self._cell(school_id, one): self.counts.get((school_id, one), Counts())
            for school_id in sorted({school_id for school_id, _ in self.counts})
            for one in Curriculum
        }

    def lines(self, places: Sequence[Place], curricula: Collection[Curriculum] = tuple(Curriculum)) -> Lines:
        """Schools with pupils, their municipalities, and all; of these curricula only."""
        there = {school_id for school_id, _ in self.counts}
        found: dict[str, frozenset[str]] = {}
        for place in places:
            if place.school_id in there:
                own = frozenset(self._cell(place.school_id, one) for one in curricula)
                for line in (place.line, place.line_above, EVERYBODY):
                    found[line] = found.get(line, frozenset()) | own
        return found

    def _cell(self, school_id: int, curriculum: Curriculum) -> str:
        return f"{self.name} {school_id} {curriculum.value}"


@dataclass(frozen=True)
class Lattice:
    """The table of a window with everything beside it, and which of its lines are what."""

    table: Table
    own: frozenset[str]  # schools, municipalities and all
    beside: frozenset[str]  # sv and sva apart, and what is told together
    former: frozenset[str]  # lines of earlier cohorts that are not shown
    families: tuple[Collection[str], ...]
    cohorts: Mapping[str, Sequence[str]]  # by line the same season's windows that it is pooled over
    years: Mapping[str, Sequence[str]]  # by municipality's line the academic year's windows
    elsewhere: frozenset[str] = frozenset()  # lines of other tables, which nobody can take back
    known: frozenset[str] = frozenset()  # lines of this one that another table has told
    left: frozenset[str] = frozenset()  # cells that nobody is in any more, of lines that were told

    @classmethod
    def of(
        cls,
        cohorts: Sequence[Cohort],
        places: Sequence[Place],
        year: Sequence[Cohort] = (),
        told: Sequence[frozenset[str]] = (),
    ) -> "Lattice":
        """``cohorts``: the same season's windows, oldest first; the last is the one that is told of.
        ``year``: the windows before it in its academic year. A municipality is told over all of them.
        ``told``: sums of the cells that have gone out elsewhere."""
        now, before = cohorts[-1], (*cohorts[:-1], *year)
        cells = {cell: counts for one in (*before, now) for cell, counts in one.cells.items()}
        by_window = {one.name: one.lines(places) for one in (*before, now)}
        own, alike = by_window[now.name], {one.name: by_window[one.name] for one in cohorts}
        chosen = {line: taken for line in own if len(taken := _together(line, alike, cells)) > 1}
        years = {
            line: taken
            for line in own
            if line.startswith("municipality")
            and len(taken := [one.name for one in (*year, now) if line in by_window[one.name]]) > 1
        }
        together, in_year = (
            {
                name(line): frozenset().union(*(by_window[window][line] for window in taken))
                for line, taken in of.items()
            }
            for name, of in ((over_years, chosen), (over_windows, years))
        )
        apart = [_apart(now.lines(places, [one]), one) for one in Curriculum]
        earlier = [
            {f"{one.name} {line}": own_cells for line, own_cells in by_window[one.name].items()}
            for one in before
        ]
        families: tuple[Lines, ...] = (own, together, in_year, *apart, *earlier)
        lines = {name: of for family in families for name, of in family.items()}
        # What is told of a municipality and of its other schools over the same windows tells of these.
        between = _alike(own, [*chosen.values(), *years.values()], by_window)
        small = Table(cells, {name: of for name, of in between.items() if of not in lines.values()})
        lines |= {name: small.lines[name] for name in small.primary(IN_FILES)}
        there = [of for of in told if of <= cells.keys() and of not in lines.values()]
        elsewhere = {f"elsewhere {number}": of for number, of in enumerate(there)}
        return cls(
            table=Table(cells, {**lines, **elsewhere}),
            own=frozenset(own),
            beside=frozenset(name for family in (together, in_year, *apart) for name in family),
            former=frozenset(f"{one.name} {line}" for one in before for line in one.hidden),
            families=families,
            cohorts=chosen,
            years=years,
            elsewhere=frozenset(elsewhere),
            known=frozenset(line for line, of in lines.items() if of in told),
        )

    def hidden(self, ledger: Ledger) -> frozenset[str]:
        """The lines to hide. What is told beside the window's own lines never costs any of them."""
        lines = {line: self.table.lines[line] for line in self.own}
        there = self.left.union(*lines.values())
        told = {line: of for line in self.elsewhere if (of := self.table.lines[line]) <= there}
        own = Table({cell: self.table.cells[cell] for cell in there}, {**lines, **told})
        first, with_own = publish(own, "own", ledger, IN_FILES, lines.keys() - self.known, self.known)
        parts = frozenset(of_curriculum(line, one) for line in first for one in Curriculum)
        fixed = with_own.with_release(Release("former", self.former | parts))
        return publish(self.table, "all", fixed, IN_FILES, self.beside - self.known, self.known)[0]

    def release(self, ledger: Ledger, earlier: Sequence[Gone]) -> Gone:
        """The table as it may go out beside what has gone out before (oldest first), and what it hides."""
        there = self.table.cells.keys()
        hidden = self._all_hidden(ledger, earlier, there)
        while True:
            table = settled(self.table, hidden, earlier, self.families, IN_FILES, self._told_apart(hidden))
            fixed = ledger.with_release(Release("so far", hidden))
            again = replace(self, table=table)._all_hidden(fixed, earlier, there)
            if again == hidden:
                shown = {line: of for line, of in table.lines.items() if line not in self.elsewhere}
                return Gone(replace(table, lines=shown), hidden - self.elsewhere, self._told_apart(hidden))
            hidden = again

    def _all_hidden(self, ledger: Ledger, earlier: Sequence[Gone], there: Collection[str]) -> frozenset[str]:
        """Lines, and parts of lines: near the goal and below it are told of the window's own lines only."""
        then = Known.beside(self.table, earlier, there)
        audited = replace(
            self, table=then.table, elsewhere=self.elsewhere | then.then, known=self.known | then.lines,
            left=then.left,
        )  # fmt: skip
        hidden = audited.hidden(ledger.with_release(Release("then", then.secret))) - then.then
        return hidden | hidden_parts(self.table, self.own, hidden | ledger.hidden, IN_FILES)

    def _told_apart(self, hidden: Collection[str]) -> frozenset[str]:
        return frozenset(line for line in self.own if parts_of(line) not in hidden)


def _apart(lines: Lines, curriculum: Curriculum) -> dict[str, frozenset[str]]:
    """Of municipalities and all: the groups of single schools would be too small to tell of."""
    return {
        of_curriculum(line, curriculum): cells
        for line, cells in lines.items()
        if not line.startswith("school")
    }


def _alike(
    own: Collection[str], spans: Collection[Sequence[str]], by_window: Mapping[str, Lines]
) -> dict[str, frozenset[str]]:
    """Every line over each span of windows that some line is told over."""
    return {
        f"{' '.join(span)} {line}": frozenset().union(*(by_window[one].get(line, ()) for one in span))
        for span in dict.fromkeys(map(tuple, spans))
        for line in own
    }


def _together(line: str, by_window: Mapping[str, Lines], cells: Mapping[str, Counts]) -> list[str]:
    """The latest windows that together have pupils enough of the line to say something, oldest first."""
    there = {name: lines[line] for name, lines in by_window.items() if line in lines}
    counts = [sum((cells[cell] for cell in own), Counts()) for own in there.values()]
    taken = pooled([one.under_goal for one in counts], [one.enrolled for one in counts], ENOUGH).cohorts
    return list(there)[-taken:]
