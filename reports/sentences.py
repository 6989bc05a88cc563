"""Which sentences of the catalogue fit a page for the home, and which are proposed. The teacher chooses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.levels import Level

MOST = {"can": 3, "practise": 3, "home": 2}
"""The parts of a page that are chosen, and how many sentences each takes."""


@dataclass(frozen=True)
class Offer:
    """A sentence that fits. ``place`` is where in the catalogue it stands: ``decoding/near_goal``."""

    place: str
    said: str
    is_proposed: bool


@dataclass(frozen=True)
class Proposal:
    can: tuple[str, ...]
    practise: tuple[str, ...]
    home: tuple[str, ...]


def proposal(
    levels: Iterable[tuple[str, Level]], year: int, words: dict[str, Any], *, is_measured: bool = False
) -> Proposal:
    """For the measured areas in reading order: what the child can do, strongest first; what comes next.
    ``is_measured``: there are results, also where no goal says a level of them."""
    found = offers(levels, year, words, is_measured=is_measured)
    return Proposal(**{
        part: tuple(offer.said for offer in found[part] if offer.is_proposed) for part in MOST
    })  # fmt: skip


def offers(
    levels: Iterable[tuple[str, Level]], year: int, words: dict[str, Any], *, is_measured: bool = False
) -> Mapping[str, tuple[Offer, ...]]:
    """Every sentence that fits, by part, the proposed ones first.

    Practice and activities begin where the need is greatest. Areas at their goal are practised only when
    all are.
    """
    levels = list(levels)
    strongest = sorted(levels, key=lambda found: -found[1].rank)
    neediest = sorted(levels, key=lambda found: found[1].rank)
    needs = [found for found in neediest if found[1] < Level.AT_GOAL]
    can = _sentences("can", strongest, len(strongest), year, words)
    if is_measured and not levels:
        can = (Offer("empty", words["empty"]["measured"], True),)
    return {
        "can": can,
        "practise": _sentences("practise", neediest, len(needs) or 1, year, words),
        "home": _activities([area for area, _ in neediest], len(needs), year, words),
    }


def _sentences(
    part: str, found: list[tuple[str, Level]], fitting: int, year: int, words: dict[str, Any]
) -> tuple[Offer, ...]:
    """One sentence an area; the first are proposed, of the ``fitting`` first areas."""
    listed = [
        (f"{area}/{level.value}", sentence[part], number < fitting)
        for number, (area, level) in enumerate(found)
        for sentence in words["sentence"]
        if sentence["area"] == area and sentence["level"] == level and year in sentence["years"]
    ]
    if not listed:
        return (Offer("empty", words["empty"][part], True),)
    return tuple(
        Offer(place, said, fits and number < MOST[part]) for number, (place, said, fits) in enumerate(listed)
    )


def _activities(areas: list[str], needs: int, year: int, words: dict[str, Any]) -> tuple[Offer, ...]:
    """One activity for each of the neediest areas; two where there is one area, or none that needs it."""
    lists = [
        (area, home["activities"])
        for area in areas
        for home in words["home"]
        if home["area"] == area and year in home["years"]
    ]
    always = ("always", words["home_always"]["activities"])
    first = lists[:needs] or [always]
    most = MOST["home"]
    chosen = [(first[0][0], number) for number in range(most)] if len(first) == 1 else [
        (area, 0) for area, _ in first[:most]
    ]  # fmt: skip
    every = [
        Offer(f"{area}/{number}", one, (area, number) in chosen)
        for area, activities in [*lists, always]
        for number, one in enumerate(activities)
    ]
    return tuple(sorted(every, key=lambda offer: not offer.is_proposed))
