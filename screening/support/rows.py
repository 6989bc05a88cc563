"""A file of support periods as plans and dated results that mean something: one row per result.

``elev-id;mått;start;startvärde;måldatum;mål;datum;resultat``, and ``insats`` where the file has it. What
belongs to the period stands on its first row; on later ones it may be repeated or left empty. A period
without results yet has one row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from assessments.cells import Typed, read_cell
from assessments.instruments.catalogue import Measure
from assessments.recording import refusal
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.characters import shown
from assessments.roster.header import Column, Layout, lay_out, missing, nearest
from assessments.roster.importing import is_near
from assessments.roster.tables import Problem, Row, Table
from assessments.roster.workbook_child import key_of
from assessments.score_rows import ABOUT_PUPILS, PUPIL
from assessments.words import counted
from screening.support.ways import SupportKind

Value = TypeVar("Value")
COLUMNS = (
    PUPIL,
    Column("measure", "mått", ("test", "prov", "måttkod")),
    Column("starts_on", "start", ("startdatum", "periodens start")),
    Column("start", "startvärde", ("utgångsvärde", "startresultat")),
    Column("goal_on", "måldatum", ("slutdatum", "periodens slut")),
    Column("goal", "mål", ("målvärde",)),
    Column("day", "datum", ("provdatum", "testdatum")),
    Column("result", "resultat", ("värde", "poäng")),
    Column("kind", "insats", ("stödinsats", "stöd")),
)
NEEDED = [(key,) for key in ("code", "measure", "starts_on", "goal_on", "goal")]


class Result(NamedTuple):
    """A dated result and the row it stands on."""

    row: int
    points: Decimal
    is_discontinued: bool


@dataclass
class FilePeriod:
    """What the file says of one period; None where it says nothing. ``said_on``: the row of each value."""

    row: int
    code: str
    measure: str
    starts_on: date
    start: Decimal | None = None
    goal_on: date | None = None
    goal: Decimal | None = None
    kind: SupportKind | None = None
    results: dict[date, Result] = field(default_factory=dict)
    said_on: dict[str, int] = field(default_factory=dict)


@dataclass
class SupportReader:
    """Reads the rows of one file; what is wrong goes to ``problems``."""

    layout: Layout
    known: dict[str, Measure]
    today: date
    problems: list[Problem]
    notes: list[str]
    is_usable: bool = False
    without_result: int = 0
    by_key: dict[str, str] = field(default_factory=dict)
    periods: dict[tuple[str, str, date], FilePeriod] = field(default_factory=dict)
    faulty: list[tuple[int, str]] = field(default_factory=list)  # row and elev-id where no period was read

    @classmethod
    def of(cls, table: Table, known: dict[str, Measure], today: date) -> "SupportReader":
        """With the header understood and, where it can be, every row read."""
        layout = lay_out(table.header, (*COLUMNS, *ABOUT_PUPILS))
        reader = cls(layout, known, today, list(table.problems), list(table.notes))
        reader.by_key = {key_of(name): one.code for one in known.values() for name in (one.code, one.name)}
        faults = layout.problems + missing(layout, COLUMNS, *NEEDED)
        reader.problems += faults
        reader.is_usable = not faults
        if reader.is_usable:
            for row in table.rows:
                reader._read_row(row)
        if reader.without_result:
            rows = counted(reader.without_result, "rad", "rader")
            reader.notes.append(f"{rows} har en bokstav i stället för ett resultat.")
        return reader

    def tell(self, row: int, key: str, fault: CellFault) -> None:
        """One more fault, at the row and under the column's own header."""
        name = next((column.name for column in COLUMNS if column.key == key), key)
        column = self.layout.called(key) if key in self.layout.places else name
        self.problems.append(Problem(row, column, fault.reason, fault.remedy))

    def _read_row(self, row: Row) -> None:
        code = self._read(row, "code", cells.code, needed="elev-id saknas")
        measure = self._read(row, "measure", self._measure, needed="mått saknas")
        starts_on = self._read(row, "starts_on", self._planned_day, needed="periodens start saknas")
        goal_on = self._read(row, "goal_on", self._planned_day)
        if goal_on is not None and starts_on is not None and goal_on <= starts_on:
            self.tell(row.number, "goal_on", CellFault("måldatumet är inte efter starten", "Rätta datumet"))
        said = {
            "goal_on": goal_on,
            "start": self._points(row, "start", measure),
            "goal": self._points(row, "goal", measure),
            "kind": self._read(row, "kind", _kind),
        }
        result = self._result(row, measure, starts_on)
        if code is None:
            return
        if measure is None or starts_on is None:
            self.faulty.append((row.number, code))
            return
        period = self.periods.setdefault(
            (code, measure, starts_on), FilePeriod(row.number, code, measure, starts_on)
        )
        for key, value in said.items():
            self._say(row, period, key, value)
        if result is not None:
            self._add_result(row.number, period, *result)

    def _say(
        self, row: Row, period: FilePeriod, key: str, value: date | Decimal | SupportKind | None
    ) -> None:
        """What belongs to the period is said once, or the same every time."""
        if value is None:
            return
        if key not in period.said_on:
            setattr(period, key, value)
            period.said_on[key] = row.number
        elif getattr(period, key) != value:
            earlier = f"något annat står på rad {period.said_on[key]} om samma period"
            self.tell(row.number, key, CellFault(earlier, "Skriv samma på alla rader, eller lämna tomt"))

    def _result(self, row: Row, measure: str | None, starts_on: date | None) -> tuple[date, Typed] | None:
        """A day and what was reached on it; without a known measure nobody can read a result."""
        day = self._read(row, "day", lambda text: cells.day(text, self.today))
        typed = self._read(row, "result", lambda text: self._typed(text, measure)) if measure else None
        if not self._text(row, "day") and self._text(row, "result"):
            self.tell(row.number, "day", CellFault("datum saknas", "Skriv dagen då resultatet togs"))
        if self._text(row, "day") and not self._text(row, "result"):
            self.tell(
                row.number, "result", CellFault("resultat saknas", "Fyll i cellen, eller ta bort datumet")
            )
        if day is not None and starts_on is not None and day < starts_on:
            fault = CellFault("resultatet är från före periodens start", "Rätta datumet eller starten")
            self.tell(row.number, "day", fault)
            return None
        return None if day is None or typed is None else (day, typed)

    def _add_result(self, row: int, period: FilePeriod, day: date, typed: Typed) -> None:
        if typed.points is None:
            self.without_result += 1
        elif day in period.results:
            earlier = f"perioden har redan ett resultat den dagen, på rad {period.results[day].row}"
            self.tell(row, "day", CellFault(earlier, "Ta bort den ena raden"))
        else:
            period.results[day] = Result(row, typed.points, typed.is_discontinued)

    def _text(self, row: Row, key: str) -> str:
        place = self.layout.places.get(key)
        return "" if place is None else row.cells[place]

    def _read(
        self, row: Row, key: str, reader: Callable[[str], Value], needed: str | None = None
    ) -> Value | None:
        try:
            if text := self._text(row, key):
                return reader(text)
            if needed:
                raise CellFault(needed, "Fyll i cellen")
        except CellFault as fault:
            self.tell(row.number, key, fault)
        return None

    def _measure(self, text: str) -> str:
        if found := self.by_key.get(key_of(text)):
            return found
        meant = nearest(key_of(text), list(self.by_key), cutoff=0.7)
        remedy = f"Menade du ”{self.by_key[meant]}”?" if meant else "Skriv måttets kod"
        raise CellFault(f"måttet ”{shown(text)}” finns inte", remedy)

    def _planned_day(self, text: str) -> date:
        """A day of the plan: it may lie ahead, but not by years."""
        day = cells.day(text, date.max)
        if not is_near(day):
            raise CellFault(f"datumet {day} ligger för långt bort", "Rätta datumet")
        return day

    def _points(self, row: Row, key: str, measure: str | None) -> Decimal | None:
        """A start value or a goal: a number, never a letter in place of one."""

        def points(text: str) -> Decimal:
            typed = self._typed(text, measure or "")
            if typed.points is None or typed.is_discontinued:
                raise CellFault(f"”{shown(text)}” är inget värde", "Skriv ett tal")
            return typed.points

        return self._read(row, key, points) if measure else None

    def _typed(self, text: str, measure: str) -> Typed:
        typed = read_cell(text, self.known[measure])
        if typed.reason is None and (reason := refusal(self.known[measure], typed.points)):
            typed = Typed(reason=f"”{shown(text)}” kan inte stämma. {reason}")
        if typed.reason is not None:
            reason, _, remedy = typed.reason.rstrip(".").partition(". ")
            raise CellFault(reason, remedy or "Rätta värdet")
        return typed


KINDS = {key_of(name): kind for kind in SupportKind for name in (kind.value, kind.label)}


def _kind(text: str) -> SupportKind:
    if found := KINDS.get(key_of(text)):
        return found
    known = ", ".join(kind.label for kind in SupportKind)
    raise CellFault(f"insatsen ”{shown(text)}” finns inte", f"Skriv en av: {known}")
