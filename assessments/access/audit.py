"""Who saw and did what, with whose data: written with the deed, or before the page that shows it is sent."""

from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.orm import Session, SessionTransaction

from assessments.access.trail import alarms, chain
from assessments.clock import now
from assessments.database import connections, db

Row = dict[str, Any]
NOTES = "audit notes"  # in the session: each with the savepoint it was noted in, if any


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
    duty that allowed it, where one request changes what several duties opened. The row is written as the last
    thing before the commit, so that nobody waits at the chain's end for the change itself.
    """
    leave(row_of(action, subject, school_id, municipality_id, duty_id, details=details))


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
    row = row_of(action, subject, school_id, municipality_id, duty_id, details=details)
    g.setdefault("reads", []).append(row)


def note_restored(_app: Any, *, rows: int) -> None:
    """The trail itself is now that of a copy: it says so, and from when on it may lack something."""
    about = {"action": "database:restored", "subject": "database:1", "details": {"rows": rows}}
    leave(dict.fromkeys(chain.SAID) | {"created_at": now()} | about)


def keep_with_reads(row: Any) -> None:
    """A row of another log of reading: written as, and when, the traces of this page are."""
    g.setdefault("own_logs", []).append(row)


def write_reads() -> None:
    """Write down what the page that is about to be sent shows, and whether it is more than it should be."""
    reads: list[Row] = g.pop("reads", [])
    if not reads:
        return
    db.session.rollback()  # a page that only read must not stand in its own trail's way
    with connections.writing(), Session(db.engine) as session, session.begin():
        session.add_all(g.pop("own_logs", []))
        session.flush()
        chain.append(session.connection(), reads)
        alarms.count_pupils(session, g.get("account"), reads)


def forget_reads() -> None:
    """The page is not sent after all."""
    g.pop("reads", None)
    g.pop("own_logs", None)


def note_as_previewed() -> list[str]:
    """The paper that has been noted on this page is looked at, and not printed yet. Returns what it has been
    noted for: ``pupil:17``."""
    for row in g.get("reads", []):
        row["action"] = row["action"].replace(":printed", ":previewed")
    return [row["subject"] for row in g.get("reads", [])]


def row_of(
    action: str,
    subject: Any,
    school_id: int | None = None,
    municipality_id: int | None = None,
    duty_id: int | None = None,
    *,
    details: dict[str, Any],
) -> Row:
    """What ``note`` leaves, of who asks now; for somebody else to ``leave`` with the deed."""
    account = g.get("account") if has_request_context() else None
    opener = _opening_duty(school_id) if account else None
    shown = g.get("token")  # a program asked in the person's name
    if school_id is None and municipality_id is None and opener is not None:
        school_id, municipality_id = opener.at_school_id, opener.municipality_id
    return {
        "created_at": now(),
        "account_id": account.id if account else None,
        "duty_id": duty_id or (opener.id if opener else None),
        "school_id": school_id,
        "municipality_id": municipality_id,
        "action": action,
        "subject": f"{type(subject).__name__.lower()}:{subject.id}",
        "details": details | ({"token": shown.id} if shown else {}),
    }


def _opening_duty(school_id: int | None) -> Any:
    """The duty that opened the door; on pages about many objects one at that school, or any."""
    if "opening_duty" in g:
        return g.opening_duty
    duties = g.get("duties") or []
    at_school = [duty for duty in duties if school_id is not None and duty.school_id == school_id]
    return next(iter(at_school or duties), None)


def leave(row: Row) -> None:
    """A trace in the transaction of the change, written as the last thing before the commit."""
    session = db.session()
    session.info.setdefault(NOTES, []).append((session.get_nested_transaction(), row))


def _write_notes(session: Session) -> None:
    """The transaction ends, or only a savepoint in it, whose notes are then those of what is around it."""
    notes = session.info.get(NOTES)
    if not notes:
        return
    if ended := session.get_nested_transaction():
        around = ended.parent if ended.parent and ended.parent.nested else None
        session.info[NOTES] = [(around if place is ended else place, row) for place, row in notes]
        return
    session.flush()
    chain.append(session.connection(), [row for _place, row in session.info.pop(NOTES)])


def _forget_notes(session: Session, ended: SessionTransaction) -> None:
    """What was noted did not happen: all of it, or what came after the savepoint."""
    notes = session.info.pop(NOTES, [])
    if ended.nested:
        session.info[NOTES] = [one for one in notes if one[0] is not ended]


sa.event.listen(db.session, "before_commit", _write_notes)
sa.event.listen(db.session, "after_soft_rollback", _forget_notes)
