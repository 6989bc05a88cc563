"""Pupils who have left the person's classes lately, and the window that their papers are printed as of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import windows
from assessments.access.permissions import Permission, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.expected import counting_day
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.handovers.reach import went_here
from screening.models import SupportPeriod, SupportResult

P = Permission


@dataclass(frozen=True)
class LeaverLine:
    """``window``: the last one that the pupil went here in. ``has_support``: a support period had begun."""

    pupil_id: int
    name: str
    school_class: SchoolClass
    last_day: str
    window: str
    has_support: bool


def leavers() -> list[LeaverLine]:
    """By name; only those whom a window was closed with. Five queries."""
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
    supported = _supported(latest)
    lines = [_line(one, window, supported) for one, window in latest.values()]
    return sorted(lines, key=lambda line: (swedish_key(line.name), line.pupil_id))


def last_time(pupil: Pupil) -> tuple[Enrolment, AssessmentWindow] | None:
    """Where in the person's classes the pupil went in the last window there was. Two queries."""
    here = went_here(P.PRINT).where(Enrolment.pupil_id == pupil.id)
    found = db.session.scalars(here.options(joinedload(Enrolment.school_class))).all()
    times = ((one, window) for window in reversed(windows.in_order()) for one in found)
    return next((time for time in times if _was_there(*time)), None)


def goes_on_elsewhere(period: SupportPeriod, last_day: date | None) -> bool:
    """Whether somebody has measured since the pupil left: then it is told where the pupil goes now."""
    if last_day is None:
        return False
    asked = sa.select(SupportResult.id).filter_by(support_period_id=period.id)
    return db.session.scalar(asked.where(SupportResult.measured_on > last_day).limit(1)) is not None


def _was_there(one: Enrolment, window: AssessmentWindow) -> bool:
    """On the day by which the window's pupils are counted, as of today."""
    day = counting_day(window)
    is_of_year = one.school_class.academic_year == window.academic_year
    return is_of_year and one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)


def _supported(pupil_ids: Collection[int]) -> set[int]:
    asked = sa.select(SupportPeriod.pupil_id).where(SupportPeriod.pupil_id.in_(pupil_ids))
    return set(db.session.scalars(asked))


def _line(one: Enrolment, window: AssessmentWindow, supported: set[int]) -> LeaverLine:
    return LeaverLine(
        one.pupil_id, one.pupil.name, one.school_class, str(one.ends_on), window.label.lower(),
        one.pupil_id in supported,
    )  # fmt: skip
