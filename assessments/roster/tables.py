"""What a file of rows is to us, whatever it was written in: a header, numbered rows, and what is wrong."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

WHOLE_FILE = "-"
ROWS_OF_A_SHEET = 1 << 21  # more than Excel's own limit


class SheetRow(int):
    """The number of a row on one of several sheets. Its words say the sheet; as a number it stands after
    those of the sheets before, and keeps which sheet it was."""

    words: str
    sheet: str

    @classmethod
    def on(cls, place: int, sheet: str, row: int) -> "SheetRow":
        """``place``: which sheet it is, from 1; ``row`` as it is told to people."""
        number = cls(place * ROWS_OF_A_SHEET + row)
        number.sheet = sheet
        number.words = f"{row} på bladet ”{sheet}”"
        return number

    def __str__(self) -> str:
        return self.words

    def __format__(self, form: str) -> str:
        return format(self.words, form)


def row_in_file(number: int) -> str:
    """A row's number as it was kept, in words: ``14``, or ``14 på blad 2``."""
    place, row = divmod(number, ROWS_OF_A_SHEET)
    return f"{row} på blad {place}" if place else str(row)


@dataclass(frozen=True)
class Problem:
    """One thing that stops a file. Rows count with the header as row 1; ``column`` is its header."""

    row: int
    column: str
    reason: str
    remedy: str

    @property
    def what_to_do(self) -> str:
        """The remedy as a sentence: a suggestion is a question."""
        return self.remedy if self.remedy.endswith("?") else f"{self.remedy}."

    def __str__(self) -> str:
        return f"{self.row}:{self.column}: {self.reason}. {self.what_to_do}"


class UnreadableFile(Exception):
    """The file cannot be read as a table at all."""

    def __init__(self, reason: str, remedy: str, *, row: int = 1, column: str = WHOLE_FILE) -> None:
        self.problems = [Problem(row, column, reason, remedy)]
        super().__init__(str(self.problems[0]))


@dataclass(frozen=True, slots=True)
class Row:
    """Tidied cells, as many as the header has."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file that could be read; ``notes`` are told, ``problems`` stop it. ``above``: rows of the file that
    stand over its header."""

    header: tuple[str, ...]
    rows: list[Row]
    above: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """How much one file may hold, and how long a workbook may take to read."""

    megabytes: int
    rows: int
    columns: int = 100
    cpu_seconds: int = 15
    wall_seconds: int = 25


FROM_A_PAGE = Limits(megabytes=5, rows=5_000)
FROM_THE_COMMAND_LINE = Limits(megabytes=100, rows=200_000, cpu_seconds=240, wall_seconds=300)


def tidy(cell: str) -> str:
    """Without spaces around, and with every run of spaces, tabs and line breaks as one space. NFC: a Mac may
    write å as a and a ring."""
    whole = " ".join(cell.replace("\ufeff", "").split()) if cell else ""
    return whole if whole.isascii() else unicodedata.normalize("NFC", whole)


def in_order(problems: Iterable[Problem], table: Table) -> list[Problem]:
    """By row and by column as they stand in the file, and one per cell: the first thing said about a cell is
    the ground of what follows from it. Where rows stand above the header it is told how far to count on."""
    places = {name: place for place, name in reversed(list(enumerate(table.header)))}
    first: dict[tuple[int, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.row, problem.column), problem)
    if first and table.above:
        told = f"rubrikerna står på rad {table.above + 1} i filen, och raderna räknas därifrån"
        remedy = f"Lägg till {table.above} till radens nummer för att hitta den i filen"
        first.setdefault((1, WHOLE_FILE), Problem(1, WHOLE_FILE, told, remedy))
    return sorted(first.values(), key=lambda one: (one.row, places.get(one.column, len(places))))
