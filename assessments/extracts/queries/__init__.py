"""A pupil's whole record as plain values, one question per table, whatever the pupil has been through."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments.access.models import AuditEntry
from assessments.clock import SWEDEN, day_of, now
from assessments.database import db
from assessments.extracts.columns import COLUMNS
from assessments.extracts.queries.places import Places
from assessments.extracts.register import Kept, Register, Told, register
from assessments.retention.queries import trail_gone_until
from assessments.roster.models import Enrolment, Pupil

PART = 5_000  # values in one question: both databases have a limit
COMMAND = "kommandoraden"
HOW_TO_READ = (
    "Årskurs 0 är förskoleklass. Tider är svenska. Det som är tomt är inte ifyllt; en tom lista: inget finns."
)
NOTES_APART = (
    "Elevhälsans anteckningar lämnas ut för sig, efter egen prövning (OSL 23 kap. 2 §): --notes FIL."
)
TRAIL_GONE = "Spår som är äldre finns inte kvar: loggen är gallrad till och med {}."
READ_FIRST = "Rader som någon har skrivit kan nämna andra. Läs igenom innan något lämnas ut."


def record_of(pupil: Pupil) -> Told:
    """Everything that is kept about the pupil, and who has seen it; but for the elevhälsa's notes."""
    return _extract(pupil, of_health=False, words=(HOW_TO_READ, READ_FIRST, NOTES_APART))


def health_notes_of(pupil: Pupil) -> Told:
    """The notes of the elevhälsa, their own log, and the traces of them. Nothing else."""
    return _extract(pupil, of_health=True, words=(HOW_TO_READ, READ_FIRST))


def note_schools(pupil: Pupil) -> list[int]:
    """Ids of the schools whose elevhälsa has written about the pupil: each is told in the zone's own log."""
    kept = next(register().in_zone(of_health=True))
    column = kept.table.c.school_id
    asked = sa.select(column).where(register().where(kept, pupil.id)).distinct().order_by(column)
    return list(db.session.scalars(asked))


def _extract(pupil: Pupil, *, of_health: bool, words: tuple[str, ...]) -> Told:
    held, gone = register(), trail_gone_until(pupil.municipality_id)
    rows = {kept: _rows(held, kept, pupil) for kept in held.in_zone(of_health=of_health)}
    trail = _trail(list(_subjects(pupil, rows)), of_health=of_health)
    lists = [] if of_health else _lists(pupil)
    places = Places(held.named)
    for kept, found in rows.items():
        for row in found:
            places.remember(_keyed(kept, row._mapping))
    for entry in (*trail, *lists):
        places.remember((("duty", entry.duty_id), ("school", entry.school_id)))
    places.fetch()
    return {
        "format": "lasspar-registerutdrag-1",
        "elev_id": pupil.code,
        "gjort": now().astimezone(SWEDEN).isoformat(timespec="seconds"),
        "att_veta": [*words, *([TRAIL_GONE.format(gone)] if gone else [])],
        "inte_med": {} if of_health else dict(held.not_told()),
        **{kept.name: [_told(kept, row, places) for row in found] for kept, found in rows.items()},
        "spår": [_seen(entry, places) for entry in trail],
        **({} if of_health else {"spår_i_klassens_listor": [_seen(entry, places) for entry in lists]}),
    }


def _rows(held: Register, kept: Kept, pupil: Pupil) -> list[Any]:
    """The table's own columns first, then those beside, in the order in which the rows were made."""
    beside = [column.label(name) for name, column in kept.beside.items()]
    asked = sa.select(*kept.told, *beside).select_from(kept.table)
    for model, condition in kept.joins:
        asked = asked.outerjoin(model, condition)
    in_order = asked.where(held.where(kept, pupil.id)).order_by(*kept.table.primary_key.columns)
    return list(db.session.execute(in_order))


def _keyed(kept: Kept, row: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """(table, id) of every key in a row."""
    for name, column in _columns(kept):
        for key in column.foreign_keys:
            yield key.column.table.name, row[name]


def _columns(kept: Kept) -> Iterator[tuple[str, sa.Column[Any]]]:
    """Every column of a row by the name it has there."""
    yield from ((column.name, column) for column in kept.told)
    yield from ((name, attribute.property.columns[0]) for name, attribute in kept.beside.items())


def _told(kept: Kept, row: Any, places: Places) -> Told:
    told = {}
    for name, column in _columns(kept):
        value = row._mapping[name]
        word = name if name in kept.beside else kept.names.get(name) or COLUMNS[name]
        key = next(iter(column.foreign_keys), None)
        if value is not None and name in kept.reads:
            told[word] = kept.reads[name](value)
        elif key is not None:
            told[word] = places.told(key.column.table.name, value)
        else:
            told[word] = _plain(value)
    return {**told, **{word: made(row) for word, made in kept.also.items()}}


def _plain(value: Any) -> Any:
    """As JSON has it: days and moments by Swedish clocks, exact numbers, words of closed sets in Swedish."""
    if isinstance(value, enum.Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, datetime):
        return value.astimezone(SWEDEN).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _trail(subjects: Sequence[str], *, of_health: bool) -> list[AuditEntry]:
    """The traces that name the pupil, or a row that is kept about the pupil, in the order they were left."""
    of_notes = sa.or_(AuditEntry.action.startswith("note:"), AuditEntry.action.startswith("notes:"))
    found: list[AuditEntry] = []
    for start in range(0, len(subjects), PART):
        asked = sa.select(AuditEntry).where(
            AuditEntry.subject.in_(subjects[start : start + PART]), of_notes if of_health else ~of_notes
        )
        found += db.session.scalars(asked)
    return sorted(found, key=lambda entry: entry.id)


def _subjects(pupil: Pupil, rows: Mapping[Kept, Sequence[Any]]) -> Iterator[str]:
    """How the trail calls what is kept: ``pupil:17``, ``observation:4``."""
    yield f"pupil:{pupil.id}"
    for kept, found in rows.items():
        (key, *_more) = kept.table.primary_key.columns
        if kept.model is not Pupil and key.name in {column.name for column in kept.told}:
            yield from (f"{kept.model.__name__.lower()}:{row._mapping[key.name]}" for row in found)


def _lists(pupil: Pupil) -> list[AuditEntry]:
    """A list is one trace, of its class: those of the pupil's classes, while the pupil went there."""
    went = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=pupil.id)).all()
    subjects = {f"schoolclass:{one.school_class_id}" for one in went}
    asked = sa.select(AuditEntry).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.id)
    return [entry for entry in db.session.scalars(asked) if _is_during(went, entry)]


def _is_during(went: Sequence[Enrolment], entry: AuditEntry) -> bool:
    on = day_of(entry.created_at)
    return any(
        entry.subject == f"schoolclass:{one.school_class_id}" and one.starts_on <= on <= (one.ends_on or on)
        for one in went
    )


def _seen(entry: AuditEntry, places: Places) -> Told:
    """When, what, and by which function. The person behind it is the school's to name, not the file's."""
    return {
        "när": _plain(entry.created_at),
        "handling": entry.action,
        "gäller": entry.subject,
        "av": places.told("duty", entry.duty_id) or (None if entry.account_id else COMMAND),
        "konto": entry.account_id,
        "skola": places.told("school", entry.school_id),
    }
