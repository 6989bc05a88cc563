"""The one-minute reading: clock, words and errors, straight into the sheet. The text stays in the browser."""

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.late_entry import why_closed
from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.reading_aloud import ACCURACY, MINUTE, Reading, read
from assessments.reading_queries import Reader, ReadingPage, reading_page
from assessments.recording import record_scores
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from assessments.words import moment
from assessments.writes import Outcome, Recorder, Status, Write

bp = Blueprint("reading", __name__)
ADDRESS = "/classes/<int(max=9223372036854775807):class_id>/windows/<window>/reading"


@bp.get(ADDRESS)
@needs(Permission.RECORD_SCORES, of="school_class")
def show(school_class: SchoolClass, window: str) -> str:
    found = header.window_of_class(school_class, window)
    pupil_id = request.args.get("pupil", type=int)
    page = reading_page(school_class, found, request.args.get("measure"), pupil_id)
    if page.chosen is None and pupil_id is not None:  # of another class, or gone: the first one's turn
        page = reading_page(school_class, found, request.args.get("measure"), None)
    return _page(school_class, found, page)


@bp.post(ADDRESS)
@needs(Permission.RECORD_SCORES, of="school_class")
def save(school_class: SchoolClass, window: str) -> Any:
    """Save what was summed and shown; else show the sum first."""
    found = header.window_of_class(school_class, window)
    pupil_id = request.form.get("pupil", type=int)
    page = reading_page(school_class, found, request.form.get("measure"), pupil_id)
    if pupil_id is not None and page.chosen is None:
        abort(404)
    try:
        reading = _reading(school_class, found, page)
    except Refused as refused:
        return _page(school_class, found, page, refused.reasons), 422
    if request.form.get("step") != "save" or request.form.get("sum") != reading.sum:
        return _page(school_class, found, page, summed=reading)
    outcomes = record_scores(found, _writes(page, reading), Recorder(g.account.id, g.opening_duty.id))
    if reasons := _not_stored(outcomes):
        db.session.rollback()
        again = reading_page(school_class, found, request.form.get("measure"), pupil_id)
        return _page(school_class, found, again, reasons, summed=reading), 409
    audit.note(
        "scores:recorded", school_class, school_id=school_class.school_id, window=found.id,
        stored=len(outcomes), removed=0,
    )  # fmt: skip
    db.session.commit()
    return _next(school_class, found, page)


def _reading(school_class: SchoolClass, window: AssessmentWindow, page: ReadingPage) -> Reading:
    if closed := why_closed(school_class, window):
        raise Refused(closed)
    if page.chosen is None:
        raise Refused("Välj en elev.")
    return read(request.form)


def _writes(page: ReadingPage, reading: Reading) -> list[Write]:
    """The measure with what was counted, and träffsäkerhet where the class has it."""
    reader, measure = _chosen(page)
    writes = [
        Write(
            reader.pupil_id, measure, reading.points, attempted=reading.attempted, errors=reading.errors,
            expected_version=_version("seen"),
        )
    ]  # fmt: skip
    if reader.accuracy is not None and reading.accuracy is not None:
        seen = _version("seen-accuracy")
        writes.append(Write(reader.pupil_id, ACCURACY, reading.accuracy, expected_version=seen))
    return writes


def _chosen(page: ReadingPage) -> tuple[Reader, str]:
    if page.chosen is None or page.measure is None:
        abort(404)
    return page.chosen, page.measure.code


def _version(name: str) -> int:
    """What the page showed; without it the cell counts as one that was empty."""
    return request.form.get(name, 0, type=int)


def _not_stored(outcomes: list[Outcome]) -> list[str]:
    functions = function_names({one.duty_id for one in outcomes if one.duty_id is not None})
    told = [one.reason for one in outcomes if one.status is Status.REFUSED and one.reason]
    for one in outcomes:
        if one.status is Status.CONFLICT:
            by = functions.get(one.duty_id or 0, "en fil eller kommandoraden")
            told.append(
                f"Rutan har ändrats sedan du öppnade sidan, av {by} {moment(one.changed_at)}. "
                "Se vad som står där nu, och spara igen om ditt resultat ska gälla."
            )
    return list(dict.fromkeys(told))


def _next(school_class: SchoolClass, window: AssessmentWindow, page: ReadingPage) -> Response:
    """To the next pupil. What was saved is told there by id: a flashed message lies in a cookie."""
    reader, code = _chosen(page)
    following = page.after(reader.pupil_id)
    address = url_for(
        "reading.show", class_id=school_class.id, window=window.slug, measure=code,
        pupil=following.pupil_id if following else None, saved=reader.pupil_id,
    )  # fmt: skip
    return redirect(address, code=303)


def _page(
    school_class: SchoolClass,
    window: AssessmentWindow,
    page: ReadingPage,
    reasons: list[str] | None = None,
    summed: Reading | None = None,
) -> str:
    if page.readers:
        audit.note_read("reading:shown", school_class, school_id=school_class.school_id, window=window.id)
    return render_template(
        "assessments/reading.html",
        page=page,
        reasons=reasons or [],
        summed=summed,
        saved=page.reader(request.args.get("saved", type=int)),
        typed={name: request.form.get(name, "") for name in ("attempted", "errors", "seconds")},
        minute=MINUTE,
        closed=why_closed(school_class, window),
        class_id=school_class.id,
        class_name=school_class.name,
        window=window,
    )
