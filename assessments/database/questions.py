"""What is asked and written at every save: put into words once for each kind of database, for its driver.

Of a question about a class, most of the time went into making its words again, with a place for each id. Here
a list of ids is one value, so the words are always the same.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from assessments.database import db

HERE = "connection here"  # in the session: the transaction, and the connection it goes by


class Listed(sa.TypeDecorator[Sequence[Any]]):
    """A list of ids, or of words, as one value: JSON on SQLite, an array on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[sa.types.TypeEngine[Any]]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else ARRAY(self.kind))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: sa.Dialect) -> Any:
        ids = list(value or ())
        return json.dumps(ids) if dialect.name == "sqlite" else ids


class _IsOneOf(FunctionElement[Any]):
    inherit_cache = True
    type = sa.types.NullType()  # of a truth SQLAlchemy asks SQLite whether it is 1: then no index is used


class _FoundIsOneOf(_IsOneOf):
    inherit_cache = True


@compiles(_IsOneOf, "sqlite")
def _in_json(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - words of ours, ids as a value


@compiles(_FoundIsOneOf, "sqlite")
def _found_in_json(element: Any, compiler: Any, **options: Any) -> str:
    return f"+{_in_json(element, compiler, **options)}"  # a sum: no index is of that


@compiles(_IsOneOf, "postgresql")
def _in_array(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({ids})"


def is_one_of(
    column: Any, name: str, told: Callable[[], Sequence[Any]] | None = None
) -> sa.ColumnElement[bool]:
    """Whether the column's id, or word, is in the list that the question is asked with, by that name; or, of
    a statement that the session is asked, in what ``told`` says at that moment."""
    return _IsOneOf(column, _listed(column, name, told))


def is_one_of_found(
    column: Any, name: str, told: Callable[[], Sequence[Any]] | None = None
) -> sa.ColumnElement[bool]:
    """The same of rows that something else finds: SQLite, which has no statistics, would sooner look through
    everybody's rows of a window than through a pupil's."""
    return _FoundIsOneOf(column, _listed(column, name, told))


class Joined(FunctionElement[str]):
    """What a column says in all rows as one text, with commas between; None where there is no row.

    Of thousands of rows a text for each column is read in a part of the time that making an object of each
    value takes. All columns of a question see the rows in the same order.
    """

    inherit_cache = True
    type = sa.Text()


@compiles(Joined, "sqlite")
def _group_concat(element: Any, compiler: Any, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)})"


@compiles(Joined, "postgresql")
def _string_agg(element: Any, compiler: Any, **options: Any) -> str:
    return f"string_agg(CAST({compiler.process(element.clauses, **options)} AS TEXT), ',')"


def _listed(column: Any, name: str, told: Callable[[], Sequence[Any]] | None = None) -> sa.BindParameter[Any]:
    kind = sa.BigInteger if isinstance(column.type, sa.Integer) else sa.Text
    return sa.bindparam(name, type_=Listed(kind), callable_=told)


def _here() -> sa.Connection:
    """The session's connection. What waits to be written is, as when the session itself is asked."""
    session = db.session()
    if session.autoflush:
        session.flush()
    kept: tuple[Any, sa.Connection] | None = session.info.get(HERE)
    if kept is None or kept[0] is not session.get_transaction():  # the session looks longer for it
        connection = session.connection()
        kept = session.info[HERE] = session.get_transaction(), connection
    return kept[1]


def _ask(connection: sa.Connection, words: str, values: Any, *, is_many: bool = False) -> Sequence[Any]:
    """The answer, as the driver gives it, and by the driver: of a question that a key answers, SQLAlchemy's
    account of who is answered, and how, takes several times what the database takes.

    Raises what SQLAlchemy would, without the values: they name people.
    """
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.dialect.loaded_dbapi
    cursor: Any = None
    try:
        cursor = connection.connection.cursor()
        for heard in connection.dispatch.before_cursor_execute:
            words, values = heard(connection, cursor, words, values, None, is_many)
        if is_many:
            cursor.executemany(words, values)
        else:
            cursor.execute(words, values)
        return cursor.fetchall() if cursor.description else []
    except driver.Error as error:
        is_gone = connection.dialect.is_disconnect(error, connection.connection.driver_connection, cursor)
        if is_gone:
            connection.invalidate(error)
        raise sa.exc.DBAPIError.instance(
            words, None, error, driver.Error, connection_invalidated=is_gone, dialect=connection.dialect
        ) from error
    finally:
        if cursor is not None:
            cursor.close()


class Question:
    """A statement and the values it is asked with, by name; lists for ``is_one_of``."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._words: dict[str, _Words] = {}  # by kind of database

    def rows(self, on: sa.Connection | None = None, /, **values: Any) -> Sequence[Any]:
        """The answer by the names of the columns, with values as the database keeps them: no decimals, dates
        or enums are made.

        ``on``: the connection, where it is not the session's; of that, what waits is written first.
        """
        return list(map(self._row._make, self._asked(on or _here(), values)[0]))

    def kept(self, on: sa.Connection | None = None, /, **values: Any) -> Sequence[tuple[Any, ...]]:
        """The same without names: of thousands of rows, naming them takes a good part of reading them."""
        return self._asked(on or _here(), values)[0]

    def values(self, on: sa.Connection | None = None, /, **values: Any) -> list[tuple[Any, ...]]:
        """The answer with each value as its column says, without names."""
        rows, words = self._asked(on or _here(), values)
        told = zip(words.readers, zip(*rows, strict=True), strict=True) if rows else ()
        # Nothing is nothing to every reader, and some columns of thousands of rows hold little else.
        ready = (map(read, one) if read and one.count(None) < len(one) else one for read, one in told)
        return list(zip(*ready, strict=True))

    def told(self, on: sa.Connection | None = None, /, **values: Any) -> list[Any]:
        """The same by the names of the columns."""
        return list(map(self._row._make, self.values(on, **values)))

    def _asked(self, connection: sa.Connection, values: Mapping[str, Any]) -> tuple[Sequence[Any], "_Words"]:
        dialect = connection.dialect
        words = self._words.get(dialect.name)
        if words is None:
            words = self._words[dialect.name] = _Words.of(self.statement, dialect)
        return _ask(connection, words.text, words.kept(values)), words

    @cached_property
    def _row(self) -> Any:
        return namedtuple("_row", self.statement.selected_columns.keys(), rename=True)


@dataclass(frozen=True)
class _Words:
    """A question in the words of one kind of database."""

    text: str
    is_by_place: bool  # whether values are given by their places, or by name
    keepers: Sequence[tuple[str, Any, Any]]  # of each value: name, what makes it ready, the usual
    readers: Sequence[Any]  # of each column, where it is not told as it is kept

    @classmethod
    def of(cls, statement: sa.Select[*tuple[Any, ...]], dialect: sa.Dialect) -> "_Words":
        words: Any = statement.compile(dialect=dialect)
        binds = [(name, words.binds[name]) for name in words.positiontup or words.binds]
        return cls(
            words.string,
            words.positiontup is not None,
            [
                (name, one.type.dialect_impl(dialect).bind_processor(dialect), one.effective_value)
                for name, one in binds
            ],
            [
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in statement.selected_columns
            ],
        )

    def kept(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = (values.get(name, usual) for name, _keep, usual in self.keepers)
        ready = [
            keep(value) if keep else value
            for (_name, keep, _usual), value in zip(self.keepers, given, strict=True)
        ]
        return (
            tuple(ready)
            if self.is_by_place
            else dict(zip((one[0] for one in self.keepers), ready, strict=True))
        )


class Change:
    """An UPDATE, INSERT or DELETE of many rows. Values are given as columns say, and kept as the database
    keeps them; an INSERT names every column that is not to be empty."""

    def __init__(self, statement: sa.Update | sa.Insert | sa.Delete) -> None:
        self.statement = statement
        # By kind of database and what is named: the words, and of each value in order its name and keeper.
        self._words: dict[tuple[str, tuple[str, ...]], tuple[Any, list[tuple[str, Any]]]] = {}

    def write(self, rows: Sequence[Mapping[str, Any]], on: sa.Connection | None = None) -> None:
        """Each row names the columns to write and what the statement finds it by. Those that name the same
        are written together; none for none."""
        alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for row in rows:
            alike.setdefault(tuple(row), []).append(row)
        for names, changed in alike.items():
            self._write(names, changed, on or _here())

    def _write(
        self, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]], connection: sa.Connection
    ) -> None:
        known = self._words.get((connection.dialect.name, names))
        words, keepers = known or self._put_into_words(names, connection.dialect)
        columns = (
            [keep(row[name]) for row in rows] if keep else [row[name] for row in rows]
            for name, keep in keepers
        )
        values: list[Any] = list(zip(*columns, strict=True))
        if words.positiontup is None:
            order = [name for name, _keep in keepers]
            values = [dict(zip(order, one, strict=True)) for one in values]
        _ask(connection, words.string, values, is_many=True)

    def _put_into_words(
        self, names: tuple[str, ...], dialect: sa.Dialect
    ) -> tuple[Any, list[tuple[str, Any]]]:
        words: Any = self.statement.compile(dialect=dialect, column_keys=names, for_executemany=True)
        kinds = ((name, words.binds[name].type.dialect_impl(dialect)) for name in words.positiontup or names)
        keepers = [(name, kind.bind_processor(dialect)) for name, kind in kinds]
        self._words[dialect.name, names] = words, keepers
        return words, keepers
