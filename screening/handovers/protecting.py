"""What is let go of when a pupil is protected: handovers say what the pupil could, and to whom it went."""

from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.roster.models import Pupil
from screening.handovers.holding import hold_history, judge_anew
from screening.handovers.models import Handover


def take_handovers_back(pupil: Pupil, **_more: Any) -> None:
    """Their content and lines are erased. The principals hand over outside Lässpår, so nothing is held."""
    of_pupil = sa.or_(Handover.pupil_id == pupil.id, Handover.accepted_pupil_id == pupil.id)
    db.session.execute(sa.update(Handover).where(of_pupil).values(content={}, line=None))
    waiting = sa.and_(of_pupil, Handover.accepted_on.is_(None), Handover.taken_back_at.is_(None))
    db.session.execute(sa.update(Handover).where(waiting).values(taken_back_at=now()))
    judge_anew(hold_history([pupil.id]))
