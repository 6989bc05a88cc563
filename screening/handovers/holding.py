"""The history of a pupil who came from another school: closed until the new school has accepted a handover.

A row says from which day on the past may be seen here. It is written when class lists or people move a pupil
between schools, and goes when a handover is accepted or the move is undone; moves from before there were such
rows get theirs when the database is made ready. Verbs flush.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
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
    """Pupils' classes have changed: hold what was before where a school is new to a pupil. Three queries.

    Returns those for whom more or less is held now: what is judged of them changes by it.
    """
    held = {
        pupil_id: moves[-1]
        for pupil_id, runs in _runs(pupil_ids).items()
        if (moves := [one for one in _moves(runs) if not one.is_open])
    }
    kept = {
        row.pupil_id: row
        for row in db.session.scalars(sa.select(HeldHistory).where(HeldHistory.pupil_id.in_(pupil_ids)))
    }
    changed = set()
    for pupil_id, row in kept.items():
        if pupil_id not in held:
            db.session.delete(row)
            changed.add(pupil_id)
    for pupil_id, move in held.items():
        row = kept.get(pupil_id) or HeldHistory(pupil_id=pupil_id)
        if row.before_on != move.on:
            changed.add(pupil_id)
        row.before_on, row.from_school_id, row.to_school_id = move.on, move.from_id, move.to_id
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


@dataclass(frozen=True)
class _Run:
    """A time at one school; ``is_open``: it has accepted what the school before knew."""

    since: date
    school_id: int
    is_open: bool = False


@dataclass(frozen=True)
class _Move:
    on: date
    from_id: int
    to_id: int
    is_open: bool


def known_since(pupil_ids: Collection[int], school_id: int) -> dict[int, date]:
    """By pupil: from which day on the school, where she goes or has gone, knows her. Without those it knows
    all of, also the protected ones. Two queries."""
    found = {}
    for pupil_id, runs in _runs(pupil_ids).items():
        number = max((place for place, one in enumerate(runs) if one.school_id == school_id), default=0)
        while number and runs[number].is_open:
            number -= 1
        if number:
            found[pupil_id] = runs[number].since
    return found


def _moves(runs: Sequence[_Run]) -> list[_Move]:
    return [_Move(to.since, before.school_id, to.school_id, to.is_open) for before, to in pairwise(runs)]


def _runs(pupil_ids: Collection[int]) -> dict[int, list[_Run]]:
    """By pupil, the earliest first. Pupils with protected identity are moved by their principals outside
    Lässpår: nothing of theirs is handed over here."""
    rows = db.session.execute(
        sa.select(Enrolment.pupil_id, Enrolment.starts_on, SchoolClass.school_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(Enrolment.pupil_id.in_(pupil_ids), ~Pupil.is_protected)
        .order_by(Enrolment.pupil_id, Enrolment.starts_on, Enrolment.id)
    )
    accepted, found = _accepted(pupil_ids), dict[int, list[_Run]]()
    for pupil_id, starts_on, school_id in rows:
        runs = found.setdefault(pupil_id, [])
        if not runs or runs[-1].school_id != school_id:
            told = accepted.get((pupil_id, runs[-1].school_id, school_id)) if runs else None
            # What was handed over before an earlier move says nothing of the time since.
            is_open = told is not None and told >= runs[-1].since
            runs.append(_Run(starts_on, school_id, is_open))
    return found


def _accepted(pupil_ids: Collection[int]) -> dict[tuple[int, int, int], date]:
    """By pupil, from and to school: the last day on which accepted results were handed over."""
    rows = db.session.scalars(
        sa.select(Handover)
        .where(
            Handover.accepted_pupil_id.in_(pupil_ids),
            Handover.accepted_on.is_not(None),
            Handover.taken_back_at.is_(None),
        )
        .order_by(Handover.made_on)
    )
    return {
        (one.accepted_pupil_id or 0, one.from_school_id, one.to_school_id or 0): one.made_on
        for one in rows
        if Part.RESULTS.value in one.parts
    }


def held_since(pupil_id: int) -> date | None:
    """The day from which on the pupil's past may be seen; None where all of it may. One query."""
    return db.session.scalar(
        sa.select(HeldHistory.before_on).where(HeldHistory.pupil_id == pupil_id, _holds())
    )


def moved_on(pupil_ids: Collection[int]) -> dict[int, date]:
    """The day of the move of those whose past is held, or will be: whoever asks. At most one query."""
    rows = MOVED.values(ids=pupil_ids) if pupil_ids else []
    return dict(rows)


def is_open(
    pupil_id: Any, window_id: Any, seen_from: AssessmentWindow | None = None
) -> sa.ColumnElement[bool]:
    """The condition that a pupil's row of a window may be seen where the pupil goes now.

    ``seen_from``: the window of the page, where it is about one. What a school before knew then stands on its
    pages, for whoever works there.
    """
    there = aliased(AssessmentWindow)
    held = _held(pupil_id).where(there.id == window_id, there.closes_on < HeldHistory.before_on)
    if seen_from is not None:
        held = held.where(
            sa.or_(HeldHistory.before_on <= seen_from.closes_on, ~was_known(pupil_id, there.closes_on))
        )
    return ~held.exists()


def may_see(pupil_id: int, window: AssessmentWindow) -> bool:
    """The same of one pupil, on a page about the window. One query."""
    return bool(db.session.scalar(sa.select(is_open(pupil_id, window.id, window))))


def is_open_on(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The same of something that happened, or began, on a day."""
    return ~_held(pupil_id).where(day < HeldHistory.before_on).exists()


def was_known(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The condition that something of a day is of the time at the school of whoever asks, or of a school
    before that has handed it over there. Nobody asks on the command line."""
    if not duties_giving(Permission.SEE_SCORES, among=g.get("duties", ())):
        return sa.true()
    mine, since, between, place = _mine(), aliased(Enrolment), aliased(Enrolment), aliased(SchoolClass)
    went_elsewhere = (
        sa.select(between.id)
        .join(place, place.id == between.school_class_id)
        .where(
            between.pupil_id == pupil_id, place.school_id.not_in(mine),
            between.starts_on > since.starts_on, between.starts_on <= day,
        )
    )  # fmt: skip
    here = aliased(SchoolClass)
    own = (
        sa.select(since.id)
        .join(here, here.id == since.school_class_id)
        .where(since.pupil_id == pupil_id, here.school_id.in_(mine), since.starts_on <= day)
        .where(~went_elsewhere.correlate_except(between, place).exists())
    )
    then, there = aliased(Enrolment), aliased(SchoolClass)
    told = (
        sa.select(Handover.id)
        .join(there, there.school_id == Handover.from_school_id)
        .join(then, then.school_class_id == there.id)
        .where(
            Handover.accepted_pupil_id == pupil_id,
            Handover.taken_back_at.is_(None),
            Handover.to_school_id.in_(mine),
            Handover.made_on >= day,
            sa.cast(Handover.parts, sa.Text).contains(f'"{Part.RESULTS.value}"'),
            then.pupil_id == Handover.accepted_pupil_id,
            then.starts_on <= day,
            sa.or_(then.ends_on.is_(None), then.ends_on >= day),  # its own: it may have been told no more
        )
    )
    return sa.or_(
        own.correlate_except(since, here).exists(), told.correlate_except(Handover, there, then).exists()
    )


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
    return HeldHistory.from_school_id.not_in(_mine())


def _mine() -> sa.Select[Any]:
    """The schools where whoever asks works."""
    return classes_open_to(Permission.SEE_SCORES).with_only_columns(SchoolClass.school_id).correlate(None)
