"""What a year's terms and breaks must be to hold together. Pure: spans in, words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assessments.calendar import first_day, last_day
from assessments.school_days import Span, SpanKind, with_usual

LONGEST = {SpanKind.CHRISTMAS_BREAK: 31}
LONGEST_BREAK = 16  # days: two weeks and the weekends around them
TERM_LENGTHS = range(60, 201)
Told = tuple[str, str] | None  # the field and the reason


@dataclass(frozen=True)
class CalendarFault:
    """What is wrong with a span, by the field that says it: ``kind``, ``starts_on`` or ``ends_on``."""

    span: Span
    field: str
    reason: str


def faults(academic_year: str, own: Sequence[Span]) -> list[CalendarFault]:
    """What is wrong with what a municipality says of a year, beside what is usual where it says nothing.

    One fault for each span, and of two that meet the later one has it.
    """
    every = with_usual(academic_year, tuple(own))
    # The first of each kind: a second autumn term is told as such, and the others lie to the first one.
    firsts = {span.kind: span for span in reversed((*own, *every)) if span.kind.is_term}
    terms = [firsts[kind] for kind in sorted(firsts)]
    usual = [span for span in every if span not in own and not span.kind.is_term]
    found = []
    for place, span in enumerate(own):
        earlier = own[:place]
        told = fault_by_itself(academic_year, span) or _twice(span, earlier) or _among(span, terms)
        if told := told or _overlap(span, earlier, usual):
            found.append(CalendarFault(span, *told))
    return found


def named(span: Span) -> str:
    """``Sportlov 2027-02-22 till 2027-02-26``."""
    days = "" if span.starts_on == span.ends_on else f" till {span.ends_on}"
    return f"{span.label} {span.starts_on}{days}"


def fault_of_days(academic_year: str, starts_on: date, ends_on: date) -> Told:
    """What is wrong with the days whatever they are called."""
    first, last = first_day(academic_year), last_day(academic_year)
    if ends_on < starts_on:
        return "ends_on", f"Sista dagen {ends_on} ligger före första dagen {starts_on}"
    if not first <= starts_on <= last:
        return "starts_on", f"Första dagen {starts_on} ligger utanför läsåret {academic_year}"
    if ends_on > last:
        return "ends_on", f"Sista dagen {ends_on} ligger utanför läsåret {academic_year}"
    return None


def fault_by_itself(academic_year: str, span: Span) -> Told:
    """What is wrong with a span whatever else is said of the year."""
    if told := fault_of_days(academic_year, span.starts_on, span.ends_on):
        return told
    days = (span.ends_on - span.starts_on).days + 1
    if span.kind.is_term:
        return None if days in TERM_LENGTHS else ("ends_on", f"{named(span)} är {days} dagar: inte en termin")
    longest = LONGEST.get(span.kind, LONGEST_BREAK)
    return None if days <= longest else ("ends_on", f"{named(span)} är {days} dagar, högst {longest}")


def _twice(span: Span, before: Sequence[Span]) -> Told:
    same = next((one for one in before if one.kind is span.kind), None) if span.kind.is_single else None
    return ("kind", f"{span.kind.label} finns redan: {named(same)}") if same else None


def _among(span: Span, terms: Sequence[Span]) -> Told:
    """How the span lies to the terms: Christmas between them, every other break in one of them."""
    if span.kind.is_term:
        return _order(span, terms)
    met = next((term for term in terms if span.meets(term)), None)
    if span.kind is SpanKind.CHRISTMAS_BREAK and met:
        return _edge(span, met), f"{named(span)} ligger delvis i en termin ({_words([met])})"
    if span.kind is SpanKind.CHRISTMAS_BREAK or (met and span.lies_in(met)):
        return None
    outside = "ends_on" if met and met.holds(span.starts_on) else "starts_on"
    return outside, f"{named(span)} ligger inte i någon termin ({_words(terms)})"


def _order(span: Span, terms: Sequence[Span]) -> Told:
    autumn, spring = terms
    if autumn.ends_on < spring.starts_on:
        return None
    return "ends_on" if span is autumn else "starts_on", f"Terminerna överlappar: {_words((autumn, spring))}"


def _overlap(span: Span, earlier: Sequence[Span], usual: Sequence[Span]) -> Told:
    met = next((one for one in (*earlier, *usual) if not one.kind.is_term and one.meets(span)), None)
    if met is None or span.kind.is_term:
        return None
    what = f"{named(span)} överlappar {_word(met)}"
    remedy = " som gäller tills ni har skrivit ert eget" if met in usual else ""
    return _edge(span, met), f"{what}{remedy}"


def _edge(span: Span, other: Span) -> str:
    """The end of the span that lies within the other one."""
    return "starts_on" if other.holds(span.starts_on) else "ends_on"


def _word(span: Span) -> str:
    return f"{named(span)[:1].lower()}{named(span)[1:]}"


def _words(terms: Sequence[Span]) -> str:
    return ", ".join(_word(term) for term in terms)
