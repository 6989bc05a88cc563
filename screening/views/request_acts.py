"""What is done with a request: consent, ground, sending, answers, taking back. And contacts with the home."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, classes_open_to, needs
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass
from screening.facts.queries import Within, facts_of
from screening.handovers.seeing import held_from
from screening.models import Flag
from screening.reach import may_act_on
from screening.requests import asking, events
from screening.requests.contacts import Contact, note_contact, take_back_contact
from screening.requests.following import LEADS_HERE, has_step, receiver_words
from screening.requests.forms import (
    AnswerForm,
    ConsentForm,
    ContactForm,
    EventForm,
    GroundForm,
    TakenBackForm,
)
from screening.requests.models import (
    ContactAbout,
    ContactWay,
    EventKind,
    HelpRequest,
    HomeContact,
    Said,
)
from screening.reviewing import Decision, record_next_step
from screening.rules.catalogue import rules_on
from screening.signals import FlagState
from screening.views.help_room import OF_PUPIL, OF_REQUEST, by
from screening.views.help_room import requests as bp
from screening.views.request_pages import kinds_of_school, pupil_help, request_page, school_of

P = Permission
WINDOWS_TOLD = 2  # of results that travel with a request


@bp.post(f"{OF_REQUEST}/consent")
@needs(P.ASK_FOR_HELP, of="help_request")
def consent(help_request: HelpRequest) -> Any:
    form = ConsentForm()
    if not form.validate():
        return _told_wrong(help_request, form)
    said_on: date = form.said_on.data

    def act() -> None:
        row = asking.note_consent(
            help_request, form.guardian.data, Said(form.said.data), said_on, form.parts.data or [], by()
        )
        audit.note("consent:noted", row, school_id=help_request.school_id, request=help_request.id)

    return _done(help_request, act, "Vårdnadshavarens svar är antecknat.")


@bp.post(f"{OF_REQUEST}/ground")
@needs(P.GIVE_GROUND, of="help_request")
def ground(help_request: HelpRequest) -> Any:
    form = GroundForm()
    if not form.validate():
        return _told_wrong(help_request, form)
    return _noted(
        help_request,
        lambda: asking.give_ground(help_request, form.line.data, by()),
        "request:ground_given",
        "Grunden är antecknad. Begäran kan skickas.",
    )


@bp.post(f"{OF_REQUEST}/send")
@needs(P.ASK_FOR_HELP, of="help_request")
def send(help_request: HelpRequest) -> Any:
    def act() -> None:
        chosen = asking.consent_of(help_request).parts(help_request.parts)
        within = Within(held_from(help_request.pupil_id), most_windows=WINDOWS_TOLD)
        _plan_where_nothing_is(help_request)
        asking.send(help_request, facts_of(help_request.pupil, chosen, within), by())

    told = f"Begäran är skickad till {receiver_words(help_request.receiver, help_request.elsewhere)}."
    if help_request.elsewhere:
        told = "Begäran är klar. Skriv ut den och lämna den till mottagaren. Anteckna svaret här."
    return _noted(help_request, act, "request:sent", told)


def _plan_where_nothing_is(help_request: HelpRequest) -> None:
    """To ask for help is a next step: whoever may take one about the signal need not say it twice."""
    if help_request.flag_id not in may_act_on({help_request.flag_id or 0}) or has_step(help_request):
        return
    flag = db.session.get_one(Flag, help_request.flag_id)
    kind = next((one.code for one in rules_on(today()).steps.values() if one.leads_to == LEADS_HERE), None)
    if kind and flag.state is not FlagState.CLOSED:
        due_on = max(help_request.due_on, today())
        (step,) = record_next_step([flag], Decision(kind, due_on=due_on), by())
        audit.note("next_step:recorded", step, flag=flag.id, kind=step.kind)


@bp.post(f"{OF_REQUEST}/withdraw")
@needs(P.ASK_FOR_HELP, of="help_request")
def withdraw(help_request: HelpRequest) -> Any:
    return _noted(
        help_request,
        lambda: asking.withdraw(help_request, by()),
        "request:withdrawn",
        "Begäran är tillbakadragen. Mottagaren ser den inte längre.",
    )


@bp.post(f"{OF_REQUEST}/close")
@needs(P.ASK_FOR_HELP, of="help_request")
def close(help_request: HelpRequest) -> Any:
    return _noted(
        help_request, lambda: asking.close(help_request, by()), "request:closed", "Begäran är avslutad."
    )


@bp.post(f"{OF_REQUEST}/answer")
@needs(P.ANSWER_REQUESTS, of="help_request")
def answer(help_request: HelpRequest) -> Any:
    """By the function it was sent to."""
    return _answer(help_request, "Det är sparat, och skolan ser det.")


@bp.post(f"{OF_REQUEST}/noted-answer")
@needs(P.ASK_FOR_HELP, of="help_request")
def note_answer(help_request: HelpRequest) -> Any:
    """By the school, where the receiver has no account."""
    if help_request.elsewhere is None:
        return request_page(help_request, ["Mottagaren svarar själv här i Lässpår."]), 422
    return _answer(help_request, "Det är antecknat.")


def _answer(help_request: HelpRequest, told: str) -> Any:
    form = AnswerForm()
    if not form.validate():
        return _told_wrong(help_request, form, form)
    action = f"request:{form.kind.data}"
    return _noted(help_request, lambda: events.answer(help_request, form.told(), by()), action, told, form)


@bp.post(f"{OF_REQUEST}/answer/take-back")
@needs(P.ANSWER_REQUESTS, of="help_request")
def take_back_answer(help_request: HelpRequest) -> Any:
    """What the function wrote by mistake; it stays to be seen as such."""
    return _take_back(help_request, set(events.OF_RECEIVER))


@bp.post(f"{OF_REQUEST}/take-back")
@needs(P.ASK_FOR_HELP, of="help_request")
def take_back(help_request: HelpRequest) -> Any:
    """The same of what the school wrote."""
    return _take_back(help_request, kinds_of_school(help_request))


def _take_back(help_request: HelpRequest, kinds: set[EventKind]) -> Any:
    form = EventForm()
    if not form.validate():
        abort(400)
    return _noted(
        help_request,
        lambda: asking.take_back(help_request, form.event.data, by(), kinds),
        "request:taken_back",
        "Det är ångrat. Historiken visar vad som stod.",
    )


def _noted(
    help_request: HelpRequest,
    act: Callable[[], object],
    action: str,
    told: str,
    answering: AnswerForm | None = None,
) -> Any:
    """Do it, with a trace, in one transaction. ``answering``: what is shown again where it is refused."""

    def noted() -> None:
        act()
        audit.note(action, help_request, school_id=help_request.school_id, pupil=help_request.pupil_id)

    return _done(help_request, noted, told, answering)


def _done(
    help_request: HelpRequest, act: Callable[[], object], told: str, answering: AnswerForm | None = None
) -> Any:
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        return request_page(help_request, refused.reasons, answering), 422
    db.session.commit()
    flash(told)
    return redirect(url_for("requests.show", request_id=help_request.id), code=303)


def _told_wrong(help_request: HelpRequest, form: Any, answering: AnswerForm | None = None) -> tuple[str, int]:
    reasons = [told for faults in form.errors.values() for told in faults]
    return request_page(help_request, reasons, answering), 422


@bp.post(f"{OF_PUPIL}/contacts")
@needs(P.ASK_FOR_HELP, of="pupil")
def contact(pupil: Pupil) -> Any:
    """Kontakt med hemmet om läsning och närvaro."""
    form = ContactForm()
    if not form.validate():
        return pupil_help(pupil, form), 422
    told = Contact(
        ContactWay(form.way.data), ContactAbout(form.about.data), form.contacted_on.data, form.line.data
    )
    try:
        row = note_contact(pupil, school_of(pupil), told, by())
    except Refused as refused:
        db.session.rollback()
        return pupil_help(pupil, form, refused.reasons), 422
    audit.note("home_contact:noted", row, school_id=row.school_id, pupil=pupil.id)
    db.session.commit()
    flash("Kontakten är antecknad.")
    return _to_pupil(pupil)


@bp.post(f"{OF_PUPIL}/contacts/take-back")
@needs(P.ASK_FOR_HELP, of="pupil")
def take_back_a_contact(pupil: Pupil) -> Any:
    form = TakenBackForm()
    if not form.validate():
        abort(400)
    own = HomeContact.school_id.in_(classes_open_to(P.ASK_FOR_HELP).with_only_columns(SchoolClass.school_id))
    here = (HomeContact.id == form.contact.data, HomeContact.pupil_id == pupil.id, own)
    row = db.session.scalar(sa.select(HomeContact).where(*here))
    if row is None:
        abort(404)
    take_back_contact(row, by())
    audit.note("home_contact:taken_back", row, school_id=row.school_id, pupil=pupil.id)
    db.session.commit()
    flash("Kontakten är struken.")
    return _to_pupil(pupil)


def _to_pupil(pupil: Pupil) -> Response:
    return redirect(url_for("requests.of_pupil", pupil_id=pupil.id), code=303)
