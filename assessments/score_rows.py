"""A score file as results that mean something: wide (a column per measure) or long (a row per result)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from assessments.cells import Typed, read_cell
from assessments.instruments.catalogue import Measure
from assessments.recording import refusal
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.characters import shown
from assessments.roster.header import ROSTER_COLUMNS, Column, Layout, lay_out, missing, nearest
from assessments.roster.tables import Problem, Row, Table
from assessments.roster.workbook_child import key_of

Value = TypeVar("Value")
PUPIL = next(column for column in ROSTER_COLUMNS if column.key == "code")
# Who the pupil is besides the elev-id: often there for people's sake, never used here.
ABOUT_PUPILS = tuple(column for column in ROSTER_COLUMNS if column is not PUPIL)
DAY = Column("day", "datum", ("provdatum", "testdatum"))
LONG = (
    PUPIL,
    Column("measure", "mått", ("test", "prov", "måttkod")),
    Column("result", "resultat", ("värde", "poäng")),
    DAY,
    Column("attempted", "försökta", ("antal försökta", "lästa ord")),
    Column("errors", "fel", ("antal fel",)),
)


class Entry(NamedTuple):
    """One result, where it stands in the file and what it says."""

    row: int
    column: str
    code: str
    measure: str
    typed: Typed
    assessed_on: date | None
    attempted: int | None
    errors: int | None


def columns_of(known: dict[str, Measure]) -> tuple[Column, ...]:
    """Every column that a file of scores may have, whichever way it is laid out."""
    return (*LONG, *ABOUT_PUPILS, *(Column(one.code, one.code, (one.name,)) for one in known.values()))


@dataclass
class ScoreReader:
    """Reads the rows of one file, one by one. ``places`` of a wide file have measure codes as keys."""

    layout: Layout
    is_long: bool
    known: dict[str, Measure]
    latest: date
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    by_key: dict[str, str] = field(default_factory=dict)
    faulty: list[tuple[int, str]] = field(default_factory=list)  # row and elev-id
    read_before: dict[tuple[str, str], Typed] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table, known: dict[str, Measure], latest: date) -> "ScoreReader":
        """With its header understood; ``latest`` is the last day a result may carry."""
        long_layout = lay_out(table.header, (*LONG, *ABOUT_PUPILS))
        meant = {problem.remedy for problem in long_layout.problems}
        is_long = bool({"measure", "result"} & set(long_layout.places)) or any(
            "”mått”" in one for one in meant
        )
        columns = (
            LONG
            if is_long
            else (PUPIL, DAY, *(Column(one.code, one.code, (one.name,)) for one in known.values()))
        )
        layout = lay_out(table.header, (*columns, *ABOUT_PUPILS))
        reader = cls(layout, is_long, known, latest, list(table.problems), list(table.notes))
        reader.by_key = {key_of(name): one.code for one in known.values() for name in (one.code, one.name)}
        reader._check_header(columns)
        return reader

    @property
    def pupil_column(self) -> str:
        return self.layout.called("code")

    def _check_header(self, columns: tuple[Column, ...]) -> None:
        needed = [("code",), ("measure",), ("result",)] if self.is_long else [("code",)]
        faults = self.layout.problems + missing(self.layout, columns, *needed)
        about = {column.key for column in ABOUT_PUPILS}
        unused = [self.layout.header[place] for key, place in self.layout.places.items() if key in about]
        if self.is_long:
            unused += self.layout.unused
        else:
            faults += [_unknown_measure(1, text, text, self.by_key) for text in self.layout.unused]
            if not faults and not any(key in self.known for key in self.layout.places):
                faults = [Problem(1, "-", "ingen kolumn är ett mått", "Skriv måttens koder som rubriker")]
        if unused:
            self.notes.append(f"Kolumner som inte används: {', '.join(unused)}.")
        self.problems += faults
        self.is_usable = not faults

    def code_of(self, row: Row) -> str:
        return row.cells[self.layout.places["code"]]

    def entries(self, row: Row) -> list[Entry]:
        """The results of a row; blank cells say nothing. What is wrong goes to ``problems``, and who is meant
        where no result could be read to ``faulty``."""
        told = len(self.problems)
        code = self._read(row, "code", cells.code)
        found = self._entries(row, code)
        if code and not found and len(self.problems) > told:
            self.faulty.append((row.number, code))
        return found

    def _entries(self, row: Row, code: str | None) -> list[Entry]:
        if not self._text(row, "code"):
            self._tell(row, "code", CellFault("elev-id saknas", "Fyll i cellen"))
        day = self._read(row, "day", lambda text: cells.day(text, self.latest))
        if self.is_long:
            return self._long(row, code, day)
        found = []
        for measure, place in self.layout.places.items():
            if measure in self.known and row.cells[place]:
                typed = self._typed(row, measure, row.cells[place], self.layout.header[place])
                if typed and code:
                    found.append(
                        Entry(row.number, self.layout.header[place], code, measure, typed, day, None, None)
                    )
        return found

    def _long(self, row: Row, code: str | None, day: date | None) -> list[Entry]:
        attempted, errors = self._read(row, "attempted", cells.count), self._read(row, "errors", cells.count)
        said, result = self._text(row, "measure"), self._text(row, "result")
        measure = self.by_key.get(key_of(said))
        if said and not measure:
            self.problems.append(
                _unknown_measure(row.number, self.layout.called("measure"), said, self.by_key)
            )
        elif not said:
            self._tell(row, "measure", CellFault("mått saknas", "Fyll i cellen"))
        if not result and (attempted is not None or errors is not None):
            self._tell(
                row, "result", CellFault("resultat saknas men försökta eller fel är ifyllt", "Fyll i cellen")
            )
        if not measure or not result:
            return []
        column = self.layout.called("result")
        typed = self._typed(row, measure, result, column)
        return (
            [Entry(row.number, column, code, measure, typed, day, attempted, errors)]
            if typed and code
            else []
        )

    def _text(self, row: Row, key: str) -> str:
        place = self.layout.places.get(key)
        return "" if place is None else row.cells[place]

    def _read(self, row: Row, key: str, reader: Callable[[str], Value]) -> Value | None:
        if not (text := self._text(row, key)):
            return None
        try:
            return reader(text)
        except CellFault as fault:
            self._tell(row, key, fault)
            return None

    def _tell(self, row: Row, key: str, fault: CellFault) -> None:
        self.problems.append(Problem(row.number, self.layout.called(key), fault.reason, fault.remedy))

    def _typed(self, row: Row, measure: str, text: str, column: str) -> Typed | None:
        """What the cell says; the same text for the same measure is read once."""
        typed = self.read_before.get((measure, text))
        if typed is None:
            typed = read_cell(text, self.known[measure])
            if reason := refusal(self.known[measure], typed.points):
                typed = Typed(reason=f"”{shown(text)}” kan inte stämma. {reason}")
            self.read_before[measure, text] = typed
        if typed.reason is None:
            return typed
        reason, _, remedy = typed.reason.rstrip(".").partition(". ")
        self.problems.append(Problem(row.number, column, reason, remedy or "Rätta värdet"))
        return None


def _unknown_measure(row: int, column: str, said: str, by_key: dict[str, str]) -> Problem:
    meant = nearest(key_of(said), list(by_key), cutoff=0.7)
    remedy = f"Menade du ”{by_key[meant]}”?" if meant else "Skriv måttets kod, eller ta bort det ur filen"
    return Problem(row, shown(column), f"måttet ”{shown(said)}” finns inte", remedy)
