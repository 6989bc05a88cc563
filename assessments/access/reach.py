"""What duties reach: every page asks several times, so a statement is built once for the same duties."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.access.governed import takes_part
from assessments.access.persons import Held
from assessments.roster.models import (
    Duty,
    Enrolment,
    Municipality,
    Pupil,
    Role,
    School,
    SchoolClass,
    StaffMember,
)
from assessments.roster.narrowing import NARROWED

_Former = aliased(StaffMember)
once_a_reach = functools.lru_cache(maxsize=500)  # the people of an hour, each with the few reaches of a role


def is_disposed(staff_member_id: Any) -> sa.ColumnElement[bool]:
    """Former staff without a name: nobody looks after their accounts and duties any more. Asked of each by
    the key: a list of all who have left grows with the initiative."""
    return sa.exists().where(_Former.id == staff_member_id, _Former.disposed_at.is_not(None))


@dataclass(frozen=True)
class Reach:
    """Where duties hold, by ids. Equal for equal duties.

    ``years``: (school, first year, last year) of duties for some years of a school. They reach whole classes,
    those where somebody goes in one of the years: a mixed class is one class, on every page.
    """

    classes: tuple[int, ...]
    schools: tuple[int, ...]
    municipalities: tuple[int, ...]
    is_everywhere: bool  # the whole initiative
    years: tuple[tuple[int, int, int], ...] = ()

    @classmethod
    def of(cls, duties: Sequence[Held]) -> Self:
        return cls(
            classes=tuple(duty.school_class_id for duty in duties if duty.school_class_id is not None),
            schools=tuple(
                duty.school_id for duty in duties if duty.school_id is not None and duty.first_year is None
            ),
            municipalities=tuple(duty.municipality_id for duty in duties if duty.municipality_id is not None),
            is_everywhere=any(
                duty.role is Role.COORDINATOR and duty.municipality_id is None for duty in duties
            ),
            years=tuple(
                (duty.school_id, duty.first_year, duty.last_year)
                for duty in duties
                if duty.school_id is not None and duty.first_year is not None and duty.last_year is not None
            ),
        )


@once_a_reach
def municipalities_within(reach: Reach, day: date) -> sa.Select[Municipality]:
    """The municipalities, each for the whole of it. The initiative's are those that take part on the day."""
    here: sa.ColumnElement[bool] = Municipality.id.in_(reach.municipalities)
    if reach.is_everywhere:
        here = sa.or_(here, takes_part(Municipality.id, day))
    return sa.select(Municipality).where(here)


@once_a_reach
def schools_within(reach: Reach) -> sa.Select[School]:
    """The schools, each for the whole of it."""
    return sa.select(School).where(_school_in_scope(reach, School.id))


@once_a_reach
def classes_within(reach: Reach) -> sa.Select[SchoolClass]:
    """The classes, of any academic year."""
    return sa.select(SchoolClass).join(School).where(_class_in_scope(reach))


def duties_in(municipality: Municipality) -> sa.Select[int]:
    """Ids of the duties that hold in the municipality, or did."""
    schools = sa.select(School.id).where(School.municipality_id == municipality.id)
    classes = sa.select(SchoolClass.id).where(SchoolClass.school_id.in_(schools))
    return sa.select(Duty.id).where(
        sa.or_(
            Duty.municipality_id == municipality.id,
            Duty.school_id.in_(schools),
            Duty.school_class_id.in_(classes),
        )
    )


@once_a_reach
def pupils_within(reach: Reach, meets: Reach, day: date, is_use: bool) -> sa.Select[Pupil]:
    """The pupils enrolled on the day, or later; with protected identity only where ``meets`` reaches. None
    whose record may not be used, where it is for use (``is_use``)."""
    enrolled = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id == Pupil.id, *_goes_in_scope(reach, meets, day, is_use))
    )
    return sa.select(Pupil).where(enrolled.correlate(Pupil).exists())


@once_a_reach
def pupil_ids_within(reach: Reach, meets: Reach, day: date, is_use: bool) -> sa.Select[int]:
    """The same pupils by id, some of them twice: for lists, found class by class and not pupil by pupil."""
    return (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .join(Pupil, Enrolment.pupil_id == Pupil.id)
        .where(*_goes_in_scope(reach, meets, day, is_use))
        .correlate(None)
    )


@once_a_reach
def one_of(open_to: sa.Select[Any], model: Any) -> sa.Select[Any]:
    """The row with an ``id``, if it is among those that are open."""
    return open_to.where(model.id == sa.bindparam("id"))


def _goes_in_scope(reach: Reach, meets: Reach, day: date, is_use: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on an enrolment, its class and its pupil."""
    here = _class_in_scope(reach)
    if meets != reach:
        here = sa.or_(_class_in_scope(meets), sa.and_(here, ~Pupil.is_protected))
    of_use = [Enrolment.pupil_id.not_in(NARROWED)] if is_use else []
    return sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day), here, *of_use


def _school_in_scope(reach: Reach, school_id: Any) -> sa.ColumnElement[bool]:
    """Only what the duties name, by one column: there is an index to find each by, and for none too. A plain
    "never" among the ways would make SQLite go through every row."""
    schools = sa.select(School.id).where(School.municipality_id.in_(reach.municipalities)).correlate(None)
    ways = ((reach.schools, school_id.in_(reach.schools)), (reach.municipalities, school_id.in_(schools)))
    found = [way for named, way in ways if named]
    return sa.or_(*found) if found else school_id.in_(())


def _class_in_scope(reach: Reach) -> sa.ColumnElement[bool]:
    ways = [_with_years(*one) for one in reach.years]
    if reach.schools or reach.municipalities or not (reach.classes or ways):
        ways.append(_school_in_scope(reach, SchoolClass.school_id))
    return sa.or_(SchoolClass.id.in_(reach.classes), *ways) if reach.classes else sa.or_(*ways)


def _with_years(school_id: int, first: int, last: int) -> sa.ColumnElement[bool]:
    """The school's classes where somebody goes, or went, in one of the years."""
    one = aliased(Enrolment)
    goes = sa.exists().where(one.school_class_id == SchoolClass.id, one.year.between(first, last))
    return sa.and_(SchoolClass.school_id == school_id, goes.correlate(SchoolClass))
