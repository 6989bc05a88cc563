"""A copy of a SQLite database while others write in it: consistent, private, verified and sealed.

The copy is an ordinary SQLite file with one line after its last page: a SHA-256 over everything before it.
SQLite does not look there, so the file opens anywhere; we do, so that a single flipped bit is found.
"""

import contextlib
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from assessments.database.contents import STAYS, Contents, contents_of, troubles
from assessments.refusals import Refused, because, because_of_sqlite

SEAL = b"\nlasspar-backup sha256 "
SEAL_BYTES = len(SEAL) + 64
BLOCK_BYTES = 1 << 20
STEP_PAGES = 1024
PATIENCE_SECONDS = 30.0

Told = Callable[[int, int, int], object]
"""Called for every step with SQLite's result code, the pages left and all pages."""


def make(live: Path, file: Path, told: Told | None = None) -> Contents:
    """Write ``file``, which must be new, from what ``live`` holds at this moment. Nobody has to wait.

    Raises Refused, and leaves nothing behind, where the database or the copy of it is not whole.
    """
    if file.exists():
        raise Refused(f"{file}: där finns redan en fil. Välj ett annat namn.")
    if not live.is_file():
        raise Refused("Det finns ingen databas att kopiera. Kör: lasspar init")
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with speaking_of(live):
            contents = _copied(live, part, told)
        seal(part)
        part.replace(file)
        keep_name(file.parent)
    except OSError as error:
        raise Refused(f"{file}: {because(error)}.") from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)
    return contents


@contextlib.contextmanager
def opened(file: Path) -> Iterator[tuple[sqlite3.Connection, Contents]]:
    """A sealed copy, verified: its seal, pages, rules and references.

    Raises Refused where it is damaged, or no copy of ours.
    """
    check_seal(file)
    with speaking_of(file), closing(_only_read(file)) as copy:
        contents = contents_of(copy)
        if wrong := troubles(copy):
            raise Refused([f"{file} är skadad: {trouble}" for trouble in wrong[:5]])
        yield copy, contents


@contextlib.contextmanager
def speaking_of(file: Path) -> Iterator[None]:
    """What SQLite cannot do is said in Swedish, and of which file."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        said = because_of_sqlite(text, file) or f"{file} går inte att läsa eller skriva som databas ({text})."
        raise Refused(said) from error


def _copied(live: Path, part: Path, told: Told | None) -> Contents:
    """Copy one moment of the database, and see that the copy holds exactly that."""
    with closing(sqlite3.connect(live, isolation_level=None)) as source:
        source.execute("BEGIN")
        contents = contents_of(source)  # its first read sets the moment; the copy is made of the same
        if contents.version is None:
            raise Refused("Databasen är inte förberedd. Kör: lasspar init")
        with speaking_of(part.parent), closing(sqlite3.connect(part, isolation_level=None)) as copy:
            source.backup(copy, pages=STEP_PAGES, progress=told, sleep=0.01)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, not three
            copy.execute("PRAGMA secure_delete = ON")  # overwritten, not only let go
            for table in STAYS:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    with closing(_only_read(part)) as copy:
        if wrong := troubles(copy):
            raise Refused([f"Databasen {live} är skadad: {trouble}" for trouble in wrong[:5]])
        if contents_of(copy) != contents:
            raise Refused("Kopian blev inte lik databasen och har tagits bort. Försök igen.")
    return contents


def _only_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)


def seal(file: Path) -> None:
    """Lay the digest of all that is in the file after it."""
    with file.open("r+b") as sealed:
        digest = _digest(file, file.stat().st_size)
        sealed.seek(0, os.SEEK_END)
        sealed.write(SEAL + digest)
        sealed.flush()
        os.fsync(sealed.fileno())


def check_seal(file: Path) -> None:
    """Raises Refused where the file is not as it was when it was sealed."""
    if not file.is_file():
        raise Refused(f"{file}: det finns ingen sådan fil.")
    size = file.stat().st_size - SEAL_BYTES
    with file.open("rb") as sealed:
        sealed.seek(max(size, 0))
        seal = sealed.read()
    if not seal.startswith(SEAL):
        raise Refused(
            f"{file} är ingen hel säkerhetskopia från lasspar backup: slutet saknas eller är något annat."
            " Databasen är orörd."
        )
    if seal.removeprefix(SEAL) != _digest(file, size):
        raise Refused(f"{file} är skadad eller ändrad sedan den gjordes. Databasen är orörd.")


def _digest(file: Path, size: int) -> bytes:
    """SHA-256, in hexadecimal, over the first ``size`` bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as read:
        while block := read.read(min(BLOCK_BYTES, size)):
            digest.update(block)
            size -= len(block)
    return digest.hexdigest().encode()


def keep_name(folder: Path) -> None:
    """After a power cut the folder knows the new name."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
