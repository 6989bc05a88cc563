"""School days, make-up days, and what is told of a window's dates."""

from datetime import date

import pytest
from cast import Ekbacken

from assessments import windows
from assessments.models import AssessmentWindow, Season
from assessments.phases import Phase, phase
from assessments.school_days import USUAL, SchoolCalendar, Span, SpanKind
from assessments.window_dates import usual, warnings

SPORTS_WEEK_8 = SchoolCalendar(
    {"2026/27": (Span(SpanKind.SPORTS_BREAK, date(2027, 2, 22), date(2027, 2, 26)),)}
)
SPORTS_WEEK_10 = SchoolCalendar(
    {"2026/27": (Span(SpanKind.SPORTS_BREAK, date(2027, 3, 8), date(2027, 3, 12)),)}
)


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
    assert USUAL.is_school_day(day) is is_one


def test_school_days_are_counted_past_weekends_breaks_and_summer() -> None:
    assert USUAL.after(date(2026, 10, 23), 1) == date(2026, 11, 2)  # week 44 lies between
    assert USUAL.in_weeks(date(2027, 6, 7), 4) == date(2027, 9, 8)
    assert USUAL.before(date(2026, 11, 2), 1) == date(2026, 10, 23)
    assert USUAL.days_between(date(2026, 10, 23), date(2026, 11, 2)) == 1
    assert USUAL.days_between(date(2026, 11, 2), date(2026, 10, 23)) == 0


def told_of(closes_on: date, makeup_days: int, **others: SchoolCalendar) -> list[str]:
    window = AssessmentWindow(
        academic_year="2026/27", season=Season.AUTUMN,
        opens_on=date(2026, 9, 1), closes_on=closes_on, makeup_days=makeup_days,
    )  # fmt: skip
    return warnings(window, windows.in_order(), {"Ekby": USUAL} | others)


def test_a_term_is_the_one_of_the_day_or_the_next_in_a_holiday() -> None:
    begins = {
        date(2026, 10, 1): date(2026, 8, 18),
        date(2026, 12, 24): date(2027, 1, 8),
        date(2027, 7, 1): date(2027, 8, 18),
        date(2027, 8, 5): date(2027, 8, 18),
    }
    assert {day: USUAL.term_of(day).starts_on for day in begins} == begins


def test_a_municipality_has_its_own_breaks_and_what_is_usual_beside_them() -> None:
    assert not SPORTS_WEEK_8.is_school_day(date(2027, 2, 24))
    assert SPORTS_WEEK_10.is_school_day(date(2027, 2, 24))
    assert not SPORTS_WEEK_8.is_school_day(date(2026, 10, 28))  # the autumn break, which it did not mention
    assert SPORTS_WEEK_8.is_school_day(date(2028, 2, 23))  # a year of which it has said nothing


def test_its_own_term_and_autumn_break_go_before_what_is_usual() -> None:
    own = SchoolCalendar(
        {
            "2026/27": (
                Span(SpanKind.AUTUMN_TERM, date(2026, 8, 12), date(2026, 12, 22)),
                Span(SpanKind.AUTUMN_BREAK, date(2026, 10, 29), date(2026, 10, 30)),
                Span(SpanKind.STUDY_DAY, date(2026, 9, 21), date(2026, 9, 21)),
            )
        }
    )
    for day, is_one in (
        (date(2026, 8, 12), True), (date(2026, 8, 11), False), (date(2026, 12, 22), True),
        (date(2026, 10, 28), True), (date(2026, 10, 29), False), (date(2026, 9, 21), False),
        (date(2027, 1, 8), True),
    ):  # fmt: skip
        assert own.is_school_day(day) is is_one, day


@pytest.mark.parametrize(
    ("closes_on", "days", "week_8", "week_10"),
    [
        (date(2027, 2, 12), 21, date(2027, 3, 12), date(2027, 3, 5)),
        (date(2027, 2, 19), 21, date(2027, 3, 19), date(2027, 3, 19)),  # a break within both
        (date(2027, 2, 5), 14, date(2027, 2, 19), date(2027, 2, 19)),  # before either
        (date(2027, 2, 24), 5, date(2027, 3, 5), date(2027, 3, 1)),  # closes within one
        (date(2027, 5, 28), 21, date(2027, 6, 18), date(2027, 6, 18)),  # the summer counts like any days
        (date(2027, 3, 5), 0, date(2027, 3, 5), date(2027, 3, 5)),
    ],
)
def test_a_week_without_school_is_no_part_of_the_days_given(
    closes_on: date, days: int, week_8: date, week_10: date
) -> None:
    assert SPORTS_WEEK_8.days_given(closes_on, days) == week_8
    assert SPORTS_WEEK_10.days_given(closes_on, days) == week_10


def test_single_days_off_leave_a_week_a_week() -> None:
    """Kristi himmelsfärdsdag, and the day after it off."""
    ascension = Span(SpanKind.OTHER, date(2027, 5, 7), date(2027, 5, 7), "Lovdag")
    own = SchoolCalendar({"2026/27": (ascension,)})
    assert own.days_given(date(2027, 4, 30), 14) == date(2027, 5, 14)


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


@pytest.mark.usefixtures("database")
def test_the_places_whose_days_are_too_few_are_named() -> None:
    long_break = Span(SpanKind.AUTUMN_BREAK, date(2026, 11, 16), date(2026, 11, 20))
    moved = SchoolCalendar({"2026/27": (long_break,)})
    assert told_of(date(2026, 11, 13), 21, Tallby=moved) == [
        "Uppsamlingsdagarna slutar 2026-12-11 i Tallby. Det är mindre än 10 skoldagar före terminens slut "
        "2026-12-19."
    ]


def test_a_window_has_21_make_up_days_unless_told_otherwise(ekbacken: Ekbacken) -> None:
    opened, _ = windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 5))
    assert opened.makeup_days == 21
    assert usual(opened).makeup_ends_on == date(2027, 2, 26)


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
    assert phase(usual(ekbacken.autumn)) is now
