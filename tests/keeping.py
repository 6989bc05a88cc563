"""The tests' database as it was at a moment, put back: cheaper than making it anew, and whole."""

import sqlite3
import time
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

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
        self.at = (name, self._version())

    def _version(self) -> int:
        return int(self.file.execute("PRAGMA data_version").fetchone()[0])


class KeptRows:
    """PostgreSQL: the rows of every table, written anew where one has been touched."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.at = ("", self._states())

    def keep(self, name: str) -> None:
        self.kept[name] = {table.name: _rows(table) for table in db.metadata.sorted_tables}
        db.session.rollback()
        self.at = (name, self._states())

    def keeps(self, name: str) -> bool:
        return name in self.kept

    def stands_at(self, name: str) -> bool:
        return self.at == (name, self._states())

    def put_back(self, name: str) -> None:
        tables = self._otherwise(name)
        with db.engine.begin() as connection:
            # Triggers keep the audit trail and published benchmarks; what a test added goes all the same.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in reversed(tables):
                connection.execute(table.delete())
            for table in tables:
                if rows := self.kept[name][table.name]:
                    connection.execute(table.insert(), rows)
        self.at = (name, self._states())

    def _otherwise(self, name: str) -> list[sa.Table]:
        """The tables that may hold something else than at ``name``."""
        (stood_at, before), now = self.at, self._states()
        wanted, stood = self.kept[name], self.kept.get(stood_at, {})
        return [
            table
            for table in db.metadata.sorted_tables
            if before[table.name] != now[table.name] or stood.get(table.name) != wanted[table.name]
        ]

    def _states(self) -> dict[str, tuple[int, int]]:
        """How many rows each table has, and the last transaction that wrote one of them."""
        asked = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {name}"  # noqa: S608 - own names
            for name in db.metadata.tables
        )
        with db.engine.connect() as connection:
            return {name: (count, last) for name, count, last in connection.exec_driver_sql(asked)}


def _rows(table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
