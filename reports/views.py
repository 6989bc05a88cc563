"""What can be printed, and the prints themselves.

Drawing is imported inside the views that draw: the web worker starts without matplotlib and ReportLab.
"""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs, pupils_open_to
from assessments.models import AssessmentWindow
from assessments.queries import my_classes
from assessments.roster.models import Pupil, SchoolClass

bp = Blueprint("reports", __name__)
ID = "<int(max=9223372036854775807):{}>"
OF_CLASS = f"/classes/{ID.format('class_id')}/windows/<window>"
OF_PUPIL = f"/pupils/{ID.format('pupil_id')}/windows/<window>"


@bp.get("/reports")
@needs(Permission.PRINT)
def overview() -> str:
    window = header.chosen_window()
    rows = my_classes(window) if window else []
    return render_template("reports/overview.html", window=window, rows=rows)


@bp.get(f"{OF_CLASS}/prints")
@needs(Permission.PRINT, of="school_class")
def class_prints(school_class: SchoolClass, window: str) -> str:
    from reports.documents.class_set import waiting
    from reports.gathering.guardian import class_set

    found = _window_of(school_class, window)
    pupils = pupils_open_to(Permission.PRINT)
    sheets = class_set(school_class, found, pupils)
    held_back = {sheet.key for sheet in waiting([sheets])}
    audit.note_read("prints:shown", school_class, school_id=school_class.school_id, window=found.id)
    return render_template(
        "reports/class_prints.html",
        school_class=school_class,
        school=school_class.school,
        window=found,
        pupils=[(sheet.key, sheet.name, sheet.key in held_back) for sheet in sheets.sheets],
        waiting=len(held_back),
        waiting_names=[sheet.name for sheet in sheets.sheets if sheet.key in held_back],
        ready=len(sheets.sheets) - len(held_back),
    )


@bp.get(f"{OF_CLASS}/class-report.pdf")
@needs(Permission.PRINT, of="school_class")
def class_report(school_class: SchoolClass, window: str) -> Response:
    from reports.documents import class_report as document
    from reports.gathering.school_class import class_report as gathered

    found = _window_of(school_class, window)
    pupils = pupils_open_to(Permission.PRINT)
    report = gathered(school_class, found, pupils)
    if not report.rows:
        abort(404)
    _note_pupils(school_class, found, pupils, "class_report")
    return _paper(document.pdf(report), f"klassrapport-{found.slug}.pdf")


@bp.get(f"{OF_CLASS}/home-pages.pdf")
@needs(Permission.PRINT, of="school_class")
def class_set(school_class: SchoolClass, window: str) -> Response:
    """Pages that wait for a talk are held back here; the page before lists them."""
    from reports.documents import class_set as document
    from reports.gathering.guardian import class_set as gathered

    found = _window_of(school_class, window)
    pupils = pupils_open_to(Permission.PRINT)
    sheets = gathered(school_class, found, pupils)
    printed = {sheet.key for sheet in document.printed(sheets, only_ready=True)}
    if not printed:
        abort(404, "Inget blad är klart att skriva ut. De som finns väntar på samtal.")
    _note_pupils(school_class, found, pupils.where(Pupil.id.in_(printed)), "class_set")
    return _paper(document.pdf([sheets], only_ready=True), f"blad-hem-{found.slug}.pdf")


@bp.get(f"{OF_PUPIL}/home-page.pdf")
@needs(Permission.PRINT, of="pupil")
def guardian_page(pupil: Pupil, window: str) -> Response:
    from reports.printing import guardian_page as draw

    return _pupil_paper(pupil, window, draw, "guardian", "blad-hem")


@bp.get(f"{OF_PUPIL}/staff-report.pdf")
@needs(Permission.PRINT, of="pupil")
def staff_report(pupil: Pupil, window: str) -> Response:
    from reports.printing import staff_report as draw

    return _pupil_paper(pupil, window, draw, "staff", "underlag-infor-samrad")


def _pupil_paper(pupil: Pupil, slug: str, draw: Any, document: str, name: str) -> Response:
    """A print about one pupil. Nobody prints a protected identity by name: 403, whoever asks."""
    window = header.window_or_404(slug)
    if pupil.is_protected:
        abort(403)
    content = draw(pupil, window)
    if content is None:
        abort(404)
    audit.note_read("report:printed", pupil, window=window.id, document=document)
    return _paper(content, f"{name}-{window.slug}.pdf")


def _window_of(school_class: SchoolClass, slug: str) -> AssessmentWindow:
    window = header.window_or_404(slug)
    if window.academic_year != school_class.academic_year:
        abort(404)
    return window


def _note_pupils(
    school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil], document: str
) -> None:
    """One row per pupil whose name is on the paper."""
    from reports.gathering.guardian import printable

    for pupil, _ in printable(school_class, window, pupils):
        audit.note_read(
            "report:printed", pupil, school_id=school_class.school_id, window=window.id, document=document
        )


def _paper(content: bytes, name: str) -> Response:
    """A PDF to look at and print, kept nowhere. The file's name says what it is, never whose."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


BLUEPRINTS: list[Blueprint] = [bp]
