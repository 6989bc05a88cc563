"""What a file of duties would change: people who are new, duties given, and last days that are moved."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assessments.access.duties import Scope
from assessments.access.models import Account
from assessments.access.staff_files.held import (
    Key,
    accounts_named,
    function_of,
    held_by,
    key_of,
    municipality_id,
    overlap,
)
from assessments.access.staff_files.places import PlaceFault, StaffPlaces
from assessments.access.staff_files.rows import COLUMNS, DutyReader, DutyRow, FaultyRow
from assessments.clock import today
from assessments.roster.models import Duty, Role
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, Problem, in_order
from assessments.words import during

Value = TypeVar("Value")


@dataclass(frozen=True)
class NewPerson:
    row: int
    username: str
    name: str
    municipality_id: int | None


@dataclass(frozen=True)
class NewDuty:
    row: DutyRow
    who: str
    function: str
    scope: Scope


@dataclass(frozen=True)
class NewEnd:
    """A duty that is known, and whose last day becomes another."""

    row: DutyRow
    who: str
    function: str
    duty: Duty


@dataclass
class StaffPlan:
    """Everything a file would change. ``problems`` stop it; ``notes`` are told."""

    rows: int = 0
    people: list[NewPerson] = field(default_factory=list)
    given: list[NewDuty] = field(default_factory=list)
    ends: list[NewEnd] = field(default_factory=list)
    known: dict[str, Account] = field(default_factory=dict)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        return bool(self.people or self.given or self.ends)

    def fingerprint(self) -> str:
        """The same for two plans that would do the same: what was previewed is what is confirmed."""
        parts = [
            *(f"{one.username}:{one.name}" for one in self.people),
            *(f"{one.row}:{one.who}:{one.function}" for one in self.given),
            *(f"{one.row}:{one.duty.id}:{one.duty.ends_on}" for one in self.ends),
        ]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def plan_duties(
    name: str,
    content: bytes,
    limits: Limits,
    within: Collection[int] | None,
    roles: Collection[Role] = tuple(Role),
) -> StaffPlan:
    """What the file would change; changes nothing itself.

    ``within``: ids of the municipalities that may be spoken of (a page); None: all (the command line).
    ``roles``: those that may be given. Raises UnreadableFile where there is no table to plan with.
    """
    table = read_table(name, content, limits, COLUMNS)
    reader = DutyReader.of(table, today(), roles)
    plan = StaffPlan(len(table.rows), notes=list(table.notes))
    rows = reader.read()
    _Planner(reader, plan, within).fill(rows)
    if reader.layout.unused:
        plan.notes.append(f"Kolumner som inte används: {', '.join(reader.layout.unused)}.")
    plan.problems = in_order(reader.problems, table)
    return plan


@dataclass
class _Planner:
    reader: DutyReader
    plan: StaffPlan
    within: Collection[int] | None
    held: dict[Key, list[Duty]] = field(default_factory=dict)
    met: dict[Key, list[DutyRow]] = field(default_factory=lambda: defaultdict(list))
    new: dict[str, NewPerson] = field(default_factory=dict)

    def fill(self, rows: Sequence[DutyRow]) -> None:
        """Eight queries or so, whatever the size of the file."""
        places = StaffPlaces.of(rows, self.within)
        every: list[DutyRow | FaultyRow] = [*rows, *self.reader.faulty]
        named = {row.username for row in every if row.username}
        self.plan.known = {one.username: one for one in accounts_named(named)}
        self.held = held_by(self.plan.known.values())
        for row in sorted(every, key=lambda one: one.number):
            self._fill_one(row, places)
        self.plan.people = list(self.new.values())

    def _fill_one(self, row: DutyRow | FaultyRow, places: StaffPlaces) -> None:
        """Each thing by itself: who puts one right sees at once what else there is."""
        before = len(self.reader.problems)
        if isinstance(row, FaultyRow):
            self._try(row, lambda: places.look_up(row.place))
            self._try(row, lambda: self._meet(row, None))
            return
        self._try(row, lambda: self._check_role(row))
        scope = self._try(row, lambda: places.find(row))
        self._try(row, lambda: self._meet(row, scope))
        if len(self.reader.problems) == before:
            self._try(row, lambda: self._compare(row, scope))

    def _try(self, row: DutyRow | FaultyRow, check: Callable[[], Value]) -> Value | None:
        try:
            return check()
        except PlaceFault as fault:
            self.reader.tell(row.number, fault.key, fault)
            return None

    def _check_role(self, row: DutyRow) -> None:
        if row.role not in self.reader.roles:
            remedy = f"Ta bort raden och be om kommandot lasspar staff add … --role {row.role.value}"
            raise PlaceFault("role", "den rollen ges av den som sköter servern", remedy)

    def _meet(self, row: DutyRow | FaultyRow, scope: Scope) -> None:
        """Whose duty it is: somebody known within reach, or somebody new with a name."""
        if row.username is None:
            return
        account = self.plan.known.get(row.username)
        if account is not None:
            if self.within is not None and account.municipality_id not in self.within:
                raise PlaceFault("username", f"användarnamnet {row.username} är upptaget", "Välj ett annat")
            if row.name and row.name != account.staff_member.name:
                said = f"{row.username} heter {account.staff_member.name} här; namnet i filen används inte."
                self.plan.notes += [said] if said not in self.plan.notes else []
            return
        earlier = self.new.get(row.username)
        if earlier is None and not row.name:
            reason = f"användarnamnet {row.username} är nytt, men namnet saknas"
            raise PlaceFault("name", reason, "Skriv personens namn")
        if earlier is None:
            where = municipality_id(scope)
            self.new[row.username] = NewPerson(row.number, row.username, row.name or "", where)
        elif row.name and row.name != earlier.name:
            reason = f"{row.username} heter {earlier.name} på rad {earlier.row}"
            raise PlaceFault("name", reason, "Rätta den ena raden")

    def _compare(self, row: DutyRow, scope: Scope) -> None:
        """Known, new, or with another last day; never two of one kind at the same time."""
        key = key_of(row, scope)
        for other in self.met[key]:
            if overlap(row, other):
                reason = f"samma uppdrag står redan på rad {other.number}"
                raise PlaceFault("starts_on", reason, "Ta bort den ena raden")
        self.met[key].append(row)
        who, held = self._who(row), self.held.get(key, [])
        same = next((duty for duty in held if duty.starts_on == row.starts_on), None)
        for duty in held:
            if duty is not same and overlap(row, duty):
                reason = f"{who} har redan det uppdraget {during(duty)}"
                raise PlaceFault("starts_on", reason, "Rätta dagarna")
        if same is None:
            self.plan.given.append(NewDuty(row, who, function_of(row, scope), scope))
        elif same.ends_on != row.ends_on:
            self.plan.ends.append(NewEnd(row, who, function_of(row, scope), same))
        else:
            self.plan.unchanged += 1

    def _who(self, row: DutyRow) -> str:
        account = self.plan.known.get(row.username)
        return account.staff_member.name if account else self.new[row.username].name
