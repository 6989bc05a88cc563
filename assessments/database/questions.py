"""What is asked and written at every save: put into words once for each kind of database, for its driver.

Of a question about a class, most of the time went into making its words again, with a place for each id. Here
a list of ids is one value, so the words are always the same.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from assessments.database import db


class Ids(sa.TypeDecorator[Sequence[int]]):
    """A list of ids as one value: JSON on SQLite, an array on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else ARRAY(sa.BigInteger))

    def process_bind_param(self, value: Sequence[int] | None, dialect: sa.Dialect) -> Any:
        ids = list(value or ())
        return json.dumps(ids) if dialect.name == "sqlite" else ids


IDS = Ids()


class _IsOneOf(FunctionElement[Any]):
    inherit_cache = True
    type = sa.types.NullType()  # of a truth SQLAlchemy asks SQLite whether it is 1: then no index is used


@compiles(_IsOneOf, "sqlite")
def _in_json(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - words of ours, ids as a value


@compiles(_IsOneOf, "postgresql")
def _in_array(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({ids})"


def is_one_of(column: sa.ColumnElement[int], name: str) -> sa.ColumnElement[bool]:
    """Whether the column's id is in the list that the question is asked with, by that name."""
    return _IsOneOf(column, sa.bindparam(name, type_=IDS))


class Question:
    """A statement whose values are lists of ids (``is_one_of``), if any, and nothing else."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._words: dict[str, Any] = {}  # compiled, by kind of database
        self._readers: dict[str, list[Any]] = {}  # of each column, likewise

    def rows(self, **ids: Sequence[int]) -> Sequence[Any]:
        """The answer, with values as the database keeps them: no decimals, dates or enums are made."""
        connection = db.session.connection()
        dialect = connection.dialect
        words = self._words.get(dialect.name)
        if words is None:
            words = self._words[dialect.name] = self.statement.compile(dialect=dialect)
        values: Any = {name: IDS.process_bind_param(one, dialect) for name, one in ids.items()}
        if words.positiontup is not None:
            values = tuple(values[name] for name in words.positiontup)
        return connection.exec_driver_sql(words.string, values).all()

    def values(self, **ids: Sequence[int]) -> list[tuple[Any, ...]]:
        """The same with each value as its column says."""
        rows, dialect = self.rows(**ids), db.session.get_bind().dialect
        readers = self._readers.get(dialect.name)
        if readers is None:
            kinds = (column.type.dialect_impl(dialect) for column in self.statement.selected_columns)
            readers = self._readers[dialect.name] = [kind.result_processor(dialect, None) for kind in kinds]
        told = zip(readers, zip(*rows, strict=True), strict=True) if rows else ()
        return list(zip(*(map(read, column) if read else column for read, column in told), strict=True))


class Change:
    """An UPDATE of many rows. Values are given as its columns say, and kept as the database keeps them."""

    def __init__(self, statement: sa.Update) -> None:
        self.statement = statement
        self._words: dict[tuple[str, tuple[str, ...]], Any] = {}  # by kind of database and what is named

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Each row names the columns to write and what the statement finds it by. Those that name the same
        are written together; none for none."""
        alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for row in rows:
            alike.setdefault(tuple(row), []).append(row)
        for names, changed in alike.items():
            self._write(names, changed)

    def _write(self, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> None:
        connection = db.session.connection()
        dialect = connection.dialect
        words = self._words.get((dialect.name, names))
        if words is None:
            words = self.statement.compile(dialect=dialect, column_keys=names)
            self._words[dialect.name, names] = words
        order = words.positiontup or names
        columns = [_kept([row[name] for row in rows], words.binds[name].type, dialect) for name in order]
        values: list[Any] = list(zip(*columns, strict=True))
        if words.positiontup is None:
            values = [dict(zip(order, one, strict=True)) for one in values]
        connection.exec_driver_sql(words.string, values)


def _kept(values: Sequence[Any], kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Iterable[Any]:
    keep = kind.dialect_impl(dialect).bind_processor(dialect)
    return values if keep is None else map(keep, values)
