"""Who may do what, with whose data: one page, asked in two ways (a list, and a check of one object).

Rights come only from duties that hold today. A stranger's object is 404, like one that is not there;
a colleague's without the right is 403.
"""

import enum
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, g

from assessments.access import reach
from assessments.access.models import Account
from assessments.access.persons import Held
from assessments.access.reach import Reach, is_disposed
from assessments.access.taking_part import have_left
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import (
    Duty,
    Municipality,
    Pupil,
    QuarantinedRow,
    Role,
    School,
    SchoolClass,
)


class Permission(enum.Enum):
    SEE_ROSTER = "see who goes in the class"
    EDIT_ROSTER = "change classes and pupils, take class lists in"
    PROTECT = "protect a pupil at once, settle rows that a class list marked"
    MANAGE_PROTECTED = "add, move and end protected pupils, take a protection away"
    MANAGE_STAFF = "accounts and duties"
    SEE_TRAIL = "see who has seen what, acknowledge alarms"
    SEE_SCORES = "see scores and levels"
    RECORD_SCORES = "enter scores and hand the class in"
    SEE_SIGNALS = "see signals and why"
    ACT_ON_SIGNALS = "record a next step"
    ACT_ON_REPORTED = "record a next step about a pupil reported to the principal"
    OBSERVE = "raise a signal by hand"
    CONSULT = "ask for samråd and take part in it, tick off the steps of the law"
    LEAD_SCHOOL = "see how the school assesses and follows up, note what becomes of reports, choose languages"
    SEE_SUPPORT = "see support periods, their results and how they ended"
    RECORD_SUPPORT = "enter repeated results of a support period"
    PLAN_SUPPORT = "start, change and end support periods"
    IMPORT_ABSENCE = "take absence in from a file"
    ASK_FOR_HELP = "ask a function outside the school for help, note consent and contacts with the home"
    GIVE_GROUND = "enter the ground for asking for help without every guardian's consent"
    ANSWER_REQUESTS = "answer requests for help that were sent to the own function"
    KEEP_NOTES = "read and write the notes of the elevhälsa that belong to the own function"
    KEEP_OPEN_SUPPORT = "write where families of the municipality find open support"
    HAND_OVER = "hand pupils over to the next teacher or school, and accept handovers"
    PRINT = "print reports"
    WRITE_HOME_PAGES = "choose and change what a page for the home says, and review it"
    SEE_AGGREGATES = "see shares, never a pupil"
    MANAGE_WINDOWS = "open windows, adopt benchmark sets, choose measures"
    SEE_CALENDAR = "see the school calendar of the municipality"
    MANAGE_CALENDAR = "write the terms and breaks of the municipality"
    KEEP_RECORDS = "decide how long records are kept, dispose of them, take out what the municipality owns"


P = Permission
GRANTS: dict[Role, set[Permission]] = {
    Role.TEACHER: {
        P.SEE_ROSTER, P.SEE_SCORES, P.RECORD_SCORES, P.SEE_SIGNALS, P.OBSERVE, P.PRINT, P.WRITE_HOME_PAGES,
        P.SEE_CALENDAR, P.SEE_SUPPORT, P.RECORD_SUPPORT, P.CONSULT, P.ASK_FOR_HELP, P.HAND_OVER,
    },
    Role.SPECIAL_TEACHER: {
        P.SEE_ROSTER, P.SEE_SCORES, P.RECORD_SCORES, P.SEE_SIGNALS, P.ACT_ON_SIGNALS, P.OBSERVE, P.PRINT,
        P.WRITE_HOME_PAGES, P.SEE_CALENDAR, P.SEE_SUPPORT, P.RECORD_SUPPORT, P.PLAN_SUPPORT,
        P.CONSULT, P.ASK_FOR_HELP, P.KEEP_NOTES, P.HAND_OVER,
    },
    Role.PRINCIPAL: {
        P.SEE_ROSTER, P.PROTECT, P.MANAGE_PROTECTED, P.SEE_SCORES, P.SEE_SIGNALS, P.ACT_ON_REPORTED, P.PRINT,
        P.SEE_CALENDAR, P.SEE_SUPPORT, P.IMPORT_ABSENCE, P.LEAD_SCHOOL, P.ASK_FOR_HELP, P.GIVE_GROUND,
        P.HAND_OVER,
    },
    Role.TEAM: {P.SEE_CALENDAR, P.ANSWER_REQUESTS},  # of pupils only what a request carries
    Role.COORDINATOR: {P.SEE_AGGREGATES, P.MANAGE_WINDOWS, P.SEE_CALENDAR, P.MANAGE_CALENDAR},
    # An administrator may hide a pupil, and by that loses sight of her: it cannot wait for the principal.
    Role.ADMINISTRATOR: {
        P.SEE_ROSTER, P.EDIT_ROSTER, P.PROTECT, P.MANAGE_STAFF, P.SEE_TRAIL, P.SEE_CALENDAR,
        P.MANAGE_CALENDAR, P.IMPORT_ABSENCE, P.KEEP_OPEN_SUPPORT, P.KEEP_RECORDS,
    },
}  # fmt: skip
MEETS_PROTECTED = {Role.TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL}
NO_USE = {P.SEE_ROSTER, P.EDIT_ROSTER, P.PROTECT, P.MANAGE_PROTECTED, P.SEE_TRAIL}


def duties_giving(
    permission: Permission | None = None, roles: set[Role] | None = None, among: Sequence[Held] | None = None
) -> list[Held]:
    """The signed-in person's duties today (or those of ``among``) that give the permission (or any). A token
    that is not meant for it takes the permission away, whatever the duties give."""
    allowed = g.get("allowed")
    if permission is not None and allowed is not None and permission not in allowed:
        return []
    return [
        duty
        for duty in (g.duties if among is None else among)
        if (permission is None or permission in GRANTS[duty.role])
        and (roles is None or duty.role in roles)
        # Who coordinates a municipality that has left decides nothing for the others.
        and (permission is not P.MANAGE_WINDOWS or not have_left([duty.municipality_id], today()))
    ]


def municipalities_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Municipality]:
    """The municipalities where a duty gives this permission for the whole of it."""
    return reach.municipalities_within(Reach.of(duties_giving(permission, among=among)), today())


def schools_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[School]:
    """The schools where a duty gives this permission for the whole school."""
    return reach.schools_within(Reach.of(duties_giving(permission, among=among)))


def classes_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[SchoolClass]:
    """The classes, of any academic year, where a duty gives this permission."""
    return reach.classes_within(Reach.of(duties_giving(permission, among=among)))


def pupils_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None, *, with_narrowed: bool = False
) -> sa.Select[Pupil]:
    """The pupils enrolled today, or later, in classes where a duty gives this permission: with protected
    identity only to the roles that meet them. Of whom nothing may be used: in class lists, or asked for."""
    *scope, use = _scope(permission, among)
    return reach.pupils_within(*scope, use and not with_narrowed)


def pupil_ids_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[int]:
    """The ids of the same pupils, for lists of them all; some may stand there twice."""
    return reach.pupil_ids_within(*_scope(permission, among))


def _scope(permission: Permission | None, among: Sequence[Held] | None) -> tuple[Reach, Reach, date, bool]:
    meets = Reach.of(duties_giving(permission, MEETS_PROTECTED, among))
    return Reach.of(duties_giving(permission, among=among)), meets, today(), permission not in NO_USE


def quarantined_rows_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[QuarantinedRow]:
    """The rows that class lists had to set aside, at the schools where a duty gives this permission."""
    schools = schools_open_to(permission, among=among).with_only_columns(School.id)
    return sa.select(QuarantinedRow).where(QuarantinedRow.school_id.in_(schools))


def accounts_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Account]:
    """The accounts, none disposed of, that belong to a municipality where a duty gives this permission."""
    here = Account.municipality_id.in_(Reach.of(duties_giving(permission, among=among)).municipalities)
    return sa.select(Account).where(here, ~is_disposed(Account.staff_member_id))


def duties_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Duty]:
    """The duties, anybody's with a name, that hold in a municipality where a duty gives this permission."""
    municipalities = Reach.of(duties_giving(permission, among=among)).municipalities
    schools = sa.select(School.id).where(School.municipality_id.in_(municipalities))
    classes = sa.select(SchoolClass.id).where(SchoolClass.school_id.in_(schools))
    within = Duty.school_id.in_(schools), Duty.school_class_id.in_(classes)
    there = sa.or_(Duty.municipality_id.in_(municipalities), *within)
    return sa.select(Duty).where(there, ~is_disposed(Duty.staff_member_id))


View = Callable[..., Any]


@dataclass(frozen=True)
class Fetch:
    """How a kind of object is reached: its model, the name of its id in addresses, what is open to whom."""

    model: Any
    address: str
    open_to: Callable[..., sa.Select[Any]]


FETCHES = {
    "school_class": Fetch(SchoolClass, "class_id", classes_open_to),
    "pupil": Fetch(Pupil, "pupil_id", pupils_open_to),
    "school": Fetch(School, "school_id", schools_open_to),
    "municipality": Fetch(Municipality, "municipality_id", municipalities_open_to),
    "quarantined_row": Fetch(QuarantinedRow, "row_id", quarantined_rows_open_to),
    "account": Fetch(Account, "account_id", accounts_open_to),
    "duty": Fetch(Duty, "duty_id", duties_open_to),
}
"""Rooms above add their own kinds: ``FETCHES["flag"] = Fetch(Flag, "flag_id", flags_open_to)``."""


def needs(*permissions: Permission, of: str | None = None) -> Callable[[View], View]:
    """Hand the view its object, fetched through what the person may see. Any of the permissions will do.

    ``of`` names the object: ``@needs(P.RECORD_SCORES, of="school_class")`` takes ``class_id`` from the
    address and gives the view ``school_class``. Without ``of`` any duty with the permission opens the page.
    """

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(**address: Any) -> Any:
            if of is None:
                if not any(duties_giving(permission) for permission in permissions):
                    abort(403)
                return view(**address)
            address[of] = fetch(of, address.pop(FETCHES[of].address), *permissions)
            return view(**address)

        guarded.needs = (permissions, of)  # type: ignore[attr-defined]  # read by the test of all routes
        return guarded

    return guard


def fetch(of: str, row_id: int, *permissions: Permission) -> Any:
    """The one object, or 404 to strangers and 403 to colleagues. Notes which duty opened the door."""
    kind = FETCHES[of]
    for permission in permissions:
        duties = duties_giving(permission)
        found = duties and db.session.scalar(
            reach.one_of(kind.open_to(permission), kind.model), {"id": row_id}
        )
        if found:
            g.opening_duty = _opener(kind, row_id, duties)
            _met()[of, row_id] = found
            return found
    g.refused = f"{kind.model.__name__.lower()}:{row_id}"
    found = _met()[of, row_id] = _around_me(kind, row_id)
    return abort(404 if found is None else 403)


def fetch_several(of: str, row_ids: Sequence[int], *permissions: Permission) -> dict[int, tuple[Any, Held]]:
    """The objects by id, each with the duty that reaches it. As ``fetch`` where one of them is not open;
    else a query for each of the person's duties, however many objects."""
    kind, found = FETCHES[of], dict[int, tuple[Any, Held]]()
    for permission in permissions:
        for duty in duties_giving(permission):
            if left := set(row_ids) - found.keys():
                reached = kind.open_to(permission, among=[duty]).where(kind.model.id.in_(left))
                found |= {row.id: (row, duty) for row in db.session.scalars(reached)}
    for row_id in row_ids:
        if row_id not in found:
            fetch(of, row_id, *permissions)
    return found


def around_me(of: str, row_id: int) -> Any | None:
    """The object if any duty of the person reaches it, whatever the duty gives. What has been fetched for the
    page is not asked for again."""
    met = _met()
    if (of, row_id) not in met:
        met[of, row_id] = _around_me(FETCHES[of], row_id)
    return met[of, row_id]


def _around_me(kind: Fetch, row_id: int) -> Any | None:
    return db.session.scalar(reach.one_of(kind.open_to(None), kind.model), {"id": row_id})


def _met() -> dict[tuple[str, int], Any]:
    """Objects that the page has come upon."""
    met: dict[tuple[str, int], Any] = g.setdefault("met", {})
    return met


def _opener(kind: Fetch, row_id: int, duties: list[Held]) -> Held:
    """The first of the duties that reaches the object by itself. Most people have one: nothing to ask."""
    for duty in duties[:-1]:
        if db.session.scalar(kind.open_to(None, among=[duty]).where(kind.model.id == row_id)) is not None:
            return duty
    return duties[-1]


def signed_in(view: View) -> View:
    """Any signed-in person, whatever the duties."""
    view.needs = ("signed in", None)  # type: ignore[attr-defined]  # read by the same test
    return view


def public(view: View) -> View:
    """No sign-in at all."""
    view.needs = ("public", None)  # type: ignore[attr-defined]  # read by the same test
    return view
