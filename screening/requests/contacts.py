"""Kontakt med hemmet om läsning och närvaro: an own, light step. Verbs flush."""

from dataclasses import dataclass
from datetime import date

from assessments.clock import now, today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Pupil
from assessments.said_already import said_already
from screening.requests.models import ContactAbout, ContactWay, HomeContact
from screening.steps.lines import faults, tidy

WAYS = {
    ContactWay.PHONE: "Telefon",
    ContactWay.MEETING: "Möte",
    ContactWay.MESSAGE: "Meddelande",
    ContactWay.NO_ANSWER: "Försökt, inget svar",
}
ABOUT = {
    ContactAbout.READING: "läsning",
    ContactAbout.ATTENDANCE: "närvaro",
    ContactAbout.BOTH: "läsning och närvaro",
}


@dataclass(frozen=True)
class Contact:
    way: ContactWay
    about: ContactAbout
    contacted_on: date | None = None  # today
    line: str | None = None


def note_contact(pupil: Pupil, school_id: int, contact: Contact, by: Recorder) -> HomeContact:
    """Once, however often it is sent. Raises ``Refused`` for a day to come or a line that is too long."""
    if wrong := faults(contact.line, day=contact.contacted_on):
        raise Refused(wrong)
    hold({pupil.id})
    told = {
        "pupil_id": pupil.id, "school_id": school_id, "way": contact.way, "about": contact.about,
        "contacted_on": contact.contacted_on or today(), "line": tidy(contact.line), "duty_id": by.duty_id,
    }  # fmt: skip
    if before := said_already(HomeContact, by.account_id, taken_back_at=None, **told):
        return before[0]
    row = HomeContact(account_id=by.account_id, **told)
    db.session.add(row)
    db.session.flush()
    return row


def take_back_contact(row: HomeContact, by: Recorder) -> None:
    """It was a mistake: the row stays, marked."""
    row.taken_back_at, row.taken_back_duty_id = row.taken_back_at or now(), by.duty_id
    db.session.flush()
