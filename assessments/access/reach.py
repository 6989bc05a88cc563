"""What duties reach: every page asks several times, so a statement is built once for the same duties."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import sqlalchemy as sa

from assessments.access.persons import Held
from assessments.roster.models import Enrolment, Municipality, Pupil, Role, School, SchoolClass

once_a_reach = functools.lru_cache(maxsize=500)  # the people of an hour, each with the few reaches of a role


@dataclass(frozen=True)
class Reach:
    """Where duties hold, by ids. Equal for equal duties."""

    classes: tuple[int, ...]
    schools: tuple[int, ...]
    municipalities: tuple[int, ...]
    is_everywhere: bool  # the whole initiative

    @classmethod
    def of(cls, duties: Sequence[Held]) -> Self:
        return cls(
            classes=tuple(duty.school_class_id for duty in duties if duty.school_class_id is not None),
            schools=tuple(duty.school_id for duty in duties if duty.school_id is not None),
            municipalities=tuple(duty.municipality_id for duty in duties if duty.municipality_id is not None),
            is_everywhere=any(
                duty.role is Role.COORDINATOR and duty.municipality_id is None for duty in duties
            ),
        )


@once_a_reach
def municipalities_within(reach: Reach) -> sa.Select[Municipality]:
    """The municipalities, each for the whole of it."""
    here = sa.or_(sa.literal(reach.is_everywhere), Municipality.id.in_(reach.municipalities))
    return sa.select(Municipality).where(here)


@once_a_reach
def schools_within(reach: Reach) -> sa.Select[School]:
    """The schools, each for the whole of it."""
    return sa.select(School).where(_school_in_scope(reach))


@once_a_reach
def classes_within(reach: Reach) -> sa.Select[SchoolClass]:
    """The classes, of any academic year."""
    return sa.select(SchoolClass).join(School).where(_class_in_scope(reach))


@once_a_reach
def pupils_within(reach: Reach, meets: Reach, day: date) -> sa.Select[Pupil]:
    """The pupils enrolled on the day, or later; with protected identity only where ``meets`` reaches."""
    enrolled = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .join(School, SchoolClass.school_id == School.id)
        .where(
            Enrolment.pupil_id == Pupil.id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            sa.or_(_class_in_scope(meets), sa.and_(_class_in_scope(reach), ~Pupil.is_protected)),
        )
    )
    return sa.select(Pupil).where(enrolled.exists())


def _school_in_scope(reach: Reach) -> sa.ColumnElement[bool]:
    return sa.or_(School.id.in_(reach.schools), School.municipality_id.in_(reach.municipalities))


def _class_in_scope(reach: Reach) -> sa.ColumnElement[bool]:
    return sa.or_(SchoolClass.id.in_(reach.classes), _school_in_scope(reach))
