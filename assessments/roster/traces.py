"""What a class list wrote is kept while it can be undone: the rows as they stood before and after."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Curriculum, Enrolment, Pupil, RosterImport, School, SchoolForm
from assessments.roster.places import KnownMunicipality, KnownSchool
from assessments.roster.plans import RosterPlan
from assessments.roster.trace_models import RosterChange, RosterTrace, Wrote
from assessments.taken_back import earliest

CHUNK = 5000  # both databases limit how many values one statement may hold
PUPILS = cast(sa.Table, Pupil.__table__)
ENROLMENTS = cast(sa.Table, Enrolment.__table__)
CHANGES = cast(sa.Table, RosterChange.__table__)
TOLD_OF_PUPILS = (
    "code", "given_name", "preferred_name", "family_name", "school_form", "curriculum", "letter_language",
    "second_letter_language", "personnummer_encrypted", "personnummer_hash",
)  # fmt: skip
TOLD_OF_ENROLMENTS = ("school_class_id", "year", "starts_on", "ends_on")
Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """Pupils and all their enrolments as they stand, by id, in words and numbers that JSON keeps."""

    pupils: dict[int, Row] = field(default_factory=dict)
    enrolments: dict[int, Row] = field(default_factory=dict)
    owners: dict[int, int] = field(default_factory=dict)  # enrolment id -> pupil id
    hidden: frozenset[int] = frozenset()  # pupils whose identity is protected

    @classmethod
    def of(cls, pupil_ids: Collection[int]) -> "Rows":
        """Two queries for each 5,000 pupils."""
        found, hidden = cls(), set[int]()
        for part in parts(pupil_ids):
            told = [PUPILS.c[name] for name in TOLD_OF_PUPILS]
            pupils = sa.select(PUPILS.c.id, PUPILS.c.is_protected, *told).where(PUPILS.c.id.in_(part))
            for row in db.session.execute(pupils).mappings():
                found.pupils[row["id"]] = {name: _kept(row[name]) for name in TOLD_OF_PUPILS}
                hidden |= {row["id"]} if row["is_protected"] else set()
            went = [ENROLMENTS.c[name] for name in TOLD_OF_ENROLMENTS]
            theirs = ENROLMENTS.c.pupil_id.in_(part)
            enrolments = sa.select(ENROLMENTS.c.id, ENROLMENTS.c.pupil_id, *went).where(theirs)
            for row in db.session.execute(enrolments).mappings():
                found.enrolments[row["id"]] = {name: _kept(row[name]) for name in TOLD_OF_ENROLMENTS}
                found.owners[row["id"]] = row["pupil_id"]
        return cls(found.pupils, found.enrolments, found.owners, frozenset(hidden))


def parts(ids: Collection[int], size: int = CHUNK) -> Iterator[list[int]]:
    """The ids in order, some at a time."""
    in_order = sorted(ids)
    for start in range(0, len(in_order), size):
        yield in_order[start : start + size]


def digest(row: Row) -> str:
    """A row as a mark that tells whether it has been changed, and nothing that it says."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Before:
    """What stands before a plan is carried out: the pupils it says something new of, and names of places."""

    rows: Rows
    names: list[Row]

    @classmethod
    def of(cls, plan: RosterPlan, *, end_missing: bool) -> "Before":
        left = {one.pupil_id for one in plan.leaving(end_missing=end_missing)}
        told = left | {one.pupil_id for one in plan.changed} | {one.pupil_id for one in plan.moved}
        return cls(Rows.of(told), _names_of(plan.amended))


def keep(taken_in: RosterImport, plan: RosterPlan, before: Before, new: Collection[int]) -> None:
    """Every row that the class list wrote; ``new``: the pupils it added. Older lists let go of theirs."""
    db.session.execute(sa.delete(CHANGES).where(_is_too_old()))
    after = Rows.of({*before.rows.pupils, *new})
    rows = [*_pupils_changed(before.rows, after), *_enrolments(before.rows, after, set(new))]
    told = [{"roster_import_id": taken_in.id, "before": {}, "after": {}} | row for row in rows]
    if told:
        db.session.connection().execute(sa.insert(CHANGES), told)
    db.session.add(RosterTrace(roster_import_id=taken_in.id, places=_places(plan, before.names)))
    db.session.flush()


def forget_names(pupil: Pupil, **_more: Any) -> None:
    """What lists put in place of the names of a pupil who has just been protected is let go."""
    names = CHANGES.c.kind == Wrote.PUPIL_CHANGED
    db.session.execute(sa.delete(CHANGES).where(CHANGES.c.pupil_id == pupil.id, names))


def let_go_of_old() -> None:
    """What lists put in place of other words goes when they can no longer be undone. Commits."""
    if db.session.scalar(sa.select(CHANGES.c.id).where(_is_too_old()).limit(1)) is not None:
        db.session.execute(sa.delete(CHANGES).where(_is_too_old()))
        db.session.commit()
    db.session.rollback()


def _is_too_old() -> sa.ColumnElement[bool]:
    too_late = sa.select(RosterImport.id).where(RosterImport.created_at < earliest())
    return CHANGES.c.roster_import_id.in_(too_late)


def _pupils_changed(before: Rows, after: Rows) -> Iterator[Row]:
    for pupil_id, stood in before.pupils.items():
        if said := _otherwise(stood, after.pupils[pupil_id]):
            yield {"kind": Wrote.PUPIL_CHANGED, "pupil_id": pupil_id, "enrolment_id": None, **said}


def _enrolments(before: Rows, after: Rows, new: set[int]) -> Iterator[Row]:
    for enrolment_id, stands in after.enrolments.items():
        pupil_id = after.owners[enrolment_id]
        about = {"pupil_id": pupil_id, "enrolment_id": enrolment_id}
        if pupil_id in new:
            mark = {"digest": digest(after.pupils[pupil_id])}
            yield {**about, "kind": Wrote.PUPIL_ADDED, "after": {**stands, **mark}}
        elif enrolment_id not in before.enrolments:
            yield {**about, "kind": Wrote.ENROLMENT_ADDED, "after": stands}
        elif said := _otherwise(before.enrolments[enrolment_id], stands):
            yield {**about, "kind": Wrote.ENROLMENT_CHANGED, **said}


def _otherwise(stood: Row, stands: Row) -> Row:
    """The columns that say something else than before, both ways; nothing where none does."""
    names = [name for name in stood if stood[name] != stands[name]]
    both = {"before": {name: stood[name] for name in names}, "after": {name: stands[name] for name in names}}
    return both if names else {}


def _places(plan: RosterPlan, names: list[Row]) -> Row:
    made = {
        "municipality": _ids(plan.new_municipalities),
        "school": _ids(plan.new_schools),
        "school_class": _ids(plan.new_classes),
    }
    renamed = [
        {"school_class": one.former.id, "before": one.former.name, "after": one.school_class.name}
        for one in plan.renamed
    ]
    return {"made": made, "named": names, "renamed": renamed}


def _names_of(amended: Iterable[KnownMunicipality | KnownSchool]) -> list[Row]:
    """What schools are called that the list is about to call otherwise, beside what it calls them. A
    municipality that had no name keeps the one it gets."""
    found = []
    for known in amended:
        if isinstance(known, KnownSchool):
            school = db.session.get_one(School, known.id)
            stood = {"name": school.name, "code": school.code}
            said = {"name": known.name, "code": known.code}
            found.append({"school": known.id, "before": stood, "after": said})
    return found


def _ids(known: Iterable[Any]) -> list[int]:
    return [one.id for one in known]


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


READS = {
    "school_form": SchoolForm,
    "curriculum": Curriculum,
    "starts_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
}


def as_columns(row: Row) -> Row:
    """A kept row as its table takes it."""
    return {name: READS[name](value) if name in READS and value else value for name, value in row.items()}
