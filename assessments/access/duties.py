"""Duties: given, ended, taken back. They are the only source of rights, so each must fit its role."""

from datetime import date, timedelta

import sqlalchemy as sa

from assessments.access.models import Account
from assessments.access.permissions import Permission, duties_open_to
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import (
    Duty,
    Municipality,
    Role,
    School,
    SchoolClass,
    StaffMember,
    TeamFunction,
)
from assessments.words import ROLE_WORDS, day, during, listed

Scope = SchoolClass | School | Municipality | None
"""Where a duty holds; None is the whole initiative."""

Years = tuple[int, int]  # grade indexes, both included
FOR_YEARS = (Role.SPECIAL_TEACHER,)  # a school may share their work out between several
HIGHEST_YEAR = 9

PLACES: dict[Role, tuple[type, ...]] = {
    Role.TEACHER: (SchoolClass,),
    Role.SPECIAL_TEACHER: (School,),
    Role.PRINCIPAL: (School,),
    Role.TEAM: (School, Municipality),
    Role.COORDINATOR: (Municipality, type(None)),
    Role.ADMINISTRATOR: (Municipality,),
}
PLACE_WORDS = {
    SchoolClass: "en klass",
    School: "en skola",
    Municipality: "en kommun",
    type(None): "satsningen",
}
COLUMNS = {SchoolClass: "school_class_id", School: "school_id", Municipality: "municipality_id"}


def place_fault(role: Role, scope: Scope) -> str | None:
    """Why a duty of the role cannot hold there, in Swedish."""
    if type(scope) in PLACES[role]:
        return None
    return f"Rollen {ROLE_WORDS[role]} gäller {' eller '.join(PLACE_WORDS[kind] for kind in PLACES[role])}."


def years_fault(role: Role, years: Years | None) -> str | None:
    """Why a duty of the role cannot be for these years only, in Swedish."""
    if years is None:
        return None
    if role not in FOR_YEARS:
        return f"Bara {listed([ROLE_WORDS[one] for one in FOR_YEARS])} kan ha vissa årskurser."
    return "Den första årskursen ligger efter den sista." if years[0] > years[1] else None


def give(
    member: StaffMember,
    role: Role,
    scope: Scope,
    starts_on: date,
    ends_on: date | None = None,
    team: TeamFunction | None = None,
    years: Years | None = None,
) -> tuple[Duty, bool]:
    """The duty, and whether it is new: giving the same one again changes nothing. ``team``: which function a
    team's duty holds; none is the social team. ``years``: the first and the last that it is for."""
    if fault := years_fault(role, years):
        raise Refused(fault)
    first_year, last_year = years or (None, None)
    team = (team or TeamFunction.SOCIAL_TEAM) if role is Role.TEAM else None
    if fault := place_fault(role, scope):
        raise Refused(fault)
    if ends_on and ends_on < starts_on:
        raise Refused(f"Uppdraget slutar {day(ends_on)}, innan det börjar {day(starts_on)}.")
    place = {column: scope.id if scope and type(scope) is kind else None for kind, column in COLUMNS.items()}
    for other in db.session.scalars(sa.select(Duty).filter_by(staff_member_id=member.id, role=role, **place)):
        if role is Role.TEAM and (other.team or TeamFunction.SOCIAL_TEAM) is not team:
            continue
        if (other.first_year, other.last_year) != (first_year, last_year):
            continue  # another function
        if (other.starts_on, other.ends_on) == (starts_on, ends_on):
            return other, False
        if other.starts_on <= (ends_on or date.max) and starts_on <= (other.ends_on or date.max):
            raise Refused(f"{member.name} har redan det uppdraget {during(other)}. Ändra det i stället.")
    duty = Duty(
        staff_member=member, role=role, starts_on=starts_on, ends_on=ends_on, team=team,
        first_year=first_year, last_year=last_year, **place,
    )  # fmt: skip
    db.session.add(duty)
    db.session.flush()
    return duty, True


def change(duty: Duty, ends_on: date | None) -> None:
    """Set the last day of a duty (none: until further notice). From the day after it opens nothing."""
    if ends_on and ends_on < duty.starts_on:
        raise Refused(f"Uppdraget börjar {day(duty.starts_on)} och kan inte sluta {day(ends_on)}.")
    duty.ends_on = ends_on
    db.session.flush()


def leaves_nobody(duty: Duty) -> bool:
    """Whether its municipality has no administrator with an open account the day after the duty ends."""
    if duty.role is not Role.ADMINISTRATOR or duty.ends_on in (None, date.max):  # no day comes after the last
        return False
    day_after = duty.ends_on + timedelta(days=1)
    others = (
        sa.select(Duty.id)
        .join(Account, Account.staff_member_id == Duty.staff_member_id)
        .where(
            Duty.role == Role.ADMINISTRATOR,
            Duty.municipality_id == duty.municipality_id,
            Duty.starts_on <= day_after,
            sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= day_after),
            Account.disabled_at.is_(None),
        )
    )
    return db.session.scalar(others.limit(1)) is None


def take_back(duty: Duty) -> None:
    """Remove a duty that was given by mistake. What somebody has seen or done by it keeps it in place."""
    try:
        with db.session.begin_nested():
            db.session.delete(duty)
    except sa.exc.IntegrityError as error:
        raise Refused(
            "Uppdraget har redan använts, så det kan inte tas bort. Sätt i stället en sista dag."
            " Ska det sluta gälla genast? Stäng av kontot."
        ) from error


def reaches_beyond_mine(member: StaffMember) -> bool:
    """Whether the person has, or will have, duties where the one who asks does not look after duties.

    A link opens all of an account, so nobody makes one for rights outside the own municipality.
    """
    here = duties_open_to(Permission.MANAGE_STAFF).with_only_columns(Duty.id)
    beyond = sa.select(Duty.id).where(
        Duty.staff_member_id == member.id,
        sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= today()),
        Duty.id.not_in(here),
    )
    return db.session.scalar(beyond.limit(1)) is not None
