"""Which requests a person sees: the own school's about own pupils, or those sent to the own function."""

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
from assessments.roster.models import Pupil, School, SchoolClass, TeamFunction
from screening.requests.events import LIVING
from screening.requests.models import HelpRequest, RequestState

P = Permission


def requests_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """The requests; for whoever answers only those that have been sent to a function held today. That there
    is one is known to nobody else: administrators and teams around the pupil meet a 404."""
    if permission is P.ANSWER_REQUESTS:
        return sa.select(HelpRequest).where(_sent_to_me(among))
    if permission is not None:
        return sa.select(HelpRequest).where(_of_my_school(permission, among))
    return sa.select(HelpRequest).where(sa.or_(_of_my_school(P.ASK_FOR_HELP, among), _sent_to_me(among)))


def _of_my_school(permission: Permission, among: Sequence[Held] | None) -> sa.ColumnElement[bool]:
    """About a pupil who is open, asked by the very school: requests do not follow a pupil who moves."""
    pupils = pupils_open_to(permission, among).with_only_columns(Pupil.id)
    schools = classes_open_to(permission, among).with_only_columns(SchoolClass.school_id)
    return sa.and_(HelpRequest.pupil_id.in_(pupils), HelpRequest.school_id.in_(schools))


def _sent_to_me(among: Sequence[Held] | None) -> sa.ColumnElement[bool]:
    """Sent, not stopped or withdrawn; never about a pupil with protected identity."""
    functions = sa.or_(sa.false(), *(_to(duty) for duty in duties_giving(P.ANSWER_REQUESTS, among=among)))
    hidden = sa.select(Pupil.id).where(Pupil.is_protected)
    return sa.and_(HelpRequest.state.in_(LIVING), functions, HelpRequest.pupil_id.not_in(hidden))


def stopped_for_me() -> sa.Select[Any]:
    """Requests to a function held today that school or guardian has stopped, or the school has closed.

    That they are so is all that is told."""
    functions = sa.or_(sa.false(), *(_to(duty) for duty in duties_giving(P.ANSWER_REQUESTS)))
    ended = (RequestState.STOPPED, RequestState.WITHDRAWN, RequestState.CLOSED)
    return sa.select(HelpRequest).where(functions, HelpRequest.state.in_(ended), HelpRequest.facts != {})


def _to(duty: Held) -> sa.ColumnElement[bool]:
    """A team of a school gets what that school sends, a team of a municipality what its schools send."""
    there = HelpRequest.school_id == duty.school_id
    if duty.school_id is None:
        schools = sa.select(School.id).where(School.municipality_id == duty.municipality_id)
        there = HelpRequest.school_id.in_(schools)
    return sa.and_(HelpRequest.receiver == (duty.team or TeamFunction.SOCIAL_TEAM), there)


FETCHES["help_request"] = Fetch(HelpRequest, "request_id", requests_open_to)
