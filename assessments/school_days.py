"""When there is school: the terms of one municipality and the days without school in them.

Pure values. A span holds both its ends. What a municipality has not said of a year follows what is usual:
the terms and the autumn break of most; public holidays come from `holidays` and are never written down.
"""

import enum
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from assessments.calendar import academic_year_on, first_day

ONE_DAY = timedelta(days=1)
# The terms of most municipalities, as (first, last) month and day.
USUAL_TERMS = {"autumn_term": ((8, 18), (12, 19)), "spring_term": ((1, 8), (6, 11))}
USUAL_AUTUMN_BREAK = 44  # the week


class SpanKind(enum.StrEnum):
    """What a span of days is. The order is that of the year."""

    AUTUMN_TERM = "autumn_term"
    AUTUMN_BREAK = "autumn_break"
    CHRISTMAS_BREAK = "christmas_break"
    SPRING_TERM = "spring_term"
    SPORTS_BREAK = "sports_break"
    EASTER_BREAK = "easter_break"
    STUDY_DAY = "study_day"
    OTHER = "other"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def is_term(self) -> bool:
        return self in (SpanKind.AUTUMN_TERM, SpanKind.SPRING_TERM)

    @property
    def is_single(self) -> bool:
        """There is one a year: a second one corrects the first."""
        return self not in (SpanKind.STUDY_DAY, SpanKind.OTHER)


LABELS = {
    SpanKind.AUTUMN_TERM: "Hösttermin",
    SpanKind.AUTUMN_BREAK: "Höstlov",
    SpanKind.CHRISTMAS_BREAK: "Jullov",
    SpanKind.SPRING_TERM: "Vårtermin",
    SpanKind.SPORTS_BREAK: "Sportlov",
    SpanKind.EASTER_BREAK: "Påsklov",
    SpanKind.STUDY_DAY: "Studiedag",
    SpanKind.OTHER: "Annan ledighet",
}


@dataclass(frozen=True)
class Span:
    """Days in a row, both ends included. ``name``: what people call them, where the kind does not say."""

    kind: SpanKind
    starts_on: date
    ends_on: date
    name: str | None = None

    @property
    def label(self) -> str:
        return self.name or self.kind.label

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def meets(self, other: "Span") -> bool:
        """Whether they have a day in common."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    def lies_in(self, other: "Span") -> bool:
        return other.starts_on <= self.starts_on and self.ends_on <= other.ends_on


def usual_spans(academic_year: str) -> tuple[Span, ...]:
    """What holds for a year of which nothing has been said."""
    autumn = first_day(academic_year).year
    terms = tuple(
        Span(kind, date(year, *USUAL_TERMS[kind][0]), date(year, *USUAL_TERMS[kind][1]))
        for kind, year in ((SpanKind.AUTUMN_TERM, autumn), (SpanKind.SPRING_TERM, autumn + 1))
    )
    monday, friday = (date.fromisocalendar(autumn, USUAL_AUTUMN_BREAK, weekday) for weekday in (1, 5))
    return *terms, Span(SpanKind.AUTUMN_BREAK, monday, friday)


def with_usual(academic_year: str, own: tuple[Span, ...]) -> tuple[Span, ...]:
    """The municipality's own spans, and the usual one of each kind that it has not said; in order of time."""
    said = {span.kind for span in own}
    missing = (span for span in usual_spans(academic_year) if span.kind not in said)
    return tuple(sorted((*own, *missing), key=lambda span: (span.starts_on, -span.ends_on.toordinal())))


@dataclass(frozen=True)
class SchoolYear:
    """The days with school of one academic year; ``terms`` in order."""

    terms: tuple[Span, ...]
    days: frozenset[date]
    weeks: frozenset[tuple[int, int]]  # ISO year and week with at least one day of school

    def counts(self, day: date) -> bool:
        """Whether the day is one of those that people are given: not in a week that is a holiday through
        and through, between the first day of the academic year and the last."""
        is_in_the_year = self.terms[0].starts_on <= day <= self.terms[-1].ends_on
        return not is_in_the_year or day.isocalendar()[:2] in self.weeks


@functools.lru_cache(maxsize=1024)
def school_year(academic_year: str, own: tuple[Span, ...] = ()) -> SchoolYear:
    """Computed once in a process for each answer there is."""
    spans = with_usual(academic_year, own)
    terms = tuple(span for span in spans if span.kind.is_term)
    breaks = [span for span in spans if not span.kind.is_term]
    days = frozenset(
        day
        for term in terms
        for day in (
            term.starts_on + ONE_DAY * step for step in range((term.ends_on - term.starts_on).days + 1)
        )
        if day.weekday() < 5
        and day not in public_holidays(day.year)
        and not any(span.holds(day) for span in breaks)
    )
    return SchoolYear(terms, days, frozenset(day.isocalendar()[:2] for day in days))


@functools.lru_cache(maxsize=1024)  # asked of each window at every save
def _days_given(academic_year: str, own: tuple[Span, ...], day: date, count: int) -> date:
    year = school_year(academic_year, own)
    while count > 0:
        day += ONE_DAY
        count -= year.counts(day)
    return day


@functools.cache
def public_holidays(year: int) -> frozenset[date]:
    """The red days of a calendar year, Sundays apart."""
    import holidays  # a large module that no page needs at start

    return frozenset(holidays.country_holidays("SE", years=year, include_sundays=False))


@dataclass(frozen=True)
class SchoolCalendar:
    """A municipality's calendar: its own spans by academic year. Days are counted as people count them."""

    own: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def year(self, academic_year: str) -> SchoolYear:
        return school_year(academic_year, self.own.get(academic_year, ()))

    def is_school_day(self, day: date) -> bool:
        """A weekday in term, no public holiday and no break."""
        return day in self.year(academic_year_on(day)).days

    def term_of(self, day: date) -> Span:
        """The term the day lies in, or the next one during a holiday."""
        terms = self.year(academic_year_on(day)).terms
        for term in terms:
            if day <= term.ends_on:
                return term
        return self.year(academic_year_on(first_day(academic_year_on(day)) + timedelta(days=370))).terms[0]

    def days_between(self, first: date, last: date) -> int:
        """School days after ``first`` up to and including ``last``."""
        steps = range(1, (last - first).days + 1)
        return sum(self.is_school_day(first + ONE_DAY * step) for step in steps)

    def after(self, day: date, count: int) -> date:
        """The school day that comes ``count`` school days after the day."""
        return self._walk(day, count, ONE_DAY)

    def before(self, day: date, count: int) -> date:
        """The school day that lies ``count`` school days before the day."""
        return self._walk(day, count, -ONE_DAY)

    def in_weeks(self, day: date, weeks: int) -> date:
        """The day so many school weeks (five school days) ahead: a summer moves it to autumn."""
        return self.after(day, weeks * 5)

    def days_given(self, day: date, count: int) -> date:
        """The last of ``count`` days that follow the day. Whole weeks without school are not counted, so
        that three weeks stay three weeks where a break lies between; the summer counts like any days."""
        year = academic_year_on(day)
        return _days_given(year, self.own.get(year, ()), day, count)

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        while count > 0:
            day += step
            count -= self.is_school_day(day)
        return day


USUAL = SchoolCalendar()
