"""Requests for help, what each guardian said of them, what became of them, and contacts with the home.

Rows about what people said and did are only added or marked as taken back: a wrong click is put right, and
what it said is still there to be read.
"""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Pupil, School, TeamFunction
from screening.models import Flag, NextStep

LONGEST_TEXT = 1000


class RequestState(enum.StrEnum):
    """Where a request stands. Only a sent, received or answered one is seen by whoever it was sent to."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    ANSWERED = "answered"
    STOPPED = "stopped"  # a guardian took the consent back
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class EventKind(enum.StrEnum):
    """What can happen to a request."""

    SENT = "sent"
    RECEIVED = "received"
    NEXT_STEP = "next_step"
    ANSWER = "answer"
    GROUND = "ground"  # the principal's, for sending without every guardian's consent
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


WAITING = (RequestState.SENT, RequestState.RECEIVED)
"""The receiver has it, and has not answered."""


class Said(enum.StrEnum):
    """What a guardian has said of the request."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


def at_most(column: str, longest: int) -> sa.CheckConstraint:
    """The CHECK that nobody wrote nothing, or too much, there."""
    return sa.CheckConstraint(
        f"{column} IS NULL OR length({column}) BETWEEN 1 AND {longest}", name=f"{column}_is_short"
    )


class HelpRequest(Recorded, Model):
    """A school asks a function outside the school for help about a pupil.

    ``parts`` are the facts that were chosen; ``facts`` is what of them travelled, as it stood that day.
    """

    __table_args__ = (
        one_of("receiver", TeamFunction),
        one_of("state", RequestState),
        sa.CheckConstraint("(receiver IS NULL) <> (elsewhere IS NULL)", name="one_receiver"),
        sa.CheckConstraint("guardians BETWEEN 1 AND 4", name="guardians_of_a_child"),
        at_most("question", LONGEST_TEXT),
        at_most("elsewhere", 100),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)  # that asks
    flag_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Flag.id))
    receiver: Mapped[TeamFunction | None] = mapped_column(Word(TeamFunction))
    elsewhere: Mapped[str | None]  # a receiver without accounts: the request is printed
    question: Mapped[str]
    parts: Mapped[list[str]]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    guardians: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[RequestState] = mapped_column(Word(RequestState), default=RequestState.DRAFT)
    asked_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    pupil: Mapped[Pupil] = relationship()
    school: Mapped[School] = relationship()


class GuardianConsent(Recorded, Model):
    """What one guardian said on a day, and what may be shared. The latest row of each guardian holds."""

    __table_args__ = (
        one_of("said", Said),
        sa.CheckConstraint("guardian BETWEEN 1 AND 4", name="guardian_of_a_child"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(sa.ForeignKey(HelpRequest.id), index=True)
    guardian: Mapped[int]  # the first, the second: no names are kept
    said: Mapped[Said] = mapped_column(Word(Said))
    said_on: Mapped[date]
    parts: Mapped[list[str]]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class RequestEvent(Recorded, Model):
    """Something that happened to a request, by a function on a day. ``owner``: who does the next step."""

    __table_args__ = (one_of("kind", EventKind), at_most("line", LONGEST_TEXT), at_most("owner", 100))

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(sa.ForeignKey(HelpRequest.id), index=True)
    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    line: Mapped[str | None]
    owner: Mapped[str | None]
    due_on: Mapped[date | None]
    happened_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    taken_back_at: Mapped[datetime | None]
    taken_back_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class RequestStep(Model):
    """A planned step of asking for help that the request carries out: the one follows the other."""

    next_step_id: Mapped[int] = mapped_column(sa.ForeignKey(NextStep.id), primary_key=True)
    help_request_id: Mapped[int] = mapped_column(sa.ForeignKey(HelpRequest.id), index=True)


class ContactWay(enum.StrEnum):
    PHONE = "phone"
    MEETING = "meeting"
    MESSAGE = "message"
    NO_ANSWER = "no_answer"


class ContactAbout(enum.StrEnum):
    READING = "reading"
    ATTENDANCE = "attendance"
    BOTH = "both"


class HomeContact(Recorded, Model):
    """Kontakt med hemmet om läsning och närvaro: a day, a function, and at most a line."""

    __table_args__ = (one_of("way", ContactWay), one_of("about", ContactAbout), at_most("line", 300))

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    way: Mapped[ContactWay] = mapped_column(Word(ContactWay))
    about: Mapped[ContactAbout] = mapped_column(Word(ContactAbout))
    contacted_on: Mapped[date]
    line: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    taken_back_at: Mapped[datetime | None]
    taken_back_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
