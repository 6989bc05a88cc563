"""Staff whose last duty ended long ago: nothing here says who they were. What they did stays, by function."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.access.alarm_models import Alarm, RefusedObject
from assessments.access.models import Account, ApiToken, OneTimeLink, SignInSession
from assessments.access.reach import duties_in
from assessments.access.sign_in_models import ProviderIdentity, RecoveryCode, SecondFactor
from assessments.clock import now
from assessments.database import db
from assessments.retention.due import Condition, after
from assessments.retention.models import Disposal, RetentionRule
from assessments.retention.planning import Line, Other
from assessments.roster.models import Duty, Municipality, StaffMember, new_external_id

FORMER = "Tidigare anställd"
ITS_OWN: dict[str, Any] = {
    "inloggningar": SignInSession, "länkar_till_lösenord": OneTimeLink, "inloggning_genom_kommunen":
    ProviderIdentity, "engångskoder": SecondFactor, "återställningskoder": RecoveryCode,
    "nekade_sidor": RefusedObject, "kvitterade_larm": Alarm,
}  # fmt: skip
"""What goes with an account. Its keys for programs stay, emptied: the trail calls them by number."""


def due_staff(municipality: Municipality | None, rule: RetentionRule, until: date) -> Other:
    """Everybody that the municipality looks after whose every duty, wherever it was, was over by then.

    Who never had a duty came before it. While an alarm waits to be looked at, the name is needed. None: whose
    account is of no municipality, as coordinators' of the whole initiative are.
    """
    gone = sa.select(StaffMember.id).where(_has_left(municipality, until)).correlate(None)
    accounts = sa.select(Account.id).where(Account.staff_member_id.in_(gone)).correlate(None)
    people = list(db.session.scalars(gone))
    keys = sa.select(ApiToken).where(ApiToken.account_id.in_(accounts))
    counts = {
        name: _count(sa.select(model).where(model.account_id.in_(accounts)))
        for name, model in ITS_OWN.items()
    }
    rows = {"namn": len(people), "konton": _count(accounts), **counts, "nycklar_för_program": _count(keys)}

    def take_away(_disposal: Disposal) -> None:
        ids = list(db.session.scalars(accounts))
        for model in ITS_OWN.values():
            db.session.execute(sa.delete(model).where(model.account_id.in_(accounts)))
        for key in db.session.scalars(keys):
            key.name, key.token_hash = "gallrad", f"gallrad {key.id}"
            key.revoked_at = key.revoked_at or now()
        for account in db.session.scalars(sa.select(Account).where(Account.id.in_(ids))):
            account.username = f"gallrat konto {account.id}"  # nobody can take it: names have no spaces
            account.password_hash = None
            account.disabled_at = account.disabled_at or now()
        for member in db.session.scalars(sa.select(StaffMember).where(StaffMember.id.in_(people))):
            member.name, member.external_id, member.disposed_at = FORMER, new_external_id(), now()
        db.session.flush()

    return Other(Line.of(rule, until, rows, staff=len(people)), take_away)


def _has_left(municipality: Municipality | None, until: date) -> Condition:
    duty = sa.exists().where(Duty.staff_member_id == StaffMember.id)
    account = sa.exists().where(Account.staff_member_id == StaffMember.id)
    theirs: Condition = account.where(Account.municipality_id == (municipality.id if municipality else None))
    if municipality:
        at_work = Duty.staff_member_id == StaffMember.id, Duty.id.in_(duties_in(municipality))
        theirs = sa.or_(theirs, sa.and_(~account, sa.exists().where(*at_work)))
    watched = sa.exists().where(
        Account.staff_member_id == StaffMember.id,
        Alarm.account_id == Account.id,
        Alarm.acknowledged_at.is_(None),
    )
    return sa.and_(
        StaffMember.disposed_at.is_(None),
        theirs,
        ~duty.where(sa.or_(Duty.ends_on.is_(None), Duty.ends_on > until)),
        sa.or_(duty, StaffMember.created_at < after(until)),
        ~watched,
    )


def _count(asked: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0
