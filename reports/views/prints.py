"""What can be printed, and the prints themselves.

What gathers is imported inside the views; what draws is another process's (``reports.drawer``).
"""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, render_template, request

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs, pupils_open_to, schools_open_to
from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.queries import my_classes
from assessments.roster.models import Pupil, SchoolClass
from reports.drawer import drawn
from reports.queries.class_pages import class_pages
from reports.queries.leavers import leavers
from reports.views.room import OF_CLASS, OF_PUPIL, bp, may, paper, refuse_protected
from screening.models import SupportPeriod


@bp.get("/reports")
@needs(Permission.PRINT)
def overview() -> str:
    window = header.chosen_window()
    rows = my_classes(window) if window else []
    schools = db.session.scalars(schools_open_to(Permission.LEAD_SCHOOL))
    led = sorted(schools, key=lambda one: swedish_key(one.name))
    left = leavers()
    for school_class in dict.fromkeys(one.school_class for one in left):
        audit.note_read("leavers:shown", school_class, school_id=school_class.school_id)
    return render_template("reports/overview.html", window=window, rows=rows, led=led, leavers=left)


@bp.get(f"{OF_CLASS}/prints")
@needs(Permission.PRINT, of="school_class")
def class_prints(school_class: SchoolClass, window: str) -> str:
    found = header.window_of_class(school_class, window)
    pages = class_pages(school_class, found, pupils_open_to(Permission.PRINT))
    audit.note_read("prints:shown", school_class, school_id=school_class.school_id, window=found.id)
    return render_template(
        "reports/class_prints.html",
        school_class=school_class,
        school=school_class.school,
        window=found,
        pages=pages,
        may_review=may(Permission.WRITE_HOME_PAGES, school_class),
        may_act=may(Permission.ACT_ON_SIGNALS, school_class),
        may_consult=may(Permission.CONSULT, school_class),
    )


@bp.get(f"{OF_CLASS}/class-report.pdf")
@needs(Permission.PRINT, of="school_class")
def class_report(school_class: SchoolClass, window: str) -> Response:
    from reports.gathering.school_class import class_report as gathered

    found = header.window_of_class(school_class, window)
    pupils = pupils_open_to(Permission.PRINT)
    report = gathered(school_class, found, pupils)
    if not report.rows:
        abort(404)
    _note_pupils(school_class, found, pupils, "class_report")
    return paper(drawn("documents.class_report:pdf", report), f"klassrapport-{found.slug}.pdf")


@bp.get(f"{OF_CLASS}/home-pages.pdf")
@needs(Permission.PRINT, of="school_class")
def class_set(school_class: SchoolClass, window: str) -> Response:
    """Pages that wait for a talk are held back here; the page before lists them. ``?covers=1``: each behind a
    cover sheet for an envelope with a window. ``?measured=1``: only those that tell of a result."""
    from reports.gathering.guardian import class_set as gathered

    found = header.window_of_class(school_class, window)
    pupils = pupils_open_to(Permission.PRINT)
    sheets = gathered(school_class, found, pupils)
    if request.args.get("measured") == "1":
        sheets = sheets.measured()
    if request.args.get("covers") == "1":
        sheets = sheets.with_covers()
    printed = {sheet.key for sheet in sheets.printed(only_ready=True)}
    if not printed:
        abort(404, "Inget blad är klart att skriva ut. De som finns väntar på samtal, eller på ett resultat.")
    _note_pupils(school_class, found, pupils.where(Pupil.id.in_(printed)), "class_set")
    content = drawn("documents.class_set:pdf", [sheets], only_ready=True)
    return paper(content, f"blad-hem-{found.slug}.pdf")


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


@bp.get("/support/<int(max=9223372036854775807):period_id>/support-report.pdf")
@needs(Permission.SEE_SUPPORT, of="support_period")
def support_period(support_period: SupportPeriod) -> Response:
    from reports.gathering.support_period import support_sheet

    pupil = db.session.get_one(Pupil, support_period.pupil_id)
    refuse_protected(pupil)
    content = drawn("documents.support_period:pdf", support_sheet(support_period, pupil))
    audit.note_read("report:printed", pupil, document="support_period", period=support_period.id)
    return paper(content, f"stodperiod-{support_period.starts_on}.pdf")


def _pupil_paper(pupil: Pupil, slug: str, draw: Any, document: str, name: str) -> Response:
    """A print about one pupil."""
    window = header.window_or_404(slug)
    refuse_protected(pupil)
    content = draw(pupil, window)
    if content is None:
        abort(404)
    audit.note_read("report:printed", pupil, window=window.id, document=document)
    return paper(content, f"{name}-{window.slug}.pdf")


def _note_pupils(
    school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil], document: str
) -> None:
    """One row per pupil whose name is on the paper."""
    from reports.gathering.guardian import printable

    for pupil, _ in printable(school_class, window, pupils):
        audit.note_read(
            "report:printed", pupil, school_id=school_class.school_id, window=window.id, document=document
        )
