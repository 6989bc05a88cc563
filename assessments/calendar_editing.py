"""Writing the school calendar of a municipality: added to, corrected, copied. Verbs flush."""

from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.calendar_models import CalendarRange
from assessments.calendar_rules import faults
from assessments.database import db
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.school_calendars import forget
from assessments.school_days import Span, SpanKind, public_holidays

LONGEST_NAME = 60
COPIED = frozenset(SpanKind) - {SpanKind.STUDY_DAY, SpanKind.OTHER}  # single days move about


class FieldRefused(Refused):
    """A refusal that knows which field of the form it is about."""

    def __init__(self, field: str, reasons: list[str]) -> None:
        self.field = field
        super().__init__(reasons)


def tidy_name(text: str | None) -> str | None:
    """What people call the days; nothing is nothing."""
    return one_line(text, LONGEST_NAME, "") if text and text.strip() else None


def ranges_of(municipality_id: int, academic_year: str) -> list[CalendarRange]:
    """What the municipality has said of the year, in order of time. Other writers wait until the commit."""
    held = sa.select(Municipality.id).where(Municipality.id == municipality_id)
    db.session.execute(held.with_for_update(key_share=True))
    here = sa.select(CalendarRange).filter_by(municipality_id=municipality_id, academic_year=academic_year)
    return list(db.session.scalars(here.order_by(CalendarRange.starts_on, CalendarRange.id)))


def add(municipality_id: int, academic_year: str, span: Span) -> CalendarRange:
    """Add a term or days without school. Refused where they do not fit the year."""
    said = ranges_of(municipality_id, academic_year)
    _refuse_what_is_wrong(academic_year, [one.span for one in said], span)
    row = CalendarRange(municipality_id=municipality_id, academic_year=academic_year, **_columns(span))
    db.session.add(row)
    db.session.flush()
    forget()
    return row


def correct(row: CalendarRange, span: Span) -> bool:
    """Put other days, another kind or name; False where nothing was news."""
    said = ranges_of(row.municipality_id, row.academic_year)
    _refuse_what_is_wrong(row.academic_year, [one.span for one in said if one.id != row.id], span)
    is_news = row.span != span
    for column, value in _columns(span).items():
        setattr(row, column, value)
    db.session.flush()
    forget()
    return is_news


def remove(row: CalendarRange) -> None:
    """Take a range away. Refused where the others do not fit without it."""
    said = ranges_of(row.municipality_id, row.academic_year)
    wrong = faults(row.academic_year, [one.span for one in said if one.id != row.id])
    if wrong:
        raise Refused([f"Då stämmer inte resten: {fault.reason}." for fault in wrong])
    db.session.delete(row)
    db.session.flush()
    forget()


def copy_former(municipality_id: int, academic_year: str) -> tuple[int, list[str]]:
    """Terms and breaks of the year before: on the same weekdays, höstlov and sportlov in the same weeks,
    påsklov by Easter. What the year has already said stands. Returns how many, and what did not fit."""
    former = academic_year_on(date(first_day(academic_year).year, 1, 1))
    said = {one.kind for one in ranges_of(municipality_id, academic_year)}
    copied, told = 0, []
    for row in sorted(ranges_of(municipality_id, former), key=lambda row: not row.kind.is_term):
        if row.kind in COPIED - said:
            try:
                add(municipality_id, academic_year, _a_year_later(row.span))
                copied += 1
            except Refused as refused:
                told += refused.reasons
    return copied, told


def _a_year_later(span: Span) -> Span:
    moved = {
        SpanKind.EASTER_BREAK: _by_easter,
        SpanKind.AUTUMN_BREAK: _by_week,
        SpanKind.SPORTS_BREAK: _by_week,
    }
    later = moved.get(span.kind, _by_date)
    return Span(span.kind, later(span.starts_on), later(span.ends_on), span.name)


def _by_date(day: date) -> date:
    """The same weekday, as near the date as may be."""
    return day + timedelta(weeks=52)


def _by_week(day: date) -> date:
    """The same weekday of the same week; the last that every year has, of one that few years have."""
    year, week, weekday = day.isocalendar()
    return date.fromisocalendar(year + 1, min(week, 52), weekday)


def _by_easter(day: date) -> date:
    return day + (_good_friday(day.year + 1) - _good_friday(day.year))


def _good_friday(year: int) -> date:
    """The one public holiday that is a Friday in March or April, whatever the year."""
    return next(one for one in public_holidays(year) if one.month in (3, 4) and one.weekday() == 4)


def _refuse_what_is_wrong(academic_year: str, others: Collection[Span], span: Span) -> None:
    wrong = faults(academic_year, [*others, span])
    own = next((fault for fault in wrong if fault.span == span), None)
    if own:
        raise FieldRefused(own.field, [f"{own.reason}."])
    if wrong:
        raise Refused([f"Då stämmer inte resten: {fault.reason}." for fault in wrong])


def _columns(span: Span) -> dict[str, SpanKind | date | str | None]:
    return {"kind": span.kind, "name": span.name, "starts_on": span.starts_on, "ends_on": span.ends_on}
