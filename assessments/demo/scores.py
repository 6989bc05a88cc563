"""What the invented pupils score: abilities become results, and some cells become codes or stay empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from assessments.demo import growth
from assessments.demo.children import Child, Stay
from assessments.demo.plans import Plan, Shows, WindowPlan
from assessments.demo.rows import ClassKey, class_key
from assessments.instruments.catalogue import Measure
from assessments.models import Absence
from assessments.recording import Write

Given = dict[tuple[str, int], list[str]]  # (skolenhetskod, year): measures taken there in a window

# Of a hundred cells about so many; what is left has a result.
CODES: dict[Absence | None, float] = {
    Absence.ABSENT: 0.007,
    None: 0.005,  # empty
    Absence.DECLINED: 0.0015,
    Absence.EXEMPT: 0.002,
    Absence.INVALID: 0.0015,
}
AWAY = 0.006  # of the pupils: absent from everything in a window
BROKEN_OFF_UNDER = 10  # words a minute: then a reading may be broken off, or impossible
BROKEN_OFF, NOT_YET_ABLE = 0.35, 0.4
NEW_FOR = timedelta(days=70)  # how long a newcomer is tried in another language, or not at all
OTHER_LANGUAGE = 0.6


@dataclass(frozen=True)
class Abilities:
    """Reading (n, windows) and language (n, windows) of all the children, in their order."""

    reading: growth.Floats
    language: growth.Floats


def abilities(plan: Plan, children: list[Child], rng: np.random.Generator) -> Abilities:
    steps = len(plan.windows)
    catching_up = np.array([child.catching_up for child in children])
    reading = np.array([child.reading for child in children])
    language = np.array([child.language for child in children])
    nobody = np.zeros(len(children))
    return Abilities(
        growth.paths(rng, reading, catching_up, steps),
        growth.paths(rng, language, np.where(catching_up > 0, catching_up, nobody), steps),
    )


@dataclass(frozen=True)
class Seat:
    """A child who is tested in a window: its number among the children, where it goes, and on which day."""

    index: int
    child: Child
    stay: Stay
    day: date


def seats(plan: Plan, window: WindowPlan, children: list[Child], rng: np.random.Generator) -> list[Seat]:
    """Everybody who goes in a class on the day the class is tested, or comes soon after it."""
    last = min(window.closes, plan.today)
    span = min(28, (last - window.opens).days - 14)
    days: dict[ClassKey, date] = {}
    found: list[Seat] = []
    for index, child in enumerate(children):
        late = timedelta(days=int(rng.integers(0, 7)))
        for stay in child.stays:
            if stay.academic_year != window.academic_year:
                continue
            key = class_key(stay)
            if key not in days:
                days[key] = _weekday(window.opens + timedelta(days=7 + int(rng.integers(span))))
            day = _weekday(max(days[key] + late, stay.starts_on + timedelta(days=7)))
            if stay.holds(day) and day <= last and (not found or found[-1].index != index):
                found.append(Seat(index, child, stay, day))
    return found


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


class Papers:
    """The results of one window, measure by measure."""

    def __init__(
        self, plan: Plan, number: int, seats: list[Seat], abilities: Abilities, known: dict[str, Measure]
    ) -> None:
        self.plan, self.window, self.number = plan, plan.windows[number], number
        self.seats, self.abilities, self.known = seats, abilities, known

    def writes(self, given: Given, rng: np.random.Generator) -> Iterator[Write]:
        """One per cell that somebody filled in, of the measures given."""
        away = rng.random(len(self.seats)) < AWAY
        for shows in self.plan.measures:
            rows = np.array(
                [
                    row
                    for row, seat in enumerate(self.seats)
                    if shows.measure in given.get((seat.stay.school.code, seat.stay.year), [])
                    and self._station(seat) in shows.stations
                ],
                dtype=np.int64,
            )
            if len(rows):
                yield from self._writes_of(shows, rows, away, rng)

    def _station(self, seat: Seat) -> str:
        return f"{seat.stay.year}-{self.window.season}"

    def _writes_of(
        self, shows: Shows, rows: growth.Ints, away: np.ndarray, rng: np.random.Generator
    ) -> Iterator[Write]:
        points = self._points(shows, rows, rng)
        kinds = list(CODES)
        chances = rng.random((len(rows), 2))
        codes = np.searchsorted(np.cumsum(list(CODES.values())), chances[:, 0])
        for place, row in enumerate(rows):
            seat = self.seats[row]
            told = Write(
                seat.index + 1, shows.measure, points=Decimal(int(points[place])), assessed_on=seat.day
            )
            wrong = seat.child.typed_wrong.get(self.window.code)
            if wrong and wrong[0] == shows.measure:
                yield _with(told, points=Decimal(wrong[1]))
            elif away[row]:
                yield _code(told, Absence.ABSENT)
            elif codes[place] < len(kinds):
                if (kind := kinds[codes[place]]) is not None:
                    yield _code(told, kind)
            else:
                yield _as_it_went(told, seat, float(chances[place, 1]))

    def _points(self, shows: Shows, rows: growth.Ints, rng: np.random.Generator) -> growth.Ints:
        measure = self.known[shows.measure]
        people = np.array([self.seats[row].index for row in rows])
        stations = np.array([shows.stations[self._station(self.seats[row])] for row in rows])
        ability = growth.mixed(
            self.abilities.reading[people, self.number],
            self.abilities.language[people, self.number],
            shows.language,
        )
        ends = float(measure.minimum), float(measure.maximum)
        return growth.whole_points(rng, ability, stations[:, 0], stations[:, 1], shows.error, ends)


def _as_it_went(told: Write, seat: Seat, chance: float) -> Write:
    """A result; or the code of somebody who does not know Swedish yet, or cannot read aloud yet."""
    new_on = seat.child.new_on
    if new_on is not None and seat.day - new_on < NEW_FOR and chance < OTHER_LANGUAGE:
        return _code(told, Absence.OTHER_LANGUAGE)
    if told.measure == "ord_per_minut" and told.points is not None and told.points < BROKEN_OFF_UNDER:
        if chance < NOT_YET_ABLE:
            return _code(told, Absence.NOT_YET_ABLE)
        return _with(told, points=told.points, is_discontinued=chance > 1 - BROKEN_OFF)
    return told


def _code(told: Write, absence: Absence) -> Write:
    return Write(told.pupil_id, told.measure, absence=absence, assessed_on=told.assessed_on)


def _with(told: Write, *, points: Decimal, is_discontinued: bool = False) -> Write:
    return Write(
        told.pupil_id,
        told.measure,
        points=points,
        is_discontinued=is_discontinued,
        assessed_on=told.assessed_on,
    )
