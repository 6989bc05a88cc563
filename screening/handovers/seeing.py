"""What may be seen of a pupil's past by whoever asks: the conditions that lists, pages and papers put.

Those who work where the pupil goes today ask as that school, and so does nobody: the command line. Others ask
as the schools where they work: one that the pupil has left, or shall come to.
"""

from typing import Any

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import aliased

from assessments.access.permissions import Permission, classes_open_to, duties_giving
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, SchoolClass
from screening.handovers.knowing import BEGINNING, Closed, Span
from screening.handovers.models import HeldHistory


def held_from(pupil_id: int) -> Closed:
    """What of a pupil is closed to whoever asks, where the pupil's own page is open. One query."""
    held = aliased(HeldHistory)
    rows = db.session.execute(
        sa.select(held.since_on, held.before_on)
        .where(held.pupil_id == pupil_id, _is_theirs(held))
        .order_by(held.before_on)
    )
    return Closed(tuple(Span(since or BEGINNING, before) for since, before in rows))


def is_open(
    pupil_id: Any, window_id: Any, seen_from: AssessmentWindow | None = None
) -> sa.ColumnElement[bool]:
    """The condition that a pupil's row of a window may be seen.

    ``seen_from``: the window of the page, where it is about one. What a school before knew then stands on its
    pages, for whoever works there.
    """
    held, there = aliased(HeldHistory), aliased(AssessmentWindow)
    closed = sa.select(held.pupil_id).where(
        held.pupil_id == pupil_id,
        there.id == window_id,
        _covers(held, there.closes_on),
        _is_hidden(held, there.closes_on, seen_from),
    )
    return ~closed.exists()


def may_see(pupil_id: int, window: AssessmentWindow) -> bool:
    """The same of one pupil, on a page about the window. One query."""
    return bool(db.session.scalar(sa.select(is_open(pupil_id, window.id, window))))


def is_open_on(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The same of something that happened, or began, on a day."""
    held = aliased(HeldHistory)
    closed = sa.select(held.pupil_id).where(
        held.pupil_id == pupil_id, _covers(held, day), _is_hidden(held, day, None)
    )
    return ~closed.exists()


def was_known(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The condition that something of a day is of the time at a school of whoever asks, or of a time before
    that may be known there. Nobody asks on the command line."""
    if not _somebody_asks():
        return sa.true()
    own, here = aliased(Enrolment), aliased(SchoolClass)
    held, between, elsewhere = aliased(HeldHistory), aliased(Enrolment), aliased(SchoolClass)
    is_closed = sa.select(held.pupil_id).where(
        held.pupil_id == pupil_id, held.to_school_id == here.school_id, _covers(held, day)
    )
    had_left = (
        sa.select(between.id)
        .join(elsewhere, elsewhere.id == between.school_class_id)
        .where(
            between.pupil_id == pupil_id, elsewhere.school_id != here.school_id,
            between.starts_on > own.starts_on, between.starts_on <= day,
        )
    )  # fmt: skip
    known = (
        sa.select(own.id)
        .join(here, here.id == own.school_class_id)
        .where(
            own.pupil_id == pupil_id,
            here.school_id.in_(_mine()),
            ~is_closed.correlate_except(held).exists(),
            ~had_left.correlate_except(between, elsewhere).exists(),
        )
    )
    return known.correlate_except(own, here).exists()


def _covers(held: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(sa.or_(held.since_on.is_(None), held.since_on <= day), day < held.before_on)


def _is_hidden(held: Any, day: Any, seen_from: AssessmentWindow | None) -> sa.ColumnElement[bool]:
    """The condition on a row that covers the day: it hides what is of that day from whoever asks."""
    is_of_there: sa.ColumnElement[bool] = held.to_school_id == _goes_at(held)
    if seen_from is not None:
        is_of_there &= sa.or_(held.before_on <= seen_from.closes_on, ~was_known(held.pupil_id, day))
    if not _somebody_asks():
        return is_of_there
    works_there = _goes_at(held).in_(_mine())
    # A school that the pupil has left, and shall not come back to, sees no more than the one where she goes.
    from_elsewhere = sa.or_(~was_known(held.pupil_id, day), sa.and_(is_of_there, ~_is_to_come(held)))
    return sa.or_(sa.and_(works_there, is_of_there), sa.and_(~works_there, from_elsewhere))


def _is_theirs(held: Any) -> sa.ColumnElement[bool]:
    """The condition on a row: it is of the school by which whoever asks sees the pupil."""
    is_of_there: sa.ColumnElement[bool] = held.to_school_id == _goes_at(held)
    if not _somebody_asks():
        return is_of_there
    goes_elsewhere = _goes_at(held).not_in(_mine())
    return sa.and_(held.to_school_id.in_(_mine()), sa.or_(is_of_there, goes_elsewhere))


def _is_to_come(held: Any) -> sa.ColumnElement[bool]:
    """The condition on a row: the pupil shall go at a school of whoever asks."""
    then, there = aliased(Enrolment), aliased(SchoolClass)
    coming = (
        sa.select(then.id)
        .join(there, there.id == then.school_class_id)
        .where(then.pupil_id == held.pupil_id, then.starts_on > today(), there.school_id.in_(_mine()))
    )
    return coming.correlate_except(then, there).exists()


def _goes_at(held: Any) -> sa.ColumnElement[int]:
    """The school where the pupil of a row goes today, or went last; 0 where the pupil is still to come."""
    now, there = aliased(Enrolment), aliased(SchoolClass)
    latest = (
        sa.select(there.school_id)
        .join(now, now.school_class_id == there.id)
        .where(now.pupil_id == held.pupil_id, now.starts_on <= today())
        .order_by(now.starts_on.desc(), now.id.desc())
        .limit(1)
        .correlate(held)
    )
    return sa.func.coalesce(latest.scalar_subquery(), 0)


def _somebody_asks() -> bool:
    return bool(duties_giving(Permission.SEE_SCORES, among=g.get("duties", ())))


def _mine() -> sa.Select[Any]:
    """The schools where whoever asks works."""
    return classes_open_to(Permission.SEE_SCORES).with_only_columns(SchoolClass.school_id).correlate(None)
