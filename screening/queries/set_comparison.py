"""A set beside the one in force: what it says differently, and how many it concerns, as may be shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.calendar import year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Municipality, School
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks, in_force
from screening.benchmarks.differences import Differences, LimitChange, differences
from screening.disclosure import IN_FILES, ON_PAGES
from screening.level_changes import LevelChanges, level_changes
from screening.queries.limit_sources import limit_words
from screening.shown_changes import (
    EVERYBODY,
    Line,
    municipality_line,
    school_line,
    shown_lines,
    shown_measures,
    year_line,
)

HIDDEN = "visas inte (små grupper)"


@dataclass(frozen=True)
class LimitRow:
    """What the limits of a measure were and would be, in words."""

    measure: str
    year: str
    season: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """A group by name, with its line; ``indented`` under the municipality it is in."""

    name: str
    line: Line
    indented: bool = False


@dataclass(frozen=True)
class Comparison:
    window: AssessmentWindow
    in_force: InForce | None
    limits: tuple[LimitRow, ...]  # of the window's season first: they decide what is counted below
    decided_otherwise: tuple[str, ...]  # years and seasons whose level is made of something else
    everybody: Line
    places: tuple[Row, ...]
    years: tuple[Row, ...]
    measures: tuple[Row, ...]

    @property
    def sentence(self) -> str:
        return f"{self.window.label}: {words(self.everybody)}."

    def lines(self) -> list[str]:
        """The same for a terminal."""
        told = [f"{one.measure}, {one.year} {one.season}: {one.before} -> {one.after}" for one in self.limits]
        groups = [(row.name, row.line) for row in (*self.years, *self.places, *self.measures)]
        return [*told, self.sentence, *(f"{name}: {words(line)}" for name, line in groups)]


def comparison(window: AssessmentWindow, candidate: Benchmarks, fewest: int = IN_FILES) -> Comparison:
    """Judge the window both ways and say what may be said. ``fewest``: the smallest group that is shown."""
    known = measures()
    force = in_force([window]).get(window.id)
    former = benchmarks({force.set_id}, known)[force.set_id] if force else Benchmarks()
    found = differences(former, candidate)
    changes = level_changes(window, candidate)
    touched = {year for year, season in found.places() if season == window.season}
    schools = _schools(changes)
    lines = shown_lines(changes, {row.id: row.municipality_id for row in schools}, touched, fewest)
    return Comparison(
        window=window,
        in_force=force,
        limits=tuple(_limit_rows(found, window, known)),
        decided_otherwise=tuple(
            f"{year_label(year, window.academic_year)} {season.label}"
            for year, season in found.decided_otherwise
        ),
        everybody=lines.get(EVERYBODY, Line(0, 0, 0, 0)),
        places=tuple(_places(schools, lines)),
        years=tuple(
            Row(year_label(year, window.academic_year), lines[year_line(year)])
            for year in sorted({year for _, year in changes.windows})
        ),
        measures=tuple(_measure_rows(found, changes, lines, (window, known, fewest))),
    )


def on_page(window: AssessmentWindow, candidate: Benchmarks) -> Comparison:
    """The same with the smallest groups that pages show."""
    return comparison(window, candidate, ON_PAGES)


def words(line: Line) -> str:
    """What a line says, in one clause."""
    if line.is_hidden and line.changed is None:
        return HIDDEN
    of = "" if line.is_hidden else f" av {line.pupils}"
    changed = "hur många som byter nivå visas inte (små grupper)"
    if line.changed is not None:
        changed = f"{line.changed}{of} elever byter nivå"
    under = f"{line.under_after} når ännu inte målet, mot {line.under_before} i dag"
    return changed if line.is_hidden else f"{changed}; {under}"


def _limit_rows(
    found: Differences, window: AssessmentWindow, known: Mapping[str, Measure]
) -> Iterator[LimitRow]:
    changes = [one for one in found.limits if not one.judges_alike]
    for change in sorted(changes, key=lambda one: one.place[2] != window.season):
        code, year, season = change.place
        measure = known.get(code)
        yield LimitRow(
            measure=measure.name if measure else code,
            year=year_label(year, window.academic_year),
            season=Season(season).label,
            before=limit_words(change.before, measure),
            after=limit_words(change.after, measure),
        )


def _schools(changes: LevelChanges) -> list[Any]:
    """The schools somebody is judged at, by municipality and name. One query."""
    wanted = {school for school, _ in changes.windows}
    rows = db.session.execute(
        sa.select(
            School.id, School.name, Municipality.id.label("municipality_id"), Municipality.name.label("place")
        )
        .join(Municipality, Municipality.id == School.municipality_id)
        .where(School.id.in_(wanted))
    )
    return sorted(rows, key=lambda row: (swedish_key(row.place), row.municipality_id, swedish_key(row.name)))


def _places(schools: list[Any], lines: Mapping[str, Line]) -> Iterator[Row]:
    above = None
    for row in schools:
        if row.municipality_id != above:
            above = row.municipality_id
            yield Row(row.place, lines[municipality_line(above)])
        yield Row(row.name, lines[school_line(row.id)], indented=True)


def _measure_rows(
    found: Differences,
    changes: LevelChanges,
    lines: Mapping[str, Line],
    asked: tuple[AssessmentWindow, Mapping[str, Measure], int],
) -> Iterator[Row]:
    window, known, fewest = asked
    touched = [_measure_place(one) for one in found.limits if _concerns(one, window, known)]
    shown = shown_measures(changes, touched, lines, fewest)
    for (code, year), line in shown.items():
        yield Row(f"{known[code].name}, {year_label(year, window.academic_year)}", line)


def _concerns(change: LimitChange, window: AssessmentWindow, known: Mapping[str, Measure]) -> bool:
    code, _, season = change.place
    return season == window.season and code in known and not change.judges_alike


def _measure_place(change: LimitChange) -> tuple[str, int]:
    return change.place[0], change.place[1]
