"""Notes are written, corrected and taken back; each time the zone's own log says so. Verbs flush."""

from dataclasses import dataclass

import sqlalchemy as sa

from assessments.clock import now, today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Pupil, Role
from assessments.roster.sealing import sealed, unsealed
from assessments.said_already import said_already
from screening.notes.models import HealthNote, NoteLog

PURPOSE = "notes of the elevhälsa"
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Zone:
    """Whose notes they are: whoever holds the role at the school today."""

    role: Role
    school_id: int


def write_note(pupil: Pupil, function: Zone, text: str, by: Recorder) -> HealthNote:
    """Once, however often it is sent. Raises ``Refused`` for nothing, or too much."""
    kept = _checked(text)
    hold({pupil.id})
    about = {"pupil_id": pupil.id, "school_id": function.school_id, "role": function.role}
    nothing_since = {"replaces_id": None, "taken_back_at": None}
    before = said_already(HealthNote, by.account_id, duty_id=by.duty_id, **about, **nothing_since)
    same = (note for note in before if text_of(note) == kept)  # sealed anew, the same text looks otherwise
    return next(same, None) or _write(pupil.id, function, kept, "written", by)


def correct_note(note: HealthNote, function: Zone, text: str, by: Recorder) -> HealthNote:
    """What the note should have said; what it did say stays, under it."""
    kept = _checked(text)
    if note.taken_back_at is not None or _follower(note) is not None:
        raise Refused("Anteckningen är redan ändrad. Ladda om sidan och rätta den senaste.")
    if kept == text_of(note):
        return note
    return _write(note.pupil_id, function, kept, "corrected", by, replaces=note)


def take_back_note(note: HealthNote, by: Recorder) -> None:
    """It should not have been written: it is shown as struck."""
    if note.taken_back_at is None:
        note.taken_back_at, note.taken_back_duty_id = now(), by.duty_id
        db.session.add(log_row(note.pupil_id, note.school_id, "taken_back", by, note))
        db.session.flush()


def text_of(note: HealthNote) -> str:
    return unsealed(note.sealed, PURPOSE)


def log_row(
    pupil_id: int, school_id: int, action: str, by: Recorder, note: HealthNote | None = None
) -> NoteLog:
    """A row for the log, not yet added."""
    return NoteLog(
        pupil_id=pupil_id, school_id=school_id, action=action, health_note_id=note.id if note else None,
        account_id=by.account_id, duty_id=by.duty_id, created_at=now(),
    )  # fmt: skip


def _write(
    pupil_id: int,
    function: Zone,
    text: str,
    action: str,
    by: Recorder,
    replaces: HealthNote | None = None,
) -> HealthNote:
    note = HealthNote(
        pupil_id=pupil_id, school_id=function.school_id, role=function.role, sealed=sealed(text, PURPOSE),
        noted_on=today(), replaces_id=replaces.id if replaces else None,
        account_id=by.account_id, duty_id=by.duty_id,
    )  # fmt: skip
    db.session.add(note)
    db.session.flush()
    db.session.add(log_row(pupil_id, function.school_id, action, by, note))
    db.session.flush()
    return note


def _follower(note: HealthNote) -> int | None:
    return db.session.scalar(sa.select(HealthNote.id).where(HealthNote.replaces_id == note.id))


def _checked(text: str) -> str:
    kept = (text or "").strip()
    if not kept:
        raise Refused("Skriv anteckningen.")
    if len(kept) > LONGEST_NOTE:
        raise Refused(f"Anteckningen får ha högst {LONGEST_NOTE} tecken.")
    return kept
