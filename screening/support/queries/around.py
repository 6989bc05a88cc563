"""What to have in mind beside a support period: how much the pupil was away before the year's windows."""

import sqlalchemy as sa

from assessments import windows
from assessments.absence.queries import absence_of
from assessments.calendar import academic_year_on
from assessments.roster.models import Pupil
from assessments.words import listed
from screening.handovers.holding import held_since
from screening.models import SupportPeriod


def absence_line(period: SupportPeriod) -> str:
    """``Frånvaro: 22 % före hösten 2026/27 (hög).``; nothing where nothing is known."""
    year = academic_year_on(period.starts_on)
    away = absence_of(sa.select(Pupil.id).where(Pupil.id == period.pupil_id))
    told, held = [], held_since(period.pupil_id)
    for window in windows.in_order():
        if held is not None and window.closes_on < held:
            continue  # from another school, which has not handed it over
        found = away.get((period.pupil_id, window.id))
        if found is not None and window.academic_year == year:
            told.append(f"{found.share} före {window.label.lower()}{' (hög)' if found.is_worrying else ''}")
    return f"Frånvaro: {listed(told)}." if told else ""
