"""Dataordlistan: what every table and column of an export is, made from the tables themselves."""

import enum
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from assessments.database.types import Day, JsonText, Moment, Thousandths, Word, YesNo
from assessments.spreadsheets import Rows
from reports.exports.tables import Exported, Specification
from reports.exports.values import for_people

HEADINGS = (
    "tabell", "kolumn", "i_json_tabell", "i_json_kolumn", "typ", "får_vara_tom", "pekar_på", "värden_i_json",
)  # fmt: skip
TYPES: dict[type, str] = {
    Day: "dag",
    Moment: "tidpunkt",
    Thousandths: "tal",
    YesNo: "ja eller nej",
    JsonText: "lista eller uppgifter som JSON",
}


def rows(said: Specification, tables: list[Exported]) -> Rows:
    """A line for each column, in the order of the files."""
    return [HEADINGS, *(line for one in tables for line in _lines(said, one))]


def _lines(said: Specification, one: Exported) -> Iterator[tuple[str, ...]]:
    for column in one.columns:
        yield (
            one.name, one.called(column), one.table.name, column.name, _kind(column),
            "ja" if column.nullable else "nej", _target(said, column), _values(one, column),
        )  # fmt: skip


def _kind(column: sa.Column[Any]) -> str:
    if isinstance(column.type, Word):
        return "ett av värdena"
    known = next((words for kind, words in TYPES.items() if isinstance(column.type, kind)), None)
    return known or ("heltal" if column.type.python_type is int else "text")


def _target(said: Specification, column: sa.Column[Any]) -> str:
    key = next(iter(column.foreign_keys), None)
    if key is None:
        return ""
    there = said.all_tables.get(key.column.table.name)
    return f"{there.name}.{there.called(key.column)}" if there else "finns inte i uttaget"


def _values(one: Exported, column: sa.Column[Any]) -> str:
    """``near_goal = Nära målet``: the codes of the files that are read back, and their words."""
    if not isinstance(column.type, Word):
        return ""
    read = one.read(column) or for_people
    words: list[enum.Enum] = list(column.type.kind)
    return "; ".join(f"{word.value} = {read(word)}" for word in words)
