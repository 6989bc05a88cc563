"""Samråd and the checklist of the guarantee, on a pupil's page and in the inbox."""

from typing import Any

from flask import flash

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from assessments.words import ROLE_WORDS
from screening.rules.catalogue import rules_on
from screening.steps.consulting import ask, hold, open_again, withdraw
from screening.steps.forms import AskForm, HoldForm, TickForm
from screening.steps.models import Consultation
from screening.steps.ticking import tick, untick
from screening.views.room import bp
from screening.views.step_pages import back, by_this_duty, faults, put_right

P = Permission
OF_PUPIL = "/pupils/<int(max=9223372036854775807):pupil_id>"


@bp.post(f"{OF_PUPIL}/consultations")
@needs(P.CONSULT, of="pupil")
def ask_for_consultation(pupil: Pupil) -> Any:
    form = AskForm()
    heading, pupil_id = "Be om samråd", pupil.id
    asking = form.asking() if form.validate() else None
    if asking is None:
        return put_right("asking", pupil_id, faults(form) or ["Välj vilken funktion."], heading=heading)
    try:
        consultation, is_new = ask(pupil, asking, by_this_duty())
    except Refused as refused:
        return put_right("asking", pupil_id, refused.reasons, heading=heading)
    if is_new:
        audit.note("consultation:asked", consultation, pupil=pupil_id, about=consultation.about)
    db.session.commit()
    flash(
        f"Samrådet ligger nu hos {ROLE_WORDS[asking.role]}." if is_new else "Samrådet väntade redan på svar."
    )
    return back("consultations")


@bp.post("/consultations/<int(max=9223372036854775807):consultation_id>")
@needs(P.CONSULT, of="consultation")
def close_consultation(consultation: Consultation) -> Any:
    """It was held, with somebody's competence; or it is no longer needed."""
    form, pupil_id = HoldForm(), consultation.pupil_id
    heading = f"Samråd: {rules_on(today()).consultations.get(consultation.about, consultation.about)}"
    if not form.validate():
        return put_right("holding", pupil_id, faults(form), heading=heading)
    try:
        if form.withdraw.data:
            withdraw(consultation, by_this_duty())
        else:
            hold(consultation, form.holding(), by_this_duty())
    except Refused as refused:
        return put_right("holding", pupil_id, refused.reasons, heading=heading)
    audit.note("consultation:closed", consultation, pupil=pupil_id, held=consultation.held_on is not None)
    db.session.commit()
    flash("Samrådet är dokumenterat." if consultation.held_on else "Samrådet är draget tillbaka.")
    return back("consultations")


@bp.post("/consultations/<int(max=9223372036854775807):consultation_id>/opened-again")
@needs(P.CONSULT, of="consultation")
def open_consultation_again(consultation: Consultation) -> Any:
    """It was documented by mistake: of the wrong pupil, or too early."""
    was = {"held": consultation.held_on is not None, "closed_duty": consultation.closed_duty_id}
    try:
        is_news = open_again(consultation, by_this_duty())
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return back("consultations")
    if is_news:
        audit.note("consultation:opened_again", consultation, pupil=consultation.pupil_id, **was)
    db.session.commit()
    flash("Samrådet väntar igen. Det som var skrivet om det är borttaget.")
    return back("consultations")


@bp.post(f"{OF_PUPIL}/guarantee")
@needs(P.CONSULT, of="pupil")
def tick_step(pupil: Pupil) -> Any:
    """A step of the law, ticked by hand."""
    form, pupil_id = TickForm(), pupil.id
    item = rules_on(today()).checklist.get(form.item.data or "")
    heading, asks = (item.label, item.needs_consultation) if item else ("Garantins steg", False)
    if not form.validate():
        return put_right("ticking", pupil_id, faults(form), heading=heading, needs_consultation=asks)
    try:
        ticked = (
            untick(pupil, form.item.data) if form.take_back.data else tick(pupil, form.told(), by_this_duty())
        )
    except Refused as refused:
        return put_right("ticking", pupil_id, refused.reasons, heading=heading, needs_consultation=asks)
    if ticked is not None:
        action = "guarantee:unticked" if form.take_back.data else "guarantee:ticked"
        audit.note(action, ticked, pupil=pupil_id, item=ticked.item)
    db.session.commit()
    flash(f"{heading}: {'tillbakataget' if form.take_back.data else 'avbockat'}.")
    return back("guarantee")
