"""What the pages about requests for help print, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.clock import today
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Pupil
from screening.facts.ways import Part
from screening.requests.asking import consents
from screening.requests.consent import Consent
from screening.requests.contacts import ABOUT, WAYS
from screening.requests.events import LIVING
from screening.requests.following import receiver_words
from screening.requests.models import (
    WAITING,
    EventKind,
    GuardianConsent,
    HelpRequest,
    HomeContact,
    RequestEvent,
    RequestState,
    Said,
)

STATE_WORDS = {
    RequestState.DRAFT: "Utkast",
    RequestState.SENT: "Skickad",
    RequestState.RECEIVED: "Mottagen",
    RequestState.ANSWERED: "Besvarad",
    RequestState.STOPPED: "Stoppad",
    RequestState.WITHDRAWN: "Tillbakadragen",
    RequestState.CLOSED: "Avslutad",
}
EVENT_WORDS = {
    EventKind.SENT: "Skickad",
    EventKind.RECEIVED: "Mottagen",
    EventKind.NEXT_STEP: "Nästa steg",
    EventKind.ANSWER: "Svar",
    EventKind.GROUND: "Rektors grund",
    EventKind.STOPPED: "Stoppad: samtycket räcker inte längre",
    EventKind.WITHDRAWN: "Tillbakadragen av skolan",
    EventKind.CLOSED: "Avslutad av skolan",
}
SAID_WORDS = {Said.YES: "ja", Said.NO: "nej", Said.NOT_ASKED: "inte tillfrågad"}
LEFT = "Eleven har bytt skola eller slutat"
ENDED = (RequestState.WITHDRAWN, RequestState.CLOSED)
COMMAND = "kommandoraden"


@dataclass(frozen=True)
class Happened:
    """An event in words. ``is_taken_back``: it was a mistake, and stands there as one."""

    id: int
    kind: EventKind
    word: str
    line: str | None
    owner: str | None
    due_on: date | None
    happened_on: date
    by: str
    is_taken_back: bool


@dataclass(frozen=True)
class Row:
    """A request in a list. ``due_on``: the first day of answer and next step; ``is_due``: which of them."""

    id: int
    pupil: str
    school: str
    receiver: str
    state: str
    is_waiting: bool
    is_draft: bool
    is_ended: bool
    is_answered: bool
    sent_on: date | None
    due_on: date
    is_due: str
    next_step: str
    is_overdue: bool


@dataclass(frozen=True)
class Guardian:
    """What one guardian says today, and said before."""

    number: int
    said: str
    word: str
    said_on: date | None
    parts: tuple[str, ...]
    former: tuple[str, ...]  # earlier answers, latest first


@dataclass(frozen=True)
class RequestPage:
    """A request with all that belongs to it."""

    row: Row
    pupil_id: int
    question: str
    due_on: date
    parts: tuple[str, ...]
    travels: tuple[str, ...]  # what consent lets travel now
    facts: Mapping[str, Any]
    guardians: tuple[Guardian, ...]
    consent: Consent
    events: tuple[Happened, ...]
    is_without_account: bool
    asked_by: str


def rows_of(chosen: sa.Select[Any]) -> list[Row]:
    """What waits first, the earliest day first; then the others, the latest first. Three queries."""
    asked = chosen.options(joinedload(HelpRequest.pupil), joinedload(HelpRequest.school))
    found = db.session.scalars(asked.order_by(HelpRequest.id.desc())).all()
    events = _events([one.id for one in found])
    rows = [_row(one, events.get(one.id, [])) for one in found]
    return sorted(rows, key=lambda row: (not row.is_waiting, row.due_on if row.is_waiting else date.max))


def request_page(request: HelpRequest) -> RequestPage:
    """Five queries."""
    events = _events([request.id]).get(request.id, [])
    rows = consents(request)
    has_ground = any(one.kind is EventKind.GROUND and one.taken_back_at is None for one in events)
    consent = Consent.of(request.guardians, rows, has_ground)
    duties = {one.duty_id for one in events if one.duty_id} | {request.duty_id or 0}
    functions = function_names(duties)
    return RequestPage(
        row=_row(request, events),
        pupil_id=request.pupil_id,
        question=request.question,
        due_on=request.due_on,
        parts=tuple(request.parts),
        travels=tuple(consent.parts(request.parts)),
        facts=request.facts,
        guardians=tuple(_guardian(number, consent, rows) for number in consent.everybody),
        consent=consent,
        events=tuple(_happened(one, functions) for one in reversed(events)),
        is_without_account=request.elsewhere is not None,
        asked_by=functions.get(request.duty_id or 0, COMMAND),
    )


def _events(request_ids: Sequence[int]) -> dict[int, list[RequestEvent]]:
    asked = sa.select(RequestEvent).where(RequestEvent.help_request_id.in_(request_ids))
    found: dict[int, list[RequestEvent]] = {}
    for event in db.session.scalars(asked.order_by(RequestEvent.id)):
        found.setdefault(event.help_request_id, []).append(event)
    return found


def _row(request: HelpRequest, events: Sequence[RequestEvent]) -> Row:
    living = [one for one in events if one.taken_back_at is None]
    sent = [one.happened_on for one in living if one.kind is EventKind.SENT]
    steps = [one for one in living if one.kind is EventKind.NEXT_STEP]
    is_waiting = request.state in WAITING
    days = [request.due_on, *(step.due_on for step in steps[-1:] if step.due_on)]
    return Row(
        id=request.id,
        pupil=request.pupil.name,
        school=request.school.name,
        receiver=receiver_words(request.receiver, request.elsewhere),
        state=STATE_WORDS[request.state],
        is_waiting=is_waiting,
        is_draft=request.state in (RequestState.DRAFT, RequestState.STOPPED),
        is_ended=request.state in ENDED,
        is_answered=request.state is RequestState.ANSWERED,
        sent_on=sent[-1] if sent else None,
        due_on=min(days),
        is_due="svar" if min(days) == request.due_on else "nästa steg",
        next_step=f"{steps[-1].line} ({steps[-1].owner})" if steps else "",
        is_overdue=is_waiting and min(days) < today(),
    )


def _happened(event: RequestEvent, functions: Mapping[int, str]) -> Happened:
    return Happened(
        id=event.id,
        kind=event.kind,
        word=EVENT_WORDS[event.kind],
        line=event.line,
        owner=event.owner,
        due_on=event.due_on if event.kind is EventKind.NEXT_STEP else None,
        happened_on=event.happened_on,
        by=functions.get(event.duty_id or 0, COMMAND),
        is_taken_back=event.taken_back_at is not None,
    )


def _guardian(number: int, consent: Consent, rows: Sequence[GuardianConsent]) -> Guardian:
    own = [row for row in rows if row.guardian == number]
    latest = own[-1] if own else None
    return Guardian(
        number=number,
        said=consent.said(number).value,
        word=SAID_WORDS[consent.said(number)],
        said_on=latest.said_on if latest else None,
        parts=tuple(Part(part).label for part in latest.parts) if latest else (),
        former=tuple(f"{row.said_on}: {SAID_WORDS[row.said]}" for row in reversed(own[:-1])),
    )


@dataclass(frozen=True)
class ContactRow:
    id: int
    told: str
    line: str | None
    by: str
    contacted_on: date
    is_taken_back: bool


def contacts_of(pupil: Pupil, schools: sa.Select[Any]) -> list[ContactRow]:
    """The school's contacts with the pupil's home, the latest first. Two queries."""
    rows = db.session.scalars(
        sa.select(HomeContact)
        .where(HomeContact.pupil_id == pupil.id, HomeContact.school_id.in_(schools))
        .order_by(HomeContact.contacted_on.desc(), HomeContact.id.desc())
    ).all()
    functions = function_names({row.duty_id for row in rows if row.duty_id})
    return [
        ContactRow(
            row.id,
            f"{WAYS[row.way]} om {ABOUT[row.about]}",
            row.line,
            functions.get(row.duty_id or 0, COMMAND),
            row.contacted_on,
            row.taken_back_at is not None,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Stopped:
    """What is told of a request that is no longer to be seen: no pupil."""

    school: str
    receiver: str
    state: str
    asked_on: date
    is_left_behind: bool  # the pupil has left the school


def stopped_rows(chosen: sa.Select[Any]) -> list[Stopped]:
    found = db.session.scalars(chosen.options(joinedload(HelpRequest.school)).order_by(HelpRequest.id.desc()))
    return [
        Stopped(
            school=one.school.name,
            receiver=receiver_words(one.receiver, one.elsewhere),
            state=LEFT if one.state in LIVING else STATE_WORDS[one.state],
            asked_on=one.asked_on,
            is_left_behind=one.state in LIVING,
        )
        for one in found
    ]
