"""A class list as rows that mean something: every cell read, every fault told, marked rows set aside."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from assessments.calendar import academic_year_on, first_day, last_day
from assessments.clock import today
from assessments.roster import cells, personnummer
from assessments.roster.cells import CellFault
from assessments.roster.header import ROSTER_COLUMNS, Layout, lay_out, missing
from assessments.roster.models import Curriculum, SchoolForm
from assessments.roster.personnummer import Personnummer
from assessments.roster.table_files import column_name
from assessments.roster.tables import Problem, Row, Table

Value = TypeVar("Value")
NAMES = {column.key: column.name for column in ROSTER_COLUMNS}
ABOUT_SOMEBODY = (
    "code", "personnummer", "given_name", "preferred_name", "family_name", "name", "school_class", "year",
)  # fmt: skip


class Place(NamedTuple):
    """Where a row says a pupil goes, as it is written; what it does not say is None."""

    municipality: str | None
    school_code: str | None
    school: str | None
    school_class: str


@dataclass(frozen=True)
class RosterRow:
    """One pupil. None: the file does not say, and what is known stays."""

    number: int
    place: Place
    year: int
    code: str | None
    personnummer: Personnummer | None
    given_name: str | None
    preferred_name: str | None
    family_name: str
    school_form: SchoolForm | None
    curriculum: Curriculum | None
    letter_language: str | None
    second_letter_language: str | None
    starts_on: date | None = None  # the first and the last day in the class, where the file says them
    ends_on: date | None = None

    @property
    def first_name(self) -> str:
        return self.preferred_name or self.given_name or ""


@dataclass(frozen=True)
class MarkedRow:
    """A row with sekretessmarkering. The identifiers serve to leave that pupil alone and are never kept."""

    number: int
    place: Place
    code: str | None
    personnummer: Personnummer | None


@dataclass(frozen=True)
class RosterFile:
    """``faulty``: rows that are told of and say where the pupil goes. Who is meant may be wrong too."""

    layout: Layout
    rows: list[RosterRow]
    marked: list[MarkedRow]
    problems: list[Problem]
    notes: list[str]
    faulty: list[RosterRow] = field(default_factory=list)


def read_rows(table: Table, on: date) -> RosterFile:
    """What a class list says, as of the day its changes take effect."""
    layout = lay_out(table.header, ROSTER_COLUMNS)
    faults = layout.problems + _missing_columns(layout)
    if not layout.places and not layout.problems:
        called = ", ".join(column.name for column in ROSTER_COLUMNS[:8])
        faults = [Problem(1, "-", "rubrikrad saknas", f"Skriv rubriker på första raden, som {called}")]
    if faults:  # without columns no cell can be trusted to be what it seems
        return RosterFile(layout, [], [], table.problems + faults, [])
    file = RosterFile(layout, [], [], list(table.problems), list(table.notes))
    file.problems.extend(_named_twice(table.rows, layout))
    if layout.unused:
        file.notes.append(f"Kolumner som inte används: {', '.join(layout.unused)}.")
    year = academic_year_on(on)
    unchecked = [number for row in table.rows if (number := _read_row(row, layout, year, file))]
    if unchecked:
        file.notes.append(f"Kontrollsiffran i personnumret stämmer inte på rad {_listed(unchecked)}.")
    return file


def _named_twice(rows: list[Row], layout: Layout) -> list[Problem]:
    """A fault at each later row of the same pupil, also where letter case differs or the rest is faulty."""
    faults: list[Problem] = []
    home = layout.places.get("municipality")
    for key in (key for key in ("code", "personnummer") if key in layout.places):
        first: dict[tuple[str, str], int] = {}
        for row in rows:
            text = cells.folded(row.cells[layout.places[key]])
            earlier = first.setdefault(("" if home is None else row.cells[home], text), row.number)
            if text and earlier != row.number:
                said = _Cells(row, layout)
                said.tell(key, f"eleven står redan på rad {earlier}", "Ta bort den ena raden")
                faults += said.problems
    return faults


def _missing_columns(layout: Layout) -> list[Problem]:
    faults = missing(
        layout,
        ROSTER_COLUMNS,
        ("school", "school_code"),
        ("school_class",),
        ("year",),
        ("code", "personnummer"),
    )
    if "name" not in layout.places:
        faults += missing(layout, ROSTER_COLUMNS, ("given_name", "preferred_name", "name"))
        faults += missing(layout, ROSTER_COLUMNS, ("family_name",))
    return faults


def _read_row(row: Row, layout: Layout, academic_year: str, file: RosterFile) -> int | None:
    """Put the row where it belongs; its number where its personnummer has a wrong check digit."""
    said = _Cells(row, layout)
    if cells.is_marked(said.text("marking")):
        file.marked.append(_marked_row(said))
        file.problems.extend(said.problems)
        return None
    if not any(map(said.text, ABOUT_SOMEBODY)):
        first = next((place for place, cell in enumerate(row.cells) if cell), 0)
        reason, remedy = "raden säger inte vilken elev den gäller", "Fyll i raden, eller ta bort den"
        file.problems.append(Problem(row.number, column_name(layout.header, first), reason, remedy))
        return None
    place = _place(said)
    said.need("school_class")
    is_placed = not said.problems
    read = _roster_row(said, place, academic_year)
    file.problems.extend(said.problems)
    if said.problems:
        file.faulty.extend([read] if is_placed else [])
        return None
    file.rows.append(read)
    return row.number if read.personnummer and not read.personnummer.is_checked else None


def column_called(layout: Layout, key: str) -> str:
    """What the file calls the column, else what we do."""
    return layout.called(key) if key in layout.places else NAMES[key]


class _Cells:
    """One row by key; collects what is wrong with it."""

    def __init__(self, row: Row, layout: Layout) -> None:
        self.row, self.layout = row, layout
        self.problems: list[Problem] = []

    def text(self, key: str) -> str:
        place = self.layout.places.get(key)
        return "" if place is None else self.row.cells[place]

    def read(self, key: str, reader: Callable[[str], Value]) -> Value | None:
        """The cell's meaning; None where it is empty or faulty."""
        if not (text := self.text(key)):
            return None
        try:
            return reader(text)
        except CellFault as fault:
            self.tell(key, fault.reason, fault.remedy)
            return None

    def tell(self, key: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(self.row.number, column_called(self.layout, key), reason, remedy))

    def need(self, key: str) -> None:
        """The cell has to say something."""
        if not self.text(key):
            self.tell(key, f"{NAMES[key]} saknas", "Fyll i cellen")


def _place(said: _Cells) -> Place:
    if not said.text("school") and not said.text("school_code"):
        key = "school" if "school" in said.layout.places else "school_code"
        said.tell(key, "skolan saknas", "Skriv skola eller skolenhetskod")
    return Place(
        said.read("municipality", cells.name),
        said.read("school_code", cells.school_code),
        said.read("school", cells.name),
        said.read("school_class", cells.class_name) or "",
    )


def _marked_row(said: _Cells) -> MarkedRow:
    place = _place(said)
    told = len(said.problems)
    marked = MarkedRow(
        said.row.number, place, said.read("code", cells.code), said.read("personnummer", _personnummer)
    )
    del said.problems[told:]  # what is wrong with a marked row's own cells is nobody's to read
    return marked


def _roster_row(said: _Cells, place: Place, academic_year: str) -> RosterRow:
    said.need("year")
    year = said.read("year", lambda text: cells.year_index(text, academic_year))
    given, preferred, family = _names(said)
    code, number = _identity(said)
    read = RosterRow(
        number=said.row.number,
        place=place,
        year=year or 0,
        code=code,
        personnummer=number,
        given_name=given,
        preferred_name=preferred,
        family_name=family or "",
        school_form=said.read("school_form", cells.school_form),
        curriculum=said.read("curriculum", cells.curriculum),
        letter_language=said.read("letter_language", cells.language),
        second_letter_language=said.read("second_letter_language", cells.language),
        starts_on=said.read("starts_on", lambda text: _first_day(text, academic_year)),
        ends_on=said.read("ends_on", lambda text: _last_day(text, academic_year)),
    )
    if read.starts_on and read.ends_on and read.ends_on < read.starts_on:
        said.tell("ends_on", "sista dagen är före den första", "Rätta dagarna")
    return read


def _first_day(text: str, academic_year: str) -> date:
    """Whoever began before the academic year has gone there all of it."""
    told = cells.day(text, date.max)
    if told > last_day(academic_year):
        raise CellFault(f"{told} ligger efter läsåret {academic_year}", "Rätta dagen, eller lämna cellen tom")
    return max(told, first_day(academic_year))


def _last_day(text: str, academic_year: str) -> date | None:
    """None where the pupil goes there to the end of the academic year."""
    told = cells.day(text, date.max)
    if told < first_day(academic_year):
        raise CellFault(f"{told} ligger före läsåret {academic_year}", "Ta bort raden, eller rätta dagen")
    return told if told < last_day(academic_year) else None


def _names(said: _Cells) -> tuple[str | None, str | None, str | None]:
    """Given, preferred and family name, out of their own columns or out of ``namn``."""
    given, preferred, family = (
        said.read(key, cells.persons_name) for key in ("given_name", "preferred_name", "family_name")
    )
    if said.text("name") and not (family and (given or preferred)):
        whole = said.read("name", cells.whole_name)
        return whole[0] if whole else None, preferred, whole[1] if whole else None
    if not said.text("given_name") and not said.text("preferred_name"):
        key = next(key for key in ("given_name", "preferred_name", "name") if key in said.layout.places)
        said.tell(key, f"{NAMES[key]} saknas", "Fyll i cellen")
    said.need("family_name" if "family_name" in said.layout.places else "name")
    return given, preferred, family


def _identity(said: _Cells) -> tuple[str | None, Personnummer | None]:
    code, number = said.read("code", cells.code), said.read("personnummer", _personnummer)
    if code and personnummer.looks_like_one(code):
        said.tell("code", "elev-id är ett personnummer", "Skriv det i kolumnen personnummer, som krypteras")
    elif not said.text("code") and not said.text("personnummer"):
        key = "code" if "code" in said.layout.places else "personnummer"
        said.tell(key, f"{NAMES[key]} saknas", "Skriv elev-id eller personnummer: eleven följs genom det")
    return code, number


def _personnummer(text: str) -> Personnummer:
    return personnummer.parse(text, today())


def _listed(numbers: list[int], most: int = 10) -> str:
    told = ", ".join(map(str, numbers[:most]))
    return told if len(numbers) <= most else f"{told} och {len(numbers) - most} till"
