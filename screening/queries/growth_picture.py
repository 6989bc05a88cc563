"""A pupil's way on one measure as a small picture: where everything stands, and the sentence beside it.

Pure geometry in the units of an SVG; the template draws it. The charts on paper are drawn by reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from assessments.instruments.catalogue import Measure
from assessments.words import decimal
from screening.levels import Level, Limits

LEFT, RIGHT, TOP, BOTTOM = 44, 12, 22, 40  # margins
STEP, HEIGHT = 96, 190  # a window's width, the whole picture's height
HEADROOM = Decimal("1.12")


@dataclass(frozen=True)
class Reading:
    """What stands in one window of the picture; points None where nothing was taken."""

    season: str  # "höst"
    year: str  # "åk 2"
    academic_year: str
    points: Decimal | None
    level: Level | None
    limits: Limits | None


@dataclass(frozen=True)
class Zone:
    """The goal zone over one window, and where to write the goal."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    code: str
    text: str
    low: float | None  # of the whisker: the true score lies between them two times in three
    high: float | None


@dataclass(frozen=True)
class Line:
    """Between two windows; a summer lies between where ``is_over_summer``."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_over_summer: bool


@dataclass(frozen=True)
class Tick:
    """Under a window: ``höst åk 2`` and ``2026/27``."""

    x: float
    label: str
    academic_year: str


@dataclass(frozen=True)
class GrowthPicture:
    title: str
    unit: str
    sentence: str
    width: int
    height: int
    floor: float  # y of the measure's minimum
    minimum: str
    zones: tuple[Zone, ...]
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]


def growth_picture(measure: Measure, readings: Sequence[Reading]) -> GrowthPicture | None:
    """The picture of at least two results, oldest first; None where there is nothing to follow."""
    taken = [reading for reading in readings if reading.points is not None]
    if len(taken) < 2 or measure.labels:
        return None
    first, last = (readings.index(one) for one in (taken[0], taken[-1]))
    readings = readings[first : last + 1]  # from the first result to the last
    frame = _Frame(measure, readings)
    dots = tuple(frame.dot(place) for place in frame.places)
    return GrowthPicture(
        title=measure.name,
        unit=measure.unit,
        sentence=_sentence(measure, readings),
        width=LEFT + STEP * len(readings) + RIGHT,
        height=HEIGHT,
        floor=HEIGHT - BOTTOM,
        minimum=decimal(measure.minimum if measure.higher_is_better else measure.maximum),
        zones=tuple(zone for place in range(len(readings)) if (zone := frame.zone(place)) is not None),
        lines=frame.lines(),
        dots=dots,
        ticks=tuple(
            Tick(frame.x(place), f"{one.season} {one.year}", one.academic_year)
            for place, one in enumerate(readings)
        ),
    )


@dataclass(frozen=True)
class _Frame:
    """From points to places: the worst end of the measure is the floor, better is upwards."""

    measure: Measure
    readings: Sequence[Reading]

    @property
    def places(self) -> list[int]:
        return [place for place, reading in enumerate(self.readings) if reading.points is not None]

    def x(self, place: int) -> float:
        return LEFT + STEP * (place + 0.5)

    def y(self, points: Decimal) -> float:
        share = min(1.0, max(0.0, float(self._height_of(points) / self._top)))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    def _height_of(self, points: Decimal) -> Decimal:
        if self.measure.higher_is_better:
            return points - self.measure.minimum
        return self.measure.maximum - points

    @property
    def _top(self) -> Decimal:
        """A little over whatever is shown, but never over the measure's own end."""
        shown = [one.points for one in self.readings] + [_goal(one.limits) for one in self.readings]
        heights = [self._height_of(points) for points in shown if points is not None]
        sem = self.measure.sem or Decimal(0)
        whole = self.measure.maximum - self.measure.minimum
        return min(whole, max(heights) * HEADROOM + sem) or whole

    def zone(self, place: int) -> Zone | None:
        goal = _goal(self.readings[place].limits)
        if goal is None:
            return None
        y = self.y(goal)
        return Zone(self.x(place) - STEP / 2, TOP, STEP, round(y - TOP, 1), f"mål {decimal(goal)}")

    def dot(self, place: int) -> Dot:
        reading, sem = self.readings[place], self.measure.sem
        points = reading.points or Decimal(0)
        return Dot(
            x=self.x(place),
            y=self.y(points),
            code=reading.level.value if reading.level is not None else "missing",
            text=decimal(points),
            low=None if sem is None else self.y(points - sem),
            high=None if sem is None else self.y(points + sem),
        )

    def lines(self) -> tuple[Line, ...]:
        dots = [(place, self.dot(place)) for place in self.places]
        return tuple(
            Line(
                before.x, before.y, after.x, after.y,
                self.readings[first].academic_year != self.readings[second].academic_year,
            )
            for (first, before), (second, after) in pairwise(dots)
        )  # fmt: skip


def _goal(limits: Limits | None) -> Decimal | None:
    if limits is None:
        return None
    return limits.near_from if limits.goal_from is None else limits.goal_from


def _sentence(measure: Measure, readings: Sequence[Reading]) -> str:
    taken = [
        f"{decimal(one.points)} {one.season} {one.academic_year}"
        for one in readings
        if one.points is not None
    ]
    goals = [(one, goal) for one in readings if (goal := _goal(one.limits)) is not None]
    told = f"{measure.name} ({measure.unit}): {', '.join(taken)}."
    return (
        f"{told} Målet {goals[-1][0].season} {goals[-1][0].academic_year} är {decimal(goals[-1][1])}."
        if goals
        else told
    )
