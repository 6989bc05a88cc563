"""A copy of a PostgreSQL database as one sealed file, and the way back: everything or nothing.

The file is an ordinary zip with a member for each table, in the server's COPY format, and ``innehall.json``.
It needs no pg_dump of the right version, and it is verified as a SQLite copy is: rows and digests.
"""

import dataclasses
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db, postgres_tables, schema, triggers
from assessments.database.backup import check_seal, keep_name, seal
from assessments.database.contents import STAYS, Contents
from assessments.database.postgres_tables import Table, Taken, cursor_of, quoted
from assessments.database.restore import Restored, refuse_another_version
from assessments.refusals import Refused, because

MANIFEST, BLOCK_BYTES = "innehall.json", 1 << 20
FORMAT = "lasspar-postgresql-1"


def make(file: Path) -> Contents:
    """Write ``file``, which must be new, from one snapshot. Nobody has to wait.

    Raises Refused, and leaves nothing behind, where it cannot be done.
    """
    if file.exists():
        raise Refused(f"{file}: där finns redan en fil. Välj ett annat namn.")
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with _speaking(), postgres_tables.snapshot() as connection:
            contents = _written(connection, part)
        seal(part)
        part.replace(file)
        keep_name(file.parent)
    except OSError as error:
        raise Refused(f"{file}: {because(error)}.") from error
    finally:
        part.unlink(missing_ok=True)
    return contents


def check(file: Path) -> Contents:
    """What a restore would bring back; raises Refused as it would, and touches nothing."""
    with _opened(file) as (_bundle, contents, _told):
        refuse_another_version(file, contents)
        return contents


def restore(file: Path, former: Path) -> Restored:
    """Let the database hold what the copy holds, in one transaction; what it held is kept in ``former``.

    Raises Refused, with the database as it was, where the copy is damaged, not ours or of another version.
    """
    with _opened(file) as (bundle, contents, told), _speaking(), db.engine.begin() as connection:
        refuse_another_version(file, contents)
        postgres_tables.speak_plainly(connection)
        tables = postgres_tables.tables_of(connection)
        everything = ", ".join(quoted(name) for name in (*(one.name for one in tables), *STAYS))
        # Others read on, but nobody writes between what is kept and what takes its place.
        connection.exec_driver_sql(f"LOCK TABLE {everything} IN EXCLUSIVE MODE")
        make(former)
        with _without_guards(connection, tables):
            connection.exec_driver_sql(f"TRUNCATE {everything}")
            _fill(connection, bundle, told["sequences"])
        if postgres_tables.contents_of(connection) != contents:
            raise Refused("Databasen blev inte lik kopian. Den är som förut.")
    return Restored(contents, former)


def try_out(file: Path) -> Contents:
    """Restore the copy in a schema of its own, compare, and let go of it: one transaction, rolled back."""
    place = f"lasspar_prov_{secrets.token_hex(4)}"
    with _opened(file) as (bundle, contents, told), _speaking(), db.engine.connect() as connection:
        refuse_another_version(file, contents)
        connection.exec_driver_sql(f"CREATE SCHEMA {place}")
        connection.exec_driver_sql(f"SET LOCAL search_path = {place}")
        postgres_tables.speak_plainly(connection)
        schema.make_tables(connection)
        with _without_guards(connection, postgres_tables.tables_of(connection)):
            _fill(connection, bundle, told["sequences"])
        is_like = postgres_tables.contents_of(connection) == contents
        connection.rollback()
    if not is_like:
        raise Refused(f"{file}: det som återställdes på prov blev inte likt kopian. Gör en ny kopia.")
    return contents


def _written(connection: sa.Connection, part: Path) -> Contents:
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        members: list[IO[bytes]] = []

        def next_member(table: Table) -> Taken:
            for member in members:
                member.close()
            members[:] = [bundle.open(_member(table.name), "w", force_zip64=True)]
            return members[0].write

        contents = postgres_tables.contents_of(connection, next_member)
        for member in members:
            member.close()
        if contents.version is None:
            raise Refused("Databasen är inte förberedd. Kör: lasspar init")
        told = {
            "format": FORMAT,
            "copied_at": now().isoformat(),
            "contents": dataclasses.asdict(contents),
            "sequences": postgres_tables.sequences_of(connection),
        }
        bundle.writestr(MANIFEST, json.dumps(told, indent=1))
    return contents


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Contents, dict]]:  # type: ignore[type-arg]  # JSON
    """A sealed copy. Raises Refused where it is damaged, or no copy of a PostgreSQL database."""
    check_seal(file)
    foreign = Refused(f"{file} är ingen kopia av en databas i PostgreSQL. Databasen är orörd.")
    try:
        bundle = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise foreign from None
    with bundle:
        if MANIFEST not in bundle.namelist():
            raise foreign
        told = json.loads(bundle.read(MANIFEST))
        said = told["contents"]
        tables = {name: (count, digest) for name, (count, digest) in said["tables"].items()}
        yield bundle, Contents(said["version"], said["rules"], tables), told


def _fill(connection: sa.Connection, bundle: zipfile.ZipFile, sequences: dict[str, int]) -> None:
    """Rows of every table, and the next id of each. What the upgrade itself has written goes first."""
    connection.exec_driver_sql("DELETE FROM alembic_version")
    for table in postgres_tables.tables_of(connection):
        rows, cursor = bundle.open(_member(table.name)), cursor_of(connection)
        with rows, cursor, cursor.copy(table.rows_in) as copy:
            while block := rows.read(BLOCK_BYTES):
                copy.write(block)
    for name, last in sequences.items():
        asked = sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id')::regclass, :last)")
        connection.execute(asked, {"name": quoted(name), "last": last})


@contextmanager
def _without_guards(connection: sa.Connection, tables: list[Table]) -> Iterator[None]:
    """The triggers keep people from changing what is only added to; a copy is let through."""
    guarded = sorted({guard.table for guard in triggers.GUARDS} & {table.name for table in tables})
    for name in guarded:
        connection.exec_driver_sql(f"ALTER TABLE {quoted(name)} DISABLE TRIGGER USER")
    yield
    for name in guarded:
        connection.exec_driver_sql(f"ALTER TABLE {quoted(name)} ENABLE TRIGGER USER")


@contextmanager
def _speaking() -> Iterator[None]:
    """What PostgreSQL cannot do is said in Swedish."""
    import psycopg  # only who has the server has its driver loaded

    try:
        yield
    except (psycopg.Error, sa.exc.DBAPIError) as error:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
            words = "Databasen är upptagen. Stoppa servern och försök igen."
        elif isinstance(cause, psycopg.errors.InsufficientPrivilege):
            words = "Kontot i PostgreSQL får inte göra det: det ska äga databasen."
        else:
            words = f"PostgreSQL sa nej: {str(cause).splitlines()[0]}."
        raise Refused(f"{words} Inget har ändrats.") from error


def _member(table: str) -> str:
    return f"tabeller/{table}.copy"
