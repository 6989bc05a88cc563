"""A teacher without script presses twice: what was written is kept once, and said anew it is kept anew."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import Role
from assessments.said_already import MOMENT
from screening.handovers.making import Making, make_handover, take_back
from screening.handovers.models import HandoverKind
from screening.notes.keeping import Zone, take_back_note, write_note
from screening.requests.contacts import Contact, note_contact, take_back_contact
from screening.requests.models import ContactAbout, ContactWay


@pytest.fixture
def written(ekbacken):
    """What somebody writes of Kim, and takes back."""
    kim, school_id, by = ekbacken.kim, ekbacken.school.id, Recorder(ekbacken.birgitta.id)
    zone, here = Zone(Role.SPECIAL_TEACHER, school_id), kim.enrolments[0]
    phoned = Contact(ContactWay.PHONE, ContactAbout.READING, None, "Ringde")
    handed = Making(HandoverKind.NEXT_TEACHER, ["results"])
    return {
        "note": (lambda: write_note(kim, zone, "Läser hemma", by), lambda one: take_back_note(one, by)),
        "contact": (
            lambda: note_contact(kim, school_id, phoned, by),
            lambda one: take_back_contact(one, by),
        ),
        "handover": (lambda: make_handover(kim, here, handed, {}, by), lambda one: take_back(one, by)),
    }


@pytest.mark.parametrize("what", ["note", "contact", "handover"])
def test_what_is_sent_twice_is_kept_once(written, what):
    write, take_it_back = written[what]
    first = write()
    assert write() is first
    take_it_back(first)
    second = write()
    assert second is not first
    second.created_at -= MOMENT + timedelta(seconds=1)
    db.session.flush()
    assert write() is not second
    kept = sa.select(sa.func.count()).select_from(type(first))
    assert db.session.scalar(kept) == 3
