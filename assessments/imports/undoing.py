"""An imported file of results taken back: every cell as if the file had never spoken, with the history kept.

What a person has changed or vouched for since stays, and is told. Two files may be undone in any order: a
value is put back from before every file that has been taken back.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.import_models import ScoreFile, ScoreFileChange
from assessments.import_traces import BESIDE, TRACES
from assessments.models import AssessmentWindow, ScoreChangeNote
from assessments.recording import CHANGES, SCORES, Recorder, Status, Write, record_scores
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Pupil
from assessments.taken_back import DAYS, is_too_late
from assessments.writes import Cell

PART = 2_000  # pupils at a time


class Why(enum.StrEnum):
    """Why a cell stays as it is."""

    CHANGED = "changed"
    CONFIRMED = "confirmed"
    OTHER_FILE = "other_file"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True)
class Kept:
    """A cell that stays. ``own_id``: what the file changed there, ``standing_id``: what stands there now."""

    pupil_id: int
    measure: str
    why: Why
    own_id: int
    standing_id: int


@dataclass
class Undoing:
    """What undoing does, or would do: cells emptied, cells given back what stood before, cells that stay."""

    emptied: int = 0
    given_back: int = 0
    kept: list[Kept] = field(default_factory=list)

    @property
    def taken_back(self) -> int:
        return self.emptied + self.given_back

    @property
    def seen(self) -> str:
        """The same for two undoings that would do the same to as many cells."""
        return f"{self.emptied} {self.given_back} {len(self.kept)}"


def why_not(taken_in: ScoreFile) -> str | None:
    """Why the import cannot be undone, whatever has become of its cells; None while it can."""
    if taken_in.undone_at is not None:
        return "Inläsningen är redan ångrad."
    if is_too_late(taken_in.created_at):
        return f"Inläsningen är äldre än {DAYS} dagar. Rätta resultaten på bladet i stället."
    return None


def plan_undoing(taken_in: ScoreFile, among: sa.Select[Pupil] | None = None) -> Undoing:
    """What undoing would do. ``among``: the pupils whose cells may be touched (None: everybody's)."""
    told = Undoing()
    for part in _parts(taken_in):
        _look_at(part, taken_in, among, told)
    return told


def undo(taken_in: ScoreFile, by: Recorder, among: sa.Select[Pupil] | None = None) -> Undoing:
    """Take back what the file said, wherever it still stands. Flushes; the caller commits.

    Raises Refused where it is too late, done already, or nothing is left to take back.
    """
    if reason := why_not(taken_in):
        raise Refused(reason)
    told = Undoing()
    hold({pupil_id for part in _parts(taken_in) for pupil_id in part})
    for part in _parts(taken_in):
        before = len(told.kept)
        _write(taken_in.window, _look_at(part, taken_in, among, told), by)
        _let_go(told.kept[before:])
    if not told.taken_back:
        raise Refused("Det finns inget kvar att ångra: allt som filen sa har ändrats sedan dess.")
    taken_in.undone_at, taken_in.undone_duty_id = now(), by.duty_id
    db.session.flush()
    return told


def _write(window: AssessmentWindow, writes: Sequence[Write], by: Recorder) -> None:
    outcomes = record_scores(window, writes, by)
    if reasons := {one.reason or "" for one in outcomes if one.status is not Status.STORED}:
        raise Refused(sorted(reasons))


def _let_go(kept: Sequence[Kept]) -> None:
    """Where another file's value stands, ours is not what comes back if that one is undone."""
    covered = [{"number": one.own_id} for one in kept if one.why is Why.OTHER_FILE]
    if covered:
        let_go = sa.update(TRACES).where(TRACES.c.change_id == sa.bindparam("number"))
        db.session.connection().execute(let_go.values(is_taken_back=True), covered)


def _parts(taken_in: ScoreFile) -> Iterator[list[int]]:
    """The ids of the file's pupils in order, some at a time."""
    mine = sa.select(TRACES.c.change_id).where(TRACES.c.score_file_id == taken_in.id)
    pupils = sa.select(CHANGES.c.pupil_id).where(CHANGES.c.id.in_(mine)).distinct()
    ids = list(db.session.scalars(pupils.order_by(CHANGES.c.pupil_id)))
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def _look_at(
    part: Sequence[int], taken_in: ScoreFile, among: sa.Select[Pupil] | None, told: Undoing
) -> list[Write]:
    """The writes that take the file back for these pupils; ``told`` learns what becomes of each cell."""
    open_to = set(part) if among is None else _reached(part, among)
    vouched = _confirmed(part, taken_in.window_id)
    writes = []
    for cell, history in _histories(part, taken_in.window_id).items():
        for change in history.made_by(taken_in.id):
            why = history.why_kept(change, cell[0] in open_to, cell in vouched)
            if why is not None:
                told.kept.append(Kept(*cell, why, change.id, history.standing().id))
                continue
            write = history.back(cell, change)
            told.emptied += write.is_empty
            told.given_back += not write.is_empty
            writes.append(write)
    return writes


def _reached(part: Sequence[int], among: sa.Select[Pupil]) -> set[int]:
    return set(db.session.scalars(among.with_only_columns(Pupil.id).where(Pupil.id.in_(part))))


def _confirmed(part: Sequence[int], window_id: int) -> set[Cell]:
    here = (SCORES.c.window_id == window_id, SCORES.c.pupil_id.in_(part), SCORES.c.is_confirmed)
    rows = db.session.execute(sa.select(SCORES.c.pupil_id, SCORES.c.measure).where(*here))
    return {(row.pupil_id, row.measure) for row in rows}


@dataclass
class History:
    """The changes of one cell: by version, and by the change that took each back."""

    versions: dict[int, Any] = field(default_factory=dict)
    undone: dict[int, Any] = field(default_factory=dict)

    def made_by(self, file_id: int) -> list[Any]:
        return [row for row in self.versions.values() if row.score_file_id == file_id]

    def latest(self) -> Any:
        return self.versions[max(self.versions)]

    def standing(self) -> Any:
        """The change whose value stands now; the latest where all is taken back."""
        return self._origin(self.latest(), None)[0] or self.latest()

    def why_kept(self, change: Any, is_open: bool, is_confirmed: bool) -> Why | None:
        """Why the cell stays although the file wrote the change; None where it is taken back."""
        standing = self.standing()
        if standing.id != change.id:
            return Why.OTHER_FILE if standing.score_file_id is not None else Why.CHANGED
        if not is_open:
            return Why.OUT_OF_REACH
        return Why.CONFIRMED if is_confirmed else None

    def back(self, cell: Cell, change: Any) -> Write:
        """The write that lets the cell hold what it held before the change."""
        row, beside = self._before(change)
        write = Write(*cell, expected_version=self.latest().version, undoes=change.id)
        if row is None:
            return write
        value = {name: getattr(row, name) for name in ("points", "absence", "is_discontinued", "assessed_on")}
        carried = {name: getattr(beside, name) for name in BESIDE}
        return replace(write, **value, **carried, is_on_agreed_text=row.is_on_agreed_text is not False)

    def _before(self, change: Any) -> tuple[Any | None, Any]:
        """What stood before a file's change, and the file's change that holds what stood beside it.

        A number that a person had vouched for is hers, whatever file it came from.
        """
        row = self.versions.get(change.version - 1)
        return (row, change) if change.is_confirmed else self._origin(row, change)

    def _origin(self, row: Any | None, beside: Any) -> tuple[Any | None, Any]:
        """The change whose value the row stands for, as if what is taken back had never been."""
        taken_back = row and (self.undone.get(row.id) or (row if row.is_taken_back else None))
        return self._before(taken_back) if taken_back else (row, beside)


def _histories(part: Sequence[int], window_id: int) -> dict[Cell, History]:
    """Every change of the pupils' cells in the window, with its note and the file it came from. One query."""
    trace = ScoreFileChange
    asked = (
        sa.select(
            *(CHANGES.c[name] for name in ("id", "pupil_id", "measure", "version")),
            *(CHANGES.c[name] for name in ("points", "absence", "is_discontinued", "assessed_on")),
            ScoreChangeNote.is_on_agreed_text,
            *(trace.score_file_id, trace.is_taken_back, trace.undone_by_id),
            *(getattr(trace, name) for name in BESIDE),
        )
        .outerjoin(ScoreChangeNote, ScoreChangeNote.change_id == CHANGES.c.id)
        .outerjoin(trace, trace.change_id == CHANGES.c.id)
        .where(CHANGES.c.window_id == window_id, CHANGES.c.pupil_id.in_(part))
    )
    found: dict[Cell, History] = {}
    for row in db.session.execute(asked):
        history = found.setdefault((row.pupil_id, row.measure), History())
        history.versions[row.version] = row
        if row.undone_by_id is not None:
            history.undone[row.undone_by_id] = row
    return found
