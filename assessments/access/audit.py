"""Who saw and did what, with whose data: written with the deed, or before the page that shows it is sent."""

from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.orm import Session

from assessments.access.models import AuditEntry
from assessments.database import connections, db


def note(
    action: str,
    subject: Any,
    *,
    school_id: int | None = None,
    municipality_id: int | None = None,
    duty_id: int | None = None,
    **details: Any,
) -> None:
    """Leave a trace of a change, in the transaction of the change: ``note("pupil:moved", pupil, to=12)``.

    The subject needs its id: flush first. Details hold ids and numbers, never names. ``duty_id``: the
    duty that allowed it, where one request changes what several duties opened.
    """
    entry = _entry(action, subject, school_id, municipality_id, details)
    entry.duty_id = duty_id or entry.duty_id
    db.session.add(entry)


def note_read(
    action: str,
    subject: Any,
    *,
    school_id: int | None = None,
    municipality_id: int | None = None,
    duty_id: int | None = None,
    **details: Any,
) -> None:
    """Leave a trace of what a page shows. Reading pages do not write: the row is written before the page is
    sent, in a transaction of its own, and if that cannot be done the page is not sent. ``duty_id`` as above.
    """
    entry = _entry(action, subject, school_id, municipality_id, details)
    entry.duty_id = duty_id or entry.duty_id
    g.setdefault("reads", []).append(entry)


def note_restored(_app: Any, *, rows: int) -> None:
    """The trail itself is now that of a copy: it says so, and from when on it may lack something."""
    entry = AuditEntry(action="database:restored", subject="database:1", details={"rows": rows})
    db.session.add(entry)


def keep_with_reads(row: Any) -> None:
    """A row of another log of reading: written as, and when, the traces of this page are."""
    g.setdefault("own_logs", []).append(row)


def write_reads() -> None:
    """Write down what the page that is about to be sent shows."""
    reads = g.pop("reads", None)
    if not reads:
        return
    db.session.rollback()  # a page that only read must not stand in its own trail's way
    with connections.writing(), Session(db.engine) as session, session.begin():
        for log in dict.fromkeys(type(row) for row in reads):  # one statement for each log, however many rows
            session.execute(sa.insert(log), [_columns(row) for row in reads if type(row) is log])
        session.add_all(g.pop("own_logs", []))


def _columns(row: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(row).items() if not key.startswith("_")}


def forget_reads() -> None:
    """The page is not sent after all."""
    g.pop("reads", None)
    g.pop("own_logs", None)


def _entry(
    action: str, subject: Any, school_id: int | None, municipality_id: int | None, details: dict[str, Any]
) -> AuditEntry:
    account = g.get("account") if has_request_context() else None
    shown = g.get("token")  # a program asked in the person's name
    return AuditEntry(
        account_id=account.id if account else None,
        duty_id=_opening_duty(school_id) if account else None,
        school_id=school_id,
        municipality_id=municipality_id,
        action=action,
        subject=f"{type(subject).__name__.lower()}:{subject.id}",
        details=details | ({"token": shown.id} if shown else {}),
    )


def _opening_duty(school_id: int | None) -> int | None:
    """The duty that opened the door; on pages about many objects one at that school, or any."""
    if "opening_duty" in g:
        return int(g.opening_duty.id)
    duties = g.get("duties") or []
    at_school = [duty for duty in duties if school_id is not None and duty.school_id == school_id]
    chosen = next(iter(at_school or duties), None)
    return chosen.id if chosen else None
