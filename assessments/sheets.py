"""The score sheet of one class in one window as values: rows of pupils, columns of measures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from assessments.doors import CellLevel
from assessments.expected import Enrolled
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass

Key = tuple[int, str]  # pupil id, measure code


@dataclass(frozen=True)
class Column:
    measure: Measure
    is_expected: bool  # of some year in the class; others are columns because the school uses them
    assessed_on: date | None  # the day most of its results were taken
    text: str = ""  # the text agreed for the window, where only results on one text compare

    @property
    def code(self) -> str:
        return self.measure.code


@dataclass(frozen=True)
class Conflict:
    """Somebody wrote in the cell after the page was fetched."""

    theirs: str
    by: str
    at: str


@dataclass(frozen=True)
class Cell:
    """``stands`` is what is stored, ``text`` what the field holds: what was typed, if that was not stored."""

    text: str = ""
    stands: str = ""
    word: str = ""  # the code's word, or "avbrutet"
    version: int = 0
    assessed_on: date | None = None
    level: CellLevel | None = None
    is_expected: bool = False
    is_on_other_text: bool = False  # than the one agreed for the window
    is_open: bool = True  # the measure is for the pupil's year, or something stands here
    fault: str | None = None
    conflict: Conflict | None = None

    @property
    def lacks(self) -> bool:
        return self.is_expected and not self.stands

    @property
    def seen(self) -> str:
        """What the person saw: the version and the value; nothing where nothing has stood."""
        return f"{self.version}:{self.stands}" if self.version else ""


@dataclass(frozen=True)
class Row:
    pupil: Enrolled
    year: str | None  # the chip, when the class has several years
    cells: list[Cell]

    @property
    def seen(self) -> str:
        """What the person saw of each column, sent back with the form; tabs stand in no value."""
        return "\t".join(cell.seen for cell in self.cells).rstrip("\t")


@dataclass(frozen=True)
class Sheet:
    school_class: SchoolClass
    window: AssessmentWindow
    columns: list[Column]
    rows: list[Row]

    @property
    def expected(self) -> int:
        return sum(cell.is_expected for row in self.rows for cell in row.cells)

    @property
    def filled(self) -> int:
        return sum(cell.is_expected and bool(cell.stands) for row in self.rows for cell in row.cells)

    @property
    def recorded(self) -> int:
        """What stands on the sheet, whether expected or not."""
        return sum(cell.is_open and bool(cell.stands) for row in self.rows for cell in row.cells)

    @property
    def judged(self) -> list[tuple[str, int]]:
        """The (measure, year) that somebody here is or may be judged by, column by column."""
        found = {
            (number, row.pupil.year)
            for row in self.rows
            for number, cell in enumerate(row.cells)
            if row.pupil.is_judged and (cell.is_expected or cell.stands)
        }
        return [(self.columns[number].code, year) for number, year in sorted(found)]

    @property
    def missing(self) -> list[tuple[Enrolled, list[Measure]]]:
        """Whose results are missing, and which: expected cells where nothing stands."""
        lacks = [[column.measure for column, cell in self._cells(row) if cell.lacks] for row in self.rows]
        return [(row.pupil, measures) for row, measures in zip(self.rows, lacks, strict=True) if measures]

    @property
    def codes(self) -> dict[str, int]:
        """How often each word stands: ``{"frånvarande": 2, "avbrutet": 1}``."""
        words = [cell.word for row in self.rows for cell in row.cells if cell.word]
        return {word: words.count(word) for word in dict.fromkeys(words)}

    @property
    def faults(self) -> list[tuple[Enrolled, Measure, Cell]]:
        """The cells that could not be stored, row by row."""
        return [
            (row.pupil, column.measure, cell)
            for row in self.rows
            for column, cell in self._cells(row)
            if cell.fault or cell.conflict
        ]

    def _cells(self, row: Row) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, row.cells, strict=True))

    def cell(self, key: Key) -> Cell | None:
        for row in self.rows:
            if row.pupil.pupil_id == key[0]:
                return next((cell for column, cell in self._cells(row) if column.code == key[1]), None)
        return None

    def overlaid(self, changed: Mapping[Key, Cell]) -> "Sheet":
        """The same sheet with some cells replaced: what was typed stays where it could not be stored."""
        rows = [
            replace(
                row,
                cells=[
                    changed.get((row.pupil.pupil_id, column.code), cell) for column, cell in self._cells(row)
                ],
            )
            for row in self.rows
        ]
        return replace(self, rows=rows)
