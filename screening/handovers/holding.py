"""The history of a pupil who came from another school: closed until the new school has accepted a handover.

A row says from which day on the past may be seen here. It is written when class lists or people move a pupil
between schools, and goes when a handover is accepted or the move is undone; moves from before there were such
rows get theirs when the database is made ready. Verbs flush.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import aliased

from assessments.access.permissions import Permission, classes_open_to, duties_giving
from assessments.clock import today
from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.facts.ways import Part
from screening.handovers.models import Handover, HeldHistory
from screening.models import Judgement

MOVED = Question(
    sa.select(HeldHistory.pupil_id, HeldHistory.before_on).where(is_one_of(HeldHistory.pupil_id, "ids"))
)


CHUNK = 5000  # pupils in one question: both databases limit how many values one statement may hold


def hold_history(pupil_ids: Collection[int]) -> set[int]:
    """Pupils' classes have changed: hold what was before where a school is new to a pupil. Four queries.

    Returns those for whom more or less is held now: what is judged of them changes by it.
    """
    moves = _moves(pupil_ids)
    accepted = _accepted(moves)
    kept = {
        row.pupil_id: row
        for row in db.session.scalars(sa.select(HeldHistory).where(HeldHistory.pupil_id.in_(pupil_ids)))
    }
    changed = set()
    for pupil_id, row in kept.items():
        if pupil_id not in moves or (pupil_id, row.to_school_id) in accepted:
            db.session.delete(row)
            changed.add(pupil_id)
    for pupil_id, (before_on, from_id, to_id) in moves.items():
        if (pupil_id, to_id) not in accepted:
            row = kept.get(pupil_id) or HeldHistory(pupil_id=pupil_id)
            if row.before_on != before_on:
                changed.add(pupil_id)
            row.before_on, row.from_school_id, row.to_school_id = before_on, from_id, to_id
            db.session.add(row)
    db.session.flush()
    return changed


def hold_earlier_moves(_app: object = None) -> None:
    """Moves from before anything was held are held like all others. Safe to repeat."""
    if not sa.inspect(db.session.connection()).has_table(HeldHistory.__tablename__):
        return  # whoever develops is about to write the revision that makes it
    went_to_several = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .group_by(Enrolment.pupil_id)
        .having(sa.func.count(SchoolClass.school_id.distinct()) > 1)
        .order_by(Enrolment.pupil_id)
    )
    ids = list(db.session.scalars(went_to_several))
    for start in range(0, len(ids), CHUNK):
        judge_anew(hold_history(ids[start : start + CHUNK]))


def judge_anew(pupil_ids: Collection[int]) -> None:
    """What is held of these pupils has changed: they are judged by what may be known where they go."""
    judged = sa.select(Judgement.pupil_id).where(Judgement.pupil_id.in_(pupil_ids)).distinct()
    if pupil_ids and (ids := list(db.session.scalars(judged))):
        from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

        flagging.judge_pupils(ids)


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
    """The same for several. One query."""
    rows = db.session.execute(
        sa.select(HeldHistory.pupil_id, HeldHistory.before_on).where(
            HeldHistory.pupil_id.in_(pupil_ids), _holds()
        )
    )
    return {row.pupil_id: row.before_on for row in rows}


def moved_on(pupil_ids: Collection[int]) -> dict[int, date]:
    """The day of the move of those whose past is held, or will be: whoever asks. At most one query."""
    rows = MOVED.values(ids=pupil_ids) if pupil_ids else []
    return dict(rows)


def is_open(
    pupil_id: Any, window_id: Any, seen_from: AssessmentWindow | None = None
) -> sa.ColumnElement[bool]:
    """The condition that a pupil's row of a window may be seen where the pupil goes now.

    ``seen_from``: the window of the page, where it is about one. What was before the move stands on the pages
    of the school before, for whoever works there.
    """
    there = aliased(AssessmentWindow)
    held = _held(pupil_id).where(there.id == window_id, there.closes_on < HeldHistory.before_on)
    if seen_from is not None:
        held = held.where(sa.or_(HeldHistory.before_on <= seen_from.closes_on, _is_others()))
    return ~held.exists()


def may_see(pupil_id: int, window: AssessmentWindow) -> bool:
    """The same of one pupil, on a page about the window. One query."""
    return bool(db.session.scalar(sa.select(is_open(pupil_id, window.id, window))))


def is_open_on(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The same of something that happened, or began, on a day."""
    return ~_held(pupil_id).where(day < HeldHistory.before_on).exists()


def begun_after_move(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The same whoever asks, whether the move has come or not: what pupils are judged by where they go."""
    held = sa.select(HeldHistory.pupil_id).where(HeldHistory.pupil_id == pupil_id)
    return ~held.where(day < HeldHistory.before_on).exists()


def _held(pupil_id: Any) -> sa.Select[Any]:
    return sa.select(HeldHistory.pupil_id).where(HeldHistory.pupil_id == pupil_id, _holds())


def _holds() -> sa.ColumnElement[bool]:
    """The condition on HeldHistory: the move has come, or whoever asks works at the next school only."""
    return sa.or_(HeldHistory.before_on <= today(), _is_others())


def _is_others() -> sa.ColumnElement[bool]:
    """The condition on HeldHistory: whoever asks does not work at the school before. Nobody asks on the
    command line."""
    if not duties_giving(Permission.SEE_SCORES, among=g.get("duties", ())):
        return sa.false()
    mine = classes_open_to(Permission.SEE_SCORES).with_only_columns(SchoolClass.school_id).correlate(None)
    return HeldHistory.from_school_id.not_in(mine)
