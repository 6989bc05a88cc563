"""What each school may know of a pupil who goes from one to another: played day by day, told afterwards."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.handovers.knowing import Closed, Span, Stay, Telling, closed_to, next_move, stays_of

A, B, C = 1, 2, 3
BEGINNING = date.min


def day(number: int) -> date:
    return date(2026, 8, 18) + timedelta(days=number)


def moment(number: int) -> datetime:
    return datetime(2026, 8, 18, 8, tzinfo=UTC) + timedelta(days=number)


def stays(*schools: int) -> list[Stay]:
    """A stay of ten days at each."""
    return [Stay(day(10 * number), school) for number, school in enumerate(schools)]


def told(by: int, to: int, made: int, accepted: int | None = None) -> Telling:
    return Telling(by, to, day(made), moment(made), moment(made if accepted is None else accepted))


def unknown(*numbers: int) -> Closed:
    """These stays, each by itself."""
    spans = (Span(day(10 * one) if one else BEGINNING, day(10 * one + 10)) for one in numbers)
    return Closed(tuple(spans))


BEFORE_THE_THIRD = Closed((Span(BEGINNING, day(20)),))


@pytest.mark.parametrize(
    ("went", "tellings", "closed"),
    [
        ([A], [], {}),
        ([A, B], [], {B: unknown(0)}),
        ([A, B], [told(A, B, 12)], {}),
        ([A, B, C], [], {B: unknown(0), C: BEFORE_THE_THIRD}),
        ([A, B, C], [told(B, C, 22)], {B: unknown(0), C: unknown(0)}),
        ([A, B, C], [told(A, B, 12)], {C: BEFORE_THE_THIRD}),
        ([A, B, C], [told(A, B, 12), told(B, C, 22)], {}),
        # What Birkskolan is told after it has told its own is nothing that it told.
        ([A, B, C], [told(B, C, 22), told(A, B, 23)], {C: unknown(0)}),
        ([A, B, C], [told(A, B, 12, 25), told(B, C, 22, 26)], {C: unknown(0)}),
        ([A, B, C], [told(A, B, 12, 22), told(B, C, 22, 26)], {}),
        # The first school tells the third of its own time only.
        ([A, B, C], [told(A, C, 22)], {B: unknown(0), C: unknown(1)}),
        ([A, B, A], [], {A: unknown(1), B: unknown(0)}),
        ([A, B, A], [told(B, A, 22)], {B: unknown(0)}),
        ([A, B, A, B], [], {A: unknown(1), B: unknown(0, 2)}),
        # A handover from before a move says nothing of the time since.
        ([A, B, A, B], [told(A, B, 12)], {A: unknown(1), B: unknown(2)}),
        ([A, B, A, B], [told(A, B, 32)], {A: unknown(1)}),
        # Somebody else's pupil, or a school where she never went.
        ([A, B], [told(C, B, 12)], {B: unknown(0)}),
    ],
)
def test_a_school_knows_its_own_times_and_what_it_was_told(
    went: list[int], tellings: list[Telling], closed: dict[int, Closed]
) -> None:
    assert closed_to(stays(*went), tellings) == closed


def test_times_that_follow_each_other_are_one() -> None:
    assert closed_to(stays(A, B, C), [])[C].spans == (Span(BEGINNING, day(20)),)
    assert closed_to(stays(A, B, C, A), [])[A].spans == (Span(day(10), day(30)),)


def test_a_change_of_class_is_no_move() -> None:
    places = [(day(0), A), (day(5), A), (day(10), B), (day(12), B), (day(20), A)]
    assert stays_of(places) == stays(A, B, A)


def test_the_day_of_the_next_move_ends_what_a_school_saw() -> None:
    went = stays(A, B, A)
    assert next_move(went, day(3)) == day(10)
    assert next_move(went, day(10)) == day(20)
    assert next_move(went, day(25)) == date.max


@dataclass
class Paper:
    """A handover, as it was made: the stays the school had seen, and the papers it had accepted by then, with
    when. One that it has regretted, and accepted once more since, was not among them."""

    by: int
    to: int
    number: int
    own: set[int]
    known_by: list[tuple["Paper", int]]
    accepted: int | None = None

    def says(self) -> set[int]:
        return self.own.union(*(one.says() for one, when in self.known_by if one.accepted == when))


@dataclass
class Played:
    """Schools hand over and accept in any order: an act an hour."""

    stays: list[Stay] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    def own(self, school: int) -> set[int]:
        return {number for number, stay in enumerate(self.stays) if stay.school_id == school}

    def known(self, school: int) -> set[int]:
        theirs = (one.says() for one in self.papers if one.to == school and one.accepted is not None)
        return self.own(school).union(*theirs)


SCHOOLS = st.sampled_from([A, B, C])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("goes"), SCHOOLS, SCHOOLS),
        st.tuples(st.just("makes"), SCHOOLS, SCHOOLS),
        st.tuples(st.sampled_from(["accepts", "regrets"]), st.integers(0, 5), st.none()),
    ),
    max_size=20,
)


@given(ACTS)
def test_it_is_what_was_known_when_each_thing_was_done(acts: list[tuple[str, int, int | None]]) -> None:
    played = Played([Stay(day(0), A)])
    for number, (act, first, second) in enumerate(acts, start=1):
        if act == "goes" and played.stays[-1].school_id != first:
            played.stays.append(Stay(day(number), first))
        elif act == "makes" and second is not None and first != second:
            papers = [(one, one.accepted) for one in played.papers if one.to == first and one.accepted]
            played.papers.append(Paper(first, second, number, played.own(first), papers))
        elif act in ("accepts", "regrets") and first < len(played.papers):
            played.papers[first].accepted = number if act == "accepts" else None
    tellings = [
        told(one.by, one.to, one.number, one.accepted) for one in played.papers if one.accepted is not None
    ]
    found = closed_to(played.stays, tellings)
    for school in {stay.school_id for stay in played.stays}:
        last = max(played.own(school))
        for number, stay in enumerate(played.stays[: last + 1]):
            is_closed = school in found and found[school].covers(stay.since)
            assert is_closed is (number not in played.known(school))
