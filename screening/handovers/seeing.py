"""What may be seen of a pupil's past by whoever asks: the conditions that lists, pages and papers put.

Those who work where the pupil goes today ask as that school, and so does nobody: the command line. Others ask
as the schools where they work: one that the pupil has left, or shall come to.

Every page puts some of these, and to put them into words takes longer than to answer them: the words are made
once. The day, and where whoever asks works, are told when the database is asked.
"""

from functools import cache, lru_cache, partial
from typing import Any, cast

import sqlalchemy as sa
from flask import g

from assessments.access.permissions import Permission, duties_giving
from assessments.clock import today
from assessments.database import db
from assessments.database.questions import is_one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, School, SchoolClass
from screening.handovers.knowing import BEGINNING, Closed, Span
from screening.handovers.models import HeldHistory


def _alias(model: Any, name: str) -> sa.FromClause:
    return cast(sa.Table, model.__table__).alias(name)


HELD = _alias(HeldHistory, "held")  # the row that closes something
THEN, SEEN = _alias(AssessmentWindow, "its_window"), _alias(AssessmentWindow, "seen_window")
TODAY = sa.bindparam("seen_on", callable_=today, type_=sa.Date)

a_few_days = lru_cache(maxsize=100)  # the columns that say of which day something is


def held_from(pupil_id: int) -> Closed:
    """What of a pupil is closed to whoever asks, where the pupil's own page is open. One query."""
    rows = db.session.execute(
        sa.select(HELD.c.since_on, HELD.c.before_on)
        .where(HELD.c.pupil_id == pupil_id, _is_theirs(_somebody_asks()))
        .order_by(HELD.c.before_on)
    )
    return Closed(tuple(Span(since or BEGINNING, before) for since, before in rows))


def is_open(
    pupil_id: Any, window_id: Any, seen_from: AssessmentWindow | None = None
) -> sa.ColumnElement[bool]:
    """The condition that a pupil's row of a window may be seen.

    ``seen_from``: the window of the page, where it is about one. What a school before knew then stands on its
    pages, for whoever works there.
    """
    is_seen_from_one = seen_from is not None
    closed = _closed(THEN.c.closes_on, _somebody_asks(), is_seen_from_one).where(
        HELD.c.pupil_id == pupil_id, THEN.c.id == window_id
    )
    if seen_from is not None:
        closed = closed.where(SEEN.c.id == seen_from.id)
    return ~closed.exists()


def may_see(pupil_id: int, window: AssessmentWindow) -> bool:
    """The same of one pupil, on a page about the window. One query."""
    return bool(db.session.scalar(sa.select(is_open(pupil_id, window.id, window))))


def is_open_on(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The same of something that happened, or began, on a day."""
    closed = _closed(day, _somebody_asks(), is_seen_from_one=False)
    return ~closed.where(HELD.c.pupil_id == pupil_id).exists()


def is_own(school_id: Any) -> sa.ColumnElement[bool]:
    """The condition that something is of a school where whoever asks works. Nobody asks by command."""
    return _is_mine(school_id) if _somebody_asks() else sa.true()


def was_known(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """The condition that something of a day is of the time at a school of whoever asks, or of a time before
    that may be known there. Nobody asks on the command line."""
    return _was_known(pupil_id, day) if _somebody_asks() else sa.true()


@a_few_days
def _was_known(pupil_id: Any, day: Any) -> sa.ColumnElement[bool]:
    own, here = _alias(Enrolment, "own_time"), _alias(SchoolClass, "own_class")
    between, elsewhere = _alias(Enrolment, "time_between"), _alias(SchoolClass, "class_elsewhere")
    held = _alias(HeldHistory, "held_here")
    is_closed = sa.select(held.c.pupil_id).where(
        held.c.pupil_id == pupil_id, held.c.to_school_id == here.c.school_id, _covers(held, day)
    )
    had_left = (
        sa.select(between.c.id)
        .join(elsewhere, elsewhere.c.id == between.c.school_class_id)
        .where(
            between.c.pupil_id == pupil_id, elsewhere.c.school_id != here.c.school_id,
            between.c.starts_on > own.c.starts_on, between.c.starts_on <= day,
        )
    )  # fmt: skip
    known = (
        sa.select(own.c.id)
        .join(here, here.c.id == own.c.school_class_id)
        .where(
            own.c.pupil_id == pupil_id,
            _is_mine(here.c.school_id),
            ~is_closed.correlate_except(held).exists(),
            ~had_left.correlate_except(between, elsewhere).exists(),
        )
    )
    return known.correlate_except(own, here).exists()


def _covers(held: sa.FromClause, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(sa.or_(held.c.since_on.is_(None), held.c.since_on <= day), day < held.c.before_on)


@a_few_days
def _closed(day: Any, somebody_asks: bool, is_seen_from_one: bool) -> sa.Select[int]:
    """The rows of HELD that hide what is of the day from whoever asks, of all pupils."""
    is_of_there: sa.ColumnElement[bool] = HELD.c.to_school_id == _goes_at()
    was_known = _was_known(HELD.c.pupil_id, day) if somebody_asks else sa.true()
    if is_seen_from_one:
        is_of_there &= sa.or_(HELD.c.before_on <= SEEN.c.closes_on, ~was_known)
    is_hidden = is_of_there
    if somebody_asks:
        works_there = _is_mine(_goes_at())
        # A school that the pupil has left, and shall not come back to, sees no more than where she goes.
        from_elsewhere = sa.or_(~was_known, sa.and_(is_of_there, ~_is_to_come()))
        is_hidden = sa.or_(sa.and_(works_there, is_of_there), sa.and_(~works_there, from_elsewhere))
    rows = sa.select(HELD.c.pupil_id).where(_covers(HELD, day), is_hidden)
    return rows.correlate_except(HELD, THEN, SEEN)


@cache
def _is_theirs(somebody_asks: bool) -> sa.ColumnElement[bool]:
    """The condition on a row: it is of the school by which whoever asks sees the pupil."""
    is_of_there: sa.ColumnElement[bool] = HELD.c.to_school_id == _goes_at()
    if not somebody_asks:
        return is_of_there
    return sa.and_(_is_mine(HELD.c.to_school_id), sa.or_(is_of_there, ~_is_mine(_goes_at())))


@cache
def _is_to_come() -> sa.ColumnElement[bool]:
    """The condition on a row: the pupil shall go at a school of whoever asks."""
    then, there = _alias(Enrolment, "time_to_come"), _alias(SchoolClass, "class_to_come")
    coming = (
        sa.select(then.c.id)
        .join(there, there.c.id == then.c.school_class_id)
        .where(
            then.c.pupil_id == HELD.c.pupil_id,
            then.c.starts_on > TODAY,
            _is_mine(there.c.school_id),
        )
    )
    return coming.correlate_except(then, there).exists()


@cache
def _goes_at() -> sa.ColumnElement[int]:
    """The school where the pupil of a row goes today, or went last; 0 where the pupil is still to come."""
    now, there = _alias(Enrolment, "latest_time"), _alias(SchoolClass, "latest_class")
    latest = (
        sa.select(there.c.school_id)
        .join(now, now.c.school_class_id == there.c.id)
        .where(now.c.pupil_id == HELD.c.pupil_id, now.c.starts_on <= TODAY)
        .order_by(now.c.starts_on.desc(), now.c.id.desc())
        .limit(1)
        .correlate(HELD)
    )
    return sa.func.coalesce(latest.scalar_subquery(), 0)


def _somebody_asks() -> bool:
    return bool(_duties())


def _duties() -> list[Any]:
    return duties_giving(Permission.SEE_SCORES, among=g.get("duties", ()))


def _is_mine(school_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The condition that whoever asks works at the school."""
    return school_id.in_(_my_schools())


@cache
def _my_schools() -> sa.Select[int]:
    school, school_class = _alias(School, "my_school"), _alias(SchoolClass, "my_class")
    named = is_one_of(school_class.c.id, "my_classes", partial(_named, "school_class_id"))
    ways = (
        is_one_of(school.c.id, "my_schools", partial(_named, "school_id")),
        is_one_of(school.c.municipality_id, "my_municipalities", partial(_named, "municipality_id")),
        school.c.id.in_(sa.select(school_class.c.school_id).where(named)),
    )
    return sa.select(school.c.id).where(sa.or_(*ways)).correlate(None)


def _named(place: str) -> list[int]:
    """The places of a kind that the duties of whoever asks name, by the field that names them."""
    return [named for duty in _duties() if (named := getattr(duty, place)) is not None]
