"""Writes an export: tables for people as CSV, the same for machines as JSON, a dictionary, benchmark files.

One moment of the database is read, row by row: nobody waits, and a large municipality takes no more memory.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.clock import SWEDEN, now
from assessments.database import connections, db
from assessments.roster.models import Municipality
from assessments.spreadsheets import as_csv, csv_row
from reports.exports import dictionary
from reports.exports.places import Open
from reports.exports.read_me import DICTIONARY, MANIFEST, READ_ME, read_me
from reports.exports.tables import PUPIL, Exported, Scope, Specification, scope, specification
from reports.exports.values import for_people, for_reading
from screening.benchmarks.writing import as_toml, content_of
from screening.models import BenchmarkSet

FORMAT = "lasspar-export-1"
CHUNK = 2_000
Told = Callable[[int], object]  # how many rows were written just now


@dataclass(frozen=True)
class Wanted:
    """What of a municipality is wanted. ``of_health``: the notes of the elevhälsa, and nothing else."""

    municipality_id: int
    with_protected: bool = False
    of_health: bool = False


def write(wanted: Wanted, opened: Open, told: Told = lambda _rows: None) -> int:
    """Every file of the export; returns how many rows. The caller has put the session's own work away."""
    said = specification()
    tables = said.notes if wanted.of_health else said.tables
    municipality = db.session.get_one(Municipality, wanted.municipality_id)
    name = municipality.name
    files = {f"riktmarken/{one.code}@{one.version}.toml": as_toml(content_of(one)) for one in _sets()}
    own = scope(municipality, with_protected=wanted.with_protected, said=said)
    db.session.rollback()
    done: dict[str, dict[str, Any]] = {}
    with _one_moment() as connection:
        version = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        for table, one in tables.items():
            done[table] = _table(connection, own, one, opened, told)
        codes = _codes(connection, own, said) if wanted.of_health else {}
    _put(opened, DICTIONARY, as_csv(dictionary.rows(said, list(tables.values()))))
    for file, text in {} if wanted.of_health else files.items():
        _put(opened, file, text.encode())
    _put(opened, READ_ME, read_me(name, len(own.left_out), of_health=wanted.of_health).encode())
    facts = {
        "format": FORMAT, "kommun": name, "gjort": now().astimezone(SWEDEN).isoformat(timespec="seconds"),
        "tabellversion": version, "med_skyddade": wanted.with_protected, "elevhälsans": wanted.of_health,
        "inte_med": {} if wanted.of_health else dict(said.left_out), "tabeller": done,
    }  # fmt: skip
    if wanted.of_health:
        facts["elever"] = codes
    _put(opened, MANIFEST, json.dumps(facts, ensure_ascii=False, indent=2).encode())
    return sum(one["rader"] for one in done.values())


def _sets() -> list[BenchmarkSet]:
    return list(db.session.scalars(sa.select(BenchmarkSet).order_by(BenchmarkSet.id)))


def _codes(connection: sa.Connection, own: Scope, said: Specification) -> dict[str, str]:
    """By id the elev-id of those who have notes: whom a file that stands alone is about."""
    noted = [one.table.c.pupil_id for one in said.notes.values()]
    asked = sa.select(PUPIL.c.id, PUPIL.c.code).where(
        own.rows_of(said.tables[PUPIL.name]), sa.or_(*(PUPIL.c.id.in_(sa.select(one)) for one in noted))
    )
    return {str(row.id): row.code for row in connection.execute(asked)}


@contextmanager
def _one_moment() -> Iterator[sa.Connection]:
    level = {} if db.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with db.engine.connect().execution_options(**level) as connection:
        with connections.reading():
            moment = connection.begin()
        with moment:
            yield connection


def _table(connection: sa.Connection, own: Scope, one: Exported, opened: Open, told: Told) -> dict[str, Any]:
    """Both files of a table, one after the other: a zip has one open file at a time."""
    asked = sa.select(*one.columns).where(own.rows_of(one)).order_by(*one.table.primary_key.columns)
    digest, count = hashlib.sha256(), 0
    with opened(f"json/{one.table.name}.json") as file:
        file.write(b"[")
        for row in _rows(connection, own, one, asked):
            line = json.dumps(_for_machines(one, row), ensure_ascii=False).encode()
            part = (b"" if not count else b",") + b"\n" + line
            digest.update(line)
            file.write(part)
            count += 1
            if count % CHUNK == 0:
                told(CHUNK)
        file.write(b"\n]\n")
    reads = [one.read(column) or for_people for column in one.columns]
    with opened(f"csv/{one.name}.csv") as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
        lines.writerow(one.called(column) for column in one.columns)
        for row in _rows(connection, own, one, asked):
            lines.writerow(csv_row([_words(read, value) for read, value in zip(reads, row, strict=True)]))
    told(count % CHUNK)
    return {"namn": one.name, "rader": count, "sha256": digest.hexdigest(), "läses_tillbaka": True}


def _rows(connection: sa.Connection, own: Scope, one: Exported, asked: sa.Select[Any]) -> Iterator[Any]:
    for row in connection.execution_options(yield_per=CHUNK).execute(asked):
        if own.tells(one, row):
            yield row


def _for_machines(one: Exported, row: Any) -> dict[str, Any]:
    """What is encrypted is written in clear: the key stays where it is."""
    told = {}
    for column, value in zip(one.columns, row, strict=True):
        is_sealed = column.name in ("personnummer_encrypted", "sealed") and value is not None
        read = one.read(column) if is_sealed else None
        told[column.name] = read(value) if read else for_reading(value)
    return told


def _words(read: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else for_people(read(value))


def _put(opened: Open, name: str, content: bytes) -> None:
    with opened(name) as file:
        file.write(content)
