"""What is known before a support period starts: whom it may be for, who can lead it, what can be followed."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.access.permissions import Permission, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass
from assessments.words import capitalize_first, function_words
from screening.models import ReadingGroup, ReadingGroupMember, ReadingGroupSet
from screening.support.functions import LEADING, Function

USUAL_MEASURE = "ord_per_minut"  # repeated oftenest


@dataclass(frozen=True)
class Place:
    """Where a pupil goes today: the latest class."""

    class_id: int
    class_name: str
    school_id: int
    school_name: str


def place_of(pupil: Pupil) -> Place | None:
    """Today's class, or the coming one."""
    row = db.session.execute(
        sa.select(SchoolClass.id, SchoolClass.name, School.id, School.name)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .join(School, School.id == SchoolClass.school_id)
        .where(
            Enrolment.pupil_id == pupil.id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    ).first()
    return Place(*row) if row else None


def groupmates(pupil: Pupil) -> tuple[str | None, list[Pupil]]:
    """The name of the pupil's reading group as it was saved last, and the others in it whose support the
    signed-in person may plan."""
    group = db.session.execute(
        sa.select(ReadingGroup.id, ReadingGroup.name)
        .join(ReadingGroupMember, ReadingGroupMember.reading_group_id == ReadingGroup.id)
        .join(ReadingGroupSet, ReadingGroupSet.id == ReadingGroup.reading_group_set_id)
        .where(ReadingGroupMember.pupil_id == pupil.id)
        .order_by(ReadingGroupSet.saved_on.desc(), ReadingGroupSet.id.desc())
        .limit(1)
    ).first()
    if group is None:
        return None, []
    others = sa.select(ReadingGroupMember.pupil_id).where(
        ReadingGroupMember.reading_group_id == group.id, ReadingGroupMember.pupil_id != pupil.id
    )
    mates = db.session.scalars(pupils_open_to(Permission.PLAN_SUPPORT).where(Pupil.id.in_(others)))
    return group.name, sorted(mates, key=lambda one: swedish_key(one.name))


def functions_at(place: Place | None) -> dict[str, str]:
    """The functions that can lead support of a pupil there, by code, the special teacher's first."""
    if place is None:
        return {}
    here = sa.or_(
        sa.and_(Duty.role == Role.SPECIAL_TEACHER, Duty.school_id == place.school_id),
        sa.and_(Duty.role == Role.TEACHER, Duty.school_class_id == place.class_id),
    )
    in_force = sa.and_(Duty.starts_on <= today(), sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= today()))
    roles = set(db.session.scalars(sa.select(Duty.role).where(here, in_force)))
    found = {}
    for role in LEADING:
        if role in roles:
            is_class = role is Role.TEACHER
            function = Function(role, place.class_id if is_class else place.school_id)
            words = function_words(role, place.class_name if is_class else None, place.school_name, None)
            found[function.code] = capitalize_first(words)
    return found


def function_words_of(functions: Collection[Function]) -> dict[Function, str]:
    """What each function is called: two queries."""
    schools = {one.place_id for one in functions if one.role is not Role.TEACHER}
    classes = {one.place_id for one in functions if one.role is Role.TEACHER}
    names = dict(db.session.execute(sa.select(School.id, School.name).where(School.id.in_(schools))).all())
    rows = db.session.execute(
        sa.select(SchoolClass.id, SchoolClass.name, School.name)
        .join(School, School.id == SchoolClass.school_id)
        .where(SchoolClass.id.in_(classes))
    )
    in_class = {row[0]: (row[1], row[2]) for row in rows}
    return {
        one: capitalize_first(
            function_words(one.role, *in_class[one.place_id], None)
            if one.role is Role.TEACHER
            else function_words(one.role, None, names[one.place_id], None)
        )
        for one in functions
    }


def measures_to_follow() -> dict[str, str]:
    """The measures that a line can be drawn of: numbers, not words."""
    known = [one for one in measures().values() if not one.labels]
    usual_first = sorted(known, key=lambda one: one.code != USUAL_MEASURE)
    return {one.code: f"{one.name} ({one.unit})" for one in usual_first}
