"""Who saw and did what, with whose data: written with the deed, or before the page that shows it is sent."""

from typing import Any

from flask import g, has_request_context

from assessments.access.models import AuditEntry
from assessments.database import db


def note(action: str, subject: Any, *, school_id: int | None = None, **details: Any) -> None:
    """Leave a trace of a change, in the transaction of the change: ``note("pupil:moved", pupil, to=12)``."""
    db.session.add(_entry(action, subject, school_id, details))


def note_read(action: str, subject: Any, *, school_id: int | None = None, **details: Any) -> None:
    """Leave a trace of what a page shows. Reading pages do not write: sessions.py writes these before
    the page is sent, in a transaction of their own."""
    g.setdefault("reads", []).append(_entry(action, subject, school_id, details))


def _entry(action: str, subject: Any, school_id: int | None, details: dict[str, Any]) -> AuditEntry:
    account = g.get("account") if has_request_context() else None
    return AuditEntry(
        account_id=account.id if account else None,
        duty_id=_opening_duty(school_id) if account else None,
        school_id=school_id,
        action=action,
        subject=f"{type(subject).__name__.lower()}:{subject.id}",
        details=details,
    )


def _opening_duty(school_id: int | None) -> int | None:
    """The duty that opened the door: the first in force at that school, else the first in force."""
    duties = g.get("duties") or []
    at_school = [duty for duty in duties if school_id is not None and duty.school_id == school_id]
    chosen = next(iter(at_school or duties), None)
    return chosen.id if chosen else None
