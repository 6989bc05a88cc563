"""Who moves up: a school's classes by year, where each part goes next, and those who do otherwise."""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from assessments import calendar
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.new_year.naming import LAST_YEAR, following, suggested
from assessments.refusals import Refused
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass
from assessments.roster.queries import sort_name


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
    """``pupils`` in the order of the class list; a page shows those who are open. The
    others follow their class."""

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


def to_move_up(schools: sa.Select[School]) -> list[tuple[str, School]]:
    """The schools where somebody whom a page shows is left in last year's classes; from June in this year's.
    One query."""
    this = calendar.academic_year_on(today())
    last = calendar.academic_year_on(calendar.first_day(this).replace(month=7, day=1))
    ends = calendar.last_day(this)
    years = [last, this] if today() >= ends.replace(month=6, day=1) else [last]
    waits = [
        _waiting(year).where(SchoolClass.school_id == School.id, ~Pupil.is_protected).exists()
        for year in years
    ]
    asked = schools.with_only_columns(School, *(one.label(f"waits_{n}") for n, one in enumerate(waits)))
    rows = sorted(db.session.execute(asked), key=lambda row: swedish_key(row.School.name))
    return [(year, row[0]) for n, year in enumerate(years) for row in rows if row[n + 1]]


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
        there = sorted(group, key=lambda row: (swedish_key(sort_name(row.Pupil)), row.Pupil.id))
        members = (Member(row.id, row.Pupil.id, row.Pupil.name, row.Pupil.is_protected) for row in there)
        goes = suggested(name, year, academic_year, years)
        found.append(Part(PartKey(class_id, year), name, goes, tuple(members)))
    return found


def with_teachers(found: Sequence[Part]) -> set[PartKey]:
    """The parts whose teachers are suggested to go along: whole classes, and who stays in a mixed one, which
    has its own teachers when a whole class goes on to it."""
    keys = {part.key for part in found}
    sizes = Counter(key.class_id for key in keys)
    stay = {part for part in found if PartKey(part.key.class_id, part.key.year + 1) in keys}
    mixed = {part.suggested for part in stay}
    whole = {part for part in found if sizes[part.key.class_id] == 1 and part.suggested not in mixed}
    return {part.key for part in stay | whole if part.suggested}


def teaching(found: Iterable[Part], academic_year: str) -> list[Duty]:
    """The duties of those who teach the parts' classes to the last day of the academic year. One query."""
    held = sa.select(Duty).where(
        Duty.role == Role.TEACHER,
        Duty.school_class_id.in_({part.key.class_id for part in found}),
        sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= calendar.last_day(academic_year)),
    )
    return list(db.session.scalars(held.options(joinedload(Duty.staff_member))))


def goes_to(found: Iterable[Part], choices: Choices) -> dict[PartKey, str]:
    """By part the class that was chosen for it, "" where they leave."""
    return {part.key: choices.names.get(part.key, part.suggested).strip() for part in found}


def one_spelling(school: School, academic_year: str, found: Sequence[Part], choices: Choices) -> Choices:
    """The choices with each class written in one way, for ``2 a`` is 2A: as the school has it in the next
    academic year, else as it is suggested, else as it comes first. One query."""
    there = sa.select(SchoolClass.name).filter_by(school_id=school.id, academic_year=following(academic_year))
    names, written = set(db.session.scalars(there)), dict[str, str]()
    typed = [
        *goes_to(found, choices).values(),
        *(one.class_name.strip() for one in choices.otherwise.values()),
    ]
    for name in (*sorted(names), *(part.suggested for part in found), *typed):
        written.setdefault(cells.folded(name), name)

    def spelt(name: str) -> str:
        return name if name in names else written[cells.folded(name)]

    return replace(
        choices,
        names={key: spelt(name) for key, name in goes_to(found, choices).items()},
        otherwise={
            pupil_id: told._replace(class_name=spelt(told.class_name.strip()))
            for pupil_id, told in choices.otherwise.items()
        },
    )


def classes_of(found: Iterable[Part]) -> Sequence[SchoolClass]:
    """The classes that the parts are of. One query."""
    ids = {part.key.class_id for part in found}
    return db.session.scalars(sa.select(SchoolClass).where(SchoolClass.id.in_(ids))).all()


def _rows(school: School, academic_year: str) -> Sequence[sa.Row[int, str, int, int, Pupil]]:
    asked = _waiting(academic_year).where(SchoolClass.school_id == school.id)
    return db.session.execute(asked).all()


def _waiting(academic_year: str) -> sa.Select[int, str, int, int, Pupil]:
    """Whoever goes in a class to the last day of the year, and in no other class after it."""
    ends = calendar.last_day(academic_year)
    next_time = aliased(Enrolment)
    later = sa.select(next_time.id).where(
        next_time.pupil_id == Enrolment.pupil_id, next_time.starts_on > ends
    )
    return (
        sa.select(Enrolment.id, SchoolClass.name, SchoolClass.id.label("class_id"), Enrolment.year, Pupil)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(
            SchoolClass.academic_year == academic_year,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > ends),
            ~later.exists(),
        )
    )


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


def begins_on(academic_year: str) -> date:
    """The first day of the academic year after this one."""
    return calendar.first_day(following(academic_year))
