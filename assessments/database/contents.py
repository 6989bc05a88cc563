"""What a SQLite file holds, said so that two files can be compared; and whether it is whole."""

import hashlib
import sqlite3
from dataclasses import dataclass

STAYS = ("api_token", "sign_in_session")
"""Rows of these tables live on one machine only: no copy holds them, or it would bring back what was ended.
So none is counted."""


@dataclass(frozen=True)
class Contents:
    """Two files with equal contents hold the same rows in the same tables under the same rules."""

    version: str | None  # of the tables, in Alembic's name for it; None where there is none
    rules: str  # SHA-256 over tables, indexes and triggers as they were written
    tables: dict[str, tuple[int, str]]  # name: how many rows, and SHA-256 over them in order of their key

    @property
    def rows(self) -> int:
        return sum(count for count, _ in self.tables.values())


def contents_of(file: sqlite3.Connection) -> Contents:
    """Reads every row. Begin a transaction first where others write at the same time."""
    written = file.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        " ORDER BY type, name"
    ).fetchall()
    tables = [name for kind, name, *_ in written if kind == "table"]
    return Contents(
        version=_version(file) if "alembic_version" in tables else None,
        rules=hashlib.sha256(repr(written).encode()).hexdigest(),
        tables={name: _rows(file, name) for name in tables if name not in STAYS},
    )


def troubles(file: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong: pages, indexes, CHECKs, and rows that point at rows that are not there."""
    pages = [str(row[0]) for row in file.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return pages + [
        f"{table}, rad {row}: pekar på {parent} som inte finns"
        for table, row, parent, _ in file.execute("PRAGMA foreign_key_check")
    ]


def _version(file: sqlite3.Connection) -> str | None:
    found = file.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def _rows(file: sqlite3.Connection, table: str) -> tuple[int, str]:
    quoted = '"' + table.replace('"', '""') + '"'
    columns = file.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    key = sorted((place, name) for name, place in columns if place) or list(enumerate(n for n, _ in columns))
    order = ", ".join('"' + name.replace('"', '""') + '"' for _, name in key)
    digest, count = hashlib.sha256(), 0
    for row in file.execute(f"SELECT * FROM {quoted} ORDER BY {order}"):  # noqa: S608 - quoted names
        digest.update(repr(row).encode())
        count += 1
    return count, digest.hexdigest()
