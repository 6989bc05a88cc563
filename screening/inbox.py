"""When a signal reaches an inbox, and where each thread stands there.

A signal is judged at once, but a class that is still being filled in would fill the inbox with half-truths:
its signals come when the class is handed in, or two school days after the last change of a score in that
class and window. An observation comes at once: somebody chose to raise it.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast

import sqlalchemy as sa

from assessments.clock import start_of, today
from assessments.database import db
from assessments.database.questions import is_one_of_found
from assessments.models import AssessmentWindow, HandIn, ScoreChange, Season
from assessments.roster.models import Enrolment, School, SchoolClass
from assessments.school_calendars import own_calendars
from assessments.school_days import USUAL, SchoolCalendar
from assessments.windows import ORDER
from screening.handovers.seeing import is_open
from screening.models import Flag
from screening.signals import Family, FlagState

FLAGS = cast(sa.Table, Flag.__table__)
QUIET_SCHOOL_DAYS = 2

Pupils = sa.SelectBase  # a question that gives pupil ids


def quiet_since(day: date, school_calendar: SchoolCalendar = USUAL) -> datetime:
    """Changes at this moment or later are less than two school days old on the day."""
    second_last = school_calendar.before(day + timedelta(days=1), QUIET_SCHOOL_DAYS)
    return start_of(second_last)


def _is_fresh() -> sa.ColumnElement[bool]:
    """The change is less than two school days old, by the calendar of the municipality of ``School``."""
    usual = quiet_since(today())
    own: dict[datetime, list[int]] = {}
    for municipality_id, found in own_calendars().items():
        own.setdefault(quiet_since(today(), found), []).append(municipality_id)
    others = {since: places for since, places in own.items() if since != usual}
    if not others:
        return ScoreChange.changed_at >= usual
    since = sa.case(
        *(
            (School.municipality_id.in_(places), sa.literal(moment, ScoreChange.changed_at.type))
            for moment, places in others.items()
        ),
        else_=sa.literal(usual, ScoreChange.changed_at.type),
    )
    return ScoreChange.changed_at >= since


def unsettled(pupils: Pupils) -> sa.SelectBase:
    """(class id, window id) still waiting, among the classes these pupils go or have gone in."""
    theirs = sa.select(Enrolment.school_class_id).where(Enrolment.pupil_id.in_(pupils))
    handed_in = sa.exists().where(
        HandIn.school_class_id == SchoolClass.id, HandIn.window_id == AssessmentWindow.id
    )
    return (
        sa.select(SchoolClass.id, AssessmentWindow.id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .join(ScoreChange, ScoreChange.pupil_id == Enrolment.pupil_id)
        .join(AssessmentWindow, AssessmentWindow.id == ScoreChange.window_id)
        .join(School, School.id == SchoolClass.school_id)
        .where(
            SchoolClass.id.in_(theirs),
            SchoolClass.academic_year == AssessmentWindow.academic_year,
            _is_fresh(),
            ~handed_in,
        )
        .distinct()
    )


def has_arrived(pupils: Pupils) -> sa.ColumnElement[bool]:
    """The condition on FLAGS: the signal has reached the inbox."""
    waiting = unsettled(pupils).subquery()
    held_back = (
        sa.select(Enrolment.pupil_id, waiting.c[1])
        .join(waiting, Enrolment.school_class_id == waiting.c[0])
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    # Asked once for all signals: PostgreSQL would else count its price for each pupil, and read everybody's.
    return sa.or_(
        FLAGS.c.family == Family.OBSERVATION,
        sa.tuple_(FLAGS.c.pupil_id, FLAGS.c.window_id).not_in(sa.select(held_back)),
    )


def place_in_time() -> sa.ColumnElement[str]:
    """Windows in order, in SQL: the academic year, then autumn, winter, spring, whatever the dates say."""
    season = sa.case(*((AssessmentWindow.season == season, str(place)) for season, place in ORDER.items()))
    return AssessmentWindow.academic_year + season


def place_of(window: AssessmentWindow) -> str:
    """The same for one window."""
    return f"{window.academic_year}{ORDER[Season(window.season)]}"


def standing(
    pupils: Pupils,
    *,
    through: AssessmentWindow | None = None,
    only_arrived: bool = True,
    among: Collection[int] | None = None,
    with_beginning: bool = False,
) -> sa.Select[Any]:
    """The open threads of these pupils: for each pupil and family the row of its latest window.

    ``through`` asks how it stood in that window; ``only_arrived`` leaves out rows that wait for the hand-in,
    so that a thread shows its former row until then; ``among`` counts the windows with these ids, and no
    others, instead of those that whoever asks may see. Gives every column of FLAGS, and ``place`` in time;
    asked for ``with_beginning`` also ``began_at``: when the thread's first signal came, since it was last
    closed.
    """
    place, is_closed = place_in_time(), sa.case((FLAGS.c.state == FlagState.CLOSED, 1), else_=0)
    # Counted alike, latest first: SQLite goes through the rows once for both.
    nth, closings = (
        told.over(partition_by=(FLAGS.c.pupil_id, FLAGS.c.family), order_by=place.desc())
        for told in (sa.func.count(), sa.func.sum(is_closed))
    )
    rows = (
        sa.select(FLAGS, place.label("place"), nth.label("nth"), closings.label("closings"))
        .join(AssessmentWindow, AssessmentWindow.id == FLAGS.c.window_id)
        .where(FLAGS.c.pupil_id.in_(pupils))
    )
    if only_arrived:
        rows = rows.where(has_arrived(pupils))
    if among is None:
        rows = rows.where(is_open(FLAGS.c.pupil_id, FLAGS.c.window_id, through))
    else:
        rows = rows.where(is_one_of_found(FLAGS.c.window_id, "among", partial(list, among)))
    if through is not None:
        rows = rows.where(place <= place_of(through))
    its = rows.subquery()
    if with_beginning:
        began = sa.func.min(its.c.created_at).over(partition_by=(its.c.pupil_id, its.c.family))
        its = sa.select(its, began.label("began_at")).where(its.c.closings == 0).subquery()
    return sa.select(its).where(its.c.nth == 1, its.c.closings == 0)


def is_handed_in(school_class: SchoolClass, window: AssessmentWindow) -> bool:
    """Whether somebody has said that the class is done."""
    found = sa.select(HandIn.id).filter_by(school_class_id=school_class.id, window_id=window.id)
    return db.session.scalar(found) is not None
