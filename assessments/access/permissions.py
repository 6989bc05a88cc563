"""Who may do what, with whose data: one page, asked in two ways (a list, and a check of one object).

Rights come only from duties that hold today. A stranger's object is 404, like one that is not there;
a colleague's without the right is 403.
"""

import enum
import functools
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, g

from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Duty, Enrolment, Municipality, Pupil, Role, School, SchoolClass


class Permission(enum.Enum):
    SEE_ROSTER = "see who goes in the class"
    EDIT_ROSTER = "change classes and pupils, take class lists in"
    MANAGE_STAFF = "accounts and duties"
    SEE_SCORES = "see scores and levels"
    RECORD_SCORES = "enter scores and hand the class in"
    SEE_SIGNALS = "see signals and why"
    ACT_ON_SIGNALS = "record a next step"
    OBSERVE = "raise a signal by hand"
    PRINT = "print reports"
    SEE_AGGREGATES = "see shares, never a pupil"
    MANAGE_WINDOWS = "open windows, adopt benchmark sets, choose measures"


P = Permission
GRANTS: dict[Role, set[Permission]] = {
    Role.TEACHER: {P.SEE_ROSTER, P.SEE_SCORES, P.RECORD_SCORES, P.SEE_SIGNALS, P.OBSERVE, P.PRINT},
    Role.SPECIAL_TEACHER: {
        P.SEE_ROSTER, P.SEE_SCORES, P.RECORD_SCORES, P.SEE_SIGNALS, P.ACT_ON_SIGNALS, P.OBSERVE, P.PRINT,
    },
    Role.PRINCIPAL: {P.SEE_ROSTER, P.SEE_SCORES, P.SEE_SIGNALS, P.ACT_ON_SIGNALS, P.OBSERVE, P.PRINT},
    Role.TEAM: set(),  # only what a request carries
    Role.COORDINATOR: {P.SEE_AGGREGATES, P.MANAGE_WINDOWS},
    Role.ADMINISTRATOR: {P.SEE_ROSTER, P.EDIT_ROSTER, P.MANAGE_STAFF},
}  # fmt: skip
MEETS_PROTECTED = {Role.TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL}


def holds_on(day: date) -> sa.ColumnElement[bool]:
    """The duty is in force on the day (both ends included)."""
    return sa.and_(Duty.starts_on <= day, sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= day))


def duties_giving(permission: Permission | None = None, roles: set[Role] | None = None) -> list[Duty]:
    """The signed-in person's duties today that give the permission (or any)."""
    return [
        duty
        for duty in g.duties
        if (permission is None or permission in GRANTS[duty.role]) and (roles is None or duty.role in roles)
    ]


def municipalities_open_to(permission: Permission | None = None) -> sa.Select[tuple[Municipality]]:
    """The municipalities where a duty gives this permission for the whole of it."""
    duties = duties_giving(permission)
    everywhere = any(duty.role is Role.COORDINATOR and duty.municipality_id is None for duty in duties)
    ids = [duty.municipality_id for duty in duties if duty.municipality_id is not None]
    return sa.select(Municipality).where(sa.or_(sa.literal(everywhere), Municipality.id.in_(ids)))


def schools_open_to(permission: Permission | None = None) -> sa.Select[tuple[School]]:
    """The schools where a duty gives this permission for the whole school."""
    duties = duties_giving(permission)
    return sa.select(School).where(_school_in_scope(duties))


def classes_open_to(permission: Permission | None = None) -> sa.Select[tuple[SchoolClass]]:
    """The classes, of any academic year, where a duty gives this permission."""
    return sa.select(SchoolClass).join(School).where(_class_in_scope(duties_giving(permission)))


def pupils_open_to(permission: Permission | None = None) -> sa.Select[tuple[Pupil]]:
    """The pupils enrolled today, or later, in classes where a duty gives this permission.

    Pupils with protected identity only through the roles that meet them in class.
    """
    meets = _class_in_scope(duties_giving(permission, MEETS_PROTECTED))
    reached = _class_in_scope(duties_giving(permission))
    enrolled = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .join(School, SchoolClass.school_id == School.id)
        .where(
            Enrolment.pupil_id == Pupil.id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
            sa.or_(meets, sa.and_(reached, ~Pupil.is_protected)),
        )
    )
    return sa.select(Pupil).where(enrolled.exists())


def _school_in_scope(duties: list[Duty]) -> sa.ColumnElement[bool]:
    schools = [duty.school_id for duty in duties if duty.school_id is not None]
    municipalities = [duty.municipality_id for duty in duties if duty.municipality_id is not None]
    return sa.or_(School.id.in_(schools), School.municipality_id.in_(municipalities))


def _class_in_scope(duties: list[Duty]) -> sa.ColumnElement[bool]:
    classes = [duty.school_class_id for duty in duties if duty.school_class_id is not None]
    return sa.or_(SchoolClass.id.in_(classes), _school_in_scope(duties))


View = Callable[..., Any]
FETCHES: dict[str, tuple[type, Callable[[Permission | None], sa.Select[Any]]]] = {
    "school_class": (SchoolClass, classes_open_to),
    "pupil": (Pupil, pupils_open_to),
    "school": (School, schools_open_to),
    "municipality": (Municipality, municipalities_open_to),
}


def needs(permission: Permission, of: str | None = None) -> Callable[[View], View]:
    """Hand the view its object, fetched through what the person may see.

    ``of`` names the object: ``@needs(P.RECORD_SCORES, of="school_class")`` takes ``class_id`` from the
    address and gives the view ``school_class``. Without ``of`` any duty with the permission opens the page.
    """

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(**address: Any) -> Any:
            if of is None:
                if not duties_giving(permission):
                    abort(403)
                return view(**address)
            address[of] = fetch(of, address.pop(ADDRESS_NAMES[of]), permission)
            return view(**address)

        guarded.needs = (permission, of)  # type: ignore[attr-defined]  # read by the test of all routes
        return guarded

    return guard


ADDRESS_NAMES = {
    "school_class": "class_id", "pupil": "pupil_id", "school": "school_id", "municipality": "municipality_id",
}  # fmt: skip


def fetch(of: str, row_id: int, permission: Permission) -> Any:
    """The one object, or 404 to strangers and 403 to colleagues."""
    kind, open_to = FETCHES[of]
    this_one = kind.id == row_id  # type: ignore[attr-defined]  # every kind in FETCHES has an id
    found = db.session.scalar(open_to(permission).where(this_one))
    if found is None:
        abort(404 if db.session.scalar(open_to(None).where(this_one)) is None else 403)
    return found


def signed_in(view: View) -> View:
    """Any signed-in person, whatever the duties."""
    view.needs = ("signed in", None)  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """No sign-in at all."""
    view.needs = ("public", None)  # type: ignore[attr-defined]
    return view
