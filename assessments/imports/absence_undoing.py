"""A file of absence taken back: each share as if the file had never spoken. What another file wrote since
stays; undone in any order, two files leave what stood before both."""

from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.absence.file_models import AbsenceFile, AbsenceFileChange
from assessments.absence.keeping import CHANGES
from assessments.absence.models import AbsenceShare
from assessments.clock import now
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.traces import parts
from assessments.taken_back import DAYS, is_too_late

SHARES = cast(sa.Table, AbsenceShare.__table__)
PART = 2_000  # pupils at a time


@dataclass
class AbsenceUndoing:
    """What undoing does, or would do: shares taken away, shares given back what stood, shares that stay."""

    emptied: int = 0
    given_back: int = 0
    kept: int = 0

    @property
    def taken_back(self) -> int:
        return self.emptied + self.given_back

    @property
    def seen(self) -> str:
        """The same for two undoings that would do the same to as many shares."""
        return f"{self.emptied} {self.given_back} {self.kept}"


def why_not(taken_in: AbsenceFile) -> str | None:
    """Why the import cannot be undone; None while it can."""
    if taken_in.undone_at is not None:
        return "Inläsningen är redan ångrad."
    if is_too_late(taken_in.created_at):
        return f"Inläsningen är äldre än {DAYS} dagar. Läs in en rättad fil i stället."
    return None


def plan_undoing(taken_in: AbsenceFile) -> AbsenceUndoing:
    """What undoing would do; changes nothing."""
    told = AbsenceUndoing()
    _go_through(taken_in, told, writes=False)
    return told


def undo(taken_in: AbsenceFile, duty_id: int | None) -> AbsenceUndoing:
    """Take back what the file said, wherever it still stands. Flushes; the caller commits.

    Raises Refused where it is too late, done already, or nothing is left to take back.
    """
    if reason := why_not(taken_in):
        raise Refused(reason)
    told = AbsenceUndoing()
    hold(set(_pupils(taken_in)))
    _go_through(taken_in, told, writes=True)
    if not told.taken_back:
        raise Refused("Det finns inget kvar att ångra: all frånvaro i filen har ersatts sedan dess.")
    taken_in.undone_at, taken_in.undone_duty_id = now(), duty_id
    db.session.flush()
    db.session.expire_all()
    return told


def _pupils(taken_in: AbsenceFile) -> list[int]:
    mine = sa.select(CHANGES.c.pupil_id).where(CHANGES.c.absence_file_id == taken_in.id)
    return list(db.session.scalars(mine))


def _go_through(taken_in: AbsenceFile, told: AbsenceUndoing, *, writes: bool) -> None:
    for part in parts(_pupils(taken_in), PART):
        covered = _covering(taken_in, part)
        mine = sa.select(CHANGES).where(
            CHANGES.c.absence_file_id == taken_in.id, CHANGES.c.pupil_id.in_(part)
        )
        rows = db.session.execute(mine).all()
        ours = [row for row in rows if row.pupil_id not in covered]
        told.emptied += sum(row.before is None for row in ours)
        told.given_back += sum(row.before is not None for row in ours)
        told.kept += len(rows) - len(ours)
        if writes:
            _write(taken_in, ours)
            _hand_on([row for row in rows if row.pupil_id in covered], covered)
            taken_back = sa.update(CHANGES).where(CHANGES.c.absence_file_id == taken_in.id)
            db.session.execute(taken_back.where(CHANGES.c.pupil_id.in_(part)).values(is_taken_back=True))


def _covering(taken_in: AbsenceFile, part: list[int]) -> dict[int, int]:
    """The next file, by pupil, that has written over this one and still stands."""
    later, file = aliased(AbsenceFileChange), aliased(AbsenceFile)
    asked = (
        sa.select(later.pupil_id, sa.func.min(later.absence_file_id))
        .join(file, file.id == later.absence_file_id)
        .where(
            file.window_id == taken_in.window_id,
            file.id > taken_in.id,
            later.pupil_id.in_(part),
            ~later.is_taken_back,
        )
        .group_by(later.pupil_id)
    )
    return dict(db.session.execute(asked).all())


def _write(taken_in: AbsenceFile, rows: list[Any]) -> None:
    here = SHARES.c.window_id == taken_in.window_id
    emptied = [row.pupil_id for row in rows if row.before is None]
    db.session.execute(sa.delete(SHARES).where(here, SHARES.c.pupil_id.in_(emptied)))
    back = [{"pupil": row.pupil_id, "share": row.before} for row in rows if row.before is not None]
    if back:
        one = sa.update(SHARES).where(here, SHARES.c.pupil_id == sa.bindparam("pupil"))
        db.session.connection().execute(one.values(percent=sa.bindparam("share")), back)


def _hand_on(rows: list[Any], covered: dict[int, int]) -> None:
    """What stood before this file is what comes back when the one that wrote over it is undone."""
    told = [{"pupil": row.pupil_id, "file": covered[row.pupil_id], "stood": row.before} for row in rows]
    if told:
        there = (
            CHANGES.c.absence_file_id == sa.bindparam("file"),
            CHANGES.c.pupil_id == sa.bindparam("pupil"),
        )
        one = sa.update(CHANGES).where(*there).values(before=sa.bindparam("stood"))
        db.session.connection().execute(one, told)
