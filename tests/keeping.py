"""The tests' database as it was at a moment, put back: cheaper than making it anew, and whole."""

import sqlite3
import time
from pathlib import Path
from typing import Any, Protocol

from assessments.database import db

PATIENCE_SECONDS = 10.0


class Keeper(Protocol):
    def keep(self, name: str) -> None:
        """From here on, this is how it was at ``name``."""

    def keeps(self, name: str) -> bool: ...

    def stands_at(self, name: str) -> bool:
        """Whether nothing has been committed since the database was at ``name``."""

    def put_back(self, name: str) -> None: ...


def need_not_last(connection: Any, _record: Any = None) -> None:
    """Nobody needs a test's database after a power cut."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


def schema_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA schema_version").fetchone()[0])


def need_not_read_tables_anew(connection: sqlite3.Connection, schema: int) -> None:
    """What is put back has the tables that were there: without this each connection would read the text of a
    hundred of them again, which takes as long as a page."""
    connection.execute(f"PRAGMA schema_version = {schema}")


def keeper() -> Keeper:
    """The one for the database of this app context."""
    url = db.engine.url
    return KeptFile(Path(url.database or "")) if url.get_backend_name() == "sqlite" else KeptRows()


class KeptFile:
    """SQLite: whole files, copied by the backup API. Another connection's commits are told by SQLite."""

    def __init__(self, file: Path) -> None:
        # Fixtures of every scope end in the thread of the tests, but a garbage collector may not.
        self.file = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        need_not_last(self.file)
        self.kept: dict[str, sqlite3.Connection] = {}
        self.at = ("", -1)
        self.schema = schema_of(self.file)

    def keep(self, name: str) -> None:
        self.kept[name] = sqlite3.connect(":memory:", check_same_thread=False)
        self.file.backup(self.kept[name])
        self.at = (name, self._version())

    def keeps(self, name: str) -> bool:
        return name in self.kept

    def stands_at(self, name: str) -> bool:
        return self.at == (name, self._version())

    def put_back(self, name: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS

        def tried(*_progress: int) -> None:
            if time.monotonic() > deadline:  # the backup itself would wait for ever
                raise TimeoutError("a test left a transaction that writes open")

        self.kept[name].backup(self.file, progress=tried)
        need_not_read_tables_anew(self.file, self.schema)
        self.at = (name, self._version())

    def _version(self) -> int:
        return int(self.file.execute("PRAGMA data_version").fetchone()[0])


class KeptRows:
    """PostgreSQL: copies of all tables, put back by the server itself, each where one has been touched.

    ``kept.stood`` says of each table what it held when it was last put back: how many rows, the last
    transaction that wrote one of them, and a digest, as most tables are alike at every moment.
    """

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.at = ("", 0)
        self._run(
            "CREATE SCHEMA IF NOT EXISTS kept",
            "CREATE UNLOGGED TABLE kept.stood (name text PRIMARY KEY, rows bigint, last bigint, digest text)",
        )

    def keep(self, name: str) -> None:
        schema = f"kept_{name.replace(' ', '_')}"
        tables = [table.name for table in db.metadata.sorted_tables]
        self._run(
            f"CREATE SCHEMA {schema}",
            *(f"CREATE UNLOGGED TABLE {schema}.{table} AS TABLE public.{table}" for table in tables),
            f"CREATE TABLE {schema}.digests (name text PRIMARY KEY, digest text)",
            *(
                f"INSERT INTO {schema}.digests SELECT '{table}', md5(string_agg(kept::text, ' ')) "  # noqa: S608 - own names
                f"FROM {schema}.{table} AS kept"
                for table in tables
            ),
            _putting_back(schema, tables),
        )
        self.kept.add(name)
        self.put_back(name)

    def keeps(self, name: str) -> bool:
        return name in self.kept

    def stands_at(self, name: str) -> bool:
        return self.at == (name, self._next_transaction())

    def put_back(self, name: str) -> None:
        # Triggers keep the audit trail and published benchmarks; what a test added goes all the same, and
        # in any order.
        self._run(
            "SET LOCAL session_replication_role = replica",
            f"SELECT kept_{name.replace(' ', '_')}.put_back()",
        )
        self.at = (name, self._next_transaction())

    def _run(self, *statements: str) -> None:
        with db.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _next_transaction(self) -> int:
        with db.engine.connect() as connection:
            return int(
                connection.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())").scalar_one()
            )


def _putting_back(schema: str, tables: list[str]) -> str:
    """The function that does it: in the server, its hundred questions are planned once and cost little."""
    return f"""
        CREATE FUNCTION {schema}.put_back() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE found record;
        BEGIN {"".join(_PUT_BACK.format(table=table, schema=schema) for table in tables)} END $$"""


_PUT_BACK = """
    SELECT count(*) AS rows, max(xmin::text::bigint) AS last INTO found FROM public.{table};
    IF NOT EXISTS (
        SELECT FROM kept.stood JOIN {schema}.digests USING (name) WHERE name = '{table}'
        AND (stood.rows, stood.last, stood.digest)
            IS NOT DISTINCT FROM (found.rows, found.last, digests.digest)
    ) THEN
        DELETE FROM public.{table};
        INSERT INTO public.{table} SELECT * FROM {schema}.{table};
        DELETE FROM kept.stood WHERE name = '{table}';
        INSERT INTO kept.stood SELECT '{table}',
            (SELECT count(*) FROM public.{table}), (SELECT max(xmin::text::bigint) FROM public.{table}),
            (SELECT digest FROM {schema}.digests WHERE name = '{table}');
    END IF;
"""
