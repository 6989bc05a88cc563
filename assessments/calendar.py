"""The school's calendar: academic years, what a year is called, school days and week numbers."""

import functools
import re
from datetime import date, timedelta

TEN_YEAR_SCHOOL_FROM = "2028/29"  # förskoleklass becomes årskurs 1 and every label rises by one
ACADEMIC_YEAR = re.compile(r"(\d{4})/(\d{2})")
AUTUMN_STARTS = (8, 1)  # month and day where one academic year ends and the next begins
# Breaks that most municipalities share, as (first, last) month and day; public holidays come from `holidays`.
TERMS = {"autumn": ((8, 18), (12, 19)), "spring": ((1, 8), (6, 11))}


def academic_year_on(day: date) -> str:
    """``2026/27`` for every day from 1 August 2026 to 31 July 2027."""
    first = day.year if (day.month, day.day) >= AUTUMN_STARTS else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def is_academic_year(text: str) -> bool:
    """``2026/27`` is one, ``2026/28`` is not."""
    found = ACADEMIC_YEAR.fullmatch(text)
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def first_day(academic_year: str) -> date:
    return date(int(academic_year[:4]), *AUTUMN_STARTS)


def last_day(academic_year: str) -> date:
    return date(int(academic_year[:4]) + 1, *AUTUMN_STARTS) - timedelta(days=1)


def year_label(year: int, academic_year: str) -> str:
    """What a grade index is called: ``F`` or ``åk 2``; from 2028/29 index 0 is årskurs 1."""
    if academic_year >= TEN_YEAR_SCHOOL_FROM:
        return f"åk {year + 1}"
    return "F" if year == 0 else f"åk {year}"


def term_of(day: date) -> tuple[date, date]:
    """First and last day of the term the day lies in, or of the next one during a holiday."""
    for start, end in (
        (date(day.year, *TERMS[term][0]), date(day.year, *TERMS[term][1])) for term in ("spring", "autumn")
    ):
        if day <= end:
            return start, end
    return date(day.year + 1, *TERMS["spring"][0]), date(day.year + 1, *TERMS["spring"][1])


@functools.cache
def _public_holidays(year: int) -> frozenset[date]:
    import holidays  # a large module that no page needs at start

    return frozenset(holidays.country_holidays("SE", years=year, include_sundays=False))


def is_school_day(day: date) -> bool:
    """A weekday in term, no public holiday and not the autumn break (week 44)."""
    start, end = term_of(day)
    if day.weekday() > 4 or not start <= day <= end or day.isocalendar().week == 44:
        return False
    return day not in _public_holidays(day.year)


def school_days_between(first: date, last: date) -> int:
    """School days after ``first`` up to and including ``last``."""
    return sum(is_school_day(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))


def add_school_days(day: date, count: int) -> date:
    """The school day that comes ``count`` school days after the day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_school_day(day)
    return day


def school_days_before(day: date, count: int) -> date:
    """The school day that lies ``count`` school days before the day."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_school_day(day)
    return day


def in_school_weeks(day: date, weeks: int) -> date:
    """The day that lies so many school weeks (five school days) ahead: a summer moves it to autumn."""
    return add_school_days(day, weeks * 5)
