"""A substitute: the absent person's functions from one day to another, which end by themselves.

The rights follow the dates, as of every duty. What the substitute writes stands under the function.
"""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from assessments.access import duties
from assessments.access.models import Account, AuditEntry
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Duty, Municipality, Role, StaffMember
from assessments.words import day, function_of

COVERED = (Role.TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL, Role.TEAM)
"""Functions that somebody may hold for a while in another's place. Nobody stands in for who gives rights."""


def to_cover(member: StaffMember, among: Collection[int]) -> list[Duty]:
    """The person's duties that hold today or later, of those with these ids, by what they are called."""
    found = [
        duty
        for duty in member.duties
        if duty.id in among and duty.role in COVERED and (duty.ends_on is None or duty.ends_on >= today())
    ]
    return sorted(found, key=lambda one: swedish_key(function_of(one)))


def candidates(municipality: Municipality, absent: StaffMember) -> list[Account]:
    """Who may be asked: everybody else whose open account the municipality looks after, by name."""
    accounts = db.session.scalars(
        sa.select(Account)
        .join(Account.staff_member)
        .where(
            Account.municipality_id == municipality.id,
            Account.disabled_at.is_(None),
            StaffMember.id != absent.id,
        )
        .options(contains_eager(Account.staff_member))
    )
    return sorted(accounts, key=lambda one: (swedish_key(one.staff_member.name), one.id))


def standing_in(absent: Account, among: Collection[int]) -> list[Duty]:
    """Others' duties, not over yet, that they were given to substitute for the person in duties with these
    ids; the first to begin first. Why a duty was given stands in the trail. Two queries."""
    own = [duty for duty in absent.staff_member.duties if duty.id in among and duty.role in COVERED]
    columns = [Duty.role, *(getattr(Duty, name) for name in duties.COLUMNS.values())]
    same = [sa.and_(*(column == getattr(one, column.key) for column in columns)) for one in own]
    others = sa.select(Duty).where(
        sa.or_(sa.false(), *same), Duty.staff_member_id != absent.staff_member_id, Duty.ends_on >= today()
    )
    found = db.session.scalars(others.order_by(Duty.starts_on, Duty.id)).all()
    given = sa.select(AuditEntry.subject, AuditEntry.details).where(
        AuditEntry.subject.in_([f"duty:{one.id}" for one in found]), AuditEntry.action == "duty:given"
    )
    why = {row.subject: row.details for row in db.session.execute(given.order_by(AuditEntry.id))}
    return [one for one in found if why.get(f"duty:{one.id}", {}).get("substitute_for") == absent.id]


def appoint(covered: Sequence[Duty], substitute: StaffMember, first_day: date, last_day: date) -> list[Duty]:
    """The substitute holds these functions on those days; returns the duties that are new. Flushes.

    Raises Refused with every reason."""
    if last_day < first_day:
        raise Refused(f"Sista dagen {day(last_day)} ligger före den första {day(first_day)}.")
    if last_day < today():
        raise Refused(f"{day(last_day)} har varit: en vikarie ser bara sina dagar.")
    if not covered:
        raise Refused("Välj minst ett uppdrag som vikarien ska ha.")
    made, reasons = [], []
    for one in covered:
        try:
            made.append(_given(one, substitute, first_day, last_day))
        except Refused as refused:
            reasons += refused.reasons
    if reasons:
        raise Refused(reasons)
    return [duty for duty, is_new in made if is_new]


def _given(covered: Duty, substitute: StaffMember, first_day: date, last_day: date) -> tuple[Duty, bool]:
    """Never longer than the function itself is somebody's. And whether it is new."""
    starts_on, ends_on = max(first_day, covered.starts_on), min(last_day, covered.ends_on or last_day)
    if ends_on < starts_on:
        raise Refused(f"{function_of(covered)} finns inte de dagarna.")
    years = None
    if covered.first_year is not None and covered.last_year is not None:
        years = covered.first_year, covered.last_year
    scope = covered.school_class or covered.school or covered.municipality
    return duties.give(substitute, covered.role, scope, starts_on, ends_on, covered.team, years)
