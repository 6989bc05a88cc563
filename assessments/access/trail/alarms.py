"""Alarms: an account that meets unusually many pupils, or knocks at doors that are not its own.

Counted in the database, so that all processes count together. An alarm stops nobody: a colleague looks at it,
and writes what it was.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assessments.access.alarm_models import Alarm, AlarmKind, RefusedObject
from assessments.access.models import AuditEntry
from assessments.access.persons import Person
from assessments.clock import now
from assessments.database import db
from assessments.one_line import one_line
from assessments.refusals import Refused

HOUR, MINUTE, MONTH = timedelta(hours=1), timedelta(minutes=1), timedelta(days=30)
MOST_PUPILS = 150  # whose page or print one account may meet within an hour
REFUSED_OBJECTS = 3  # within a minute
LONGEST_NOTE = 300
ALARMS = cast(sa.Table, Alarm.__table__)

MET = sa.select(sa.func.count(AuditEntry.subject.distinct())).where(
    AuditEntry.account_id == sa.bindparam("account_id"),
    AuditEntry.created_at > sa.bindparam("since"),
    AuditEntry.subject.startswith("pupil:"),
)
KNOCKED = sa.select(sa.func.count(RefusedObject.subject.distinct())).where(
    RefusedObject.account_id == sa.bindparam("account_id"),
    RefusedObject.created_at > sa.bindparam("since"),
)


def count_pupils(session: Session, person: Person | None, rows: Sequence[dict[str, Any]]) -> None:
    """After rows of reading have been added to the trail: whether that was one pupil too many."""
    if person and any(row["subject"].startswith("pupil:") for row in rows):
        _count(session, person, AlarmKind.MANY_PUPILS, MET, HOUR, MOST_PUPILS + 1)


def count_refused(session: Session, person: Person, subject: str) -> None:
    """Somebody asked for what is not hers, or not there: ``pupil:17``. The same one again counts once."""
    session.execute(sa.delete(RefusedObject).where(RefusedObject.created_at < now() - MONTH))
    session.add(RefusedObject(account_id=person.id, subject=subject))
    session.flush()
    _count(session, person, AlarmKind.REFUSED, KNOCKED, MINUTE, REFUSED_OBJECTS)


def acknowledge(alarm: Alarm, note: str, by: Person | None) -> None:
    """Somebody has looked at it, and says what it was. ``by``: none on the command line."""
    if by and by.id == alarm.account_id:
        raise Refused("Larmet gäller ditt eget konto. Be en annan administratör att kvittera det.")
    line = one_line(note, LONGEST_NOTE, "Skriv vad larmet berodde på.")
    done = {"acknowledged_at": now(), "acknowledged_by_id": by.id if by else None, "note": line}
    still_open = sa.update(Alarm).where(Alarm.id == alarm.id, Alarm.acknowledged_at.is_(None))
    if not db.session.scalars(still_open.values(**done).returning(Alarm.id)).all():
        raise Refused("Larmet är redan kvitterat.")


def _count(
    session: Session, person: Person, kind: AlarmKind, counted: Any, within: timedelta, enough: int
) -> None:
    """What came before an alarm that has been looked at is not counted again."""
    since = now() - within
    if session.scalar(counted, {"account_id": person.id, "since": since}) < enough:
        return
    looked_at = sa.select(sa.func.max(Alarm.acknowledged_at)).filter_by(account_id=person.id, kind=kind)
    latest: datetime | None = session.scalar(looked_at)
    asked = {"account_id": person.id, "since": max(since, latest or since)}
    if (number := session.scalar(counted, asked)) >= enough:
        _raise(session, person, kind, number)


def _raise(session: Session, person: Person, kind: AlarmKind, number: int) -> None:
    """One alarm, while none of the kind is open: two who count at the same moment raise one."""
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    values = {"account_id": person.id, "municipality_id": person.municipality_id, "kind": kind}
    session.execute(insert(ALARMS).values(**values, number=number, created_at=now()).on_conflict_do_nothing())
