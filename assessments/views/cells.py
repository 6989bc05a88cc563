"""One cell of a sheet: what has stood there, a former value put back, and on which text it was read."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, classes_open_to, needs, pupils_open_to
from assessments.agreed_texts import retell_text, text_for
from assessments.cell_history import HistoryRow, cell_history
from assessments.database import db
from assessments.doors import screening
from assessments.instruments.catalogue import Measure, measures
from assessments.late_entry import why_closed
from assessments.models import AssessmentWindow, Score
from assessments.recording import Outcome, Recorder, Status
from assessments.refusals import Refused
from assessments.restoring import restore_score
from assessments.roster.models import Enrolment, Pupil, SchoolClass

bp = Blueprint("cells", __name__)
P = Permission
ADDRESS = (
    "/classes/<int(max=9223372036854775807):class_id>/windows/<window>"
    "/sheet/<int(max=9223372036854775807):pupil_id>/<measure>"
)
REFUSED = 422
CHANGED = "Någon annan har skrivit i rutan sedan du öppnade sidan. Se vad som står där nu."


@bp.get(ADDRESS)
@needs(P.SEE_SCORES, of="school_class")
def history(school_class: SchoolClass, window: str, pupil_id: int, measure: str) -> str:
    found = header.window_of_class(school_class, window)
    pupil, chosen = _cell(school_class, found, pupil_id, measure, P.SEE_SCORES)
    return _page(school_class, found, pupil, chosen)


@bp.post(f"{ADDRESS}/restored")
@needs(P.RECORD_SCORES, of="school_class")
def restore(school_class: SchoolClass, window: str, pupil_id: int, measure: str) -> Any:
    """A former value stands again: a new change, if nobody has written since the page was fetched."""
    found = header.window_of_class(school_class, window)
    pupil, chosen = _cell(school_class, found, pupil_id, measure, P.RECORD_SCORES)
    version, seen = (_number(request.form.get(name, "")) for name in ("version", "seen"))
    try:
        _refuse_if_closed(school_class, found)
        outcome = restore_score(found, (pupil.id, chosen.code), version, seen, _by())
        return _done("score:restored", school_class, found, pupil, chosen, outcome)
    except Refused as refused:
        db.session.rollback()
        return _page(school_class, found, pupil, chosen, refused.reasons), REFUSED


@bp.post(f"{ADDRESS}/text")
@needs(P.RECORD_SCORES, of="school_class")
def text(school_class: SchoolClass, window: str, pupil_id: int, measure: str) -> Any:
    """The pupil read another text than the agreed one, or did read that after all."""
    found = header.window_of_class(school_class, window)
    pupil, chosen = _cell(school_class, found, pupil_id, measure, P.RECORD_SCORES)
    is_agreed, seen = request.form.get("text") != "other", _number(request.form.get("seen", ""))
    try:
        _refuse_if_closed(school_class, found)
        outcome = retell_text(found, pupil.id, chosen, is_agreed, seen, _by())
        return _done("score:text_told", school_class, found, pupil, chosen, outcome)
    except Refused as refused:
        db.session.rollback()
        return _page(school_class, found, pupil, chosen, refused.reasons), REFUSED


def _cell(
    school_class: SchoolClass, window: AssessmentWindow, pupil_id: int, code: str, permission: Permission
) -> tuple[Pupil, Measure]:
    """The pupil, who goes or went in the class and is open to the person in the window, and the measure; else
    404."""
    went_here = sa.exists().where(
        Enrolment.pupil_id == Pupil.id, Enrolment.school_class_id == school_class.id
    )
    pupil = db.session.scalar(pupils_open_to(permission).where(Pupil.id == pupil_id, went_here))
    measure = measures().get(code)
    if pupil is None or measure is None or not screening().may_see(pupil.id, window):
        abort(404)
    return pupil, measure


def _refuse_if_closed(school_class: SchoolClass, window: AssessmentWindow) -> None:
    if reason := why_closed(school_class, window):
        raise Refused(reason)


def _by() -> Recorder:
    return Recorder(g.account.id, g.opening_duty.id)


def _number(text: str) -> int:
    """A version; -1, which no cell has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _done(
    action: str,
    school_class: SchoolClass,
    window: AssessmentWindow,
    pupil: Pupil,
    measure: Measure,
    outcome: Outcome,
) -> Response:
    if outcome.status in (Status.CONFLICT, Status.REFUSED):
        raise Refused(outcome.reason or CHANGED)
    if outcome.status is Status.STORED:
        audit.note(
            action, pupil, school_id=school_class.school_id,
            window=window.id, measure=measure.code, version=outcome.version,
        )  # fmt: skip
    db.session.commit()
    flash("Sparat." if outcome.status is Status.STORED else "Det stod redan så.")
    address = url_for(
        "cells.history", class_id=school_class.id, window=window.slug, pupil_id=pupil.id, measure=measure.code
    )
    return redirect(address, code=303)


def _page(
    school_class: SchoolClass,
    window: AssessmentWindow,
    pupil: Pupil,
    measure: Measure,
    reasons: list[str] | None = None,
) -> str:
    rows = cell_history(pupil, window, measure)
    _note_shown(school_class, pupil, rows)
    score = db.session.scalar(
        sa.select(Score).filter_by(pupil_id=pupil.id, window_id=window.id, measure=measure.code)
    )
    mine = classes_open_to(P.RECORD_SCORES).where(SchoolClass.id == school_class.id)
    return render_template(
        "assessments/cell.html",
        school_class=school_class,
        window=window,
        pupil=pupil,
        measure=measure,
        rows=rows,
        stands=rows[0].after if rows else "",
        version=rows[0].version if rows else 0,
        is_on_other_text=score is not None and not score.is_on_agreed_text,
        text=text_for(window, score.year, measure.code) if score and measure.same_text else None,
        may_record=db.session.scalar(sa.select(mine.exists())) is True,
        closed=why_closed(school_class, window),
        reasons=reasons or [],
    )


def _note_shown(school_class: SchoolClass, pupil: Pupil, rows: list[HistoryRow]) -> None:
    """The pupil is shown, and so is whoever a result came from or went to."""
    ids = {pupil.id} | {other for row in rows for other in row.others}
    for shown in db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(ids))):
        audit.note_read("cell:shown", shown, school_id=school_class.school_id)
