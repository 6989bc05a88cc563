"""Steps are ticked off, and the principal notes what became of a report."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.words import day
from screening.models import Flag, NextStep
from screening.reviewing import open_signal_again
from screening.rules.catalogue import rules_on
from screening.steps.cases import note_case, take_back_note
from screening.steps.ending import end_step, is_of_closing, needs_consultation, open_again
from screening.steps.forms import CaseForm, EndingForm, WhichCaseForm
from screening.views.room import bp
from screening.views.step_pages import back, by_this_duty, faults, put_right

P = Permission
ADDRESS = "/follow-up/steps/<int(max=9223372036854775807):step_id>"


@bp.post(f"{ADDRESS}/outcome")
@needs(P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED, of="next_step")
def end_a_step(next_step: NextStep) -> Any:
    """Done, or came to nothing: a date, a function, at most a line, and who took part where it must be."""
    form, pupil_id = EndingForm(), _pupil_of(next_step)
    more = {
        "heading": rules_on(today()).past(next_step.kind),
        "needs_consultation": needs_consultation(next_step),
    }
    if not form.validate():
        return put_right("ending", pupil_id, faults(form), **more)
    try:
        outcome = end_step(next_step, form.ending(), by_this_duty())
    except Refused as refused:
        return put_right("ending", pupil_id, refused.reasons, **more)
    audit.note("next_step:ended", outcome, pupil=pupil_id, done=outcome.is_done)
    db.session.commit()
    told = "avbockat" if outcome.is_done else "struket"
    flash(f"{more['heading']}: {told}. Blev det fel? Ångra på elevens sida.")
    return back()


@bp.post(f"{ADDRESS}/opened-again")
@needs(P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED, of="next_step")
def open_a_step_again(next_step: NextStep) -> Any:
    """It was ticked off by mistake, and is still to be done; or it closed its signal by mistake."""
    is_signal = is_of_closing(next_step)
    try:
        is_news = open_signal_again(next_step, by_this_duty()) if is_signal else open_again(next_step)
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return back()
    if is_news:
        audit.note("next_step:opened_again", next_step, pupil=_pupil_of(next_step), signal=is_signal)
    db.session.commit()
    if is_signal:
        flash("Signalen är öppen igen. Steg som bockades av när den avslutades ångrar du vart och ett.")
    else:
        flash(f"{rules_on(today()).past(next_step.kind)}: inte längre avbockat.")
    return back()


@bp.post(f"{ADDRESS}/case")
@needs(P.LEAD_SCHOOL, of="next_step")
def note_a_case(next_step: NextStep) -> Any:
    """What became of a report: the investigation, and the principal's dated decision."""
    form, pupil_id = CaseForm(), _pupil_of(next_step)
    more = {"heading": "Anmälan till rektor", "cases": rules_on(today()).cases}
    if not form.validate():
        return put_right("case", pupil_id, faults(form), **more)
    try:
        note = note_case(next_step, form.told(), by_this_duty())
    except Refused as refused:
        return put_right("case", pupil_id, refused.reasons, **more)
    audit.note("case:noted", note, pupil=pupil_id, step=next_step.id, kind=note.kind)
    db.session.commit()
    flash(f"{rules_on(today()).cases[note.kind].label}: sparat.")
    return back()


@bp.post(f"{ADDRESS}/case/taken-back")
@needs(P.LEAD_SCHOOL, of="next_step")
def take_a_case_back(next_step: NextStep) -> Any:
    """She noted it of the wrong pupil, or the wrong thing."""
    form = WhichCaseForm()
    if not form.validate():
        abort(400)
    try:
        note = take_back_note(next_step, form.note.data)
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return back()
    if note is not None:
        pupil_id, noted_on = _pupil_of(next_step), day(note.noted_on)
        audit.note(
            "case:taken_back", note, pupil=pupil_id, step=next_step.id, kind=note.kind, noted_on=noted_on
        )
    db.session.commit()
    flash("Anteckningen är borttagen. I loggen står att den har funnits.")
    return back()


def _pupil_of(step: NextStep) -> int:
    return db.session.scalars(sa.select(Flag.pupil_id).where(Flag.id == step.flag_id)).one()
