"""Elevhälsans anteckningar: a zone of its own. Every reading goes into the zone's own log too."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from screening.notes.forms import CorrectionForm, NoteForm, WhichNoteForm
from screening.notes.keeping import Zone, correct_note, log_row, take_back_note, write_note
from screening.notes.models import HealthNote
from screening.notes.queries import log_of, notes_of
from screening.views.help_room import OF_PUPIL, by
from screening.views.help_room import notes as bp

P = Permission


@bp.get(f"{OF_PUPIL}/notes")
@needs(P.KEEP_NOTES, of="pupil")
def show(pupil: Pupil) -> str:
    return _page(pupil, NoteForm(formdata=None))


@bp.post(f"{OF_PUPIL}/notes")
@needs(P.KEEP_NOTES, of="pupil")
def write(pupil: Pupil) -> Any:
    form = NoteForm()
    if not form.validate():
        return _page(pupil, form), 422
    try:
        note = write_note(pupil, _function(), form.text.data, by())
    except Refused as refused:
        db.session.rollback()
        return _page(pupil, form, refused.reasons), 422
    return _noted("note:written", note, pupil, "Anteckningen är sparad.")


@bp.post(f"{OF_PUPIL}/notes/correct")
@needs(P.KEEP_NOTES, of="pupil")
def correct(pupil: Pupil) -> Any:
    form = CorrectionForm()
    if not form.validate():
        told = [one for faults in form.errors.values() for one in faults]
        return _page(pupil, NoteForm(formdata=None), told, form.text.data), 422
    try:
        note = correct_note(_note(pupil, form.note.data), _function(), form.text.data, by())
    except Refused as refused:
        db.session.rollback()
        return _page(pupil, NoteForm(formdata=None), refused.reasons, form.text.data), 422
    return _noted("note:corrected", note, pupil, "Anteckningen är rättad. Den tidigare finns kvar under den.")


@bp.post(f"{OF_PUPIL}/notes/take-back")
@needs(P.KEEP_NOTES, of="pupil")
def take_back(pupil: Pupil) -> Any:
    form = WhichNoteForm()
    if not form.validate():
        abort(400)
    note = _note(pupil, form.note.data)
    take_back_note(note, by())
    return _noted("note:taken_back", note, pupil, "Anteckningen är struken.")


def _function() -> Zone:
    """The function that the duty is about: its notes are shown, and no others."""
    return Zone(g.opening_duty.role, g.opening_duty.school_id)


def _note(pupil: Pupil, note_id: int) -> HealthNote:
    function = _function()
    asked = sa.select(HealthNote).filter_by(
        id=note_id, pupil_id=pupil.id, school_id=function.school_id, role=function.role
    )
    found = db.session.scalar(asked)
    if found is None:
        abort(404)
    return found


def _noted(action: str, note: HealthNote, pupil: Pupil, told: str) -> Response:
    audit.note(action, note, school_id=note.school_id, pupil=pupil.id)
    db.session.commit()
    flash(told)
    return redirect(url_for("notes.show", pupil_id=pupil.id), code=303)


def _page(pupil: Pupil, form: NoteForm, reasons: list[str] | None = None, unsaved: str | None = None) -> str:
    """``unsaved``: a correction that was refused. The note may say something else by now, so it is shown by
    itself."""
    function = _function()
    log = log_of(pupil, function)
    audit.note_read("notes:seen", pupil, school_id=function.school_id)
    audit.keep_with_reads(log_row(pupil.id, function.school_id, "read", by()))
    return render_template(
        "screening/notes.html",
        pupil_id=pupil.id,
        name=pupil.name,
        is_protected=pupil.is_protected,
        function=g.opening_duty.function,
        rows=notes_of(pupil, function),
        log=log,
        form=form,
        reasons=reasons or [],
        unsaved=unsaved,
    )
