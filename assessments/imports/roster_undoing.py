"""A class list taken back: what it changed, where nobody has changed it since.

A pupil whom the list added goes, unless somebody has changed something or there are results: then the pupil
stays, and is told. Places that the list made go where nothing is left in them.
"""

import enum
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.imports.belongings import of_people, take_away, unused
from assessments.refusals import Refused
from assessments.roster.editing import pupils_changed
from assessments.roster.holding import hold
from assessments.roster.models import QuarantinedRow, QuarantineNote, RosterImport, School
from assessments.roster.trace_models import RosterTrace, Wrote
from assessments.roster.traces import (
    CHANGES,
    DAYS,
    ENROLMENTS,
    PUPILS,
    Row,
    Rows,
    as_columns,
    digest,
    parts,
)
from assessments.ss12000.pulling import forget_mark

PART = 2_000  # pupils at a time


class Why(enum.StrEnum):
    """Why something stays as it is."""

    HAS_RESULTS = "has_results"
    CHANGED = "changed"
    MOVED = "moved"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Kept:
    """What stays of a pupil. ``what``: the columns of the pupil; none, the pupil or the class as a whole."""

    pupil_id: int
    why: Why
    what: tuple[str, ...] = ()
    is_new: bool = False


@dataclass
class RosterUndoing:
    """What undoing does, or would do."""

    removed: int = 0
    put_back: int = 0
    kept: list[Kept] = field(default_factory=list)
    places: list[str] = field(default_factory=list)  # names of classes and schools that go

    @property
    def taken_back(self) -> int:
        return self.removed + self.put_back

    @property
    def seen(self) -> str:
        """The same for two undoings that would do the same to as many pupils."""
        return f"{self.removed} {self.put_back} {len(self.kept)}"


@dataclass
class _Steps:
    """What is done to the rows of some pupils."""

    remove: list[int] = field(default_factory=list)
    pupils: list[tuple[int, Row]] = field(default_factory=list)
    enrolments: list[tuple[int, Row]] = field(default_factory=list)
    unenrol: list[int] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)


def open_until(taken_in: RosterImport) -> datetime:
    """The moment from which the import can no longer be undone."""
    return taken_in.created_at + timedelta(days=DAYS)


def trace_of(taken_in: RosterImport) -> RosterTrace | None:
    """None for a list that was taken in before lists could be undone."""
    return db.session.get(RosterTrace, taken_in.id)


def why_not(taken_in: RosterImport, trace: RosterTrace | None) -> str | None:
    """Why the list cannot be undone; None while it can."""
    if trace is None:
        return "Klasslistan lästes in innan klasslistor gick att ångra."
    if trace.undone_at is not None:
        return "Inläsningen är redan ångrad."
    if now() >= open_until(taken_in):
        return f"Inläsningen är äldre än {DAYS} dagar. Rätta elev för elev i stället."
    return None


def plan_undoing(taken_in: RosterImport) -> RosterUndoing:
    """What undoing would do; changes nothing."""
    told = RosterUndoing()
    for part in _parts(taken_in):
        _look_at(part, taken_in, told)
    return told


def undo(taken_in: RosterImport, duty_id: int | None) -> RosterUndoing:
    """Take back what the list said, wherever it still stands. Flushes; the caller commits.

    Raises Refused where it is too late, done already, or nothing is left to take back.
    """
    trace = trace_of(taken_in)
    reason = why_not(taken_in, trace)
    if trace is None or reason is not None:
        raise Refused(reason or [])
    told = RosterUndoing()
    hold({pupil_id for part in _parts(taken_in) for pupil_id in part})
    for part in _parts(taken_in):
        _do(_look_at(part, taken_in, told))
    _unmark(taken_in)
    forget_mark(taken_in.id)
    told.places = _put_places_back(trace.places)
    if not told.taken_back and not told.places:
        raise Refused("Det finns inget kvar att ångra: allt som klasslistan sa har ändrats sedan dess.")
    trace.undone_at, trace.undone_duty_id = now(), duty_id
    db.session.flush()
    db.session.expire_all()
    return told


def _parts(taken_in: RosterImport) -> Iterator[list[int]]:
    """The ids of the list's pupils in order, some at a time."""
    mine = sa.select(CHANGES.c.pupil_id).where(CHANGES.c.roster_import_id == taken_in.id).distinct()
    return parts(db.session.scalars(mine).all(), PART)


def _look_at(part: Sequence[int], taken_in: RosterImport, told: RosterUndoing) -> _Steps:
    """What is to be done for these pupils; ``told`` learns what becomes of each. Five queries or so."""
    stand, steps = Rows.of(part), _Steps()
    by_pupil: defaultdict[int, list[Any]] = defaultdict(list)
    asked = sa.select(CHANGES).where(CHANGES.c.roster_import_id == taken_in.id, CHANGES.c.pupil_id.in_(part))
    for row in db.session.execute(asked.order_by(CHANGES.c.id)):
        by_pupil[row.pupil_id].append(row)
    theirs: defaultdict[int, set[int]] = defaultdict(set)
    for enrolment_id, pupil_id in stand.owners.items():
        theirs[pupil_id].add(enrolment_id)
    added = {row.pupil_id for rows in by_pupil.values() for row in rows if row.kind is Wrote.PUPIL_ADDED}
    met = of_people("pupil", added)
    for pupil_id, rows in by_pupil.items():
        if pupil_id in stand.hidden:
            told.kept.append(Kept(pupil_id, Why.HIDDEN, is_new=pupil_id in added))
        elif pupil_id in added:
            _look_at_added(rows[0], stand, theirs[pupil_id], pupil_id in met, told, steps)
        else:
            _look_at_known(pupil_id, rows, stand, theirs[pupil_id], told, steps)
    return steps


def _look_at_added(
    row: Any, stand: Rows, enrolments: set[int], has_results: bool, told: RosterUndoing, steps: _Steps
) -> None:
    mark = {"digest": digest(stand.pupils[row.pupil_id])}
    is_as_written = (
        enrolments == {row.enrolment_id} and row.after == stand.enrolments[row.enrolment_id] | mark
    )
    if has_results or not is_as_written:
        why = Why.HAS_RESULTS if has_results else Why.CHANGED
        told.kept.append(Kept(row.pupil_id, why, is_new=True))
        return
    told.removed += 1
    steps.remove.append(row.pupil_id)


def _look_at_known(
    pupil_id: int, rows: Sequence[Any], stand: Rows, enrolments: set[int], told: RosterUndoing, steps: _Steps
) -> None:
    """Names and other words one by one; where the pupil goes as one whole, or enrolments would overlap."""
    before = len(steps.pupils) + len(steps.moved)
    went = [row for row in rows if row.kind is not Wrote.PUPIL_CHANGED]
    for row in rows:
        if row.kind is Wrote.PUPIL_CHANGED:
            _put_words_back(row, stand.pupils[pupil_id], told, steps)
    known = {row.enrolment_id for row in went}
    is_as_written = all(_holds(row.after, stand.enrolments[row.enrolment_id]) for row in went)
    if went and (not is_as_written or _begun_since(enrolments - known, went, stand)):
        told.kept.append(Kept(pupil_id, Why.MOVED))
    elif went:
        steps.moved.add(pupil_id)
        steps.unenrol += [row.enrolment_id for row in went if row.kind is Wrote.ENROLMENT_ADDED]
        changed = [row for row in went if row.kind is Wrote.ENROLMENT_CHANGED]
        steps.enrolments += [(row.enrolment_id, as_columns(row.before)) for row in changed]
    told.put_back += len(steps.pupils) + len(steps.moved) > before


def _put_words_back(row: Any, stands: Row, told: RosterUndoing, steps: _Steps) -> None:
    ours = {name: value for name, value in row.before.items() if stands[name] == row.after[name]}
    others = tuple(name for name in row.before if name not in ours)
    if others:
        told.kept.append(Kept(row.pupil_id, Why.CHANGED, others))
    if ours:
        steps.pupils.append((row.pupil_id, as_columns(ours)))


def _holds(after: Mapping[str, Any], stands: Row) -> bool:
    return all(stands[name] == value for name, value in after.items())


def _begun_since(others: set[int], went: Sequence[Any], stand: Rows) -> bool:
    """Whether the pupil has gone elsewhere on or after the day from which the list said something."""
    days = [said["starts_on"] for row in went for said in (row.after, row.before) if said.get("starts_on")]
    days += [said["ends_on"] for row in went for said in (row.after,) if said.get("ends_on")]
    return bool(days) and any(stand.enrolments[one]["starts_on"] >= min(days) for one in others)


def _do(steps: _Steps) -> None:
    """Set-wise. Enrolments go before those they made room for are put back."""
    connection = db.session.connection()
    gone = sa.or_(ENROLMENTS.c.id.in_(steps.unenrol), ENROLMENTS.c.pupil_id.in_(steps.remove))
    connection.execute(sa.delete(ENROLMENTS).where(gone))
    for table, rows in ((PUPILS, steps.pupils), (ENROLMENTS, steps.enrolments)):
        by_columns: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row_id, columns in rows:
            by_columns[tuple(columns)].append({**columns, "row_id": row_id})
        for found in by_columns.values():
            connection.execute(sa.update(table).where(table.c.id == sa.bindparam("row_id")), found)
    db.session.expire_all()
    changed = {*steps.remove, *steps.moved, *(pupil_id for pupil_id, _ in steps.pupils)}
    if changed:
        pupils_changed.send(pupil_ids=changed)  # whoever has gone is counted nowhere any more
    take_away("pupil", steps.remove)


def _unmark(taken_in: RosterImport) -> None:
    """Rows in quarantine that nobody has dealt with go with the list: read again, it brings them again."""
    here = QuarantinedRow.roster_import_id == taken_in.id
    noted = sa.select(QuarantineNote.quarantined_row_id).where(QuarantineNote.duty_id.is_not(None))
    waiting = sa.select(QuarantinedRow.id).where(here, QuarantinedRow.id.not_in(noted))
    ids = list(db.session.scalars(waiting))
    db.session.execute(sa.delete(QuarantineNote).where(QuarantineNote.quarantined_row_id.in_(ids)))
    db.session.execute(sa.delete(QuarantinedRow).where(QuarantinedRow.id.in_(ids)))


def _put_places_back(places: Mapping[str, Any]) -> list[str]:
    """Names that schools had, and the places that the list made and that nothing stands in: their names."""
    for said in places["named"]:
        school = db.session.get(School, said["school"])
        if school and {name: getattr(school, name) for name in said["after"]} == said["after"]:
            school.name, school.code = said["before"]["name"], said["before"]["code"]
    db.session.flush()
    gone: list[str] = []
    for kind in ("school_class", "school", "municipality"):
        free = unused(kind, places["made"].get(kind, []))
        take_away(kind, list(free))
        gone += free.values()
    return gone
