"""Reads an export back into an empty Lässpår: the same rows under the same ids."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from assessments.access.models import Account, AuditEntry
from assessments.access.trail.chain import TRAIL
from assessments.clock import now, today
from assessments.database import db, schema
from assessments.instruments.files import parse_toml
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster import personnummer
from assessments.roster.models import Duty, Municipality, Pupil
from assessments.roster.sealing import sealed
from assessments.words import counted
from reports.exports import keys
from reports.exports.keys import SETS, Reading
from reports.exports.places import Open
from reports.exports.read_me import MANIFEST
from reports.exports.tables import PUPIL, Exported, specification
from reports.exports.trail import Trail
from reports.exports.writing import FORMAT
from screening.benchmarks.files import publish, reasons_against
from screening.models import BenchmarkSet
from screening.notes.keeping import PURPOSE
from screening.notes.models import HealthNote, NoteLog

CHUNK = 1_000
BUILT_IN = ("adoption", "absence_limit")  # what an empty Lässpår has of its own gives way
MEASURES = "measure"
JUDGED_BY = "judged_by"  # names a set without a key
DUTIES = cast(sa.Table, Duty.__table__)
NOTES = (cast(sa.Table, HealthNote.__table__), cast(sa.Table, NoteLog.__table__))


@dataclass(frozen=True)
class ReadBack:
    """The municipality's name, rows by table, and in Swedish what is not as it was."""

    name: str
    rows: Mapping[str, int]
    told: Sequence[str]


def read(opened: Open) -> ReadBack:
    """Everything in an export, or the notes that belong to one that has been read. Flushes.

    Raises Refused, before anything is written, where this Lässpår is not empty or the export is not ours.
    """
    manifest = _manifest(opened)
    reading, trail = Reading(opened, specification().all_tables), Trail(manifest["med_skyddade"])
    is_of_health = manifest["elevhälsans"]
    (_know_who_is_here if is_of_health else _make_room)(reading, manifest)
    done = {}
    anchors_first = sorted(manifest["tabeller"].items(), key=lambda told: told[0] == TRAIL.name)
    for name, told in anchors_first:
        if told["läses_tillbaka"]:  # exports made before the trail was read back say no
            one = reading.said[name]
            done[name] = _trail(reading, one, trail) if one.table is TRAIL else _table(reading, one)
    closed = 0 if is_of_health else _close_strangers()
    _count_ids_from_here(reading)
    return ReadBack(manifest["kommun"], done, [*_sentences(reading, closed), *trail.sentences()])


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
    if told["tabellversion"] != schema.head():
        raise Refused(
            f"Uttaget är gjort med en annan version av Lässpår (tabeller {told['tabellversion']}, här"
            f" {schema.head()}). Läs tillbaka det med den versionen och kör sedan lasspar init med den här."
        )
    return told


def _make_room(reading: Reading, _manifest: Mapping[str, Any]) -> None:
    for model in (Municipality, Pupil, AssessmentWindow, Account, AuditEntry):
        if db.session.scalar(sa.select(model.id).limit(1)) is not None:
            raise Refused(
                "Här finns redan uppgifter. Läs tillbaka i en tom Lässpår: LASSPAR_INSTANCE_PATH=/ny/mapp,"
                " lasspar init, och försök igen."
            )
    for name in BUILT_IN:
        db.session.execute(sa.delete(reading.said[name].table))


def _know_who_is_here(reading: Reading, manifest: Mapping[str, Any]) -> None:
    """Notes come after everything else: they point at its pupils, schools and duties by id."""
    for model in (HealthNote, NoteLog):
        if db.session.scalar(sa.select(model.id).limit(1)) is not None:
            raise Refused("Här finns redan anteckningar från elevhälsan.")
    codes = manifest.get("elever")
    if codes is None:
        raise Refused("Uttaget av elevhälsans anteckningar är äldre än att de gick att läsa tillbaka.")
    here = sa.select(Pupil.id, Pupil.code).join(Municipality, Municipality.id == Pupil.municipality_id)
    known = dict(db.session.execute(here.where(Municipality.name == manifest["kommun"])).all())
    if any(known.get(int(pupil_id)) != code for pupil_id, code in codes.items()):
        raise Refused(
            "Anteckningarna hör till elever som inte finns här, eller som har ett annat id. Läs först"
            " tillbaka kommunens uttag från samma tid, med --protected om det gjordes så."
        )
    for name in {key.column.table.name for one in NOTES for key in one.foreign_keys} - {"health_note"}:
        reading.known[name] = set(db.session.scalars(sa.select(reading.said[name].table.c.id)))


def _table(reading: Reading, one: Exported) -> int:
    if one.table.name == SETS:
        return _benchmarks(reading, one)
    rows = list(_known(reading, one)) if one.table.name != MEASURES else _new_measures(reading, one)
    for start in range(0, len(rows), CHUNK):
        db.session.execute(sa.insert(one.table), rows[start : start + CHUNK])
    return len(rows)


def _trail(reading: Reading, one: Exported, trail: Trail) -> int:
    """A row that points outside the municipality keeps what it said among its details."""

    def emptied(row: dict[str, Any]) -> dict[str, Any]:
        said = {column.name: row[column.name] for column in keys.missing(reading, one, row)}
        row.update(dict.fromkeys(said))
        return said

    return trail.read(keys.rows(reading, one), emptied)


def _known(reading: Reading, one: Exported) -> Iterator[dict[str, Any]]:
    """Rows whose keys all lead somewhere; what may be empty lets go of what is not there."""
    ids = reading.known.setdefault(one.table.name, set())
    for row in keys.rows(reading, one):
        if row.get(JUDGED_BY):
            row[JUDGED_BY] = reading.sets[row[JUDGED_BY]]
        if one.table is PUPIL:
            _seal(row)
        elif one.table is NOTES[0]:
            row["sealed"] = sealed(row["sealed"], PURPOSE)
        gone = keys.missing(reading, one, row)
        if any(not column.nullable for column in gone) or (one.table is DUTIES and gone):
            reading.left[one.name] += 1  # a duty without its place would hold everywhere
            continue
        row.update(dict.fromkeys(column.name for column in gone))
        reading.emptied.update(f"{one.name}.{one.called(column)}" for column in gone)
        if "id" in row:
            ids.add(row["id"])
        elif len(one.table.primary_key.columns) == 1:
            (only,) = one.table.primary_key.columns
            ids.add(row[only.name])
        yield row


def _close_strangers() -> int:
    """Accounts that came along for the trail's sake, of people with no duty here, do not open; how many."""
    here = sa.select(Duty.staff_member_id).where(
        sa.func.coalesce(Duty.municipality_id, Duty.school_id, Duty.school_class_id).is_not(None)
    )
    stranger = (Account.municipality_id.is_(None), Account.disabled_at.is_(None))
    closing = sa.update(Account).where(*stranger, Account.staff_member_id.not_in(here))
    return len(db.session.execute(closing.values(disabled_at=now()).returning(Account.id)).all())


def _sentences(reading: Reading, closed: int) -> Iterator[str]:
    for name, count in sorted(reading.left.items()):
        yield f"Inte inlästa, pekar på något som inte är med: {name}, {counted(count, 'rad', 'rader')}."
    for name, count in sorted(reading.emptied.items()):
        yield f"Tomt nu, pekade på något som inte är med: {name}, {counted(count, 'rad', 'rader')}."
    if closed:
        yield f"{counted(closed, 'konto', 'konton')} utanför kommunen, som står i loggen, är avstängda."


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
    rows = list(keys.rows(reading, one))
    reading.known[MEASURES] = here | {row["code"] for row in rows}
    return [row for row in rows if row["code"] not in here]


def _benchmarks(reading: Reading, one: Exported) -> int:
    """Each set as its file says it, with the digest that the initiative knows it by; one that is here already
    is the same."""
    count = 0
    for row in keys.rows(reading, one):
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
