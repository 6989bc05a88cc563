"""Pupils who have left the person's classes lately, and the window that their papers are printed as of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import windows
from assessments.access.permissions import Permission, pupils_open_to
from assessments.calendar import academic_year_on
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.expected import counting_day
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.facts.elsewhere import carried_on
from screening.handovers.reach import went_here
from screening.handovers.seeing import is_open_on, was_known
from screening.models import SupportPeriod

P = Permission


@dataclass(frozen=True)
class LeaverLine:
    """``window``: the last one that the pupil went here in. ``has_support``: there is a paper about it."""

    pupil_id: int
    name: str
    school_class: SchoolClass
    last_day: str
    window: str
    has_support: bool


def leavers() -> list[LeaverLine]:
    """By name; only those whom a window was closed with. Seven queries."""
    asked = went_here(P.PRINT).where(Enrolment.ends_on < today()).order_by(Enrolment.ends_on, Enrolment.id)
    whole = asked.options(joinedload(Enrolment.pupil), joinedload(Enrolment.school_class))
    ended = db.session.scalars(whole).all()
    among = Pupil.id.in_({one.pupil_id for one in ended})  # of these only: there are more pupils than leavers
    still = set(db.session.scalars(pupils_open_to(P.PRINT).with_only_columns(Pupil.id).where(among)))
    rows = [one for one in ended if one.pupil_id not in still]
    every, latest = windows.in_order(), dict[int, tuple[Enrolment, AssessmentWindow]]()
    for one in rows:
        window = next((window for window in reversed(every) if _was_there(one, window)), None)
        if window is not None and not one.pupil.is_protected:
            latest[one.pupil_id] = one, window
    supported = support_then(latest)
    lines = [_line(one, window, supported) for one, window in latest.values()]
    return sorted(lines, key=lambda line: (swedish_key(line.name), line.pupil_id))


def last_time(pupil: Pupil) -> tuple[Enrolment, AssessmentWindow] | None:
    """Where in the person's classes the pupil went in the last window there was. Two queries."""
    here = went_here(P.PRINT).where(Enrolment.pupil_id == pupil.id)
    found = db.session.scalars(here.options(joinedload(Enrolment.school_class))).all()
    times = ((one, window) for window in reversed(windows.in_order()) for one in found)
    return next((time for time in times if _was_there(*time)), None)


def has_left(pupil: Pupil) -> bool:
    """Whether the pupil goes in none of the person's classes now. One query."""
    here = pupils_open_to(P.PRINT).with_only_columns(Pupil.id).where(Pupil.id == pupil.id)
    return db.session.scalar(here) is None


Times = Mapping[int, tuple[Enrolment, AssessmentWindow]]  # by pupil id: the last time here


def support_then(times: Times) -> dict[int, SupportPeriod]:
    """The support period that was the latest then, by pupil id, where nobody has gone on with it since: that
    is told where the pupil goes now. What was before a move is held for who has the pupil. Three queries."""
    here = pupils_open_to(P.PRINT).with_only_columns(Pupil.id).where(Pupil.id.in_(times))
    is_known = is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on)
    begun = sa.select(SupportPeriod).where(
        SupportPeriod.pupil_id.in_(times),
        sa.or_(is_known, SupportPeriod.pupil_id.not_in(here)),
        was_known(SupportPeriod.pupil_id, SupportPeriod.starts_on),
    )
    latest: dict[int, SupportPeriod] = {}
    for one in db.session.scalars(begun.order_by(SupportPeriod.starts_on, SupportPeriod.id)):
        _enrolment, window = times[one.pupil_id]
        if one.starts_on <= window.closes_on and academic_year_on(one.starts_on) == window.academic_year:
            latest[one.pupil_id] = one
    gone_on = carried_on({one.id: times[one.pupil_id][0].ends_on or today() for one in latest.values()})
    return {pupil_id: one for pupil_id, one in latest.items() if one.id not in gone_on}


def _was_there(one: Enrolment, window: AssessmentWindow) -> bool:
    """On the day by which the window's pupils are counted, as of today."""
    day = counting_day(window)
    is_of_year = one.school_class.academic_year == window.academic_year
    return is_of_year and one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)


def _line(one: Enrolment, window: AssessmentWindow, supported: Collection[int]) -> LeaverLine:
    return LeaverLine(
        one.pupil_id, one.pupil.name, one.school_class, str(one.ends_on), window.label.lower(),
        one.pupil_id in supported,
    )  # fmt: skip
