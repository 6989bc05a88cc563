"""Academic years and what a year is called. Days with school: assessments/school_days.py."""

import re
from datetime import date, timedelta

TEN_YEAR_SCHOOL_FROM = "2028/29"  # förskoleklass becomes årskurs 1 and every label rises by one
ACADEMIC_YEAR = re.compile("(20[0-9]{2})/([0-9]{2})")  # of this century, as days are (assessments/clock.py)
AUTUMN_STARTS = (8, 1)  # month and day where one academic year ends and the next begins


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


def years_label(first: int, last: int, academic_year: str) -> str:
    """What some years running are called: ``åk 1–3``, ``F–2``; one alone as above."""
    begins, ends = year_label(first, academic_year), year_label(last, academic_year)
    return begins if first == last else f"{begins}–{ends.removeprefix('åk ')}"
