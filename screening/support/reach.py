"""Which support periods and groups a person may open: those of the pupils that a duty opens."""

from collections.abc import Sequence

import sqlalchemy as sa

from assessments.access.permissions import FETCHES, Fetch, Permission, pupils_open_to
from assessments.access.persons import Held
from assessments.roster.among import is_among
from screening.handovers.seeing import is_open_on
from screening.models import SupportPeriod


def periods_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[SupportPeriod]:
    """The periods of pupils where a duty gives this permission."""
    pupils = pupils_open_to(permission, among)
    begun_here = is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on)
    return sa.select(SupportPeriod).where(is_among(SupportPeriod.pupil_id, pupils), begun_here)


FETCHES["support_period"] = Fetch(SupportPeriod, "period_id", periods_open_to)
