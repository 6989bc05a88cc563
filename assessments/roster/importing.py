"""What a class list would change: each row compared with what is known, set-wise, in a handful of queries."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.database import db
from assessments.database.turns import wait_for_turn
from assessments.roster.cells import CellFault
from assessments.roster.characters import shown
from assessments.roster.claims import Claims, NamedTwice
from assessments.roster.comparing import Standing, compare, current, is_somebody_else
from assessments.roster.header import ROSTER_COLUMNS
from assessments.roster.known_pupils import KnownPupils, name_key
from assessments.roster.models import QuarantineWord, RosterImport, School, SchoolClass
from assessments.roster.places import KnownClass, KnownSchool, PlaceFault, Places
from assessments.roster.plans import Departure, NewPupil, Quarantined, RosterPlan
from assessments.roster.renaming import renamings
from assessments.roster.rows import MarkedRow, RosterFile, RosterRow, column_called, read_rows
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, Problem, in_order
from assessments.roster.trace_models import RosterTrace

FARTHEST_YEARS = 20


def is_near(day: date) -> bool:
    """Whether a class list can take effect on the day: a date mistyped by a century cannot."""
    return abs(day.year - today().year) <= FARTHEST_YEARS


def plan_roster(
    name: str,
    content: bytes,
    limits: Limits,
    told: date | None,
    within: Collection[int] | None = None,
    renamed: Collection[int] = (),
) -> RosterPlan:
    """What the file would change from the day ``told``; changes nothing itself.

    Where no day is told, changes take effect today, but a class that is new in the academic year begins with
    it: otherwise nobody would have gone there in the windows that have closed since.
    ``within``: ids of the municipalities whose pupils may be taken in (a page); None: all (the command line).
    ``renamed``: ids of classes that a person says have another name now, among those the plan proposes.
    Raises UnreadableFile where there is no table to plan with. One class list at a time: what is planned
    holds until the transaction ends.
    """
    on = told or today()
    school_class = next(column for column in ROSTER_COLUMNS if column.key == "school_class")
    table = read_table(name, content, limits, ROSTER_COLUMNS, sheet_says=school_class)
    file = read_rows(table, on)
    digest, rows = hashlib.sha256(content).hexdigest(), len(file.rows) + len(file.marked)
    wait_for_turn(db.session.connection(), "roster")
    plan = RosterPlan(on, digest, shown(name, longest=100), rows)
    places = Places.of(academic_year_on(on), within)
    _Planner(file, plan, places, is_dated=told is not None, renamed=renamed).fill()
    plan.problems = in_order(file.problems, table)
    return plan


@dataclass(frozen=True)
class _Met:
    """A row with the class it names and the pupil it means, if we know one."""

    row: RosterRow
    school_class: KnownClass
    pupil: Any | None


@dataclass
class _Planner:
    file: RosterFile
    plan: RosterPlan
    places: Places
    is_dated: bool
    renamed: Collection[int]
    pupils: KnownPupils = field(default_factory=KnownPupils)

    def fill(self) -> None:
        """Places first, then the pupils of the municipalities met, then each row."""
        rows = sorted([*self.file.rows, *self.file.faulty], key=lambda row: row.number)
        placed = [(row, found) for row in rows if (found := self._placed(row))]
        marked = [(row, school) for row in self.file.marked if (school := self._school_of(row))]
        schools = dict.fromkeys([found.school for _, found in placed] + [found for _, found in marked])
        ids = {school.municipality.id for school in schools if school.municipality.id is not None}
        self.pupils = KnownPupils.of(ids, self.plan.effective_on, self.places.academic_year)
        faulty = {row.number for row in self.file.faulty}
        everyone = [one for one in self._met(placed) if one.row.number not in faulty]
        # No file says anything of a pupil whose identity is protected: what it names goes to quarantine.
        met = [one for one in everyone if not (one.pupil and one.pupil.is_protected)]
        self._find_renamings(met)
        self._compare(met, _class_names(ids))
        about_protected = [one for one in everyone if one.pupil and one.pupil.is_protected]
        self._set_aside(marked, about_protected)
        self._find_departures(met, marked)
        self._find_doubles(met)
        self._find_strangers(met)
        self._list_places(list(schools), [one.school_class for one in met])

    def _tell(self, row: int, key: str, fault: CellFault) -> None:
        column = column_called(self.file.layout, key)
        self.file.problems.append(Problem(row, column, fault.reason, fault.remedy))

    def _placed(self, row: RosterRow) -> KnownClass | None:
        try:
            return self.places.school_class(row.place)
        except PlaceFault as fault:
            self._tell(row.number, fault.key, fault)
            return None

    def _school_of(self, row: MarkedRow) -> KnownSchool | None:
        try:
            return self.places.school(row.place)
        except PlaceFault as fault:
            self._tell(row.number, fault.key, fault)
            return None

    def _met(self, placed: list[tuple[RosterRow, KnownClass]]) -> list[_Met]:
        met: list[_Met] = []
        claims = Claims()
        for row, school_class in placed:
            municipality = school_class.school.municipality
            try:
                pupil = self.pupils.find(municipality.id, row.code, row.personnummer)
                claims.claim(row, municipality, pupil)
            except CellFault as fault:
                self._tell(row.number, fault.key if isinstance(fault, NamedTwice) else "code", fault)
                continue
            met.append(_Met(row, school_class, pupil))
        return met

    def _find_renamings(self, met: list[_Met]) -> None:
        """Of those whom the file may name: protected pupils stay in their class, whatever it is called."""
        protected = {one.id for one in self.pupils.by_code.values() if one.is_protected}
        goes_in = {
            pupil_id: one.school_class_id
            for pupil_id, enrolments in self.pupils.enrolments.items()
            if pupil_id not in protected
            and (one := current(enrolments, self.plan.effective_on, self.places.academic_year))
        }
        stand = [(one.school_class, one.pupil and one.pupil.id) for one in met]
        self.plan.renamings = renamings(stand, goes_in, self.places.classes.values(), self.renamed)

    def _compare(self, met: list[_Met], class_names: dict[int, str]) -> None:
        for one in met:
            if one.row.ends_on and one.row.ends_on < self.plan.effective_on:
                self._has_left(one, one.row.ends_on)
                continue
            if one.pupil is None:
                self.plan.new.append(NewPupil(one.row, one.school_class, self._starts_on(one)))
                continue
            enrolments = self.pupils.enrolments.get(one.pupil.id, [])
            on, academic_year = self._starts_on(one), self.places.academic_year
            corrects = None if self.is_dated else self.plan.effective_on
            standing = Standing(one.pupil, enrolments, class_names, on, academic_year, corrects)
            change, move = compare(one.row, one.school_class, standing)
            self.plan.changed += [change] if change else []
            self.plan.moved += [move] if move else []
            leaves = not move and self._leaves(one, standing)
            self.plan.unchanged += not change and not move and not leaves

    def _has_left(self, one: _Met, last_day: date) -> None:
        """The file says that the pupil went in the class until a day that has passed: nothing else of it is
        news, and who went on elsewhere stays there."""
        enrolments = self.pupils.enrolments.get(one.pupil.id, []) if one.pupil else []
        standing = Standing(one.pupil, enrolments, {}, last_day, self.places.academic_year)
        if not (one.pupil and self._leaves(one, standing)):
            self.plan.unchanged += 1

    def _leaves(self, one: _Met, standing: Standing) -> bool:
        """Whether the row says another last day in the class than the one that is known."""
        current, last_day = standing.current, one.row.ends_on
        if last_day is None or current is None or current.ends_on == last_day:
            return False
        if current.school_class_id != one.school_class.id:
            return False
        told = (standing.who, str(one.school_class), standing.pupil.id, current.id, current.starts_on)
        self.plan.left.append(Departure(*told, last_day=last_day))
        return True

    def _starts_on(self, one: _Met) -> date:
        """The day the row takes effect for its pupil."""
        went_elsewhere = one.pupil is not None and one.pupil.id in self.pupils.placed
        if one.row.starts_on:
            left_on = self.pupils.placed.get(one.pupil.id) if one.pupil else None
            return max(one.row.starts_on, left_on + timedelta(days=1)) if left_on else one.row.starts_on
        if self.is_dated or one.school_class.id is not None or went_elsewhere:
            return self.plan.effective_on
        return first_day(self.places.academic_year)

    def _set_aside(self, marked: list[tuple[MarkedRow, KnownSchool]], about_protected: list[_Met]) -> None:
        """Rows that are not taken in, unless this very file has been taken in before."""
        aside = [self._marked(row, school) for row, school in marked]
        aside += [
            Quarantined(one.row.number, one.school_class.school, QuarantineWord.ABOUT_PROTECTED)
            for one in about_protected
        ]
        undone = sa.select(RosterTrace.roster_import_id).where(RosterTrace.undone_at.is_not(None))
        known = sa.select(RosterImport.id).where(
            RosterImport.file_digest == self.plan.digest, RosterImport.id.not_in(undone)
        )
        rows = sorted((one for one in aside if one), key=lambda one: one.row)
        self.plan.unchanged += len(aside) - len(rows)
        if rows and db.session.scalar(known.limit(1)) is not None:
            self.plan.aside = rows
        else:
            self.plan.quarantined = rows

    def _marked(self, row: MarkedRow, school: KnownSchool) -> Quarantined | None:
        """Nothing where the pupil is protected already: the file says what we know."""
        pupil = self._pupil_of(row, school)
        if pupil is None:
            return Quarantined(row.number, school)
        if pupil.is_protected:
            return None
        return Quarantined(row.number, school, QuarantineWord.ABOUT_KNOWN, pupil.id)

    def _pupil_of(self, row: MarkedRow, school: KnownSchool) -> Any | None:
        try:
            return self.pupils.find(school.municipality.id, row.code, row.personnummer)
        except CellFault:
            return None

    def _find_departures(self, met: list[_Met], marked: list[tuple[MarkedRow, KnownSchool]]) -> None:
        named = {one.pupil.id for one in met if one.pupil} | set(self._marked_ids(marked))
        classes = {one.school_class.id: str(one.school_class) for one in met}
        by_id = {pupil.id: pupil for pupil in self.pupils.by_code.values()}
        for pupil_id, enrolments in self.pupils.enrolments.items():
            pupil = by_id[pupil_id]
            if pupil_id in named or pupil.is_protected:
                continue
            who = Standing(pupil, enrolments, {}, self.plan.effective_on, "").who
            self.plan.left += [
                Departure(who, classes[one.school_class_id], pupil_id, one.id, one.starts_on)
                for one in enrolments
                if one.school_class_id in classes and one.ends_on is None
            ]

    def _marked_ids(self, marked: list[tuple[MarkedRow, KnownSchool]]) -> list[int]:
        """Pupils whose rows now carry a marking: left as they are, and surely not gone."""
        pupils = (self._pupil_of(row, school) for row, school in marked)
        return [pupil.id for pupil in pupils if pupil]

    def _find_doubles(self, met: list[_Met]) -> None:
        """Told, never refused: two pupils of one name at one school, and new pupils named as known ones."""
        first: dict[Any, int] = {}
        named = {one.pupil.id for one in met if one.pupil}
        doubles = []
        for one in met:
            key = one.school_class.school, name_key(one.row.first_name, one.row.family_name)
            earlier = first.setdefault(key, one.row.number)
            if earlier != one.row.number:
                doubles.append(
                    f"Rad {one.row.number} har samma namn som rad {earlier}, med ett annat elev-id."
                )
            if one.pupil is None:
                municipality = one.school_class.school.municipality.id
                alike = self.pupils.named(municipality, one.row.first_name, one.row.family_name)
                others = [pupil.code for pupil in alike if pupil.id not in named]
                doubles += [
                    f"Rad {one.row.number} är ny men heter som eleven med elev-id {code}." for code in others
                ]
        self.plan.doubles = doubles

    def _find_strangers(self, met: list[_Met]) -> None:
        """Told, never refused: a file in which one column was sorted gives pupils each other's names."""
        others = sum(bool(one.pupil and is_somebody_else(one.row, one.pupil)) for one in met)
        if others:
            self.file.notes.insert(
                0,
                f"Elever som får både ett annat förnamn och ett annat efternamn: {others}. "
                "Hör elev-id och namn ihop, eller har en kolumn sorterats för sig?",
            )

    def _list_places(self, schools: list[KnownSchool], classes: list[KnownClass]) -> None:
        plan = self.plan
        plan.municipalities = list(dict.fromkeys(school.municipality for school in schools))
        plan.new_municipalities = [one for one in plan.municipalities if one.id is None]
        plan.new_schools = [one for one in schools if one.id is None]
        plan.new_classes = [one for one in dict.fromkeys(classes) if one.id is None]
        plan.amended = self.places.amended
        plan.notes = [*self.file.notes, *self.places.notes]


def _class_names(municipalities: Collection[int]) -> dict[int, str]:
    """Every class there, of any year, as people call it."""
    rows = db.session.execute(
        sa.select(SchoolClass.id, SchoolClass.name, School.name.label("school"))
        .join(School, SchoolClass.school_id == School.id)
        .where(School.municipality_id.in_(municipalities))
    )
    return {row.id: f"{row.name}, {row.school}" for row in rows}
