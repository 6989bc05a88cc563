"""Rows of an export's files, and whether what they point at is there."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assessments.refusals import Refused
from reports.exports.places import Open
from reports.exports.tables import Exported
from reports.exports.values import from_file

SETS = "benchmark_set"
STRANGE = "Uttaget är skadat eller ändrat"


@dataclass
class Reading:
    """What has been read so far. ``known``: by table the ids there are; ``sets``: former id to id here."""

    opened: Open
    said: Mapping[str, Exported]
    known: dict[str, set[Any]] = field(default_factory=dict)
    sets: dict[int, int] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)  # by table: rows that need what is not there
    emptied: Counter[str] = field(default_factory=Counter)  # by column: pointed at it, and is empty now


def rows(reading: Reading, one: Exported) -> Iterator[dict[str, Any]]:
    """One after the other: a line of the file is a row."""
    with reading.opened(f"json/{one.table.name}.json") as file:
        for line in file:
            text = line.strip().removesuffix(b",")
            if text in (b"[", b"]", b"[]", b""):
                continue
            try:
                told = json.loads(text)
                yield {column.name: from_file(column, told[column.name]) for column in one.columns}
            except (ValueError, TypeError, KeyError) as error:
                raise Refused(f"{STRANGE}: json/{one.table.name}.json, {type(error).__name__}.") from error


def missing(reading: Reading, one: Exported, row: dict[str, Any]) -> list[sa.Column[Any]]:
    """The keys that lead nowhere; those to benchmark sets lead to the sets here from now on."""
    keys = [(column, key.column.table.name) for column in one.columns for key in column.foreign_keys]
    return [column for column, table in keys if not _leads(reading, row, column.name, table)]


def _leads(reading: Reading, row: dict[str, Any], column: str, table: str) -> bool:
    value = row[column]
    if value is None:
        return True
    if table == SETS:
        row[column] = reading.sets.get(value)
        return value in reading.sets
    return value in reading.known.get(table, ())
