"""``/api/v1``: classes and sheets for programs, and for the score sheet's own script."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, jsonify, request, url_for

from assessments import header, queries
from assessments.access import audit, sessions
from assessments.access.permissions import Permission, classes_open_to, needs, signed_in
from assessments.access.programs.operations import for_programs
from assessments.asked_writes import Malformed, asked_writes
from assessments.database import db
from assessments.late_entry import why_closed
from assessments.recording import Recorder
from assessments.roster.models import SchoolClass
from assessments.sheet_json import Reader, day, sheet_json
from assessments.sheet_queries import sheet
from assessments.sheet_writes import write_cells
from assessments.told_to_programs import CLASSES, SHOW_SHEET, WRITE_SHEET
from assessments.write_answers import answers

bp = Blueprint("api", __name__, url_prefix="/api/v1")
SHEET = "/classes/<int(max=9223372036854775807):class_id>/windows/<window>/sheet"
P = Permission


@bp.get("/classes")
@signed_in
@for_programs(CLASSES)
def classes() -> Response:
    """The person's classes in the window of ``?window=``, else in the one to work in."""
    window = header.chosen_window()
    rows = queries.my_classes(window) if window else []
    return jsonify(
        window={"code": window.code, "slug": window.slug, "label": window.label} if window else None,
        classes=[_class(row, window.slug) for row in rows if window],
    )


def _class(row: queries.ClassRow, slug: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "school": row.school,
        "school_id": row.school_id,
        "years": row.years,
        "pupils": row.pupils,
        "filled": row.results.filled,
        "expected": row.results.expected,
        "handed_in_on": day(row.handed_in_on),
        "sheet": url_for("api.show_sheet", class_id=row.id, window=slug),
    }


@bp.get(SHEET)
@needs(P.SEE_SCORES, of="school_class")
@for_programs(SHOW_SHEET)
def show_sheet(school_class: SchoolClass, window: str) -> Response:
    found = header.window_of_class(school_class, window)
    shown = sheet(school_class, found)
    if shown.rows:
        audit.note_read("sheet:shown", school_class, school_id=school_class.school_id, window=found.id)
    mine = classes_open_to(P.RECORD_SCORES).where(SchoolClass.id == school_class.id)
    reader = Reader(g.account, may_record=db.session.scalar(sa.select(mine.exists())) is True)
    return jsonify(sheet_json(shown, reader, why_closed(school_class, found)))


@bp.patch(SHEET)
@needs(P.RECORD_SCORES, of="school_class")
@for_programs(WRITE_SHEET)
@sessions.reads_first
def write_sheet(school_class: SchoolClass, window: str) -> Response:
    """Store what can be stored of the cells, and answer for each: stored, conflict or refused."""
    found = header.window_of_class(school_class, window, to_read=True)
    if request.mimetype != "application/json":
        abort(415)
    try:
        asked = asked_writes(request.get_data())
    except Malformed as malformed:
        abort(400, str(malformed))
    who = g.account, Recorder(g.account.id, g.opening_duty.id)
    trace = audit.row_of(
        "scores:recorded", school_class, school_class.school_id, details={"window": found.id}
    )
    done = write_cells((school_class, found), asked, who, why_closed(school_class, found), trace)
    results = answers(found, done, queries.function_names(done.duty_ids))
    db.session.commit()  # of what was read: after a rollback psycopg has to prepare all questions anew
    return jsonify(results=results)
