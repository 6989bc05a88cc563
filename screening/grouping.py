"""Suggested reading groups: pupils who are lowest under their goal in the same area, three to six together.

Pure: pupils are numbers, areas are codes in reading order. A person moves, renames and saves.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening.levels import Level

SMALLEST, LARGEST = 3, 6
# Names that say nothing about reading, and stand in no order.
NEUTRAL_NAMES = (
    "Ekorre", "Igelkott", "Uggla", "Humla", "Svala", "Lodjur", "Fjäril", "Hare", "Trollslända", "Lärka",
    "Blåbär", "Hallon", "Hjortron", "Lingon", "Smultron", "Kantarell", "Blåsippa", "Vitsippa", "Prästkrage",
    "Tussilago", "Liljekonvalj", "Näckros", "Blåklocka", "Ljung",
)  # fmt: skip

Depth = tuple[int, float]
"""How far under the goal: 2 under it, 1 near it; then the distance as a share of the measure's range."""


@dataclass(frozen=True)
class Standing:
    """A pupil and the areas where the goal is not reached; none for who reaches it everywhere."""

    pupil: int
    under: Mapping[str, Depth]


@dataclass(frozen=True)
class Suggested:
    """A group and what it would practise. Pupils stand with the greatest need first."""

    areas: tuple[str, ...]
    pupils: tuple[int, ...]


def depth(level: Level, below_goal_by: float) -> Depth | None:
    """None where the goal is reached."""
    if level not in (Level.BELOW_GOAL, Level.NEAR_GOAL):
        return None
    return (2 if level is Level.BELOW_GOAL else 1), below_goal_by


def suggest(standings: Sequence[Standing], areas: Sequence[str]) -> list[Suggested]:
    """Groups in reading order of their areas; every pupil under goal in one, nobody at goal in any.

    Where an area has fewer than three, its pupils go where they are next lowest; else neighbouring areas
    share a group. Fewer than three in the whole class are one small group. More than six are parted evenly,
    those with the greatest need together.
    """
    piles: dict[str, list[Standing]] = {area: [] for area in areas}
    for one in standings:
        if one.under:
            piles[_deepest_first(one, areas)[0]].append(one)
    _lead_on(piles, areas)
    found = []
    for named, pile in _joined([((area,), pile) for area, pile in piles.items() if pile]):
        found += [Suggested(named, tuple(one.pupil for one in part)) for part in _parted(named, pile)]
    return found


def _deepest_first(one: Standing, areas: Sequence[str]) -> list[str]:
    """Of two areas just as low the one that comes first in reading."""
    return sorted(one.under, key=lambda area: (-one.under[area][0], -one.under[area][1], areas.index(area)))


def _lead_on(piles: dict[str, list[Standing]], areas: Sequence[str]) -> None:
    """Pupils of piles that are too small go where they are next lowest, if that pile is large enough."""
    small = [area for area in areas if 0 < len(piles[area]) < SMALLEST]
    for area in sorted(small, key=lambda area: len(piles[area])):
        for one in list(piles[area]):
            others = [other for other in _deepest_first(one, areas) if len(piles[other]) >= SMALLEST]
            if others:
                piles[area].remove(one)
                piles[others[0]].append(one)


Pile = tuple[tuple[str, ...], list[Standing]]


def _joined(piles: list[Pile]) -> list[Pile]:
    """The smallest joins its smaller neighbour until none is too small, or one is left."""
    while len(piles) > 1 and (least := min(len(pile) for _, pile in piles)) < SMALLEST:
        place = next(number for number, (_, pile) in enumerate(piles) if len(pile) == least)
        beside = [number for number in (place - 1, place + 1) if 0 <= number < len(piles)]
        other = min(beside, key=lambda number: len(piles[number][1]))
        first, last = sorted((place, other))
        named, pile = piles[first][0] + piles[last][0], piles[first][1] + piles[last][1]
        piles = [*piles[:first], (named, pile), *piles[last + 1 :]]
    return piles


def _parted(areas: tuple[str, ...], pile: list[Standing]) -> list[list[Standing]]:
    """As few parts as six in each allow, of even size, the greatest need first."""
    ordered = sorted(pile, key=lambda one: max(one.under.get(area, (0, 0.0)) for area in areas), reverse=True)
    parts = -(-len(ordered) // LARGEST)
    edges = [round(number * len(ordered) / parts) for number in range(parts + 1)]
    return [ordered[first:last] for first, last in itertools.pairwise(edges)]
