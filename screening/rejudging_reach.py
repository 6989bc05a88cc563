"""Whose re-judging a person follows: what concerns everybody, and what concerns places of her own."""

from collections.abc import Sequence

import sqlalchemy as sa

from assessments.access.permissions import (
    FETCHES,
    Fetch,
    Permission,
    duties_giving,
    municipalities_open_to,
)
from assessments.access.persons import Held
from assessments.access.reach import Reach
from assessments.jobs.models import Job
from assessments.roster.models import Municipality, School
from screening import rejudging


def rejudgings_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Job]:
    """Those of everybody, and of the municipalities where a duty gives this permission; the initiative's
    coordinator follows all, also of a municipality that has left."""
    asked = sa.select(Job).where(Job.kind == rejudging.NAME)
    if _is_everywhere(permission, among):
        return asked
    places = municipalities_open_to(permission, among).with_only_columns(Municipality.id)
    return asked.where(sa.or_(Job.municipality_id.is_(None), Job.municipality_id.in_(places)))


def schools_followed() -> sa.Select[int]:
    """Ids of the schools that the signed-in person follows, and tries again, in a re-judging of everybody."""
    coordinates = Permission.MANAGE_WINDOWS
    if _is_everywhere(coordinates):
        return sa.select(School.id)
    places = municipalities_open_to(coordinates).with_only_columns(Municipality.id)
    return sa.select(School.id).where(School.municipality_id.in_(places))


def _is_everywhere(permission: Permission | None, among: Sequence[Held] | None = None) -> bool:
    return Reach.of(duties_giving(permission, among=among)).is_everywhere


FETCHES["rejudging"] = Fetch(Job, "rejudging_id", rejudgings_open_to)
