"""What a school may know of a pupil who has gone to several: its own times, and what it has been told.

A handover tells what the school that made it knew just then: of its own times, and of what it had accepted
from others. Nothing here knows the database.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

BEGINNING = date.min


@dataclass(frozen=True)
class Stay:
    """A time at one school, until the next stay begins."""

    since: date
    school_id: int


@dataclass(frozen=True)
class Telling:
    """An accepted handover of results from one school to another."""

    from_id: int
    to_id: int
    made_on: date
    made_at: datetime
    accepted_at: datetime


@dataclass(frozen=True)
class Span:
    """Days from ``since`` on, and before ``before``."""

    since: date
    before: date

    @property
    def is_from_beginning(self) -> bool:
        return self.since == BEGINNING

    @property
    def last(self) -> date:
        return self.before - timedelta(days=1)

    def covers(self, day: date) -> bool:
        return self.since <= day < self.before


@dataclass(frozen=True)
class Closed:
    """The times that a school may not know, the earliest first."""

    spans: tuple[Span, ...] = ()

    def covers(self, day: date) -> bool:
        return any(span.covers(day) for span in self.spans)

    @property
    def before(self) -> date | None:
        """The day from which on nothing is closed; None where nothing was."""
        return self.spans[-1].before if self.spans else None


ALL_KNOWN = Closed()


def stays_of(places: Sequence[tuple[date, int]]) -> list[Stay]:
    """Of one pupil's places (first day, school id), the earliest first: those at one school are one stay."""
    stays: list[Stay] = []
    for since, school_id in places:
        if not stays or stays[-1].school_id != school_id:
            stays.append(Stay(since, school_id))
    return stays


def next_move(stays: Sequence[Stay], day: date) -> date:
    """The day on which the pupil left the school of a day for another one; the last of all days, if never."""
    return next((stay.since for stay in stays if stay.since > day), date.max)


def closed_to(stays: Sequence[Stay], tellings: Collection[Telling]) -> dict[int, Closed]:
    """By school, what it may not know of the time before the last stay there; without those that know all."""
    known, found = _known(stays, tellings), dict[int, Closed]()
    last = {stay.school_id: number for number, stay in enumerate(stays)}
    for school_id, number in last.items():
        unknown = [one for one in range(number) if one not in known[school_id]]
        if unknown:
            found[school_id] = Closed(_spans(stays, unknown))
    return found


def _known(stays: Sequence[Stay], tellings: Collection[Telling]) -> Mapping[int, set[int]]:
    """By school, the numbers of the stays that it may know."""
    own: dict[int, set[int]] = {}
    for number, stay in enumerate(stays):
        own.setdefault(stay.school_id, set()).add(number)
    known = {school_id: set(numbers) for school_id, numbers in own.items()}
    told: list[tuple[Telling, set[int]]] = []
    for telling in sorted(tellings, key=lambda one: one.made_at):  # whoever is told by it made hers later
        begun = {one for one in own.get(telling.from_id, ()) if stays[one].since <= telling.made_on}
        passed_on = (
            numbers
            for before, numbers in told
            if before.to_id == telling.from_id and before.accepted_at <= telling.made_at
        )
        numbers = begun.union(*passed_on)
        told.append((telling, numbers))
        known.setdefault(telling.to_id, set()).update(numbers)
    return known


def _spans(stays: Sequence[Stay], numbers: Sequence[int]) -> tuple[Span, ...]:
    """The days of these stays, which come in order and are not the last one; the first begins before all."""
    ends = [after.since for _, after in pairwise(stays)]
    spans: list[Span] = []
    for number in numbers:
        since = stays[number].since if number else BEGINNING
        if spans and spans[-1].before == since:
            since = spans.pop().since
        spans.append(Span(since, ends[number]))
    return tuple(spans)
