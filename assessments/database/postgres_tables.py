"""What a PostgreSQL database holds, table by table in one snapshot, said so that two can be compared.

Rows leave in the server's own COPY format, in order of their key and with every setting that could colour
the text fixed: the same rows give the same bytes on any server.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.database.contents import STAYS, Contents

Taken = Callable[[bytes], object]
PLAIN = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "client_encoding": "UTF8",
    "lock_timeout": "30s",
}
COLUMNS = sa.text(
    "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    " WHERE table_schema = current_schema() ORDER BY table_name, column_name"
)
KEYS = sa.text(
    "SELECT class.relname, attribute.attname FROM pg_index"
    " JOIN pg_class AS class ON class.oid = indrelid"
    " JOIN pg_namespace AS space ON space.oid = class.relnamespace"
    " JOIN pg_attribute AS attribute ON attribute.attrelid = indrelid AND attribute.attnum = ANY (indkey)"
    " WHERE indisprimary AND space.nspname = current_schema()"
    " ORDER BY class.relname, array_position(indkey::int2[], attribute.attnum)"
)


@dataclass(frozen=True)
class Table:
    """A table of the schema that comes first: its columns by name, and the order of its rows."""

    name: str
    columns: tuple[str, ...]
    order: str

    @property
    def listed(self) -> str:
        return ", ".join(map(quoted, self.columns))

    @property
    def rows_out(self) -> str:
        rows = f"SELECT {self.listed} FROM {quoted(self.name)} ORDER BY {self.order}"  # noqa: S608 - quoted
        return f"COPY ({rows}) TO STDOUT"

    @property
    def rows_in(self) -> str:
        return f"COPY {quoted(self.name)} ({self.listed}) FROM STDIN"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """One moment of the database, whoever writes meanwhile."""
    one = db.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with one as connection, connection.begin():
        speak_plainly(connection)
        yield connection


def speak_plainly(connection: sa.Connection) -> None:
    for name, value in PLAIN.items():
        connection.exec_driver_sql(f"SET LOCAL {name} = '{value}'")


def tables_of(connection: sa.Connection) -> list[Table]:
    """Every table whose rows a copy holds: parents before those that point at them."""
    columns, keys = _grouped(connection, COLUMNS), _grouped(connection, KEYS)
    place = {table.name: number for number, table in enumerate(db.metadata.sorted_tables)}
    names = sorted(columns.keys() - {*STAYS}, key=lambda name: (place.get(name, -1), name))
    return [_table(name, columns[name], keys.get(name, [])) for name in names]


def contents_of(connection: sa.Connection, taken: Callable[[Table], Taken] | None = None) -> Contents:
    """Reads every row; ``taken`` gets the bytes of each table meanwhile."""
    tables = tables_of(connection)
    told = [tuple(row) for row in connection.execute(COLUMNS)]
    is_ours = any(table.name == "alembic_version" for table in tables)
    version = (
        connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if is_ours else None
    )
    return Contents(
        version=version,
        rules=hashlib.sha256(json.dumps(told).encode()).hexdigest(),
        tables={table.name: _read(connection, table, taken(table) if taken else len) for table in tables},
    )


def cursor_of(connection: sa.Connection) -> Any:
    """The driver's own: SQLAlchemy knows no COPY."""
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def sequences_of(connection: sa.Connection) -> dict[str, int]:
    """By table the last id that its counter gave out: an id that was somebody's is nobody else's later."""
    found = {}
    for table in tables_of(connection):
        if "id" in table.columns:
            asked = sa.text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)")
            last = connection.scalar(asked, {"name": quoted(table.name)})
            if last is not None:
                found[table.name] = int(last)
    return found


def _read(connection: sa.Connection, table: Table, take: Taken) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    with cursor_of(connection) as cursor, cursor.copy(table.rows_out) as rows:
        for data in rows:
            part = bytes(data)
            digest.update(part)
            count += part.count(b"\n")  # one for each row: within values they are written otherwise
            take(part)
    return count, digest.hexdigest()


def _grouped(connection: sa.Connection, question: sa.TextClause) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in connection.execute(question):
        found.setdefault(row[0], []).append(row)
    return found


def _table(name: str, columns: list[Any], keys: list[Any]) -> Table:
    """Rows by key; text by its bytes, whatever language the server sorts in."""
    kinds = {row.column_name: row.data_type for row in columns}
    first = [row.attname for row in keys] or list(kinds)
    order = ", ".join(quoted(one) + (' COLLATE "C"' if kinds[one] == "text" else "") for one in first)
    return Table(name, tuple(kinds), order)
