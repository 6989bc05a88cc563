"""Who moves up: a school's classes by year, where each part goes next, and those who do otherwise."""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from assessments import calendar
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.new_year.naming import LAST_YEAR, following, suggested
from assessments.refusals import Refused
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass


class Going(enum.StrEnum):
    """What a pupil does when the others move up."""

    ALONG = "along"
    REPEATS = "repeats"
    LEAVES = "leaves"


class Otherwise(NamedTuple):
    """A pupil who does not go where the others go. ``class_name``: "" where the part's own holds."""

    going: Going
    class_name: str


class PartKey(NamedTuple):
    """Pupils of one class and grade index."""

    class_id: int
    year: int

    @property
    def code(self) -> str:
        """What forms call it: ``12-1``."""
        return f"{self.class_id}-{self.year}"


@dataclass(frozen=True)
class Member:
    enrolment_id: int
    pupil_id: int
    name: str
    is_protected: bool


@dataclass(frozen=True)
class Part:
    """``pupils`` in alphabetical order; a page shows those who are open, the others follow their class."""

    key: PartKey
    class_name: str
    suggested: str  # "" where they leave
    pupils: tuple[Member, ...]

    @property
    def shown(self) -> tuple[Member, ...]:
        return tuple(one for one in self.pupils if not one.is_protected)


@dataclass(frozen=True)
class Choices:
    """What the administrator has decided: the class of each part, who does otherwise, and the parts whose
    teachers go along."""

    names: Mapping[PartKey, str] = field(default_factory=dict)
    otherwise: Mapping[int, Otherwise] = field(default_factory=dict)
    teachers: frozenset[PartKey] = frozenset()


@dataclass(frozen=True)
class Step:
    """One pupil's way into the new academic year. ``class_name`` None: the pupil leaves the school."""

    pupil: Member
    class_name: str | None
    year: int


def years_to_leave(school: School) -> list[str]:
    """The academic years that somebody at the school has not moved up from: this one, perhaps the last."""
    this = calendar.academic_year_on(today())
    last = calendar.academic_year_on(calendar.first_day(this).replace(month=7, day=1))
    return [year for year in (last, this) if _rows(school, year)]


def parts(school: School, academic_year: str) -> list[Part]:
    """The classes of the academic year by grade index, with those who went in them to its last day and go in
    no other class after it. Two queries."""
    rows = _rows(school, academic_year)
    years: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        years[row.name].add(row.year)
    found = []
    order = sorted(
        rows, key=lambda row: (min(years[row.name]), swedish_key(row.name), row.class_id, row.year)
    )
    for (name, class_id, year), group in groupby(order, key=lambda row: (row.name, row.class_id, row.year)):
        members = sorted(
            (Member(row.id, row.Pupil.id, row.Pupil.name, row.Pupil.is_protected) for row in group),
            key=lambda one: swedish_key(one.name),
        )
        goes = suggested(name, year, academic_year, years)
        found.append(Part(PartKey(class_id, year), name, goes, tuple(members)))
    return found


def with_teachers(found: Sequence[Part]) -> set[PartKey]:
    """The parts whose teachers are suggested to go along: whole classes, and who stays in a mixed one."""
    keys = {part.key for part in found}
    sizes = Counter(key.class_id for key in keys)
    return {
        part.key
        for part in found
        if part.suggested
        and (sizes[part.key.class_id] == 1 or PartKey(part.key.class_id, part.key.year + 1) in keys)
    }


def classes_of(found: Iterable[Part]) -> Sequence[SchoolClass]:
    """The classes that the parts are of. One query."""
    ids = {part.key.class_id for part in found}
    return db.session.scalars(sa.select(SchoolClass).where(SchoolClass.id.in_(ids))).all()


def _rows(school: School, academic_year: str) -> Sequence[sa.Row[int, str, int, int, Pupil]]:
    ends = calendar.last_day(academic_year)
    later = sa.select(Enrolment.pupil_id).where(Enrolment.starts_on > ends)
    asked = (
        sa.select(Enrolment.id, SchoolClass.name, SchoolClass.id.label("class_id"), Enrolment.year, Pupil)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(
            SchoolClass.school_id == school.id,
            SchoolClass.academic_year == academic_year,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > ends),
            Enrolment.pupil_id.not_in(later),
        )
    )
    return db.session.execute(asked).all()


def steps(found: Iterable[Part], choices: Choices) -> list[Step]:
    """Every pupil's way. Raises Refused with every reason: a name that is no class's, a year above nine, a
    pupil who repeats a year in no class."""
    made, reasons = [], dict[str, None]()
    for part in found:
        name = choices.names.get(part.key, part.suggested)
        for pupil in part.pupils:
            told = choices.otherwise.get(pupil.pupil_id, Otherwise(Going.ALONG, ""))
            try:
                made.append(_step(part, pupil, told, name))
            except Refused as refused:
                reasons.update(dict.fromkeys(refused.reasons))
    if reasons:
        raise Refused(list(reasons))
    return made


def _step(part: Part, pupil: Member, told: Otherwise, name: str) -> Step:
    who = f"{'En elev' if pupil.is_protected else pupil.name} i {part.class_name}"
    repeats = told.going is Going.REPEATS
    chosen = told.class_name.strip() or ("" if repeats else name.strip())
    if told.going is Going.LEAVES or (not chosen and not repeats):
        return Step(pupil, None, part.key.year)
    if not chosen:
        raise Refused(f"{who} går om: skriv vilken klass det blir.")
    year = part.key.year + (not repeats)
    if year > LAST_YEAR:
        raise Refused(f"{part.class_name}: efter årskurs {LAST_YEAR} finns ingen klass. Lämna rutan tom.")
    try:
        return Step(pupil, cells.class_name(chosen), year)
    except CellFault as fault:
        raise Refused(f"{chosen}: {fault.reason}.") from fault


@dataclass(frozen=True)
class NewClass:
    """What a class of the new academic year will be."""

    name: str
    years: tuple[int, ...]
    pupils: int
    comes_from: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What the steps make: the classes, who repeats or changes class, and who leaves; open pupils only."""

    classes: tuple[NewClass, ...]
    leaving: tuple[tuple[str, int], ...]  # by class: how many
    single: tuple[tuple[str, str, str], ...]  # pupil, former class, what happens


def outcome(found: Iterable[Part], made: Iterable[Step], choices: Choices) -> Outcome:
    """The steps as a person looks them over."""
    home = {pupil.pupil_id: part for part in found for pupil in part.shown}
    classes: dict[str, list[Step]] = defaultdict(list)
    leaving: dict[str, int] = defaultdict(int)
    single = []
    for step in made:
        part = home.get(step.pupil.pupil_id)
        if part is None:
            continue
        if step.class_name is None:
            leaving[part.class_name] += 1
        else:
            classes[step.class_name].append(step)
        if step.pupil.pupil_id in choices.otherwise:
            single.append((step.pupil.name, part.class_name, _words(step, choices)))
    return Outcome(
        tuple(
            NewClass(
                name,
                tuple(sorted({step.year for step in into})),
                len(into),
                tuple(sorted({home[step.pupil.pupil_id].class_name for step in into}, key=swedish_key)),
            )
            for name, into in sorted(classes.items(), key=lambda one: swedish_key(one[0]))
        ),
        tuple(sorted(leaving.items(), key=lambda one: swedish_key(one[0]))),
        tuple(sorted(single, key=lambda one: swedish_key(one[0]))),
    )


def _words(step: Step, choices: Choices) -> str:
    if step.class_name is None:
        return "slutar på skolan"
    repeats = choices.otherwise[step.pupil.pupil_id].going is Going.REPEATS
    return f"går om i {step.class_name}" if repeats else f"går i {step.class_name}"


def begins_on(academic_year: str) -> date:
    """The first day of the academic year after this one."""
    return calendar.first_day(following(academic_year))
