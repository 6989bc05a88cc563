"""How we speak to SQLite: nothing lost, one fair queue for writers. PostgreSQL needs none of it."""

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import scoped_session

from assessments.refusals import Refused

PATIENCE_SECONDS = 5.0
LOOKS_EVERY_SECONDS = 0.0005  # whether another process has left the line: one thread of each looks
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 5000",
    "secure_delete = ON",  # a name that is erased is overwritten, not only let go, however SQLite was built
)
PLACE, READING, FILE = "place", "reading", "file"  # what is kept with a connection
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=True)
_in_line = threading.Lock()


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read, so they wait for nobody and nobody waits for them."""
    token = _is_writing.set(False)
    try:
        yield
    finally:
        _is_writing.reset(token)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside write, also in a request that otherwise only reads."""
    token = _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.reset(token)


def only_read(is_reading: bool) -> None:
    """The same for the rest of this context: a web request knows by its method."""
    _is_writing.set(not is_reading)


def write_from_here(session: scoped_session[Any]) -> None:
    """The rest of this context writes, and the transaction that the session is in.

    What was read stands as it was, as with PostgreSQL between two questions; what is asked from here on no
    other writer changes before we are done. So who asks, and whether they may, is known before anybody waits.
    """
    _is_writing.set(True)
    if session().in_transaction() and (connection := session.connection()).info.get(READING):
        connection.exec_driver_sql("COMMIT")
        _begin(connection)


def keeps_others_waiting(session: scoped_session[Any]) -> bool:
    """Whether the transaction that the session is in stands before all other writers; never on PostgreSQL."""
    return session().in_transaction() and PLACE in session.connection().info


@contextlib.contextmanager
def first_in_line(file: Path) -> Iterator[None]:
    """Before every other writer of this machine, for work on the file that SQLAlchemy has no part in."""
    with _queue_of(file) as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield


def place_for(file: Path) -> None:
    """An empty file for a database, if there is none: others may look into its folder, not into it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)


def refuse_a_strangers(file: Path) -> None:
    """Raises Refused where the file holds another program's tables. It is only read, and stays as it is."""
    if not file.is_file():
        return
    with (
        contextlib.suppress(sqlite3.Error),  # no database, or not for us to read: told by whoever opens it
        contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as there,
    ):
        tables = {name for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "alembic_version" not in tables:
            raise Refused(
                f"{file} är en databas som något annat program har gjort. Den är orörd. Ange en egen mapp i"
                " LASSPAR_INSTANCE_PATH eller en egen fil i LASSPAR_DATABASE_URL."
            )


def _queue_of(file: object) -> IO[bytes]:
    return open(f"{file}.queue", "ab", opener=lambda path, flags: os.open(path, flags, 0o600))


def listen() -> None:
    """Connect to every engine of this process; other databases than SQLite are left alone."""
    sa.event.listen(sa.Engine, "connect", _prepare)
    sa.event.listen(sa.Engine, "begin", _begin)
    sa.event.listen(sa.pool.Pool, "checkout", _refuse_a_former_file)
    sa.event.listen(sa.pool.Pool, "checkin", _leave_line)
    sa.event.listen(sa.pool.Pool, "invalidate", _leave_line)


def _is_sqlite(connection: Any) -> bool:
    return type(connection).__module__.startswith("sqlite3")


def _prepare(connection: Any, record: Any) -> None:
    if not _is_sqlite(connection):
        return
    connection.isolation_level = None  # the driver's own transactions lose updates silently: BEGIN is ours
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if file := connection.execute("PRAGMA database_list").fetchone()[2]:
        record.info[FILE] = file, _identity(file)


def _refuse_a_former_file(_connection: Any, record: Any, _proxy: Any) -> None:
    """A restore may have put a new file in the place of one that was damaged: the pool opens that instead."""
    file, opened = record.info.get(FILE, ("", None))
    if opened and (there := _identity(file)) and there != opened:
        raise sa.exc.DisconnectionError


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    connection.info[READING] = not _is_writing.get()
    if connection.info[READING]:
        connection.exec_driver_sql("BEGIN")
        return
    _stand_in_line(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _stand_in_line(connection: sa.Connection) -> None:
    """Wait in this process, then on this machine: SQLite's own waiting is sleep and chance, not a queue."""
    file = connection.engine.url.database
    if not file or file == ":memory:" or PLACE in connection.info:
        return
    place = _queue_of(file)  # held until the connection goes back
    if not _in_line.acquire(timeout=PATIENCE_SECONDS):
        place.close()
        return  # busy_timeout still stands between us and a lost write
    connection.info[PLACE] = place
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOKS_EVERY_SECONDS)
        else:
            return


def _leave_line(_connection: Any, record: Any, *_rest: Any) -> None:
    place = record.info.pop(PLACE, None)
    if place is not None:
        place.close()
        _in_line.release()
