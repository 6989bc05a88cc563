"""What a picture of a support period is made from, and what it holds: plain values in the units of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assessments.instruments.catalogue import Measure


class FormerGoal(NamedTuple):
    """A goal and its day, before the plan was changed."""

    until: date  # the first day it no longer held
    goal: Decimal
    goal_on: date


@dataclass(frozen=True)
class Shown:
    """What a picture shows, in the measure's own unit. ``trend``: points on the first and last day of it.

    ``bends``: where planned development turns between its start and its goal, because the goal was changed.
    """

    measure: Measure
    starts_on: date
    start: Decimal
    goal_on: date
    goal: Decimal
    drawn_goal: Decimal  # the interim goal, where the way to the goal is too steep
    results: Sequence[tuple[date, Decimal]]
    trend: tuple[tuple[date, float], tuple[date, float]] | None
    changes: Sequence[tuple[date, str]]
    ended_on: date | None
    verdict: str
    bends: Sequence[tuple[date, Decimal]] = ()
    former: Sequence[FormerGoal] = ()


@dataclass(frozen=True)
class Dot:
    """A result; ``low`` and ``high`` end its whisker of 1 SEM. ``text`` empty: the number is not written."""

    x: float
    y: float
    low: float | None
    high: float | None
    text: str

    @property
    def text_y(self) -> float:
        """Over the whisker, where no line runs."""
        return (self.y - 8 if self.high is None else self.high - 5) if self.text else 0.0


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Zone:
    """Where the goal is reached, as long as that goal held: from its edge ``y`` up."""

    x: float
    width: float
    y: float


@dataclass(frozen=True)
class Mark:
    """A dated change of the plan, or the end of the period."""

    x: float
    y: float
    text: str
    text_x: float
    anchor: str


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class SupportPicture:
    title: str
    sentence: str
    width: int
    height: int
    top: int
    right: float
    floor: float
    minimum: str
    goal_y: float
    goal_text: str
    zones: tuple[Zone, ...]
    aimline: tuple[Line, ...]  # each begins where the one before it ends
    aim_text: str
    aim_y: float
    trend: Line | None
    trend_y: float  # of its word
    dots: tuple[Dot, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
