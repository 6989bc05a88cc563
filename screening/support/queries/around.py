"""What to have in mind beside a support period: how much the pupil was away before the year's windows."""

import sqlalchemy as sa

from assessments import windows
from assessments.absence.queries import absence_of
from assessments.calendar import academic_year_on
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from assessments.words import listed
from screening.handovers.seeing import is_open, was_known
from screening.models import SupportPeriod


def absence_line(period: SupportPeriod) -> str:
    """``Frånvaro: 22 % före hösten 2026/27 (hög).``; nothing where nothing is known."""
    year = academic_year_on(period.starts_on)
    away = absence_of(sa.select(Pupil.id).where(Pupil.id == period.pupil_id))
    theirs, every = sa.literal(period.pupil_id), windows.in_order()
    then = next((one for one in reversed(every) if one.opens_on <= period.starts_on), None)
    known = sa.and_(  # not from another school, which has not handed it over, nor from the next one
        is_open(theirs, AssessmentWindow.id, then), was_known(theirs, AssessmentWindow.closes_on)
    )
    open_here, told = set(db.session.scalars(sa.select(AssessmentWindow.id).where(known))), []
    for window in every:
        if window.id not in open_here:
            continue
        found = away.get((period.pupil_id, window.id))
        if found is not None and window.academic_year == year:
            told.append(f"{found.share} före {window.label.lower()}{' (hög)' if found.is_worrying else ''}")
    return f"Frånvaro: {listed(told)}." if told else ""
