"""The words we print, one file per language, and how Swedish writes numbers and days."""

import functools
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from screening.levels import Level

FOLDER = Path(__file__).parent
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


@functools.cache
def wording(language: str = "sv") -> dict[str, Any]:
    """The whole catalogue of a language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def number(value: Decimal) -> str:
    """``Decimal("12.50")`` as ``12,5``."""
    said = f"{value:f}"
    return (said.rstrip("0").rstrip(".") if "." in said else said).replace(".", ",")


def long_day(day: date) -> str:
    """``15 oktober 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def level_word(level: Level | None) -> str:
    """The word staff read. No level on a score: the result is missing."""
    return "Resultat saknas" if level is None else level.label
