"""Which sentences of the catalogue a page for the home proposes. The teacher has the last word."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from screening.levels import Level

MOST_SENTENCES = 3
MOST_ACTIVITIES = 2


@dataclass(frozen=True)
class Proposal:
    can: tuple[str, ...]
    practise: tuple[str, ...]
    home: tuple[str, ...]


def proposal(levels: Iterable[tuple[str, Level]], year: int, words: dict[str, Any]) -> Proposal:
    """For the measured areas in reading order: what the child can do, strongest first, and what comes next.

    Practice and activities begin where the need is greatest. Areas at their goal are practised only when
    all are.
    """
    levels = list(levels)
    strongest = sorted(levels, key=lambda found: -found[1].rank)
    neediest = sorted(levels, key=lambda found: found[1].rank)
    practised = [found for found in neediest if found[1] < Level.AT_GOAL] or neediest[:1]
    return Proposal(
        can=_sentences("can", strongest, year, words) or (words["empty"]["can"],),
        practise=_sentences("practise", practised, year, words) or (words["empty"]["practise"],),
        home=_activities([area for area, level in practised if level < Level.AT_GOAL], year, words),
    )


def _sentences(
    part: str, found: list[tuple[str, Level]], year: int, words: dict[str, Any]
) -> tuple[str, ...]:
    said = (
        sentence[part]
        for area, level in found
        for sentence in words["sentence"]
        if sentence["area"] == area and sentence["level"] == level and year in sentence["years"]
    )
    return tuple(dict.fromkeys(said))[:MOST_SENTENCES]


def _activities(areas: list[str], year: int, words: dict[str, Any]) -> tuple[str, ...]:
    """One activity for each of the neediest areas; two where there is one area."""
    lists = [
        home["activities"]
        for area in areas
        for home in words["home"]
        if home["area"] == area and year in home["years"]
    ] or [words["home_always"]["activities"]]
    if len(lists) == 1:
        return tuple(lists[0][:MOST_ACTIVITIES])
    return tuple(activities[0] for activities in lists[:MOST_ACTIVITIES])
