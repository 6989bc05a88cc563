"""A file of duties as rows that mean something: every cell read, every fault told by row and column."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from assessments.access.accounts import USERNAME, as_username
from assessments.access.duties import Years, years_fault
from assessments.access.scopes import find_years
from assessments.refusals import Refused
from assessments.roster import cells
from assessments.roster.cells import CellFault, folded
from assessments.roster.characters import shown
from assessments.roster.header import Column, Layout, lay_out, missing
from assessments.roster.models import Role, TeamFunction
from assessments.roster.tables import Problem, Row, Table
from assessments.words import ROLE_WORDS, TEAM_WORDS

Value = TypeVar("Value")
FARTHEST_YEARS = 20
COLUMNS = (
    Column("username", "användarnamn", ("användare", "konto", "inloggning", "inloggningsnamn")),
    Column("name", "namn", ("personens namn", "medarbetare", "anställd")),
    Column("role", "roll", ("uppdrag", "befattning", "titel")),
    Column("municipality", "kommun", ("huvudman", "kommunnamn")),
    Column("school_code", "skolenhetskod", ("skolkod", "enhetskod")),
    Column("school", "skola", ("skolenhet", "skolans namn", "skolnamn", "enhet")),
    Column("school_class", "klass", ("klassnamn", "grupp")),
    Column("years", "årskurser", ("årskurs", "åk")),
    Column("starts_on", "från", ("från och med", "fr.o.m.", "första dagen", "start", "startdatum", "börjar")),
    Column("ends_on", "till", ("till och med", "t.o.m.", "sista dagen", "slut", "slutdatum", "slutar")),
)
NAMES = {column.key: column.name for column in COLUMNS}
Function = tuple[Role, TeamFunction | None]
FUNCTIONS: dict[str, Function] = {
    **{folded(word): (role, None) for role, word in ROLE_WORDS.items()},
    **{folded(role.value.replace("_", "")): (role, None) for role in Role},
    **{folded(word): (Role.TEAM, team) for team, word in TEAM_WORDS.items()},
    **{folded(team.value.replace("_", "")): (Role.TEAM, team) for team in TeamFunction},
    "lärare": (Role.TEACHER, None), "mentor": (Role.TEACHER, None),
    "specialpedagog": (Role.SPECIAL_TEACHER, None), "biträdanderektor": (Role.PRINCIPAL, None),
    "team": (Role.TEAM, TeamFunction.SOCIAL_TEAM), "elevhälsa": (Role.TEAM, TeamFunction.STUDENT_HEALTH),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a row says a duty holds, as it is written; what it does not say is empty."""

    municipality: str
    school_code: str
    school: str
    school_class: str


@dataclass(frozen=True)
class DutyRow:
    """One duty of one person. ``name`` None: the file does not say, and the person is known."""

    number: int
    username: str
    name: str | None
    role: Role
    team: TeamFunction | None
    place: Place
    years: Years | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class FaultyRow:
    """What else stands in a row that is no duty: it may be wrong too, and is told of at the same time.
    ``username`` None: nobody can say whose row it is."""

    number: int
    username: str | None
    name: str | None
    place: Place


@dataclass
class DutyReader:
    """Rows of cells to duties, with every fault by row and column. ``roles``: those that may be given."""

    table: Table
    layout: Layout
    today: date
    roles: Collection[Role]
    problems: list[Problem] = field(default_factory=list)
    faulty: list[FaultyRow] = field(default_factory=list)

    @classmethod
    def of(cls, table: Table, today: date, roles: Collection[Role]) -> "DutyReader":
        return cls(table, lay_out(table.header, COLUMNS), today, roles)

    def read(self) -> list[DutyRow]:
        needed = (("username",), ("role",), ("starts_on",))
        faults = self.layout.problems + missing(self.layout, COLUMNS, *needed)
        self.problems = self.table.problems + faults
        if faults:  # without columns no cell can be trusted to be what it seems
            return []
        return [one for row in self.table.rows if (one := self._row(row))]

    def tell(self, row: int, key: str, fault: CellFault) -> None:
        column = self.layout.called(key) if key in self.layout.places else NAMES[key]
        self.problems.append(Problem(row, column, fault.reason, fault.remedy))

    def _row(self, row: Row) -> DutyRow | None:
        told = len(self.problems)
        username = self._read(row, "username", _username, needs=True)
        function = self._read(row, "role", self._function, needs=True)
        starts_on = self._read(row, "starts_on", self._day, needs=True)
        ends_on = self._read(row, "ends_on", self._day)
        name = self._read(row, "name", _name)
        if starts_on and ends_on and ends_on < starts_on:
            self.tell(row.number, "ends_on", CellFault("sista dagen är före den första", "Rätta dagarna"))
        years = self._years(row, function, starts_on)
        keys = ("municipality", "school_code", "school", "school_class")
        place = Place(*(self._text(row, key) for key in keys))
        if len(self.problems) > told or username is None or function is None or starts_on is None:
            is_somebody = name or not self._text(row, "name")
            self.faulty.append(FaultyRow(row.number, username if is_somebody else None, name, place))
            return None
        return DutyRow(row.number, username, name, *function, place, years, starts_on, ends_on)

    def _text(self, row: Row, key: str) -> str:
        place = self.layout.places.get(key)
        return "" if place is None else row.cells[place]

    def _read(
        self, row: Row, key: str, reader: Callable[[str], Value], *, needs: bool = False
    ) -> Value | None:
        text = self._text(row, key)
        try:
            if not text and needs:
                raise CellFault(f"{NAMES[key]} saknas", "Fyll i cellen")
            return reader(text) if text else None
        except CellFault as fault:
            self.tell(row.number, key, fault)
            return None

    def _function(self, text: str) -> Function:
        found = FUNCTIONS.get(folded(text).replace("_", "").replace("-", ""))
        if found is None:
            roles = [word for role, word in ROLE_WORDS.items() if role in self.roles]
            words = ", ".join(dict.fromkeys([*roles, *TEAM_WORDS.values()]))
            raise CellFault(f"rollen ”{shown(text)}” finns inte", f"Skriv någon av: {words}")
        role, team = found
        return role, (team or TeamFunction.SOCIAL_TEAM) if role is Role.TEAM else None

    def _day(self, text: str) -> date:
        day = cells.day(text, date.max)
        if abs(day.year - self.today.year) > FARTHEST_YEARS:
            raise CellFault(f"datumet {day} ligger för långt bort", "Rätta datumet")
        return day

    def _years(self, row: Row, function: Function | None, starts_on: date | None) -> Years | None:
        text = self._text(row, "years")
        if not text or function is None or starts_on is None:
            return None
        if function[0] is Role.TEACHER:  # a list of classes often says the year of each
            return None
        try:
            years = find_years(text, starts_on)
            if fault := years_fault(function[0], years):
                raise Refused(fault)
        except Refused as refused:
            fault_there = CellFault(refused.reasons[0].rstrip("."), "Rätta cellen eller lämna den tom")
            self.tell(row.number, "years", fault_there)
            return None
        return years


def _name(text: str) -> str:
    """A person's name in natural order."""
    kept = cells.persons_name(text)
    return " ".join(cells.whole_name(kept)) if "," in kept else kept


def _username(text: str) -> str:
    kept = as_username(text)
    if not USERNAME.fullmatch(kept):
        raise CellFault(
            f"”{shown(text)}” kan inte vara ett användarnamn",
            "Skriv 2 till 100 tecken: små bokstäver, siffror, punkt, bindestreck, _ eller @",
        )
    return kept
