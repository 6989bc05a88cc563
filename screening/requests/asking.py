"""A school asks for help: the request is written, guardians answer, and it is sent, withdrawn or closed.

Nothing is written over: consents and events are added, and taken back by a mark. Verbs flush.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.clock import now, today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Pupil, TeamFunction
from assessments.said_already import said_already
from screening.facts.ways import in_order
from screening.requests.consent import Consent
from screening.requests.events import LIVING, happened, hold_request, living_events, settle
from screening.requests.following import take_up
from screening.requests.models import (
    LONGEST_TEXT,
    EventKind,
    GuardianConsent,
    HelpRequest,
    RequestState,
    Said,
)

PROTECTED = "Eleven har skyddade personuppgifter. Begär hjälp utanför Lässpår, genom rektor."


@dataclass(frozen=True)
class Asking:
    """What is asked of whom. ``receiver`` is a function with accounts, or ``elsewhere`` a name without."""

    receiver: TeamFunction | None
    elsewhere: str | None
    question: str
    parts: Sequence[str]
    guardians: int
    due_on: date | None
    flag_id: int | None = None


def write_request(pupil: Pupil, school_id: int, asking: Asking, by: Recorder) -> HelpRequest:
    """A draft, one however often it is sent: nothing leaves the school before. Raises ``Refused`` with every
    reason."""
    if pupil.is_protected:
        raise Refused(PROTECTED)
    hold({pupil.id})
    told = {
        "pupil_id": pupil.id, "school_id": school_id, "flag_id": asking.flag_id, "asked_on": today(),
        "duty_id": by.duty_id, **_checked(asking),
    }  # fmt: skip
    if before := said_already(HelpRequest, by.account_id, state=RequestState.DRAFT, **told):
        return before[0]
    request = HelpRequest(account_id=by.account_id, **told)
    db.session.add(request)
    db.session.flush()
    take_up(request)
    return request


def change_request(request: HelpRequest, asking: Asking) -> None:
    """Put a draft right. What guardians have said of other facts or another receiver does not hold on."""
    hold_request(request)
    if request.state not in (RequestState.DRAFT, RequestState.STOPPED):
        raise Refused("Begäran är skickad. Dra tillbaka den först om något ska ändras.")
    columns = _checked(asking)
    told = ("receiver", "elsewhere", "question")
    asks_anew = any(getattr(request, name) != columns[name] for name in told)
    asks_anew = asks_anew or not set(columns["parts"]) <= set(request.parts)
    if asks_anew and any(row.said is Said.YES for row in consents(request)):
        raise Refused(
            "Vårdnadshavare har redan sagt ja till det som står. Dra tillbaka begäran och skriv en ny,"
            " så att de tillfrågas om det nya."
        )
    for name, value in columns.items():
        setattr(request, name, value)
    db.session.flush()


def note_consent(
    request: HelpRequest, guardian: int, said: Said, said_on: date, parts: Sequence[str], by: Recorder
) -> GuardianConsent:
    """What a guardian said. A consent that is taken back stops a request that has been sent."""
    hold_request(request)
    wrong = []
    if guardian not in range(1, request.guardians + 1):
        wrong.append("Välj vilken vårdnadshavare det gäller.")
    if said_on > today():
        wrong.append("Dagen ligger i framtiden.")
    if wrong:
        raise Refused(wrong)
    told = {
        "said": said, "said_on": said_on, "duty_id": by.duty_id,
        "parts": [part for part in in_order(parts) if part in request.parts] if said is Said.YES else [],
    }  # fmt: skip
    before = said_already(GuardianConsent, by.account_id, help_request_id=request.id, guardian=guardian)
    if before and all(getattr(before[0], name) == value for name, value in told.items()):
        return before[0]  # the last that was said: whoever says yes again after a no is heard
    row = GuardianConsent(help_request_id=request.id, guardian=guardian, account_id=by.account_id, **told)
    db.session.add(row)
    db.session.flush()
    _stop_what_nobody_allows(request, by)
    return row


def give_ground(request: HelpRequest, line: str | None, by: Recorder) -> None:
    """The principal enters why it is sent although not every guardian has said yes."""
    hold_request(request)
    if not (line or "").strip():
        raise Refused("Skriv vilken grund du har, på en rad.")
    happened(request, EventKind.GROUND, by, line=line)


def send(request: HelpRequest, facts: dict[str, Any], by: Recorder) -> None:
    """Let the request travel with exactly these facts. Raises ``Refused`` while consent is missing."""
    hold_request(request)
    if request.pupil.is_protected:
        raise Refused(PROTECTED)
    if request.state not in (RequestState.DRAFT, RequestState.STOPPED):
        raise Refused("Begäran är redan skickad.")
    consent = consent_of(request)
    if consent.lacks:
        raise Refused(consent.lacks)
    if set(facts) - set(consent.parts(request.parts)):
        raise Refused("Några av uppgifterna får inte skickas.")
    request.facts = facts
    take_up(request)
    happened(request, EventKind.SENT, by, due_on=request.due_on)


def withdraw(request: HelpRequest, by: Recorder) -> None:
    """The school takes it back: whoever got it sees it no longer."""
    hold_request(request)
    if request.state in (RequestState.WITHDRAWN, RequestState.CLOSED):
        raise Refused("Begäran är redan avslutad.")
    happened(request, EventKind.WITHDRAWN, by)


def close(request: HelpRequest, by: Recorder) -> None:
    """The answer has been read, and the school goes on from there."""
    hold_request(request)
    if request.state is not RequestState.ANSWERED:
        raise Refused("Begäran kan avslutas när den har fått ett svar. Dra annars tillbaka den.")
    happened(request, EventKind.CLOSED, by)


def consents(request: HelpRequest) -> Sequence[GuardianConsent]:
    """Every row, in the order they were written."""
    asked = sa.select(GuardianConsent).filter_by(help_request_id=request.id).order_by(GuardianConsent.id)
    return db.session.scalars(asked).all()


def consent_of(request: HelpRequest) -> Consent:
    has_ground = any(event.kind is EventKind.GROUND for event in living_events(request))
    return Consent.of(request.guardians, consents(request), has_ground)


def take_back(request: HelpRequest, event_id: int, by: Recorder, kinds: Collection[EventKind]) -> None:
    """An event was a mistake: it is marked, and the request stands as without it. ``kinds``: those that the
    one who asks may take back."""
    hold_request(request)
    event = next((one for one in living_events(request) if one.id == event_id), None)
    if event is None or event.kind not in kinds:
        raise Refused("Det går inte att ångra.")
    event.taken_back_at, event.taken_back_duty_id = now(), by.duty_id
    db.session.flush()
    settle(request, by)
    _stop_what_nobody_allows(request, by)


def _stop_what_nobody_allows(request: HelpRequest, by: Recorder) -> None:
    """A request whose consent is gone is stopped; so is one whose facts are more than is allowed now."""
    if request.state not in LIVING:
        return
    consent = consent_of(request)
    if not consent.is_given or set(request.facts) - set(consent.parts(request.parts)):
        happened(request, EventKind.STOPPED, by)


def _checked(asking: Asking) -> dict[str, Any]:
    question, elsewhere = (asking.question or "").strip(), " ".join((asking.elsewhere or "").split())
    wrong = []
    if (asking.receiver is None) == (not elsewhere):
        wrong.append("Välj vem begäran går till. Skriv namnet om mottagaren inte har konto här.")
    if not question:
        wrong.append("Skriv vad ni behöver hjälp med.")
    if len(question) > LONGEST_TEXT:
        wrong.append(f"Texten får ha högst {LONGEST_TEXT} tecken.")
    if len(elsewhere) > 100:
        wrong.append("Mottagarens namn får ha högst 100 tecken.")
    if asking.due_on is None or asking.due_on < today():
        wrong.append("Ange när ni behöver svar, i dag eller senare.")
    if asking.guardians not in range(1, 5):
        wrong.append("Ange hur många vårdnadshavare som ska tillfrågas, 1 till 4.")
    if wrong:
        raise Refused(wrong)
    return {
        "receiver": asking.receiver, "elsewhere": elsewhere or None, "question": question,
        "parts": in_order(asking.parts), "guardians": asking.guardians, "due_on": asking.due_on,
    }  # fmt: skip
