"""What people type in a cell, and what stands there afterwards: sheets and score files read alike."""

import re
from dataclasses import dataclass
from decimal import Decimal

from assessments.instruments.catalogue import Measure
from assessments.models import ABSENCE_LETTERS, ABSENCE_WORDS, Absence

NUMBER = re.compile(r"([-−]?[0-9]{1,9}(?:[.,][0-9]{1,9})?)\s*([bB]?)")
TOO_LONG = re.compile(r"[-−]?[0-9]{10,}(?:[.,][0-9]*)?\s*[bB]?|[-−]?[0-9]+[.,][0-9]{10,}\s*[bB]?")
SPACES = re.compile(r"\s+")
PLACES = 3  # decimals that are kept
CODES = {letter: absence for absence, letter in ABSENCE_LETTERS.items()} | {
    word: absence for absence, word in ABSENCE_WORDS.items()
}
KEPT_SHORT = 20  # of what was typed, in the sentence that says why not


@dataclass(frozen=True)
class Typed:
    """What a cell says: points, or why there are none, or nothing; or ``reason`` why it cannot be read."""

    points: Decimal | None = None
    absence: Absence | None = None
    is_discontinued: bool = False
    reason: str | None = None

    @property
    def is_blank(self) -> bool:
        return self.points is None and self.absence is None and self.reason is None


def read_cell(text: str, measure: Measure) -> Typed:
    """``12``, ``12,5``, ``12b``, a code letter or its word, or one of the measure's labels.

    Only shape is judged here; range and step are the recording's (``recording.refusal``). Digits are the
    ASCII ones: what looks like a number in another script is refused rather than guessed.
    """
    told = SPACES.sub(" ", text.replace("\u00a0", " ")).strip()
    if not told:
        return Typed()
    if absence := CODES.get(told.casefold()):
        return Typed(absence=absence)
    if (points := _label(told, measure)) is not None:
        return Typed(points=points)
    found = NUMBER.fullmatch(told)
    if not found:
        return Typed(reason=_why_not(told, measure))
    points = Decimal(found[1].replace(",", ".").replace("−", "-"))
    if points != round(points, PLACES):
        return Typed(reason=f"”{_short(told)}” har fler än {PLACES} decimaler.")
    return Typed(points=_plain(points), is_discontinued=bool(found[2]))


def written(
    measure: Measure, points: Decimal | None, absence: Absence | None, is_discontinued: bool = False
) -> str:
    """What a person types to say the same: the opposite of ``read_cell``."""
    if absence is not None:
        return absence.letter
    if points is None:
        return ""
    return measure.shown(points) + ("b" if is_discontinued and not measure.labels else "")


def _label(told: str, measure: Measure) -> Decimal | None:
    words = [label.casefold() for label in measure.labels]
    if told.casefold() not in words:
        return None
    return measure.minimum + words.index(told.casefold()) * measure.step


def _plain(points: Decimal) -> Decimal:
    """Without trailing zeros and exponents, and without a minus before zero."""
    points = points.normalize() + 0
    return points.quantize(Decimal(1)) if points == points.to_integral_value() else points


def _why_not(told: str, measure: Measure) -> str:
    if TOO_LONG.fullmatch(told):
        return f"”{_short(told)}” är ett för långt tal."
    if told.casefold() == "b":
        return "Skriv poängen före b, till exempel 12b."
    letters = ", ".join(ABSENCE_LETTERS.values())
    if measure.labels:
        return f"”{_short(told)}” går inte att läsa. Skriv {', '.join(measure.labels)} eller {letters}."
    return f"”{_short(told)}” går inte att läsa. Skriv ett tal, ett tal med b (avbrutet) eller {letters}."


def _short(told: str) -> str:
    return told if len(told) <= KEPT_SHORT else told[:KEPT_SHORT] + "…"
