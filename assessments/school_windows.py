"""A school where a window opens and closes on other days than the initiative's. Verbs flush."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar
from assessments.calendar_models import SchoolWindow
from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School
from assessments.window_dates import WindowDates, at_schools, forget_own_days


@dataclass(frozen=True)
class SchoolDays:
    """A school with days of its own, and what comes of them."""

    school_id: int
    name: str
    municipality: str
    dates: WindowDates


def schools_with_own_days(
    window: AssessmentWindow, municipalities: sa.Select[Municipality]
) -> list[SchoolDays]:
    """In these municipalities, by name."""
    rows = db.session.scalars(
        sa.select(School)
        .join(SchoolWindow, SchoolWindow.school_id == School.id)
        .where(
            SchoolWindow.window_id == window.id,
            School.municipality_id.in_(municipalities.with_only_columns(Municipality.id)),
        )
        .options(joinedload(School.municipality))
    ).all()
    dates = at_schools(window, [one.id for one in rows])
    found = [SchoolDays(one.id, one.name, one.municipality.name, dates[one.id]) for one in rows]
    return sorted(found, key=lambda one: (swedish_key(one.municipality), swedish_key(one.name)))


def give_own_days(window: AssessmentWindow, school: School, opens_on: date, closes_on: date) -> bool:
    """Open and close the window on other days at the school; False where nothing was news."""
    year = window.academic_year
    if closes_on < opens_on:
        raise Refused(f"Stänger {closes_on} ligger före Öppnar {opens_on}.")
    if not calendar.first_day(year) <= opens_on <= closes_on <= calendar.last_day(year):
        raise Refused(f"Dagarna {opens_on} till {closes_on} ligger utanför läsåret {year}.")
    if (opens_on, closes_on) == (window.opens_on, window.closes_on):
        raise Refused("Det är periodens egna dagar: ta bort skolan ur listan i stället.")
    row = _row(window, school)
    if row is not None and (row.opens_on, row.closes_on) == (opens_on, closes_on):
        return False
    if row is None:
        row = SchoolWindow(window_id=window.id, school_id=school.id)
        db.session.add(row)
    row.opens_on, row.closes_on = opens_on, closes_on
    db.session.flush()
    forget_own_days()
    return True


def follow_the_window(window: AssessmentWindow, school: School) -> bool:
    """The school goes by the initiative's days again; False where it did."""
    row = _row(window, school)
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()
    forget_own_days()
    return True


def _row(window: AssessmentWindow, school: School) -> SchoolWindow | None:
    here = sa.select(SchoolWindow).filter_by(window_id=window.id, school_id=school.id)
    return db.session.scalar(here.with_for_update())
