"""What the charts say, in the words that stand on them: for whoever hears a page instead of seeing it."""

from collections.abc import Iterable

from reports.figures.growth import Growth, Moment
from reports.wording import level_word, number
from screening.levels import Level


def growth(child: Growth) -> str:
    """Each period with the child's result and the goal, in the language of the chart."""
    scale = child.scale
    results = {place: number(points, scale.language) for place, points in child.points}
    error = f" ± {number(child.sem, scale.language)}" if child.sem is not None else ""

    def told(place: int, moment: Moment) -> str:
        parts = [f"{results[place]}{error}"] if place in results else []
        if moment.goal_from is not None:
            parts.append(scale.goal.format(points=number(moment.goal_from, scale.language)))
        return f"{moment.season} {moment.year}: {', '.join(parts)}"

    moments = [
        told(place, moment)
        for place, moment in enumerate(scale.moments)
        if place in results or moment.goal_from is not None
    ]
    return f"{scale.title}: {scale.unit}. {'; '.join(moments)}."


def levels(counts: Iterable[tuple[Level | None, int]]) -> str:
    """A class as one bar: how many at each level."""
    told = [f"{count} {_word(level)}" for level, count in counts if count]
    return f"{', '.join(told)}."


def _word(level: Level | None) -> str:
    return "underlag saknas" if level is None else level_word(level).lower()
