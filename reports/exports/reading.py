"""Reads an export back into an empty Lässpår: the same rows under the same ids."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db, schema
from assessments.instruments.files import parse_toml
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster import personnummer
from assessments.roster.models import Municipality, Pupil
from reports.exports.places import Open
from reports.exports.read_me import MANIFEST
from reports.exports.tables import PUPIL, Exported, specification
from reports.exports.values import from_file
from reports.exports.writing import FORMAT
from screening.benchmarks.files import publish, reasons_against
from screening.models import BenchmarkSet

CHUNK = 1_000
BUILT_IN = ("adoption", "absence_limit")  # what an empty Lässpår has of its own gives way
SETS, MEASURES = "benchmark_set", "measure"
JUDGED_BY = "judged_by"  # names a set without a key
STRANGE = "Uttaget är skadat eller ändrat"


@dataclass
class Reading:
    """What has been read so far. ``known``: by table the ids there are; ``sets``: former id to id here."""

    opened: Open
    said: Mapping[str, Exported]
    known: dict[str, set[Any]] = field(default_factory=dict)
    sets: dict[int, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)  # by table the rows that point at what is not there


def read(opened: Open) -> tuple[str, dict[str, int], dict[str, int]]:
    """The municipality's name, rows by table, and the rows that could not be read. Flushes.

    Raises Refused, before anything is written, where this Lässpår is not empty or the export is not ours.
    """
    manifest = _manifest(opened)
    _refuse_what_is_not_empty()
    reading, done = Reading(opened, specification().all_tables), {}
    for name in BUILT_IN:
        db.session.execute(sa.delete(reading.said[name].table))
    for name, told in manifest["tabeller"].items():
        if told["läses_tillbaka"]:
            done[name] = _table(reading, reading.said[name])
    _count_ids_from_here(reading)
    return manifest["kommun"], done, {name: count for name, count in reading.left.items() if count}


def _manifest(opened: Open) -> dict[str, Any]:
    try:
        with opened(MANIFEST) as file:
            told: dict[str, Any] = json.load(file)
    except (KeyError, OSError, ValueError):
        raise Refused(
            f"{MANIFEST} saknas eller går inte att läsa: det är inget uttag från Lässpår."
        ) from None
    if told.get("format") != FORMAT:
        raise Refused("Det är inget uttag som den här versionen läser.")
    if told["elevhälsans"]:
        raise Refused("Elevhälsans anteckningar läses inte tillbaka: de lämnas för sig, efter egen prövning.")
    if told["tabellversion"] != schema.head():
        raise Refused(
            f"Uttaget är gjort med en annan version av Lässpår (tabeller {told['tabellversion']}, här"
            f" {schema.head()}). Läs tillbaka det med den versionen och kör sedan lasspar init med den här."
        )
    return told


def _refuse_what_is_not_empty() -> None:
    for model in (Municipality, Pupil, AssessmentWindow):
        if db.session.scalar(sa.select(model.id).limit(1)) is not None:
            raise Refused(
                "Här finns redan uppgifter. Läs tillbaka i en tom Lässpår: LASSPAR_INSTANCE_PATH=/ny/mapp,"
                " lasspar init, och försök igen."
            )


def _table(reading: Reading, one: Exported) -> int:
    if one.table.name == SETS:
        return _benchmarks(reading, one)
    rows = list(_known(reading, one)) if one.table.name != MEASURES else _new_measures(reading, one)
    for start in range(0, len(rows), CHUNK):
        db.session.execute(sa.insert(one.table), rows[start : start + CHUNK])
    return len(rows)


def _rows(reading: Reading, one: Exported) -> Iterator[dict[str, Any]]:
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


def _known(reading: Reading, one: Exported) -> Iterator[dict[str, Any]]:
    """Rows whose keys all lead somewhere; what may be empty lets go of what is not there."""
    ids = reading.known.setdefault(one.table.name, set())
    keys = [(column, key.column.table.name) for column in one.columns for key in column.foreign_keys]
    for row in _rows(reading, one):
        if row.get(JUDGED_BY):
            row[JUDGED_BY] = reading.sets[row[JUDGED_BY]]
        if one.table is PUPIL:
            _seal(row)
        missing = [column for column, table in keys if not _lead(reading, row, column, table, ids)]
        if any(not column.nullable for column in missing):
            reading.left[one.table.name] = reading.left.get(one.table.name, 0) + 1
            continue
        row.update(dict.fromkeys(column.name for column in missing))
        if "id" in row:
            ids.add(row["id"])
        elif len(one.table.primary_key.columns) == 1:
            (only,) = one.table.primary_key.columns
            ids.add(row[only.name])
        yield row


def _lead(reading: Reading, row: dict[str, Any], column: sa.Column[Any], table: str, own: set[Any]) -> bool:
    value = row[column.name]
    if value is None:
        return True
    if table == SETS:
        row[column.name] = reading.sets.get(value)
        return value in reading.sets
    return value in (own if table == column.table.name else reading.known.get(table, set()))


def _seal(row: dict[str, Any]) -> None:
    """The number as this Lässpår keeps it, by its own key."""
    row["personnummer_hash"] = None
    if row["personnummer_encrypted"]:
        number = personnummer.parse(row["personnummer_encrypted"], today())
        row["personnummer_encrypted"] = personnummer.encrypted(number)
        row["personnummer_hash"] = personnummer.hashed(number)


def _new_measures(reading: Reading, one: Exported) -> list[dict[str, Any]]:
    """Those that do not come built in."""
    here = set(db.session.scalars(sa.select(MeasureRow.code)))
    rows = list(_rows(reading, one))
    reading.known[MEASURES] = here | {row["code"] for row in rows}
    return [row for row in rows if row["code"] not in here]


def _benchmarks(reading: Reading, one: Exported) -> int:
    """Each set as its file says it, with the digest that the initiative knows it by; one that is here already
    is the same."""
    count = 0
    for row in _rows(reading, one):
        name = f"riktmarken/{row['code']}@{row['version']}.toml"
        with reading.opened(name) as file:
            text = file.read().decode()
        content = parse_toml(name, text)
        if reasons := reasons_against(content, name, text):
            raise Refused(reasons)
        reading.sets[row["id"]] = publish(content, row["digest"]).benchmark_set.id
        count += 1
    reading.known[SETS] = set(db.session.scalars(sa.select(BenchmarkSet.id)))
    return count


def _count_ids_from_here(reading: Reading) -> None:
    """PostgreSQL counts ids by itself: the next one comes after those that were read."""
    if db.engine.dialect.name != "postgresql":
        return
    for one in reading.said.values():
        if "id" in one.table.columns:
            last = sa.select(sa.func.max(one.table.c.id)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(one.table.name, "id")
            db.session.execute(sa.select(sa.func.setval(sequence, last)).where(last.is_not(None)))
