"""What the page of a school calendar prints: the year in order, how long it is, and what hangs on it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments import windows
from assessments.calendar import academic_year_on, first_day
from assessments.calendar_models import CalendarRange
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Municipality
from assessments.school_calendars import calendar_of
from assessments.school_days import Span, with_usual
from assessments.window_dates import WindowDates, by_calendar

FEWEST_SCHOOL_DAYS = 178  # skolförordningen 3 kap. 3 §
YEARS_BACK = 2


@dataclass(frozen=True)
class CalendarRow:
    """A term or a break; without an id where it is the usual one, that the municipality has not said."""

    span: Span
    range_id: int | None

    @property
    def weeks(self) -> str:
        """``v. 8`` or ``v. 52–1``; a term has too many to say."""
        first, last = (day.isocalendar().week for day in (self.span.starts_on, self.span.ends_on))
        return "" if self.span.kind.is_term else f"v. {first}" if first == last else f"v. {first}–{last}"


@dataclass(frozen=True)
class CalendarPage:
    """One academic year of one municipality."""

    rows: list[CalendarRow]
    terms: list[tuple[str, int]]  # and how many days of school
    windows: list[tuple[str, WindowDates]]
    can_copy: bool  # the year before has something that this one lacks

    @property
    def is_usual(self) -> bool:
        return all(row.range_id is None for row in self.rows)

    @property
    def school_days(self) -> int:
        return sum(count for _, count in self.terms)

    @property
    def is_short(self) -> bool:
        return self.school_days < FEWEST_SCHOOL_DAYS


def calendar_page(municipality: Municipality, academic_year: str) -> CalendarPage:
    """Four queries at most."""
    ids = _range_ids(municipality.id, academic_year)
    own = calendar_of(municipality.id)
    year = own.year(academic_year)
    former = academic_year_on(date(first_day(academic_year).year, 1, 1))
    return CalendarPage(
        rows=[CalendarRow(span, ids.get(span)) for span in with_usual(academic_year, tuple(ids))],
        terms=[(term.label, sum(term.holds(day) for day in year.days)) for term in year.terms],
        windows=[
            (one.label, by_calendar(one, own))
            for one in windows.in_order()
            if one.academic_year == academic_year
        ],
        can_copy={span.kind for span in own.own.get(former, ())} > {span.kind for span in ids},
    )


def years_shown() -> list[str]:
    """The academic years a calendar can be written for, the latest first."""
    this = first_day(academic_year_on(today())).year
    return [academic_year_on(date(year, 8, 1)) for year in range(this + 1, this - YEARS_BACK - 1, -1)]


def _range_ids(municipality_id: int, academic_year: str) -> dict[Span, int]:
    here = sa.select(CalendarRange).filter_by(municipality_id=municipality_id, academic_year=academic_year)
    rows = db.session.scalars(here.order_by(CalendarRange.starts_on, CalendarRange.id))
    return {row.span: row.id for row in rows}
