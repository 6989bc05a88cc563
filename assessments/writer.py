"""A server's single writer: one process that writes the saves of all its web processes, on SQLite.

What waits in one process is written in one transaction (``group_commit``), so the more of them hand their
saves to one, the less each costs; and who writes shares no interpreter with who draws a page. Nothing hangs
on it: where it is not there, is gone or does not answer, each process writes for itself. A save that had
come to both is known by its client id, and written once.
"""

import contextlib
import socket
import struct
import threading
import time
from multiprocessing.connection import Connection, Listener

from flask import Flask, current_app

from assessments import group_commit
from assessments.database import connections, db
from assessments.group_commit import Save
from assessments.recording import Outcome
from assessments.settings import WRITER

MOST_WHO_KNOCK = 64
# The writer waits for others who write, and then for SQLite, and tells if it was in vain: later it is gone.
ANSWERS_WITHIN_SECONDS = 2 * connections.PATIENCE_SECONDS + 1
ASKED_AGAIN_AFTER_SECONDS = 60.0  # who does not answer keeps a few waiting, and not all who save
_silent = {"until": 0.0}  # by the clock of this process
_mine = threading.local()  # a connection for each thread: what comes back on it answers what was sent


def write(save: Save) -> list[Outcome]:
    """Write it where this server writes; all of it is committed when this returns.

    Raises what kept it from being written. The session has nothing else to write; what it has read it reads
    anew.
    """
    address = current_app.config[WRITER]
    if address and time.monotonic() >= _silent["until"]:
        db.session.rollback()  # who waits keeps no old state of the database alive
        with contextlib.suppress(OSError, EOFError):
            outcomes, error = _handed_over(address, save)
            if error:
                raise error
            return outcomes
    return group_commit.write(save)


def _handed_over(address: str, save: Save) -> tuple[list[Outcome], Exception | None]:
    """What became of it. Raises OSError or EOFError where nobody answers."""
    try:
        if not hasattr(_mine, "connection"):
            _mine.connection = _connected(address)
        _mine.connection.send(save)
        told: tuple[list[Outcome], Exception | None] = _mine.connection.recv()
    except BaseException as error:
        if isinstance(error, BlockingIOError):
            _silent["until"] = time.monotonic() + ASKED_AGAIN_AFTER_SECONDS
        if hasattr(_mine, "connection"):
            _mine.connection.close()  # whatever comes on it later is no answer to the next
            del _mine.connection
        raise
    return told


def _connected(address: str) -> Connection:
    """Connecting, sending and receiving raise BlockingIOError when it has waited as long as it may: a writer
    that hangs takes neither those who knock nor what is long."""
    seconds, rest = divmod(ANSWERS_WITHIN_SECONDS, 1)
    with socket.socket(socket.AF_UNIX) as door:
        for waits in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            door.setsockopt(socket.SOL_SOCKET, waits, struct.pack("ll", int(seconds), int(rest * 1e6)))
        door.connect(address)
        return Connection(door.detach())


def serve(app: Flask, address: str) -> None:
    """Write what is handed over, until this process is ended."""
    with Listener(address, "AF_UNIX", backlog=MOST_WHO_KNOCK) as door:
        while True:
            threading.Thread(target=_answer, args=(app, door.accept()), daemon=True).start()


def _answer(app: Flask, connection: Connection) -> None:
    """One thread of a web process, for as long as it lives."""
    with connection, contextlib.suppress(OSError, EOFError):
        while True:
            save: Save = connection.recv()
            with app.app_context():
                try:
                    group_commit.write(save)
                except Exception as error:
                    app.logger.exception("save")  # where it happened: who asked sees only what
                    save.error = error
            connection.send((save.outcomes, save.error))
