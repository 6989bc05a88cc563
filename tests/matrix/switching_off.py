"""The rules of access switched off one by one: the matrix must notice."""

from collections.abc import Callable

import sqlalchemy as sa

from assessments.access import permissions
from assessments.database import db
from assessments.roster.models import Duty


def _everything(*_asked: object, **_more: object) -> sa.ColumnElement[bool]:
    return sa.true()


def _whatever_there_is(of: str, row_id: int, *_permissions: object) -> object:
    return db.session.get_one(permissions.FETCHES[of].model, row_id)


def _duties_of_any_day(staff_member_id: int) -> object:
    return db.session.scalars(sa.select(Duty).filter_by(staff_member_id=staff_member_id)).all()


def _all_duties(_permission: object = None, _roles: object = None, among: object = None) -> object:
    return permissions.g.duties if among is None else among


SWITCHED_OFF: dict[str, tuple[str, Callable[..., object]]] = {
    "an object is fetched past what the person may see": ("fetch", _whatever_there_is),
    "every duty gives every permission": ("duties_giving", _all_duties),
    "every class is in scope": ("_class_in_scope", _everything),
    "every school is in scope": ("_school_in_scope", _everything),
    "a duty holds on any day": ("duties_today", _duties_of_any_day),
}
