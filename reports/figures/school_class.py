"""What a class report says."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from screening.levels import Level
from screening.spread import Distribution


@dataclass(frozen=True)
class Column:
    """A measure in the class overview."""

    name: str
    unit: str
    goal: str | None  # "mål 35"


@dataclass(frozen=True)
class Cell:
    """One score as printed: the value or the word for its absence, and its level."""

    shown: str
    level: Level | None = None
    is_missing: bool = False


@dataclass(frozen=True)
class PupilRow:
    """A pupil in the class overview. ``moved``: +1 up, -1 down, 0 as in the last determined window."""

    name: str
    year: str | None  # a chip in mixed classes: "åk 2"
    cells: tuple[Cell, ...]
    level: Level | None
    note: str | None = None  # "trots saknat resultat", "underlag saknas", "egna mål"
    moved: int = 0
    is_to_follow_up: bool = False
    has_level: bool = True  # not in anpassad grundskola, nor in a year the window does not judge


@dataclass(frozen=True)
class ClassReport:
    """The class overview on paper. Counts are of all enrolled; protected identities are not in ``rows``."""

    imprint: Imprint
    class_name: str
    sentence: str  # the answer to the page's question, as on the screen
    enrolled: int
    columns: tuple[Column, ...]
    rows: tuple[PupilRow, ...]
    counts: tuple[tuple[Level | None, int], ...]  # best level first, None last: no level
    distributions: tuple[Distribution, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]  # (name, the measures that are missing)
    sources: tuple[Source, ...] = ()
    is_class_answer_first: bool = False
    narrowed: int = 0  # who goes in the class besides, and whose record may not be used


def short_name(name: str) -> str:
    """A measure's name without what stands in brackets."""
    return name.split(" (", maxsplit=1)[0]
