"""The words we print, one file per language, and how each language writes numbers and days.

Swedish is the file the others are made from: the same keys, the same sentences in the same order.
"""

import functools
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from screening.levels import Level

FOLDER = Path(__file__).parent
SWEDISH = "sv"
CODES = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))
SENTENCES = ("empty", "sentence", "home", "home_always")
"""The parts of a catalogue that hold what a teacher chooses from."""
FOR_WHOM = ("area", "level", "years")


@functools.cache
def wording(language: str = SWEDISH) -> dict[str, Any]:
    """The whole catalogue of a language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@functools.cache
def translations() -> tuple[str, ...]:
    """The codes of the languages that we have beside Swedish, by their Swedish names."""
    return tuple(sorted(set(CODES) - {SWEDISH}, key=lambda code: str(wording(code)["name"])))


def in_language(said: str, language: str) -> str | None:
    """A sentence of the Swedish catalogue in another language; None where the catalogue does not hold it."""
    return said if language == SWEDISH else _renderings(language).get(said)


@functools.cache
def _renderings(language: str) -> dict[str, str]:
    ours, theirs = wording(), wording(language)
    return {
        said: rendered
        for part in SENTENCES
        for said, rendered in zip(_texts(ours[part]), _texts(theirs[part]), strict=True)
    }


def _texts(part: Any) -> Iterator[str]:
    """Every text of a part of a catalogue, in the order of the file."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)
    elif isinstance(part, dict):
        for key, inner in part.items():
            if key not in FOR_WHOM:
                yield from _texts(inner)


@functools.lru_cache(maxsize=4096)
def number(value: Decimal, language: str = SWEDISH) -> str:
    """``Decimal("12.50")`` as ``12,5``. In every language the digits that the school writes, 0 to 9: they
    are those of the Swedish page on the back, and those that the child learns.
    """
    if language == SWEDISH:
        said = f"{value:f}"
        return (said.rstrip("0").rstrip(".") if "." in said else said).replace(".", ",")
    from babel.numbers import format_decimal  # only where a translation is printed

    return format_decimal(value, "0.###", _locale(language), numbering_system="latn")


@functools.lru_cache(maxsize=4096)
def long_day(day: date, language: str = SWEDISH) -> str:
    """``15 oktober 2026``, as the language writes it, in the calendar of the school."""
    from babel.dates import format_date  # half of what a command costs to start: only where a day is printed

    return format_date(day, "long", _locale(language))


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else language  # day before month, as everywhere else here


def points_told(words: dict[str, Any], measure: str, points: Decimal, maximum: Decimal) -> str | None:
    """``31 ord på en minut``, in the form that the number asks for; None where the catalogue has no words."""
    phrase, language = words["told"].get(measure), words["language"]
    if phrase is None:
        return None
    forms = words.get("told_forms", {}).get(measure)
    if forms:
        from babel import Locale  # only where a translation is printed

        phrase = forms.get(Locale.parse(_locale(language)).plural_form(points), phrase)
    return str(phrase).format(points=number(points, language), maximum=number(maximum, language))


def level_word(level: Level | None) -> str:
    """The word staff read. No level on a score: the result is missing."""
    return "Resultat saknas" if level is None else level.label
