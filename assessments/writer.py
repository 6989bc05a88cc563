"""A server's single writer: one process that writes the saves of all its web processes, on SQLite.

What waits in one process is written in one transaction (``group_commit``), so the more of them hand their
saves to one, the less each costs; and who writes shares no interpreter with who draws a page. Where it does
not answer, each process writes for itself. A save that had come to both is known by its client id, and
written once.
"""

import contextlib
from functools import partial

from flask import Flask

from assessments import beside, group_commit
from assessments.beside import Beside, Unanswered
from assessments.database import connections, db
from assessments.group_commit import Save
from assessments.recording import Outcome
from assessments.settings import WRITER

# The writer waits for others who write, and then for SQLite, and tells if it was in vain: later it is gone.
HERS = Beside(WRITER, answers_within_seconds=2 * connections.PATIENCE_SECONDS + 1)


def write(save: Save) -> list[Outcome]:
    """Write it where this server writes; all of it is committed when this returns.

    Raises what kept it from being written. The session has nothing else to write; what it has read it reads
    anew.
    """
    if HERS.is_asked:
        db.session.rollback()  # who waits keeps no old state of the database alive
        with contextlib.suppress(Unanswered):
            return list(HERS.hand_over(save))
    return group_commit.write(save)


def serve(app: Flask, address: str) -> None:
    """Write what is handed over, until this process is ended."""
    beside.serve(address, partial(written, app))


def written(app: Flask, save: Save) -> beside.Answer:
    """What became of a save of another process."""
    with app.app_context():
        try:
            return group_commit.write(save), None
        except Exception as error:
            app.logger.exception("save")  # where it happened: who asked sees only what
            return None, error
