"""Taking in terms and breaks from a file: compared with what is said already, written all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from assessments.calendar_editing import ranges_of
from assessments.calendar_models import CalendarRange
from assessments.calendar_rows import COLUMNS, CORRECT_DAYS, CalendarReader, Place, Written, key_of
from assessments.calendar_rules import faults, named
from assessments.database import db
from assessments.roster.header import lay_out
from assessments.roster.models import Municipality
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, Problem, in_order
from assessments.school_calendars import forget


@dataclass
class YearPlan:
    """What a file changes in one year of one municipality."""

    where: str
    new: list[Written] = field(default_factory=list)
    changed: list[tuple[CalendarRange, Written]] = field(default_factory=list)
    missing: list[CalendarRange] = field(default_factory=list)
    unchanged: int = 0

    def changes_something(self, *, removes: bool) -> bool:
        return bool(self.new or self.changed or (removes and self.missing))


@dataclass
class CalendarPlan:
    """Everything a file would change. ``problems`` stop it; ``notes`` are told."""

    rows: int = 0
    years: dict[Place, YearPlan] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def changes_something(self, *, removes: bool) -> bool:
        return any(year.changes_something(removes=removes) for year in self.years.values())


def plan_calendar(
    name: str, content: bytes, limits: Limits, among: Municipality | None, *, removes: bool = False
) -> CalendarPlan:
    """What the file would change; changes nothing itself. ``among``: whose calendar a file without the column
    kommun is, and the only one that a file with it may speak of.

    Raises UnreadableFile where there is no table to plan with.
    """
    table = read_table(name, content, limits, COLUMNS)
    reader = CalendarReader(table, lay_out(table.header, COLUMNS), among)
    plan = CalendarPlan(len(table.rows), notes=list(table.notes))
    said = reader.read()
    names = {one.id: one.name for one in db.session.scalars(sa.select(Municipality))}
    for place, rows in said.items():
        plan.years[place] = _year_plan(f"{names[place[0]]} {place[1]}", place, rows)
        reader.problems += _unfit(place, rows, plan.years[place], removes)
    plan.problems = in_order(reader.problems, table)
    if reader.layout.unused:
        plan.notes.append(f"Kolumner som inte används: {', '.join(reader.layout.unused)}.")
    return plan


def apply_calendar(plan: CalendarPlan, *, removes: bool = False) -> None:
    """Write what was planned. Flushes."""
    for (municipality_id, academic_year), year in plan.years.items():
        for row in year.missing if removes else ():
            db.session.delete(row)
        for row, written in year.changed:
            span = written.span
            row.name, row.starts_on, row.ends_on = span.name, span.starts_on, span.ends_on
        db.session.flush()
        db.session.add_all(
            CalendarRange(
                municipality_id=municipality_id, academic_year=academic_year, kind=one.span.kind,
                name=one.span.name, starts_on=one.span.starts_on, ends_on=one.span.ends_on,
            )
            for one in year.new
        )  # fmt: skip
    db.session.flush()
    forget()


def told_of(plan: CalendarPlan, *, removes: bool) -> Iterator[tuple[Place, dict[str, int], str]]:
    """What was written of each year that changed: where, how many rows, and the words of history."""
    for place, year in plan.years.items():
        if year.changes_something(removes=removes):
            removed = len(year.missing) if removes else 0
            words = f"{place[1]}: {len(year.new)} nya och {len(year.changed)} ändrade rader ur en fil"
            words += f", {removed} borttagna" if removed else ""
            yield place, {"new": len(year.new), "changed": len(year.changed), "removed": removed}, words


def preview(plan: CalendarPlan, *, removes: bool) -> Iterator[str]:
    """The plan line by line, in Swedish."""
    ending = "tas bort" if removes else "behålls; tas bort bara med --remove-missing"
    for year in plan.years.values():
        yield f"{year.where}:"
        yield from (f"  ny, rad {one.row}: {named(one.span)}" for one in year.new)
        for row, written in year.changed:
            yield f"  ändras, rad {written.row}: {named(row.span)} → {named(written.span)}"
        yield from (f"  saknas i filen ({ending}): {named(row.span)}" for row in year.missing)
        if year.unchanged:
            yield f"  oförändrade: {year.unchanged}"
    yield from (f"Obs: {note}" for note in plan.notes)
    if not plan.changes_something(removes=removes):
        yield "Inget att ändra: allt som filen säger är redan infört."


def _year_plan(where: str, place: Place, rows: list[Written]) -> YearPlan:
    plan, known = YearPlan(where), {key_of(row.span): row for row in ranges_of(*place)}
    for written in rows:
        row = known.pop(key_of(written.span), None)
        if row is None:
            plan.new.append(written)
        elif row.span == written.span:
            plan.unchanged += 1
        else:
            plan.changed.append((row, written))
    plan.missing = list(known.values())
    return plan


def _unfit(place: Place, rows: list[Written], plan: YearPlan, removes: bool) -> Iterator[Problem]:
    """Why the year does not hold together with what the file says, row by row."""
    stays = [] if removes else [row.span for row in plan.missing]
    row_of = {written.span: written.row for written in rows}
    columns = {column.key: column.name for column in COLUMNS}
    for fault in faults(place[1], [*stays, *row_of]):
        where = row_of.get(fault.span, rows[0].row)
        yield Problem(where, columns[fault.field], fault.reason, CORRECT_DAYS)
