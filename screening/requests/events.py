"""What happens to a request, and where it stands by what has happened. Verbs flush."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from screening.requests.following import follow
from screening.requests.models import LONGEST_TEXT, EventKind, HelpRequest, RequestEvent, RequestState

S, K = RequestState, EventKind
LIVING = (S.SENT, S.RECEIVED, S.ANSWERED)
"""Where the receiving function sees the request."""
LEADS_TO = {
    K.SENT: S.SENT, K.RECEIVED: S.RECEIVED, K.NEXT_STEP: S.RECEIVED, K.ANSWER: S.ANSWERED,
    K.STOPPED: S.STOPPED, K.WITHDRAWN: S.WITHDRAWN, K.CLOSED: S.CLOSED,
}  # fmt: skip
OF_RECEIVER = (K.RECEIVED, K.NEXT_STEP, K.ANSWER)
OF_SENDER = (K.WITHDRAWN, K.CLOSED)


@dataclass(frozen=True)
class Answer:
    """What the receiver tells: that it has come, the next step with its owner and day, or the answer."""

    kind: EventKind
    line: str | None = None
    owner: str | None = None
    due_on: date | None = None


def hold_request(request: HelpRequest) -> None:
    """Where it stands now stands until the commit: school, guardians and receiver may speak at one moment."""
    hold({request.pupil_id})
    for one in (request, request.pupil):
        db.session.refresh(one)


def answer(request: HelpRequest, told: Answer, by: Recorder) -> RequestEvent:
    """Write it down, and with it that the request has been received. Raises ``Refused``."""
    hold_request(request)
    line, owner = (told.line or "").strip(), " ".join((told.owner or "").split())
    wrong = []
    if told.kind not in OF_RECEIVER:
        wrong.append("Välj vad som har hänt.")
    if request.state not in LIVING:
        wrong.append("Begäran är inte längre aktuell.")
    if told.kind is K.NEXT_STEP and not (line and owner):
        wrong.append("Skriv nästa steg och vilken funktion som gör det.")
    if told.kind is K.NEXT_STEP and (told.due_on is None or told.due_on < today()):
        wrong.append("Ange när nästa steg ska vara gjort, i dag eller senare.")
    if told.kind is K.ANSWER and not line:
        wrong.append("Skriv svaret till skolan.")
    if len(line) > LONGEST_TEXT or len(owner) > 100:
        wrong.append(f"Texten får ha högst {LONGEST_TEXT} tecken, och funktionen 100.")
    if wrong:
        raise Refused(wrong)
    if told.kind is K.RECEIVED and request.state is not S.SENT:
        return living_events(request)[-1]  # it is known to have come: an answer would no longer stand as one
    due_on = told.due_on if told.kind is K.NEXT_STEP else None
    return happened(request, told.kind, by, line=line or None, owner=owner or None, due_on=due_on)


def happened(
    request: HelpRequest,
    kind: EventKind,
    by: Recorder,
    *,
    line: str | None = None,
    owner: str | None = None,
    due_on: date | None = None,
) -> RequestEvent:
    """Add the event. The same thing said again the same day by the same person changes nothing."""
    said = {
        "help_request_id": request.id, "kind": kind, "line": (line or "").strip() or None, "owner": owner,
        "due_on": due_on, "happened_on": today(), "account_id": by.account_id, "duty_id": by.duty_id,
    }  # fmt: skip
    latest = next(iter(reversed(living_events(request))), None)
    if latest is not None and all(getattr(latest, name) == value for name, value in said.items()):
        return latest
    event = RequestEvent(**said)
    db.session.add(event)
    db.session.flush()
    settle(request, by)
    return event


def settle(request: HelpRequest, by: Recorder) -> None:
    """Where the request stands by the events that hold, and its step with it."""
    state, before = S.DRAFT, request.state
    for event in living_events(request):
        state = LEADS_TO.get(event.kind, state)
    request.state = state
    db.session.flush()
    follow(request, before, by)


def living_events(request: HelpRequest) -> Sequence[RequestEvent]:
    """Those that nobody has taken back, in the order they happened."""
    asked = sa.select(RequestEvent).filter_by(help_request_id=request.id, taken_back_at=None)
    return db.session.scalars(asked.order_by(RequestEvent.id)).all()
