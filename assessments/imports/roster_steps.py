"""What becomes of each pupil when a class list is taken back, and doing it, some pupils at a time."""

import enum
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.imports.belongings import of_people, take_away
from assessments.roster.editing import pupils_changed
from assessments.roster.holding import schools_of_enrolments
from assessments.roster.models import RosterImport
from assessments.roster.trace_models import Wrote
from assessments.roster.traces import CHANGES, ENROLMENTS, PUPILS, Row, Rows, as_columns, digest


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
    renamed: list[tuple[str, str]] = field(default_factory=list)  # a class's name now, and before

    @property
    def taken_back(self) -> int:
        return self.removed + self.put_back

    @property
    def seen(self) -> str:
        """The same for two undoings that would do the same to as many pupils."""
        return f"{self.removed} {self.put_back} {len(self.kept)} {len(self.renamed)}"


@dataclass
class Steps:
    """What is done to the rows of some pupils."""

    remove: list[int] = field(default_factory=list)
    pupils: list[tuple[int, Row]] = field(default_factory=list)
    enrolments: list[tuple[int, Row]] = field(default_factory=list)
    unenrol: list[int] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)


def look_at(part: Sequence[int], taken_in: RosterImport, told: RosterUndoing) -> Steps:
    """What is to be done for these pupils; ``told`` learns what becomes of each. Five queries or so."""
    stand, steps = Rows.of(part), Steps()
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
    row: Any, stand: Rows, enrolments: set[int], has_results: bool, told: RosterUndoing, steps: Steps
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
    pupil_id: int, rows: Sequence[Any], stand: Rows, enrolments: set[int], told: RosterUndoing, steps: Steps
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


def _put_words_back(row: Any, stands: Row, told: RosterUndoing, steps: Steps) -> None:
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


def carry_out(steps: Steps) -> None:
    """Set-wise. Enrolments go before those they made room for are put back."""
    connection = db.session.connection()
    were_at = schools_of_enrolments([*steps.unenrol, *(enrolment_id for enrolment_id, _ in steps.enrolments)])
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
        # Whoever has gone is counted nowhere any more.
        pupils_changed.send(pupil_ids=changed, were_at=were_at)
    take_away("pupil", steps.remove)
