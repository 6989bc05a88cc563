"""Whom a person may hand over, and which handovers a person sees."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import g

from assessments.access.permissions import (
    FETCHES,
    Fetch,
    Permission,
    classes_open_to,
    duties_giving,
    pupils_open_to,
    schools_open_to,
)
from assessments.access.persons import Held
from assessments.clock import today
from assessments.roster.among import is_among
from assessments.roster.models import Enrolment, Pupil, Role, School, SchoolClass
from assessments.roster.narrowing import NARROWED
from screening.handovers.models import Handover, HandoverKind

P = Permission
LONGEST_AFTER = timedelta(days=400)  # a school year and the summer: then others have long known the pupil


def went_here(permission: Permission | None, among: Sequence[Held] | None = None) -> sa.Select[Any]:
    """The enrolments, now or lately, in classes where a duty gives the permission."""
    classes = classes_open_to(permission, among).with_only_columns(SchoolClass.id)
    return sa.select(Enrolment).where(
        Enrolment.school_class_id.in_(classes),
        Enrolment.pupil_id.not_in(NARROWED),
        Enrolment.starts_on <= today(),
        sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today() - LONGEST_AFTER),
    )


def leavers_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """The pupils who go, or lately went, in those classes; never one with protected identity."""
    ids = went_here(permission, among).with_only_columns(Enrolment.pupil_id)
    return sa.select(Pupil).where(Pupil.id.in_(ids), ~Pupil.is_protected)


def handovers_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """Those made from the classes of the person, and those made to the school of the person. That there is
    one is known to nobody else."""
    granting = permission or P.HAND_OVER
    return sa.select(Handover).where(
        sa.or_(made_here(granting, among), made_for_me(granting, among)), ~_is_about_protected()
    )


def _is_about_protected() -> sa.ColumnElement[bool]:
    return is_among(
        Handover.pupil_id, sa.select(Pupil).where(sa.or_(Pupil.is_protected, Pupil.id.in_(NARROWED)))
    )


def made_here(permission: Permission, among: Sequence[Held] | None = None) -> sa.ColumnElement[bool]:
    """From a class of the person's."""
    classes = classes_open_to(permission, among).with_only_columns(SchoolClass.id)
    return Handover.from_class_id.in_(classes)


def made_for_me(permission: Permission, among: Sequence[Held] | None = None) -> sa.ColumnElement[bool]:
    """To a school where the person works for all of it; to a teacher when the pupil goes in her class."""
    schools = schools_open_to(permission, among).with_only_columns(School.id)
    own_schools = classes_open_to(permission, among).with_only_columns(SchoolClass.school_id)
    pupils = pupils_open_to(permission, among)
    about = sa.or_(is_among(Handover.pupil_id, pupils), is_among(Handover.accepted_pupil_id, pupils))
    return sa.and_(
        Handover.taken_back_at.is_(None),
        sa.or_(Handover.to_school_id.in_(schools), sa.and_(Handover.to_school_id.in_(own_schools), about)),
    )


def to_receive(permission: Permission, among: Sequence[Held] | None = None) -> sa.ColumnElement[bool]:
    """Of those made for the person, whatever somebody else made, and her own where she follows the pupil as
    the teacher of the next class: the function that takes over is then hers, and nobody else's."""
    own = duties_giving(permission, roles={Role.TEACHER}, among=among)
    followed = (
        sa.select(Enrolment.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Enrolment.pupil_id == Handover.pupil_id,
            Enrolment.school_class_id != Handover.from_class_id,
            Enrolment.school_class_id.in_(classes_open_to(permission, own).with_only_columns(SchoolClass.id)),
            SchoolClass.school_id == Handover.to_school_id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .correlate(Handover)
    )
    by_others = Handover.account_id.is_distinct_from(g.account.id)
    return sa.and_(made_for_me(permission, among), sa.or_(by_others, followed.exists()))


def is_too_late() -> sa.ColumnElement[bool]:
    """Nobody can accept it: the pupil does not go at the school it was made to, and is not about to, but has
    left it for another since, or goes at a third one. Who comes back there can be received again."""

    def goes(at_school: sa.ColumnElement[bool], *when: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        asked = (
            sa.select(Enrolment.id)
            .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
            .where(Enrolment.pupil_id == Handover.pupil_id, at_school, *when)
        )
        return asked.correlate(Handover).exists()

    here = SchoolClass.school_id == Handover.to_school_id
    elsewhere = SchoolClass.school_id != Handover.to_school_id
    third = sa.and_(elsewhere, SchoolClass.school_id != Handover.from_school_id)
    still = sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today())
    now = sa.and_(Enrolment.starts_on <= today(), still)
    has_left = sa.and_(goes(here, Enrolment.ends_on >= Handover.made_on), goes(elsewhere, now))
    return sa.and_(
        Handover.accepted_on.is_(None),
        Handover.taken_back_at.is_(None),
        Handover.to_school_id.is_not(None),
        ~goes(here, still),
        sa.or_(has_left, goes(third, now)),
    )


def waiting_for(own: Sequence[Held]) -> sa.Select[Any]:
    """Handovers within the school to whoever holds these duties as the pupils' next teacher."""
    return sa.select(Handover).where(
        to_receive(P.HAND_OVER, among=own),
        Handover.kind == HandoverKind.NEXT_TEACHER,
        Handover.accepted_on.is_(None),
        is_among(Handover.pupil_id, pupils_open_to(P.HAND_OVER, among=own)),
        ~_is_about_protected(),
    )


FETCHES["leaver"] = Fetch(Pupil, "leaver_id", leavers_open_to)
FETCHES["handover"] = Fetch(Handover, "handover_id", handovers_open_to)
