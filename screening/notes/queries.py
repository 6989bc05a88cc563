"""The notes of one function about one pupil, and who has read them. No search, and no list of pupils."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from assessments.access.models import Account
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Pupil, StaffMember
from screening.notes.keeping import Zone, text_of
from screening.notes.models import HealthNote, NoteLog

LOG_SHOWN = 50
ACTIONS = {"read": "läste", "written": "skrev", "corrected": "rättade", "taken_back": "strök"}
SOMEBODY = "någon på kommandoraden"


@dataclass(frozen=True)
class NoteRow:
    """A note with what it said before it was corrected, the latest first."""

    id: int
    text: str
    noted_on: date
    by: str
    is_taken_back: bool
    former: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class LogRow:
    at: datetime
    who: str
    function: str
    word: str


def notes_of(pupil: Pupil, function: Zone) -> list[NoteRow]:
    """The latest first. Two queries."""
    asked = sa.select(HealthNote).filter_by(
        pupil_id=pupil.id, school_id=function.school_id, role=function.role
    )
    rows = {row.id: row for row in db.session.scalars(asked.order_by(HealthNote.id.desc()))}
    functions = function_names({row.duty_id for row in rows.values() if row.duty_id})
    replaced = {row.replaces_id for row in rows.values()}
    return [_row(row, rows, functions) for row in rows.values() if row.id not in replaced]


def _row(note: HealthNote, rows: Mapping[int, HealthNote], functions: Mapping[int, str]) -> NoteRow:
    former, before = [], rows.get(note.replaces_id or 0)
    while before is not None:
        former.append((before.noted_on, text_of(before)))
        before = rows.get(before.replaces_id or 0)
    return NoteRow(
        id=note.id,
        text=text_of(note),
        noted_on=note.noted_on,
        by=functions.get(note.duty_id or 0, SOMEBODY),
        is_taken_back=note.taken_back_at is not None,
        former=tuple(former),
    )


def log_of(pupil: Pupil, function: Zone) -> list[LogRow]:
    """Who has read and written, the latest first. Two queries."""
    rows = db.session.execute(
        sa.select(NoteLog, StaffMember.name)
        .outerjoin(Account, Account.id == NoteLog.account_id)
        .outerjoin(StaffMember, StaffMember.id == Account.staff_member_id)
        .where(NoteLog.pupil_id == pupil.id, NoteLog.school_id == function.school_id)
        .order_by(NoteLog.id.desc())
        .limit(LOG_SHOWN)
    ).all()
    functions = function_names({row.duty_id for row, _name in rows if row.duty_id})
    return [
        LogRow(row.created_at, name or SOMEBODY, functions.get(row.duty_id or 0, ""), ACTIONS[row.action])
        for row, name in rows
    ]
