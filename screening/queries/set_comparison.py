"""A set beside the one in force: what it says differently, and how many it concerns, as may be shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assessments.calendar import year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Municipality, School
from screening.benchmarks.catalogue import Benchmarks, InForce, in_force
from screening.benchmarks.differences import Differences, differences
from screening.compared import ReleasedComparison
from screening.comparing import former, told_in
from screening.queries.limit_sources import limit_words
from screening.shown_changes import EVERYBODY, Line, Told, municipality_line, school_line, year_line

HIDDEN = "visas inte (små grupper)"
SCHOOL, YEAR, MEASURE = "school ", "year ", "measure "


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
class Counted:
    """How many it concerns, as it went out."""

    at: datetime
    everybody: Line
    places: tuple[Row, ...]
    years: tuple[Row, ...]
    measures: tuple[Row, ...]


@dataclass(frozen=True)
class Comparison:
    window: AssessmentWindow
    in_force: InForce | None
    limits: tuple[LimitRow, ...]  # of the window's season first: they decide what is counted below
    decided_otherwise: tuple[str, ...]  # years and seasons whose level is made of something else
    counted: Counted | None  # None: nobody has asked how many it concerns

    @property
    def sentence(self) -> str:
        said = words(self.counted.everybody) if self.counted else "inte räknat ännu"
        return f"{self.window.label}: {said}."

    def lines(self) -> list[str]:
        """The same for a terminal."""
        told = [f"{one.measure}, {one.year} {one.season}: {one.before} -> {one.after}" for one in self.limits]
        of = self.counted
        groups = [(row.name, row.line) for row in (*of.years, *of.places, *of.measures)] if of else []
        return [*told, self.sentence, *(f"{name}: {words(line)}" for name, line in groups)]


def comparison(
    window: AssessmentWindow, candidate: Benchmarks, told: ReleasedComparison | None
) -> Comparison:
    """What the sets say differently, and what was told of how many it concerns; None: nobody has counted."""
    known = measures()
    force = in_force([window]).get(window.id)
    found = differences(former(force), candidate)
    return Comparison(
        window=window,
        in_force=force,
        limits=tuple(_limit_rows(found, window, known)),
        decided_otherwise=tuple(
            f"{year_label(year, window.academic_year)} {season.label}"
            for year, season in found.decided_otherwise
        ),
        counted=_counted(window, told, known) if told else None,
    )


def _counted(window: AssessmentWindow, row: ReleasedComparison, known: Mapping[str, Measure]) -> Counted:
    told = told_in(row)
    years = sorted(int(line.removeprefix(YEAR)) for line in told.before.lines if line.startswith(YEAR))
    return Counted(
        at=row.created_at,
        everybody=told.line(EVERYBODY) if EVERYBODY in told.before.lines else Line(0, 0, 0, 0),
        places=tuple(_places(_schools(told), told)),
        years=tuple(
            Row(year_label(year, window.academic_year), told.line(year_line(year))) for year in years
        ),
        measures=tuple(
            Row(f"{known[code].name}, {year_label(year, window.academic_year)}", told.line(line))
            for line, code, year in _measures(told)
            if code in known
        ),
    )


def words(line: Line) -> str:
    """What a line says, in one clause."""
    if line.is_hidden and line.changed is None:
        return HIDDEN
    of = "" if line.is_hidden else f" av {line.pupils}"
    changed = "hur många som byter nivå visas inte (små grupper)"
    if line.changed is not None:
        changed = f"{line.changed}{of} elever byter nivå"
    return changed if line.is_hidden else f"{changed}; {_under_words(line)}"


def _under_words(line: Line) -> str:
    if line.under_after is None:
        return f"{line.under_before} når ännu inte målet i dag, hur många med den här visas inte"
    if line.changed and line.under_after == line.under_before:
        return f"{line.under_after} når ännu inte målet, som i dag eller nära det"
    return f"{line.under_after} når ännu inte målet, mot {line.under_before} i dag"


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


def _schools(told: Told) -> list[Any]:
    """The schools somebody is judged at, by municipality and name. One query."""
    wanted = [int(line.removeprefix(SCHOOL)) for line in told.before.lines if line.startswith(SCHOOL)]
    rows = db.session.execute(
        sa.select(
            School.id, School.name, Municipality.id.label("municipality_id"), Municipality.name.label("place")
        )
        .join(Municipality, Municipality.id == School.municipality_id)
        .where(School.id.in_(wanted))
    )
    return sorted(rows, key=lambda row: (swedish_key(row.place), row.municipality_id, swedish_key(row.name)))


def _places(schools: list[Any], told: Told) -> Iterator[Row]:
    above = None
    for row in schools:
        if row.municipality_id != above:
            above = row.municipality_id
            yield Row(row.place, told.line(municipality_line(above)))
        yield Row(row.name, told.line(school_line(row.id)), indented=True)


def _measures(told: Told) -> Iterator[tuple[str, str, int]]:
    """Line, code and year of each measure that was told of, in the order it was."""
    for line in told.before.lines:
        if line.startswith(MEASURE):
            code, _, year = line.removeprefix(MEASURE).rpartition(" ")
            yield line, code, int(year)
