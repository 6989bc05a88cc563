"""A file read for the score sheet's preview: its cells come back, and nothing is kept or stored."""

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request

from assessments import header
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.expected import enrolled
from assessments.models import AssessmentWindow
from assessments.roster.header import ROSTER_COLUMNS, lay_out
from assessments.roster.models import Pupil, SchoolClass
from assessments.roster.table_files import read_table
from assessments.roster.tables import FROM_A_PAGE, Problem, Table, UnreadableFile

bp = Blueprint("sheet_files", __name__)
MOST_ROWS = 200  # a class and its headings; more than that is another kind of file
MOST_REASONS = 5
NOT_A_CLASS = Problem(1, "-", f"filen har fler än {MOST_ROWS} rader", "Välj en fil med en enda klass")


@bp.post("/api/v1/classes/<int(max=9223372036854775807):class_id>/windows/<window>/sheet/table")
@needs(Permission.RECORD_SCORES, of="school_class")
def read(school_class: SchoolClass, window: str) -> tuple[Response, int]:
    """The file ``file`` as ``{"rows": [[...]]}``, or 422 with what is wrong with it."""
    found = header.window_of_class(school_class, window)
    db.session.rollback()  # a workbook takes a while to read: nobody else's save waits for it
    file = request.files.get("file")
    try:
        table = read_table((file and file.filename) or "fil", file.read() if file else b"", FROM_A_PAGE)
    except UnreadableFile as unreadable:
        return _refused(unreadable.problems)
    if table.problems or len(table.rows) > MOST_ROWS:
        return _refused(table.problems or [NOT_A_CLASS])
    return jsonify(rows=[list(table.header), *_rows(table, school_class, found)]), 200


def _rows(table: Table, school_class: SchoolClass, window: AssessmentWindow) -> list[list[str]]:
    """The cells; an elev-id of somebody on the sheet as the name, which the preview finds the row by."""
    rows = [list(row.cells) for row in table.rows]
    place = lay_out(table.header, ROSTER_COLUMNS).places.get("code")
    if place is not None:
        names = {one.pupil_id: one.name for one in enrolled(window, [school_class.id])}
        codes = db.session.execute(sa.select(Pupil.code, Pupil.id).where(Pupil.id.in_(names)))
        called = {code: names[pupil_id] for code, pupil_id in codes}
        for cells in rows:
            cells[place] = called.get(cells[place], cells[place])
    return rows


def _refused(problems: list[Problem]) -> tuple[Response, int]:
    reasons = [f"{one.reason[:1].upper()}{one.reason[1:]}. {one.remedy}." for one in problems[:MOST_REASONS]]
    return jsonify(error={"status": 422, "reasons": reasons}), 422
