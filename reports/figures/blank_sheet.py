"""What a sheet to write on says: who, what, and which measures with their ends."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class SheetColumn:
    name: str
    ends: str  # "0–29 antal", or the words to choose among
    text: str = ""  # agreed for the period: "Sommarlovet, bestämd 2026-09-01"


@dataclass(frozen=True)
class SheetRow:
    """``is_open`` for each column: whether the measure is for the pupil's year."""

    name: str
    year: str | None  # a chip in mixed classes
    is_open: tuple[bool, ...]


@dataclass(frozen=True)
class BlankSheet:
    """Protected identities have no row, and nothing tells of any: every sheet ends in empty rows."""

    imprint: Imprint
    class_name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    codes: tuple[tuple[str, str], ...]  # letter, word
    address: str  # of the same sheet on the screen; no names in it
