"""A file read for the score sheet's preview: its cells come back, and nothing is kept or stored."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request

from assessments import header
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.expected import enrolled
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.pages import problem
from assessments.roster.header import ROSTER_COLUMNS, lay_out
from assessments.roster.models import Pupil, SchoolClass
from assessments.roster.table_files import read_table
from assessments.roster.tables import FROM_A_PAGE, Problem, SheetRow, Table, UnreadableFile
from assessments.roster.workbook_child import key_of
from assessments.score_rows import columns_of
from assessments.views.measure_sheet import chosen_classes
from assessments.views.sheet_script import class_called

bp = Blueprint("sheet_files", __name__)
MOST_ROWS = 200  # a class and its headings; more than that is another kind of file
MOST_REASONS = 5
P = Permission


@bp.post("/api/v1/classes/<int(max=9223372036854775807):class_id>/windows/<window>/sheet/table")
@needs(P.RECORD_SCORES, of="school_class")
def read(school_class: SchoolClass, window: str) -> tuple[Response, int]:
    """The file ``file`` as ``{"rows": [[...]]}``, or 422 with what is wrong with it."""
    return _answer([school_class], header.window_of_class(school_class, window))


@bp.post("/api/v1/windows/<window>/sheet/table")
@needs(P.RECORD_SCORES)
def read_several(window: str) -> tuple[Response, int]:
    """The same for the sheet of one measure and several classes, ``?class=1&class=2``."""
    found = header.window_or_404(window)
    return _answer(chosen_classes(found), found)


def _answer(classes: Sequence[SchoolClass], window: AssessmentWindow) -> tuple[Response, int]:
    called = {one.id: class_called(one, classes) for one in classes}
    known = columns_of(measures())
    db.session.rollback()  # a workbook takes a while to read: nobody else's save waits for it
    file = request.files.get("file")
    try:
        table = read_table(
            (file and file.filename) or "fil",
            file.read() if file else b"",
            FROM_A_PAGE,
            known,
        )
    except UnreadableFile as unreadable:
        return _refused(unreadable.problems)
    table = _of_classes(table, classes)
    most = MOST_ROWS * max(1, len(called))
    too_long = Problem(1, "-", f"filen har fler än {most} rader", "Välj en fil med bara bladets klass")
    if table.problems or len(table.rows) > most:
        return _refused(table.problems or [too_long])
    return jsonify(rows=[list(table.header), *_rows(table, called, window)]), 200


def _of_classes(table: Table, classes: Sequence[SchoolClass]) -> Table:
    """Of a workbook with several sheets, those called as the classes are, else the first: another class has
    pupils of the same names, and another sheet may be another period's."""
    sheets = list(dict.fromkeys(row.number.sheet for row in table.rows if isinstance(row.number, SheetRow)))
    names = {key_of(one.name) for one in classes}
    own = [sheet for sheet in sheets if key_of(sheet) in names] or sheets[:1]

    def is_own(number: int) -> bool:
        return not isinstance(number, SheetRow) or number.sheet in own

    rows = [row for row in table.rows if is_own(row.number)]
    return replace(table, rows=rows, problems=[one for one in table.problems if is_own(one.row)])


def _rows(table: Table, called: Mapping[int, str], window: AssessmentWindow) -> list[list[str]]:
    """The cells; an elev-id of somebody on the sheet as the name, which the preview finds the row by."""
    rows = [list(row.cells) for row in table.rows]
    place = lay_out(table.header, ROSTER_COLUMNS).places.get("code")
    if place is not None:
        names = _names(called, window)
        codes = db.session.execute(sa.select(Pupil.code, Pupil.id).where(Pupil.id.in_(names)))
        meant = {code: names[pupil_id] for code, pupil_id in codes}
        for cells in rows:
            cells[place] = meant.get(cells[place], cells[place])
    return rows


def _names(called: Mapping[int, str], window: AssessmentWindow) -> dict[int, str]:
    """Who stands on the sheet; with the class where there are several, and nobody protected then."""
    pupils = enrolled(window, list(called))
    if len(called) == 1:
        return {one.pupil_id: one.name for one in pupils}
    return {one.pupil_id: f"{called[one.class_id]} {one.name}" for one in pupils if not one.is_protected}


def _refused(problems: list[Problem]) -> tuple[Response, int]:
    reasons = [f"{one.reason[:1].upper()}{one.reason[1:]}. {one.remedy}." for one in problems[:MOST_REASONS]]
    return problem(422, "Filen gick inte att läsa", reasons), 422
