"""A pupil's way on one measure: what a picture of it shows, and the sentence that says the same.

Plain values; reports draws them, on the page as on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.instruments.catalogue import Measure
from assessments.words import decimal
from screening.levels import Level, Limits


@dataclass(frozen=True)
class Reading:
    """What stands in one window of the picture; points None where nothing was taken."""

    season: str  # "höst"
    year: str  # "åk 2"
    academic_year: str
    points: Decimal | None
    level: Level | None
    limits: Limits | None

    @property
    def goal(self) -> Decimal | None:
        return None if self.limits is None else self.limits.at_goal_from


@dataclass(frozen=True)
class GrowthPicture:
    """At least two results, oldest first, from the first window with one to the last."""

    title: str
    unit: str
    sentence: str
    minimum: Decimal
    maximum: Decimal
    is_higher_better: bool
    sem: Decimal | None
    readings: tuple[Reading, ...]


def growth_picture(measure: Measure, readings: Sequence[Reading]) -> GrowthPicture | None:
    """None where there is nothing to follow: fewer than two results, or words instead of numbers."""
    taken = [reading for reading in readings if reading.points is not None]
    if len(taken) < 2 or measure.labels:
        return None
    first, last = (readings.index(one) for one in (taken[0], taken[-1]))
    shown = tuple(readings[first : last + 1])
    return GrowthPicture(
        title=measure.name,
        unit=measure.unit,
        sentence=_sentence(measure, shown),
        minimum=measure.minimum,
        maximum=measure.maximum,
        is_higher_better=measure.higher_is_better,
        sem=measure.sem,
        readings=shown,
    )


def _sentence(measure: Measure, readings: Sequence[Reading]) -> str:
    taken = [
        f"{decimal(one.points)} {one.season} {one.academic_year}"
        for one in readings
        if one.points is not None
    ]
    told = f"{measure.name} ({measure.unit}): {', '.join(taken)}."
    goals = dict.fromkeys(
        f"{decimal(one.goal)} {one.season} {one.academic_year}" for one in readings if one.goal is not None
    )
    return f"{told} Målet är {', '.join(goals)}." if goals else told
