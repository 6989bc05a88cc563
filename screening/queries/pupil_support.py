"""A pupil's support periods for the page. NumPy waits until there is a period to tell of."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Pupil
from screening.models import SupportPeriod
from screening.support.models import SupportPlan

if TYPE_CHECKING:
    from screening.support.queries.shown import SupportShown

PERIODS = sa.select(SupportPeriod.id, SupportPlan).outerjoin(
    SupportPlan, SupportPlan.support_period_id == SupportPeriod.id
)


def pupil_support(pupil: Pupil) -> "tuple[SupportShown, ...]":
    """The periods, the latest first. One query; where there are any a fixed number of others."""
    own = PERIODS.where(SupportPeriod.pupil_id == pupil.id)
    plans = dict(db.session.execute(own).all())
    if not plans:
        return ()
    from screening.support.queries.shown import shown  # NumPy: most pupils have no period

    return shown(pupil.id, plans)
