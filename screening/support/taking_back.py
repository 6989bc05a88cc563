"""A support period that was started for the wrong pupil is taken back; the trail keeps that it was.

Verbs flush; the caller commits.
"""

import sqlalchemy as sa

from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.taken_back import is_too_late
from assessments.written_lines import forget_lines
from screening.models import SupportPeriod, SupportResult
from screening.support.models import (
    SupportChange,
    SupportFollowUp,
    SupportGroup,
    SupportLead,
    SupportPlan,
    SupportResultChange,
)
from screening.support.planning import judge


def take_back(period: SupportPeriod) -> bool:
    """False where it has gone. Raises ``Refused`` after 30 days, while it has results, when it has ended."""
    hold({period.pupil_id})
    if db.session.get(SupportPeriod, period.id, populate_existing=True) is None:
        return False
    pupil_id, lead = period.pupil_id, db.session.get(SupportLead, period.id)
    wrong = []
    if is_too_late(period.created_at):
        wrong.append("Perioden startades för mer än 30 dagar sedan. Avsluta den med uppföljning i stället.")
    if _has(SupportFollowUp, period):
        wrong.append("Perioden är avslutad. Öppna den igen först.")
    if _has(SupportResult, period):
        wrong.append("Perioden har resultat. Ta bort dem först: töm fälten och spara.")
    if wrong:
        raise Refused(wrong)
    changes = sa.select(SupportChange.id).filter_by(support_period_id=period.id)
    forget_lines("support_change", db.session.scalars(changes).all())
    for model in (SupportResultChange, SupportChange, SupportPlan, SupportLead):
        db.session.execute(sa.delete(model).where(model.support_period_id == period.id))
    db.session.delete(period)
    db.session.flush()
    if lead is not None and lead.support_group_id is not None:
        _let_go(lead.support_group_id)
    judge({pupil_id})
    return True


def _has(model: type[SupportFollowUp] | type[SupportResult], period: SupportPeriod) -> bool:
    asked = sa.select(model.id).where(model.support_period_id == period.id)
    return db.session.scalar(asked.limit(1)) is not None


def _let_go(group_id: int) -> None:
    """A group without periods is nobody's."""
    left = sa.select(SupportLead.support_period_id).where(SupportLead.support_group_id == group_id)
    gone = sa.delete(SupportGroup).where(SupportGroup.id == group_id, ~left.exists())
    db.session.execute(gone)
