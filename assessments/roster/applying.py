"""Carrying out a plan: everything it says, in a fixed number of statements, or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.clock import now
from assessments.database import db
from assessments.roster import personnummer, renaming, traces
from assessments.roster.comparing import stored_number
from assessments.roster.editing import pupils_changed
from assessments.roster.holding import hold, schools_of_enrolments
from assessments.roster.models import (
    Curriculum,
    Enrolment,
    Municipality,
    Pupil,
    QuarantinedRow,
    QuarantineNote,
    RosterImport,
    School,
    SchoolClass,
    SchoolForm,
    new_external_id,
)
from assessments.roster.places import KnownMunicipality
from assessments.roster.plans import Change, Departure, Move, NewPupil, RosterPlan
from assessments.roster.rows import RosterRow

PUPILS = cast(sa.Table, Pupil.__table__)
ENROLMENTS = cast(sa.Table, Enrolment.__table__)
CHUNK = 5000  # both databases limit how many values one statement may hold


def apply_roster(plan: RosterPlan, *, end_missing: bool) -> RosterImport | None:
    """Do what the plan says; None where it changes nothing. Flushes, the caller commits.

    Raises ValueError for a plan with problems: a file is taken in whole or not at all.
    """
    if plan.problems:
        raise ValueError("a plan with problems is not carried out")
    if not plan.changes_something(end_missing=end_missing):
        return None
    _hold(plan, end_missing=end_missing)
    before = traces.Before.of(plan, end_missing=end_missing)
    _make_places(plan)
    _write_changes(plan)
    were_at = schools_of_enrolments([one.rewrites for one in plan.moved if one.rewrites])
    new = _enrol(plan)
    left = plan.leaving(end_missing=end_missing)
    _end(left, plan.effective_on)
    touched: list[Change | Move | Departure] = [*plan.changed, *plan.moved, *left]
    pupils_changed.send(pupil_ids={*new, *(one.pupil_id for one in touched)}, were_at=were_at)
    taken_in = _keep_trace(plan)
    traces.keep(taken_in, plan, before, new)
    return taken_in


def _hold(plan: RosterPlan, *, end_missing: bool) -> None:
    """Everybody the plan touches, where they go and where they are to go."""
    placed: list[NewPupil | Move] = [*plan.new, *plan.moved]
    known = {one.school_class.school.id for one in placed if one.school_class.school.id is not None}
    touched: list[Change | Move | Departure] = [*plan.changed, *plan.moved]
    touched += plan.leaving(end_missing=end_missing)
    hold({one.pupil_id for one in touched}, known)


def _make_places(plan: RosterPlan) -> None:
    renaming.carry_out(plan.renamed)
    for known in plan.amended:
        if isinstance(known, KnownMunicipality):
            db.session.get_one(Municipality, known.id).name = known.name
        else:
            school = db.session.get_one(School, known.id)
            school.name, school.code = known.name, known.code
    _add((one, Municipality(name=one.name)) for one in plan.new_municipalities)
    _add(
        (one, School(municipality_id=one.municipality.id, name=one.name, code=one.code))
        for one in plan.new_schools
    )
    academic_year = academic_year_on(plan.effective_on)
    _add(
        (one, SchoolClass(school_id=one.school.id, name=one.name, academic_year=academic_year))
        for one in plan.new_classes
    )


def _add(pairs: Iterable[tuple[Any, Any]]) -> None:
    """Write rows for what was new, and let the plan know their ids."""
    made = list(pairs)
    db.session.add_all([row for _, row in made])
    db.session.flush()
    for known, row in made:
        known.id = row.id


def _write_changes(plan: RosterPlan) -> None:
    pupils = [(one.pupil_id, one.pupil_columns) for one in plan.changed if one.pupil_columns]
    _update(PUPILS, pupils)
    _update(
        ENROLMENTS, [(one.enrolment_id, one.enrolment_columns) for one in plan.changed if one.enrolment_id]
    )


def _update(table: sa.Table, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    """One statement for each set of columns."""
    by_columns: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row_id, columns in rows:
        by_columns[tuple(columns)].append({**columns, "row_id": row_id})
    for found in by_columns.values():
        _execute(sa.update(table).where(table.c.id == sa.bindparam("row_id")), found)


def _execute(statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.connection().execute(statement, rows)


def _enrol(plan: RosterPlan) -> list[int]:
    """New pupils, whose ids are told, and moves. An enrolment ends the day before the next begins: both ends
    are days in class."""
    ids = _insert_pupils(plan.new)
    _update(
        ENROLMENTS,
        [(one.closes, {"ends_on": one.starts_on - timedelta(days=1)}) for one in plan.moved if one.closes],
    )
    _update(
        ENROLMENTS,
        [
            (
                one.rewrites,
                {"school_class_id": one.school_class.id, "year": one.year, "starts_on": one.starts_on},
            )
            for one in plan.moved
            if one.rewrites
        ],
    )
    shared = {"created_at": now()}
    begun = [
        {
            "pupil_id": pupil_id,
            "school_class_id": one.school_class.id,
            "year": one.row.year,
            "starts_on": one.starts_on,
            "ends_on": one.row.ends_on,
        }
        for pupil_id, one in zip(ids, plan.new, strict=True)
    ] + [
        {
            "pupil_id": one.pupil_id,
            "school_class_id": one.school_class.id,
            "year": one.year,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
        }
        for one in plan.moved
        if not one.rewrites
    ]
    _execute(sa.insert(ENROLMENTS), [row | shared for row in begun])
    return ids


def _insert_pupils(new: list[NewPupil]) -> list[int]:
    """Their ids, in order, asked for by the external ids that were given out here."""
    made = now()
    rows = [
        {
            **_pupil_columns(one.row),
            "municipality_id": one.school_class.school.municipality.id,
            "created_at": made,
        }
        for one in new
    ]
    _execute(sa.insert(PUPILS), rows)
    ids: dict[str, int] = {}
    for start in range(0, len(rows), CHUNK):
        external = [row["external_id"] for row in rows[start : start + CHUNK]]
        found = sa.select(PUPILS.c.external_id, PUPILS.c.id).where(PUPILS.c.external_id.in_(external))
        ids |= {row.external_id: row.id for row in db.session.connection().execute(found)}
    return [ids[row["external_id"]] for row in rows]


def _pupil_columns(row: RosterRow) -> dict[str, Any]:
    return {
        "code": _code(row),
        "given_name": row.given_name or row.preferred_name,
        "preferred_name": row.preferred_name if row.given_name else None,
        "family_name": row.family_name,
        "school_form": row.school_form or SchoolForm.GRUNDSKOLA,
        "curriculum": row.curriculum or Curriculum.SWEDISH,
        "letter_language": row.letter_language or "sv",
        "second_letter_language": row.second_letter_language,
        "is_protected": False,
        "external_id": new_external_id(),
    } | stored_number(row)


def _code(row: RosterRow) -> str:
    if row.code:
        return row.code
    assert row.personnummer is not None  # noqa: S101 - rows.py refuses a row without both
    return personnummer.made_up_code(row.personnummer)


def _end(left: Sequence[Departure], effective_on: date) -> None:
    day_before = effective_on - timedelta(days=1)
    ends = [(one.enrolment_id, max(one.last_day or day_before, one.starts_on)) for one in left]
    _update(ENROLMENTS, [(enrolment_id, {"ends_on": day}) for enrolment_id, day in ends])


def _keep_trace(plan: RosterPlan) -> RosterImport:
    taken_in = RosterImport(
        municipality_id=plan.municipalities[0].id if len(plan.municipalities) == 1 else None,
        file_digest=plan.digest,
        rows=plan.rows,
        effective_on=plan.effective_on,
        file_name=plan.file_name,
    )
    db.session.add(taken_in)
    db.session.flush()
    _keep_quarantined(plan, taken_in)
    return taken_in


def _keep_quarantined(plan: RosterPlan, taken_in: RosterImport) -> None:
    """Where the rows stood, and what kind of pupil they were about; never which."""
    rows = [
        QuarantinedRow(roster_import_id=taken_in.id, school_id=one.school.id, row=int(one.row))
        for one in plan.quarantined
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.add_all(
        QuarantineNote(quarantined_row_id=row.id, word=one.about, noted_at=row.created_at)
        for row, one in zip(rows, plan.quarantined, strict=True)
        if one.about
    )
    db.session.flush()
