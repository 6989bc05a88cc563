"""The history of a pupil who came from another school: closed until the new school has accepted a handover.

A row says from which day on the past may be seen here. It is written when class lists or people move a pupil
between schools, and goes when a handover is accepted or the move is undone. Verbs flush.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.facts.ways import Part
from screening.handovers.models import Handover, HeldHistory


def hold_history(_sender: Any = None, *, pupil_ids: Collection[int], **_more: Any) -> None:
    """Pupils' classes have changed: hold what was before where a school is new to a pupil. Four queries."""
    moves = _moves(pupil_ids)
    accepted = _accepted(moves)
    kept = {
        row.pupil_id: row
        for row in db.session.scalars(sa.select(HeldHistory).where(HeldHistory.pupil_id.in_(pupil_ids)))
    }
    for pupil_id, row in kept.items():
        if pupil_id not in moves or (pupil_id, row.to_school_id) in accepted:
            db.session.delete(row)
    for pupil_id, (before_on, from_id, to_id) in moves.items():
        if (pupil_id, to_id) not in accepted:
            row = kept.get(pupil_id) or HeldHistory(pupil_id=pupil_id)
            row.before_on, row.from_school_id, row.to_school_id = before_on, from_id, to_id
            db.session.add(row)
    db.session.flush()


def _moves(pupil_ids: Collection[int]) -> dict[int, tuple[date, int, int]]:
    """By pupil: the first day at the latest school, the school before, and that school. Pupils with protected
    identity are moved by their principals outside Lässpår: nothing of theirs is handed over here."""
    rows = db.session.execute(
        sa.select(Enrolment.pupil_id, Enrolment.starts_on, SchoolClass.school_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(Enrolment.pupil_id.in_(pupil_ids), ~Pupil.is_protected)
        .order_by(Enrolment.pupil_id, Enrolment.starts_on, Enrolment.id)
    )
    found: dict[int, tuple[date, int, int]] = {}
    school_of: dict[int, int] = {}
    for pupil_id, starts_on, school_id in rows:
        before = school_of.get(pupil_id)
        if before is not None and before != school_id:
            found[pupil_id] = starts_on, before, school_id
        school_of[pupil_id] = school_id
    return found


def _accepted(pupil_ids: Collection[int]) -> set[tuple[int, int]]:
    """(pupil, school) where results were handed over and the school has accepted them."""
    rows = db.session.scalars(
        sa.select(Handover).where(
            Handover.accepted_pupil_id.in_(pupil_ids),
            Handover.accepted_on.is_not(None),
            Handover.taken_back_at.is_(None),
        )
    )
    return {
        (one.accepted_pupil_id or 0, one.to_school_id or 0) for one in rows if Part.RESULTS.value in one.parts
    }


def held_since(pupil_id: int) -> date | None:
    """The day from which on the pupil's past may be seen; None where all of it may."""
    return held_for([pupil_id]).get(pupil_id)


def held_for(pupil_ids: Collection[int]) -> dict[int, date]:
    """The same for several; a move that is still to come holds nothing. One query."""
    rows = db.session.execute(
        sa.select(HeldHistory.pupil_id, HeldHistory.before_on).where(
            HeldHistory.pupil_id.in_(pupil_ids), HeldHistory.before_on <= today()
        )
    )
    return {row.pupil_id: row.before_on for row in rows}


def is_open(
    pupil_id: Any, window_id: Any, seen_from: AssessmentWindow | None = None
) -> sa.ColumnElement[bool]:
    """The condition that a pupil's row of a window may be seen where the pupil goes now.

    ``seen_from``: the window of the page, where it is about one. What was before the move stands on the pages
    of the school before.
    """
    there = aliased(AssessmentWindow)
    held = _held(pupil_id).where(there.id == window_id, there.closes_on < HeldHistory.before_on)
    if seen_from is not None:
        held = held.where(HeldHistory.before_on <= seen_from.closes_on)
    return ~held.exists()


def is_open_on(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The same of something that happened, or began, on a day."""
    return ~_held(pupil_id).where(day < HeldHistory.before_on).exists()


def _held(pupil_id: Any) -> sa.Select[Any]:
    return sa.select(HeldHistory.pupil_id).where(
        HeldHistory.pupil_id == pupil_id, HeldHistory.before_on <= today()
    )
