"""Terms and breaks that do not hold together, told by the field that says so."""

from datetime import date

import pytest

from assessments.calendar_rules import faults
from assessments.school_days import Span, SpanKind

YEAR = "2026/27"
K = SpanKind


def span(kind: SpanKind, first: str, last: str) -> Span:
    return Span(kind, date.fromisoformat(first), date.fromisoformat(last))


SPORTS = span(K.SPORTS_BREAK, "2027-02-22", "2027-02-26")


@pytest.mark.parametrize(
    "own",
    [
        [],
        [SPORTS],
        [span(K.SPORTS_BREAK, "2027-02-20", "2027-02-28")],  # with the weekends around it
        [span(K.CHRISTMAS_BREAK, "2026-12-20", "2027-01-07"), SPORTS],
        [span(K.STUDY_DAY, "2026-09-21", "2026-09-21"), span(K.STUDY_DAY, "2027-03-12", "2027-03-12")],
        [span(K.AUTUMN_BREAK, "2026-10-29", "2026-10-30"), span(K.STUDY_DAY, "2026-10-28", "2026-10-28")],
        [span(K.AUTUMN_TERM, "2026-08-12", "2026-12-22"), span(K.SPRING_TERM, "2027-01-11", "2027-06-15")],
    ],
)
def test_what_holds_together_has_no_faults(own: list[Span]) -> None:
    assert faults(YEAR, own) == []


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        (span(K.SPORTS_BREAK, "2027-02-26", "2027-02-22"), "ends_on", "ligger före första dagen"),
        (span(K.SPORTS_BREAK, "2028-02-22", "2028-02-26"), "starts_on", "utanför läsåret 2026/27"),
        (span(K.SPRING_TERM, "2027-01-08", "2027-08-02"), "ends_on", "utanför läsåret 2026/27"),
        (span(K.SPORTS_BREAK, "2027-02-22", "2027-03-26"), "ends_on", "är 33 dagar, högst 16"),
        (span(K.CHRISTMAS_BREAK, "2026-12-20", "2027-02-01"), "ends_on", "är 44 dagar, högst 31"),
        (span(K.AUTUMN_TERM, "2026-08-18", "2026-08-28"), "ends_on", "inte en termin"),
        (span(K.EASTER_BREAK, "2027-06-14", "2027-06-18"), "starts_on", "inte i någon termin"),
        (span(K.EASTER_BREAK, "2027-06-09", "2027-06-18"), "ends_on", "inte i någon termin"),
        (span(K.CHRISTMAS_BREAK, "2026-12-18", "2027-01-07"), "starts_on", "delvis i en termin"),
        (span(K.AUTUMN_TERM, "2026-08-18", "2027-01-10"), "ends_on", "Terminerna överlappar"),
        (span(K.SPRING_TERM, "2026-12-18", "2027-06-11"), "starts_on", "Terminerna överlappar"),
        (span(K.STUDY_DAY, "2026-10-28", "2026-10-28"), "starts_on", "gäller tills ni har skrivit ert eget"),
    ],
)
def test_what_is_wrong_is_told_by_the_field(wrong: Span, field: str, told: str) -> None:
    [fault] = faults(YEAR, [wrong])
    assert (fault.span, fault.field) == (wrong, field)
    assert told in fault.reason


@pytest.mark.parametrize(
    "again",
    [
        span(K.AUTUMN_TERM, "2027-02-22", "2027-06-01"),
        span(K.AUTUMN_TERM, "2026-08-17", "2027-02-01"),
        span(K.SPRING_TERM, "2027-02-22", "2027-06-01"),
    ],
)
def test_a_second_term_of_a_kind_is_told_as_such(again: Span) -> None:
    autumn = span(K.AUTUMN_TERM, "2026-08-17", "2026-12-18")
    spring = span(K.SPRING_TERM, "2027-01-08", "2027-06-11")
    [fault] = faults(YEAR, [autumn, spring, SPORTS, again])
    assert (fault.span, fault.field) == (again, "kind")
    assert "finns redan" in fault.reason


def test_of_two_that_meet_the_later_one_is_told() -> None:
    day_off = span(K.STUDY_DAY, "2027-02-26", "2027-02-26")
    [fault] = faults(YEAR, [SPORTS, day_off])
    assert (fault.span, fault.field) == (day_off, "starts_on")
    assert fault.reason == "Studiedag 2027-02-26 överlappar sportlov 2027-02-22 till 2027-02-26"


def test_there_is_one_sportlov_a_year() -> None:
    [fault] = faults(YEAR, [SPORTS, span(K.SPORTS_BREAK, "2027-03-08", "2027-03-12")])
    assert (fault.field, fault.reason) == (
        "kind",
        "Sportlov finns redan: Sportlov 2027-02-22 till 2027-02-26",
    )


def test_a_term_that_leaves_a_break_outside_is_told_by_the_break() -> None:
    easter = span(K.EASTER_BREAK, "2027-06-07", "2027-06-09")
    [fault] = faults(YEAR, [easter, span(K.SPRING_TERM, "2027-01-08", "2027-06-04")])
    assert fault.span == easter
