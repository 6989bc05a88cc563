"""Schools, classes and pupils as lists. Who may be listed is decided by the caller, as a question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.calendar import year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.among import is_among
from assessments.roster.models import Curriculum, Enrolment, Pupil, School, SchoolClass, SchoolForm
from assessments.roster.narrowing import NARROWED, NOTE


@dataclass(frozen=True)
class SchoolRow:
    id: int
    name: str
    code: str | None
    municipality_id: int
    classes: int
    pupils: int


def schools(
    open_schools: sa.Select[School], open_pupils: sa.Select[Pupil], day: date, year: str
) -> list[SchoolRow]:
    """The schools, with how many classes they have in the academic year and how many pupils on the day."""
    found = db.session.scalars(open_schools).all()
    ids = [school.id for school in found]
    classes = _counted(
        sa.select(SchoolClass.school_id, sa.func.count()).where(SchoolClass.academic_year == year),
        SchoolClass.school_id,
        ids,
    )
    pupils = _counted(
        sa.select(SchoolClass.school_id, sa.func.count(Enrolment.pupil_id.distinct()))
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(_holds(day), is_among(Enrolment.pupil_id, open_pupils)),
        SchoolClass.school_id,
        ids,
    )
    rows = [
        SchoolRow(
            one.id, one.name, one.code, one.municipality_id, classes.get(one.id, 0), pupils.get(one.id, 0)
        )
        for one in found
    ]
    return sorted(rows, key=lambda row: swedish_key(row.name))


@dataclass(frozen=True)
class ClassLine:
    id: int
    name: str
    years: str
    pupils: int


def classes(school: School, academic_year: str, open_pupils: sa.Select[Pupil], day: date) -> list[ClassLine]:
    """The school's classes of an academic year; the day is moved to the nearest one of that year."""
    found = db.session.scalars(
        sa.select(SchoolClass).filter_by(school_id=school.id, academic_year=academic_year)
    ).all()
    rows = db.session.execute(
        sa.select(Enrolment.school_class_id, Enrolment.year, sa.func.count())
        .where(
            Enrolment.school_class_id.in_([one.id for one in found]),
            _holds(day),
            is_among(Enrolment.pupil_id, open_pupils),
        )
        .group_by(Enrolment.school_class_id, Enrolment.year)
        .order_by(Enrolment.year)
    ).all()
    lines = []
    for one in found:
        mine = [(year, count) for class_id, year, count in rows if class_id == one.id]
        years = ", ".join(year_label(year, academic_year) for year, _ in mine)
        lines.append(ClassLine(one.id, one.name, years, sum(count for _, count in mine)))
    return sorted(lines, key=lambda line: swedish_key(line.name))


def academic_years(school_ids: Collection[int]) -> list[str]:
    """The academic years these schools have classes in, latest first."""
    years = sa.select(SchoolClass.academic_year).where(SchoolClass.school_id.in_(school_ids)).distinct()
    return sorted(db.session.scalars(years), reverse=True)


@dataclass(frozen=True)
class ClassMember:
    """A pupil in a class list. The name is the alias of a protected pupil."""

    pupil_id: int
    name: str
    code: str
    year: int
    year_label: str
    notes: list[str]  # what is unusual: sva, anpassad grundskola, begins or ends on a day to come
    starts_on: date
    ends_on: date | None
    is_narrowed: bool


def class_list(school_class: SchoolClass, open_pupils: sa.Select[Pupil], day: date) -> list[ClassMember]:
    """Who goes in the class on the day, or begins later; by family name. One query."""
    rows = db.session.execute(
        sa.select(Enrolment, Pupil, Pupil.id.in_(NARROWED))
        .join(Pupil, Enrolment.pupil_id == Pupil.id)
        .where(
            Enrolment.school_class_id == school_class.id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            is_among(Enrolment.pupil_id, open_pupils),
        )
    ).all()
    ordered = sorted(rows, key=lambda row: (swedish_key(sort_name(row[1])), row[1].id))
    return [_member(*row, school_class.academic_year, day) for row in ordered]


def sort_name(pupil: Pupil) -> str:
    """Lists go by family name; a protected pupil's is not given away by the place in the list."""
    return pupil.first_name if pupil.is_protected else f"{pupil.family_name} {pupil.first_name}"


def _member(
    enrolment: Enrolment, pupil: Pupil, is_narrowed: bool, academic_year: str, day: date
) -> ClassMember:
    notes = [NOTE] if is_narrowed else []
    if pupil.is_protected:
        notes.append("skyddade personuppgifter")
    if pupil.curriculum is Curriculum.SWEDISH_AS_SECOND_LANGUAGE:
        notes.append("sva")
    if pupil.school_form is SchoolForm.ANPASSAD:
        notes.append("anpassad grundskola")
    if enrolment.starts_on > day:
        notes.append(f"börjar {enrolment.starts_on}")
    if enrolment.ends_on is not None:
        notes.append(f"går till och med {enrolment.ends_on}")
    return ClassMember(
        pupil_id=pupil.id,
        name=pupil.name,
        code=pupil.code,
        year=enrolment.year,
        year_label=year_label(enrolment.year, academic_year),
        notes=notes,
        starts_on=enrolment.starts_on,
        ends_on=enrolment.ends_on,
        is_narrowed=is_narrowed,
    )


@dataclass(frozen=True)
class EnrolmentRow:
    id: int
    school: str
    class_name: str
    academic_year: str
    year: int
    year_label: str
    starts_on: date
    ends_on: date | None


def enrolments(pupil: Pupil) -> list[EnrolmentRow]:
    """Where the pupil has gone and goes, latest first."""
    rows = db.session.execute(
        sa.select(Enrolment, SchoolClass, School)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .join(School, SchoolClass.school_id == School.id)
        .where(Enrolment.pupil_id == pupil.id)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    ).all()
    return [
        EnrolmentRow(
            id=enrolment.id,
            school=school.name,
            class_name=school_class.name,
            academic_year=school_class.academic_year,
            year=enrolment.year,
            year_label=year_label(enrolment.year, school_class.academic_year),
            starts_on=enrolment.starts_on,
            ends_on=enrolment.ends_on,
        )
        for enrolment, school_class, school in rows
    ]


def number_narrowed(school_class: SchoolClass, day: date) -> int:
    """How many go in the class on the day whose record may not be used. One query."""
    there = Enrolment.school_class_id == school_class.id
    asked = sa.select(sa.func.count(Enrolment.pupil_id.distinct())).where(there, _holds(day))
    return db.session.scalar(asked.where(Enrolment.pupil_id.in_(NARROWED))) or 0


def latest_class(pupil: Pupil) -> SchoolClass:
    """The class the pupil goes in, or went in last."""
    return db.session.scalars(
        sa.select(SchoolClass)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id == pupil.id)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    ).one()


def _holds(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Enrolment.starts_on <= day, sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day))


def _counted(
    counting: sa.Select[int, int], by: sa.orm.InstrumentedAttribute[int], ids: Collection[int]
) -> dict[int, int]:
    rows = db.session.execute(counting.where(by.in_(ids)).group_by(by))
    return dict(rows.all())  # a Row is a tuple
