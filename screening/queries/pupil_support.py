"""A pupil's support periods for the page. NumPy waits until there is a period to tell of."""

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Pupil
from screening.facts.elsewhere import carried_on
from screening.handovers.seeing import is_open_on, was_known
from screening.models import SupportPeriod
from screening.support.stored import PERIODS

if TYPE_CHECKING:
    from screening.support.queries.shown import SupportShown


def pupil_support(pupil: Pupil, until: date | None = None) -> "tuple[SupportShown, ...]":
    """The periods, the latest first. One query; where there are any a fixed number of others.

    ``until``: the last day of a pupil who has left. Only what was known then, and nobody has gone on with.
    """
    own = sa.select(SupportPeriod.id).where(SupportPeriod.pupil_id == pupil.id)
    if db.session.scalar(own.limit(1)) is None:
        return ()
    from screening.support.queries.shown import shown  # NumPy: most pupils have no period

    if until is None:
        here = is_open_on(PERIODS.c.pupil_id, PERIODS.c.starts_on)
        return shown(sa.and_(PERIODS.c.pupil_id == pupil.id, here))
    known = was_known(PERIODS.c.pupil_id, PERIODS.c.starts_on)
    begun = shown(sa.and_(PERIODS.c.pupil_id == pupil.id, PERIODS.c.starts_on <= until, known))
    others = carried_on({one.period_id: until for one in begun})
    return tuple(one for one in begun if one.period_id not in others)
