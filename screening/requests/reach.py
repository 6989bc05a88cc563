"""Which requests a person sees: the own school's about own pupils, or those sent to the own function.

A request does not follow a pupil who moves. It is over for both sides while the pupil does not go at the
school that asked: the consent was given to that school, and nobody there could note that it is taken back.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import (
    FETCHES,
    Fetch,
    Permission,
    classes_open_to,
    duties_giving,
    pupils_open_to,
)
from assessments.access.persons import Held
from assessments.clock import today
from assessments.roster.among import is_among
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass, TeamFunction
from assessments.roster.narrowing import NARROWED
from screening.handovers.reach import leavers_open_to
from screening.requests.events import LIVING
from screening.requests.models import HelpRequest, RequestState

P = Permission


def requests_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """The requests; for whoever answers only those that have been sent to a function held today. That there
    is one is known to nobody else: administrators and teams around the pupil meet a 404."""
    going_on = sa.select(HelpRequest).where(goes_where_asked())
    if permission is P.ANSWER_REQUESTS:
        return going_on.where(_sent_to_me(among))
    if permission is not None:
        return going_on.where(_of_my_school(permission, among))
    return going_on.where(sa.or_(_of_my_school(P.ASK_FOR_HELP, among), _sent_to_me(among)))


def goes_where_asked() -> sa.ColumnElement[bool]:
    """Whether the pupil of a HelpRequest goes, or shall go, at the school that asked."""
    going = (
        sa.select(Enrolment.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Enrolment.pupil_id == HelpRequest.pupil_id,
            SchoolClass.school_id == HelpRequest.school_id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
    )
    return going.correlate(HelpRequest).exists()


def left_behind() -> sa.Select[Any]:
    """Requests of the person's schools that were on their way when the pupil, who lately went in a class of
    hers, left the school. That there was one is all that is told."""
    leavers = leavers_open_to(P.ASK_FOR_HELP).with_only_columns(Pupil.id)
    schools = classes_open_to(P.ASK_FOR_HELP).with_only_columns(SchoolClass.school_id)
    mine = (HelpRequest.pupil_id.in_(leavers), HelpRequest.school_id.in_(schools))
    return sa.select(HelpRequest).where(_ended_by_moving(), *mine)


def _ended_by_moving() -> sa.ColumnElement[bool]:
    return sa.and_(HelpRequest.state.in_(LIVING), ~goes_where_asked())


def _of_my_school(permission: Permission, among: Sequence[Held] | None) -> sa.ColumnElement[bool]:
    """About a pupil who is open, asked by the very school."""
    schools = classes_open_to(permission, among).with_only_columns(SchoolClass.school_id)
    is_open = is_among(HelpRequest.pupil_id, pupils_open_to(permission, among))
    return sa.and_(is_open, HelpRequest.school_id.in_(schools))


def _sent_to_me(among: Sequence[Held] | None) -> sa.ColumnElement[bool]:
    """Sent, not stopped or withdrawn; never about a pupil with protected identity."""
    functions = sa.or_(sa.false(), *(_to(duty) for duty in duties_giving(P.ANSWER_REQUESTS, among=among)))
    return sa.and_(HelpRequest.state.in_(LIVING), functions, ~_is_about_protected())


def _is_about_protected() -> sa.ColumnElement[bool]:
    return is_among(
        HelpRequest.pupil_id, sa.select(Pupil).where(sa.or_(Pupil.is_protected, Pupil.id.in_(NARROWED)))
    )


def stopped_for_me() -> sa.Select[Any]:
    """Requests to a function held today that school or guardian has stopped, or the school has closed, or
    whose pupil has left the school.

    That they are so is all that is told."""
    functions = sa.or_(sa.false(), *(_to(duty) for duty in duties_giving(P.ANSWER_REQUESTS)))
    ended = (RequestState.STOPPED, RequestState.WITHDRAWN, RequestState.CLOSED)
    stopped = sa.and_(HelpRequest.state.in_(ended), HelpRequest.facts != {})
    moved = sa.and_(_ended_by_moving(), ~_is_about_protected())
    return sa.select(HelpRequest).where(functions, sa.or_(stopped, moved))


def _to(duty: Held) -> sa.ColumnElement[bool]:
    """A team of a school gets what that school sends, a team of a municipality what its schools send."""
    there = HelpRequest.school_id == duty.school_id
    if duty.school_id is None:
        schools = sa.select(School.id).where(School.municipality_id == duty.municipality_id)
        there = HelpRequest.school_id.in_(schools)
    return sa.and_(HelpRequest.receiver == (duty.team or TeamFunction.SOCIAL_TEAM), there)


FETCHES["help_request"] = Fetch(HelpRequest, "request_id", requests_open_to)
