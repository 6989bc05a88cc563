"""What a page for the home says of a child, on paper and on a screen: which words, with what in them."""

from datetime import date
from typing import Any

from reports import direction
from reports.direction import NO_BREAK
from reports.figures.guardian import UNDER_GOAL, GuardianSheet, Support
from reports.wording import long_day
from screening.levels import Level


def filled(said: str, words: dict[str, Any], **values: str) -> str:
    """The sentence with its values; a name keeps its own direction inside a text from right to left."""
    if words["direction"] == "rtl":
        values = {key: direction.kept_together(value) for key, value in values.items()}
    return said.format(**values)


def kind_of(sheet: GuardianSheet) -> str:
    """Which of the summaries of the catalogue the page has."""
    if sheet.has_own_goals:
        return "own_goals"
    if sheet.level is None:
        if not sheet.has_goal:
            return "no_goal"
        return "none" if sheet.is_measured else "not_measured"
    if sheet.level is Level.NEAR_GOAL and any(row.is_only_under_goal for row in sheet.rows):
        return UNDER_GOAL
    return sheet.level.value


def school_says(sheet: GuardianSheet, words: dict[str, Any]) -> list[str]:
    """What the school does, a paragraph each."""
    if sheet.support:
        return [_support(support, sheet.imprint.printed_on, words) for support in sheet.support]
    return [words["school"]["always"], *([words["school"]["talk"]] if sheet.says_needs_support else [])]


def _support(support: Support, today: date, words: dict[str, Any]) -> str:
    """What, who, from when, and when it is followed up, unless that day has been."""
    said, school = [support.what], words["school"]
    if support.function:
        said.append(filled(school["by"], words, function=support.function))
    if support.from_on:
        said.append(filled(school["from"], words, from_on=_day(support.from_on, words)))
    if support.to_on and support.to_on >= today:
        until = school["to" if support.from_on else "by_then"]
        said.append(filled(until, words, to_on=_day(support.to_on, words)))
    return " ".join(said)


def _day(day: date, words: dict[str, Any]) -> str:
    """As one word: no line ends inside it."""
    return long_day(day, words["language"]).replace(" ", NO_BREAK)
