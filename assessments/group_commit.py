"""Saves that wait at once are written, judged and made durable in one transaction: group commit.

SQLite has one writer at a time, and what a save asks, judges and commits costs hardly more for ten pupils
than for one. So whoever's turn it is takes along what the others of this process have ready: the more who
wait, the less each of them costs. PostgreSQL lets writers of different schools go side by side: there
everybody writes for herself.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.access import audit
from assessments.database import connections, db
from assessments.giving_way import record_and_give_way
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from assessments.recording import Outcome, Recorder, Status, Write, told_at_once


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


_waiting: dict[str, deque[Save]] = defaultdict(deque)  # in this process, by database
_turn = threading.Lock()


def write(save: Save) -> list[Outcome]:
    """Write it, and on SQLite what waits beside it; all of it is committed when this returns.

    Raises what kept it from being written: then nothing of it is. The session has nothing else to write; what
    it has read it reads anew.
    """
    if db.engine.dialect.name != "sqlite":
        with connections.writing():
            _write_together([save])
        return save.outcomes or []
    db.session.rollback()  # who waits keeps no old state of the database alive
    waiting = _waiting[str(db.engine.url.database)]
    waiting.append(save)
    with connections.writing(), _turn:
        if not save.is_done:
            _write_waiting(waiting)
    if save.error is not None:
        raise save.error
    return save.outcomes or []


def _write_waiting(waiting: deque[Save]) -> None:
    """Who comes while we wait for other writers is taken along. A save that cannot be written keeps no other
    from it: then each is written by itself."""
    together: list[Save] = []
    try:
        db.session.connection()  # begins, and so stands in line
        together = _taken(waiting)
        _write_together(together)
    except sa.exc.OperationalError as error:  # nobody can write now, and all have waited as long
        db.session.rollback()
        for save in together or _taken(waiting):
            save.error = error
    except Exception:
        for save in together:
            db.session.rollback()
            try:
                _write_together([save])
            except Exception as error:  # raised where it was asked for
                save.error = error


def _taken(waiting: deque[Save]) -> list[Save]:
    return [waiting.popleft() for _ in range(len(waiting))]


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
