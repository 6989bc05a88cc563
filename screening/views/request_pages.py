"""Requests for help: the list of both sides, a request's page, and a new one written."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    classes_open_to,
    duties_giving,
    needs,
)
from assessments.clock import today
from assessments.database import db
from assessments.queries import function_names
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Pupil, Role, SchoolClass
from screening.facts.ways import Part
from screening.models import Flag
from screening.requests import queries
from screening.requests.asking import PROTECTED, change_request, write_request
from screening.requests.events import OF_RECEIVER, OF_SENDER
from screening.requests.forms import AnswerForm, ConsentForm, ContactForm, GroundForm, RequestForm
from screening.requests.models import EventKind, HelpRequest, RequestState
from screening.requests.reach import left_behind, requests_open_to, stopped_for_me
from screening.views.help_room import OF_PUPIL, OF_REQUEST, by
from screening.views.help_room import requests as bp
from screening.views.room import may

P = Permission


@bp.get("/requests")
@needs(P.ASK_FOR_HELP, P.ANSWER_REQUESTS)
def overview() -> str:
    """What the own school has asked, and what has been sent to the own function."""
    sent = queries.rows_of(requests_open_to(P.ASK_FOR_HELP)) if duties_giving(P.ASK_FOR_HELP) else []
    mine = duties_giving(P.ANSWER_REQUESTS)
    received = queries.rows_of(requests_open_to(P.ANSWER_REQUESTS)) if mine else []
    shown = sa.select(HelpRequest).where(HelpRequest.id.in_(_ids(sent, received)))
    for asked in db.session.scalars(shown.options(joinedload(HelpRequest.pupil))):
        audit.note_read("requests:shown", asked.pupil, school_id=asked.school_id, request=asked.id)
    return render_template(
        "screening/requests.html",
        sent=sent,
        received=received,
        stopped=queries.stopped_rows(stopped_for_me()) if mine else [],
        left_behind=queries.stopped_rows(left_behind()) if duties_giving(P.ASK_FOR_HELP) else [],
        functions=list(function_names({duty.id for duty in mine}).values()),
        asks=bool(duties_giving(P.ASK_FOR_HELP)),
    )


def _ids(*lists: list[queries.Row]) -> set[int]:
    return {row.id for rows in lists for row in rows}


@bp.get(f"{OF_PUPIL}/help")
@needs(P.ASK_FOR_HELP, of="pupil")
def of_pupil(pupil: Pupil) -> str:
    return pupil_help(pupil, ContactForm(formdata=None))


def pupil_help(pupil: Pupil, form: ContactForm, reasons: list[str] | None = None) -> str:
    """The page: requests about the pupil, and contacts with the home."""
    schools = classes_open_to(P.ASK_FOR_HELP).with_only_columns(SchoolClass.school_id)
    own = requests_open_to(P.ASK_FOR_HELP).where(HelpRequest.pupil_id == pupil.id)
    audit.note_read("pupil_help:seen", pupil)
    return render_template(
        "screening/pupil_help.html",
        pupil_id=pupil.id,
        name=pupil.name,
        is_protected=pupil.is_protected,
        rows=queries.rows_of(own),
        contacts=queries.contacts_of(pupil, schools),
        form=form,
        reasons=reasons or [],
        keeps_notes=may(P.KEEP_NOTES, pupil),
    )


@bp.get(f"{OF_PUPIL}/help/new")
@needs(P.ASK_FOR_HELP, of="pupil")
def new(pupil: Pupil) -> str:
    _refuse_protected(pupil)
    form = RequestForm(formdata=None)
    form.flag.data = _flag_id(pupil, request.args.get("flag", type=int))
    return _form_page(pupil, form)


@bp.post(f"{OF_PUPIL}/help/new")
@needs(P.ASK_FOR_HELP, of="pupil")
def write(pupil: Pupil) -> Any:
    _refuse_protected(pupil)
    form = RequestForm()
    form.flag.data = _flag_id(pupil, form.flag.data)
    if not form.validate():
        return _form_page(pupil, form), 422
    try:
        asked = write_request(pupil, school_of(pupil), form.asking(), by())
    except Refused as refused:
        db.session.rollback()
        return _form_page(pupil, form, refused.reasons), 422
    audit.note("request:written", asked, school_id=asked.school_id, pupil=pupil.id)
    db.session.commit()
    flash("Utkastet är sparat. Inget har skickats. Fråga vårdnadshavarna och anteckna vad de säger.")
    return redirect(url_for("requests.show", request_id=asked.id), code=303)


@bp.get(OF_REQUEST)
@needs(P.ASK_FOR_HELP, P.ANSWER_REQUESTS, of="help_request")
def show(help_request: HelpRequest) -> str:
    return request_page(help_request)


def request_page(
    asked: HelpRequest, reasons: list[str] | None = None, answering: AnswerForm | None = None
) -> str:
    """The page as the sending school or as the receiving function sees it. ``answering``: what is refused."""
    page = queries.request_page(asked)
    audit.note_read("request:seen", asked.pupil, school_id=asked.school_id, request=asked.id)
    is_receiver = g.opening_duty.role is Role.TEAM
    return render_template(
        f"screening/{'request_received' if is_receiver else 'request'}.html",
        page=page,
        reasons=reasons or [],
        consent_form=ConsentForm(formdata=None),
        answer_form=answering or AnswerForm(formdata=None),
        is_new=asked.state is RequestState.SENT,
        ground_form=GroundForm(formdata=None),
        parts={part.value: part for part in Part},
        gives_ground=_gives_ground(asked),
        may_take_back=set(OF_RECEIVER) if is_receiver else kinds_of_school(asked),
    )


def kinds_of_school(asked: HelpRequest) -> set[EventKind]:
    """The events that the signed-in person of the school may take back."""
    kinds = set(OF_SENDER)
    if asked.elsewhere:
        kinds |= set(OF_RECEIVER)
    if g.opening_duty.role is Role.PRINCIPAL:
        kinds.add(EventKind.GROUND)
    return kinds


@bp.get(f"{OF_REQUEST}/change")
@needs(P.ASK_FOR_HELP, of="help_request")
def change_page(help_request: HelpRequest) -> str:
    form = RequestForm(formdata=None, obj=help_request)
    form.receiver.data = help_request.receiver.value if help_request.receiver else "elsewhere"
    return _form_page(help_request.pupil, form, asked=help_request)


@bp.post(f"{OF_REQUEST}/change")
@needs(P.ASK_FOR_HELP, of="help_request")
def change(help_request: HelpRequest) -> Any:
    form = RequestForm()
    if not form.validate():
        return _form_page(help_request.pupil, form, asked=help_request), 422
    try:
        change_request(help_request, form.asking())
    except Refused as refused:
        db.session.rollback()
        return _form_page(help_request.pupil, form, refused.reasons, help_request), 422
    audit.note("request:changed", help_request, school_id=help_request.school_id)
    db.session.commit()
    flash("Utkastet är ändrat.")
    return redirect(url_for("requests.show", request_id=help_request.id), code=303)


def _form_page(
    pupil: Pupil, form: RequestForm, reasons: list[str] | None = None, asked: HelpRequest | None = None
) -> str:
    audit.note_read("pupil_help:seen", pupil)
    return render_template(
        "screening/request_form.html",
        pupil_id=pupil.id,
        name=pupil.name,
        form=form,
        reasons=reasons or [],
        request_id=asked.id if asked else None,
        parts=list(Part),
    )


def _refuse_protected(pupil: Pupil) -> None:
    """Nothing about a protected pupil travels, whoever asks."""
    if pupil.is_protected:
        abort(403, PROTECTED)


def _flag_id(pupil: Pupil, told: int | None) -> int | None:
    """The signal that the request comes from, if it is one of the pupil's."""
    return db.session.scalar(sa.select(Flag.id).where(Flag.id == (told or 0), Flag.pupil_id == pupil.id))


def school_of(pupil: Pupil) -> int:
    """The school that asks: where the pupil goes today, or else shall go, among the classes that are open."""
    mine = classes_open_to(P.ASK_FOR_HELP).with_only_columns(SchoolClass.school_id)
    asked = mine.join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
    order = (
        sa.case((Enrolment.ends_on < today(), 1), else_=0),
        Enrolment.starts_on > today(),
        Enrolment.starts_on.desc(),
        Enrolment.id.desc(),
    )
    found = asked.where(Enrolment.pupil_id == pupil.id).order_by(*order)
    return int(db.session.scalars(found.limit(1)).one())


def _gives_ground(asked: HelpRequest) -> bool:
    may_change = asked.state in (RequestState.DRAFT, RequestState.STOPPED)
    mine = requests_open_to(P.GIVE_GROUND).where(HelpRequest.id == asked.id)
    return may_change and bool(duties_giving(P.GIVE_GROUND)) and db.session.scalar(mine) is not None
