"""Put a verified copy in place of a SQLite database, also while a server has it open.

SQLite's own backup writes the whole copy into the living file as one transaction: whoever reads meanwhile
sees the database as it was, and after a power cut it is the former or the copy, never something between.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assessments.clock import now
from assessments.database import backup, connections
from assessments.database.backup import PATIENCE_SECONDS, STEP_PAGES, Told, speaking_of
from assessments.database.contents import Contents, contents_of, troubles
from assessments.refusals import Refused


@dataclass(frozen=True)
class Restored:
    """What the database holds now, and where that which it held before is kept (None: there was none)."""

    contents: Contents
    former: Path | None


def check(file: Path) -> Contents:
    """What a restore would bring back; raises Refused as it would, and touches nothing."""
    with backup.opened(file) as (_copy, contents):
        refuse_another_version(file, contents)
        return contents


def restore(file: Path, live: Path, told: Told | None = None) -> Restored:
    """Let ``live`` hold what the sealed copy ``file`` holds. No session is in a copy, so all end.

    Raises Refused, with the database as it was, where the copy is damaged, not ours or of another version
    of the tables, and where somebody else wrote at the same time.
    """
    with backup.opened(file) as (copy, contents):
        refuse_another_version(file, contents)
        is_new = not (live.exists() and live.stat().st_size)
        connections.place_for(live)
        with connections.first_in_line(live), speaking_of(live):
            former = None if is_new else _kept(live)
            try:
                _replace(copy, live, told)
            except sqlite3.DatabaseError as error:
                if former is None or error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
                    raise
                _move_aside(live, former)
                _replace(copy, live, told)
            if not _holds(live, contents):
                _take_back(live, former)
    return Restored(contents, former)


def refuse_another_version(file: Path, contents: Contents) -> None:
    """Raises Refused where the copy is of other tables than this code works with."""
    from assessments.database import schema  # Alembic is slow to load, and only a restore needs it here

    if contents.version == schema.head():
        return
    if contents.version is None:
        raise Refused(f"{file} är ingen säkerhetskopia av Lässpår. Databasen är orörd.")
    if contents.version in schema.versions():
        raise Refused(
            f"{file} är gjord med en äldre version av Lässpår (tabeller {contents.version}, här"
            f" {schema.head()}). Databasen är orörd. Återställ kopian med den version som gjorde den, i en"
            " egen LASSPAR_INSTANCE_PATH, kör lasspar init med den här versionen och gör en ny kopia."
        )
    raise Refused(
        f"{file} är gjord med en nyare version av Lässpår (tabeller {contents.version}, här"
        f" {schema.head()}). Databasen är orörd. Installera den versionen och försök igen."
    )


def _kept(live: Path) -> Path:
    """The database as it is, beside itself: sealed, so that it can be restored in turn, if it is whole."""
    former = live.with_name(f"{live.stem}-fore-{now():%Y%m%dT%H%M%S%f}.sqlite")
    try:
        with _nobody_writes(live):
            try:
                backup.make(live, former)
            except Refused:  # damaged or of no version: that may be why somebody restores
                _keep_as_it_stands(live, former)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
            raise
        _move_aside(live, former)
    return former


def _keep_as_it_stands(live: Path, former: Path) -> None:
    former.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(former)) as kept:
            source.backup(kept)
    except sqlite3.Error:
        for suffix in ("", "-journal"):
            former.with_name(former.name + suffix).unlink(missing_ok=True)
        raise


def _move_aside(live: Path, former: Path) -> None:
    """What SQLite can make nothing of, nobody can write in either: the file itself is kept."""
    for suffix in ("", "-wal", "-shm"):
        if (file := live.with_name(live.name + suffix)).exists():
            file.rename(former.with_name(former.name + suffix))
    connections.place_for(live)


@contextlib.contextmanager
def _nobody_writes(live: Path) -> Iterator[None]:
    with closing(sqlite3.connect(live, isolation_level=None, timeout=PATIENCE_SECONDS)) as holding:
        holding.execute("BEGIN IMMEDIATE")
        yield
        holding.execute("ROLLBACK")


def _replace(copy: sqlite3.Connection, live: Path, told: Told | None = None) -> None:
    """One transaction in ``live``, committed with its last page."""
    deadline = time.monotonic() + PATIENCE_SECONDS

    def stepped(result: int, left: int, pages: int) -> None:
        if result in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise Refused(f"{live} är upptagen. Inget har ändrats. Stoppa servern och försök igen.")
        if told:
            told(result, left, pages)

    with closing(sqlite3.connect(live, isolation_level=None)) as place:
        place.execute("PRAGMA synchronous = FULL")
        copy.backup(place, pages=STEP_PAGES, progress=stepped, sleep=0.01)


def _holds(live: Path, contents: Contents) -> bool:
    with _nobody_writes(live), closing(sqlite3.connect(live, isolation_level=None)) as now_there:
        return not troubles(now_there) and contents_of(now_there) == contents


def _take_back(live: Path, former: Path | None) -> None:
    if former:
        with closing(sqlite3.connect(former)) as kept:
            _replace(kept, live)
    raise Refused(
        f"{live} blev inte lik kopian: disken är trasig eller någon annan skrev samtidigt. Databasen är"
        " som förut. Stoppa servern och försök igen."
    )
