"""Counting pupils with a signal that nobody has taken up, and with support that runs, in the database."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.access.taking_part import schools_outside
from assessments.calendar import academic_year_on, first_day
from assessments.clock import start_of, today
from assessments.database import db
from assessments.models import AssessmentWindow, ScoreChange
from assessments.roster.models import Enrolment, School, SchoolClass
from assessments.roster.narrowing import NARROWED
from screening import inbox
from screening.models import Flag, NextStep, SupportPeriod
from screening.requests.models import WAITING, HelpRequest, RequestStep
from screening.requests.reach import goes_where_asked
from screening.rollup.models import CountedPupil
from screening.signal_ages import Ages
from screening.signals import FlagState
from screening.steps.models import StepOutcome
from screening.support.models import SupportFollowUp

BySchool = Mapping[int, int]


def _here() -> sa.Select[int, int]:
    """(pupil_id, school_id): who goes where today, in the municipalities that take part; twice, who goes in
    two classes of one school.

    A question to join with and not a table that is made first: for that SQLite has no index, and goes through
    all of it for each signal.
    """
    return (
        sa.select(Enrolment.pupil_id, SchoolClass.school_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Enrolment.starts_on <= today(),
            Enrolment.pupil_id.not_in(NARROWED),
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
            SchoolClass.school_id.not_in(schools_outside(today())),
        )
    )


def _by_school(counted: sa.Select[Any]) -> BySchool:
    return {row[0]: row[1] for row in db.session.execute(counted)}


def enrolled() -> BySchool:
    """Pupils who go at each school today."""
    there = _here().subquery()
    counted = sa.select(there.c.school_id, sa.func.count(there.c.pupil_id.distinct()))
    return _by_school(counted.group_by(there.c.school_id))


def waiting() -> tuple[BySchool, BySchool]:
    """Pupils with an open signal in an inbox that no planned step answers; and of them those with one that is
    older than it may be, by the school calendar of the municipality."""
    there = _here().subquery()
    threads = inbox.standing(sa.select(_here().cte("pupils").c.pupil_id), with_beginning=True).subquery()
    late = sa.case((_is_late(threads), there.c.pupil_id))
    counted = sa.select(
        there.c.school_id, sa.func.count(there.c.pupil_id.distinct()), sa.func.count(late.distinct())
    )
    joined = counted.join_from(there, threads, threads.c.pupil_id == there.c.pupil_id)
    of_school = joined.join(School, School.id == there.c.school_id).where(~_planned(threads))
    rows = db.session.execute(of_school.group_by(there.c.school_id)).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


def _is_late(threads: sa.Subquery) -> sa.ColumnElement[bool]:
    """As ``Ages.of`` and ``waits_since`` say it of one, of one pupil's thread at a time."""
    ages = Ages.fetch()
    oldest_day = _by_home(ages, NextStep.taken_on.type, lambda day: day)
    oldest_moment = _by_home(ages, threads.c.began_at.type, start_of)
    lately = (
        _steps(threads)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .where(sa.or_(NextStep.taken_on >= oldest_day, StepOutcome.ended_on >= oldest_day))
    )
    before = _open_steps(threads).where(NextStep.flag_id != threads.c.id)
    return sa.and_(
        threads.c.began_at < oldest_moment,
        ~lately.exists(),
        sa.or_(threads.c.created_at < oldest_moment, ~before.exists()),
    )


def _by_home(
    ages: Ages, kind: sa.types.TypeEngine[Any], kept: Callable[[date], Any]
) -> sa.ColumnElement[Any]:
    """The first day that is not too old by the calendar of the municipality of ``School``, as it is kept."""
    days: dict[date, list[int]] = {}
    for municipality_id, (_, late_before) in ages.bounds.items():
        days.setdefault(late_before, []).append(municipality_id)
    usual = sa.literal(kept(ages.usual[1]), kind)
    own = [(School.municipality_id.in_(places), sa.literal(kept(day), kind)) for day, places in days.items()]
    return sa.case(*own, else_=usual) if own else usual


def _planned(threads: sa.Subquery) -> sa.ColumnElement[bool]:
    """As ``ThreadWork.waits and not is_due`` says the opposite, of one pupil's thread at a time."""
    is_ahead = sa.and_(NextStep.due_on > today(), threads.c.state != FlagState.CLOSE_PROPOSED)
    answers = sa.or_(NextStep.flag_id == threads.c.id, NextStep.due_on <= today(), is_ahead)
    asked = (  # for help: until the answer comes
        _steps_since(threads)
        .join(RequestStep, RequestStep.next_step_id == NextStep.id)
        .join(HelpRequest, HelpRequest.id == RequestStep.help_request_id)
        .where(NextStep.flag_id == threads.c.id, HelpRequest.state.in_(WAITING), goes_where_asked())
    )
    return sa.or_(_open_steps(threads).where(answers).exists(), asked.exists())


def _open_steps(threads: sa.Subquery) -> sa.Select[Any]:
    """The steps since the thread was closed that nobody has ticked off."""
    has_ended = sa.select(StepOutcome.next_step_id).where(StepOutcome.next_step_id == NextStep.id)
    return _steps_since(threads).where(~has_ended.exists())


def _steps_since(threads: sa.Subquery) -> sa.Select[Any]:
    since, flag = aliased(NextStep), aliased(Flag)
    closed_after = (
        sa.select(since.id)
        .join(flag, flag.id == since.flag_id)
        .where(flag.pupil_id == Flag.pupil_id, flag.family == Flag.family, since.is_closing)
        .where(since.id > NextStep.id)
    )
    return _steps(threads).where(~NextStep.is_closing, ~closed_after.exists())


def _steps(threads: sa.Subquery) -> sa.Select[Any]:
    its = sa.and_(Flag.pupil_id == threads.c.pupil_id, Flag.family == threads.c.family)
    return sa.select(NextStep.id).join(Flag, Flag.id == NextStep.flag_id).where(its)


def supported() -> BySchool:
    """Pupils with a support period of this academic year that has begun and has not been followed up."""
    begins = first_day(academic_year_on(today()))
    is_over = sa.select(SupportFollowUp.id).where(SupportFollowUp.support_period_id == SupportPeriod.id)
    there = _here().subquery()
    counted = sa.select(there.c.school_id, sa.func.count(there.c.pupil_id.distinct()))
    joined = counted.join_from(there, SupportPeriod, SupportPeriod.pupil_id == there.c.pupil_id)
    runs = joined.where(
        SupportPeriod.starts_on <= today(),
        sa.or_(SupportPeriod.starts_on >= begins, SupportPeriod.goal_on >= today()),
        ~is_over.exists(),
    )
    return _by_school(runs.group_by(there.c.school_id))


def latest(window: AssessmentWindow) -> Iterator[Any]:
    """When a result of the window was last written at each school."""
    there = sa.and_(CountedPupil.pupil_id == ScoreChange.pupil_id, CountedPupil.window_id == window.id)
    yield from db.session.execute(
        sa.select(CountedPupil.school_id, sa.func.max(ScoreChange.changed_at))
        .join(ScoreChange, there)
        .where(ScoreChange.window_id == window.id)
        .group_by(CountedPupil.school_id)
    )


def changed_since(window: AssessmentWindow, moment: datetime) -> set[int]:
    """The schools where a result of the window has been written after the moment. One query."""
    there = sa.and_(CountedPupil.pupil_id == ScoreChange.pupil_id, CountedPupil.window_id == window.id)
    rows = sa.select(CountedPupil.school_id).join(ScoreChange, there)
    newer = rows.where(ScoreChange.window_id == window.id, ScoreChange.changed_at > moment)
    return set(db.session.scalars(newer.distinct()))
