"""A pupil's names as they may stand in what people wrote: to find them, and to keep them out of an alias."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from assessments.roster.cells import PARTICLES
from assessments.roster.models import Pupil

SHORTEST = 2  # an initial stands in too much


@dataclass(frozen=True)
class Names:
    """The words of a name. ``Kim`` is found in "Kim", "Kims" and "KIM,", not in "Kimono"."""

    words: frozenset[str]

    @classmethod
    def of(cls, pupil: Pupil) -> "Names":
        return cls.in_texts([pupil.given_name, pupil.preferred_name or "", pupil.family_name])

    @classmethod
    def in_texts(cls, texts: Iterable[str]) -> "Names":
        words = {word for text in texts for word in _folded(text).split()}
        return cls(frozenset(word for word in words if len(word) >= SHORTEST and word not in PARTICLES))

    def stand_in(self, text: str | None) -> bool:
        """Whether any of the words is in the text, as a word of its own or in the genitive."""
        if not text or not self.words:
            return False
        told = "|".join(re.escape(word) for word in sorted(self.words))
        return re.search(rf"(?<!\w)(?:{told})s?(?!\w)", _folded(text)) is not None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
