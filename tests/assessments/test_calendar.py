"""School days, make-up days, and what is told of a window's dates."""

from datetime import date

import pytest
from cast import Ekbacken

from assessments import calendar, windows
from assessments.models import AssessmentWindow, Season
from assessments.phases import Phase, phase


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 10, 15), True),
        (date(2026, 10, 17), False),  # a Saturday
        (date(2026, 10, 28), False),  # week 44
        (date(2026, 12, 24), False),
        (date(2027, 1, 6), False),  # trettondagen, before the term
        (date(2027, 3, 26), False),  # långfredagen
        (date(2027, 6, 6), False),
        (date(2027, 6, 11), True),  # the last day of spring
        (date(2027, 7, 1), False),
        (date(2026, 8, 17), False),
        (date(2026, 8, 18), True),
    ],
)
def test_a_school_day_is_a_weekday_in_term(day: date, is_one: bool) -> None:
    assert calendar.is_school_day(day) is is_one


def test_school_days_are_counted_past_weekends_breaks_and_summer() -> None:
    assert calendar.add_school_days(date(2026, 10, 23), 1) == date(2026, 11, 2)  # week 44 lies between
    assert calendar.in_school_weeks(date(2027, 6, 7), 4) == date(2027, 9, 8)
    assert calendar.school_days_before(date(2026, 11, 2), 1) == date(2026, 10, 23)
    assert calendar.school_days_between(date(2026, 10, 23), date(2026, 11, 2)) == 1
    assert calendar.school_days_between(date(2026, 11, 2), date(2026, 10, 23)) == 0


def told_of(closes_on: date, makeup_days: int) -> list[str]:
    window = AssessmentWindow(
        academic_year="2026/27", season=Season.AUTUMN,
        opens_on=date(2026, 9, 1), closes_on=closes_on, makeup_days=makeup_days,
    )  # fmt: skip
    return windows.warnings(window)


@pytest.mark.usefixtures("database")
def test_make_up_days_end_ten_school_days_before_the_term_or_it_is_told() -> None:
    """The autumn term of 2026 ends on Saturday 19 December: ten school days before is Friday 4 December."""
    assert told_of(date(2026, 11, 13), 21) == []
    assert told_of(date(2026, 11, 13), 23) == []
    [told] = told_of(date(2026, 11, 13), 24)
    assert told == (
        "Uppsamlingsdagarna slutar 2026-12-07. Det är mindre än 10 skoldagar före terminens slut 2026-12-19."
    )
    assert len(told_of(date(2026, 12, 18), 21)) == 1  # into the holidays


def test_a_window_has_21_make_up_days_unless_told_otherwise(ekbacken: Ekbacken) -> None:
    opened, _ = windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 5))
    assert opened.makeup_days == 21
    assert windows.makeup_ends_on(opened) == date(2027, 2, 26)


@pytest.mark.parametrize(
    ("day", "now"),
    [
        ("2026-08-31", Phase.COMING),
        ("2026-09-01", Phase.OPEN),
        ("2026-11-13", Phase.OPEN),
        ("2026-11-14", Phase.MAKEUP),
        ("2026-11-27", Phase.MAKEUP),
        ("2026-11-28", Phase.CLOSED),
    ],
)
def test_a_window_opens_closes_and_is_made_up_for(
    ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch, day: str, now: Phase
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", day)
    assert phase(ekbacken.autumn) is now
