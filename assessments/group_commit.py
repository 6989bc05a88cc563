"""Saves that wait at once are written, judged and made durable in one transaction: group commit.

SQLite has one writer at a time, and what a save asks, judges and commits costs hardly more for ten pupils
than for one. So whoever's turn it is takes along what the others of this process have ready: the more who
wait, the less each of them costs. PostgreSQL lets writers of different schools go side by side: there
everybody writes for herself.
"""

import threading
from collections import deque
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from assessments import school_calendars
from assessments.access import audit
from assessments.database import connections, db
from assessments.giving_way import record_and_give_way
from assessments.governing import in_force
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from assessments.recording import Outcome, Recorder, Status, Write, told_at_once
from assessments.window_dates import forget_own_days


@dataclass(eq=False)
class Save:
    """What one request has ready to be written, and what became of it.

    ``window`` is of no session: who writes may be another thread than who asked. ``trace``: what the trail is
    to say, but for how many values came and went.
    """

    window: AssessmentWindow
    writes: Sequence[Write]
    yielding: Collection[str]  # client ids of writes that let stand what others wrote
    by: Recorder
    known: dict[str, Measure]
    trace: audit.Row
    outcomes: list[Outcome] | None = None  # one for each write, when all is committed
    error: Exception | None = None  # what kept it from being written

    @property
    def is_done(self) -> bool:
        return self.outcomes is not None or self.error is not None


_waiting: WeakKeyDictionary[sa.Engine, deque[Save]] = WeakKeyDictionary()  # in this process
_turn = threading.Lock()


def write(save: Save) -> list[Outcome]:
    """Write it, and on SQLite what waits beside it; all of it is committed when this returns.

    Raises what kept it from being written: then nothing of it is. The session has nothing else to write; what
    it has read it reads anew.
    """
    if db.engine.dialect.name != "sqlite":
        with connections.writing():
            _write_together([save])
    else:
        db.session.rollback()  # who waits keeps no old state of the database alive
        waiting = _waiting.setdefault(db.engine, deque())
        waiting.append(save)
        with connections.writing(), _turn:
            if not save.is_done:
                _write_waiting(waiting)
    if save.outcomes is None:
        raise save.error or RuntimeError("neither written nor refused")
    return save.outcomes


def _write_waiting(waiting: deque[Save]) -> None:
    """Who comes while we wait for other writers is taken along. A save that cannot be written keeps no other
    from it: then each is written by itself."""
    together: list[Save] = []
    try:
        db.session.connection()  # begins, and so stands in line
        together = _taken(waiting)
        if len(together) > 1:
            _forget_what_was_read()
        _write_together(together)
    except Exception as error:
        db.session.rollback()
        together = together or _taken(waiting)
        if len(together) == 1 or isinstance(error, sa.exc.OperationalError):  # nobody can write just now
            _refuse(together, error)
        else:
            _write_each(together)


def _taken(waiting: deque[Save]) -> list[Save]:
    return [waiting.popleft() for _ in range(len(waiting))]


def _forget_what_was_read() -> None:
    """What was read before the wait was right for whoever read it; it may not be for those who came later."""
    forget_own_days()
    school_calendars.forget()
    in_force.forget()


def _write_each(saves: Sequence[Save]) -> None:
    for number, save in enumerate(saves):
        try:
            _write_together([save])
        except Exception as error:
            db.session.rollback()
            if isinstance(error, sa.exc.OperationalError):
                _refuse(saves[number:], error)
                return
            save.error = error


def _refuse(saves: Sequence[Save], error: Exception) -> None:
    """Each raises an error of her own, in her own thread."""
    for save in saves:
        save.error = error if save is saves[0] else copy(error)


def _write_together(saves: Sequence[Save]) -> None:
    with told_at_once():
        done = [
            record_and_give_way(save.window, save.writes, save.yielding, save.by, save.known)
            for save in saves
        ]
    for save, outcomes in zip(saves, done, strict=True):
        _leave_trace(save.trace, [one.write for one in outcomes if one.status is Status.STORED])
    db.session.commit()
    for save, outcomes in zip(saves, done, strict=True):
        save.outcomes = outcomes


def _leave_trace(trace: audit.Row, stored: Sequence[Write]) -> None:
    if stored:
        removed = sum(write.is_empty for write in stored)
        details = trace["details"] | {"stored": len(stored) - removed, "removed": removed}
        audit.leave(trace | {"details": details})
