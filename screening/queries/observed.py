"""What has been observed of a pupil, as those see it who may take it back."""

from collections.abc import Sequence

import sqlalchemy as sa

from assessments.access.permissions import Permission, duties_giving
from assessments.database import db
from assessments.roster.models import Duty, Pupil
from assessments.taken_back import earliest
from screening.handovers.seeing import is_open_on
from screening.models import Observation


def observations_open_to(pupil: Pupil) -> sa.Select[Observation]:
    """Those of the pupil that are no former school's."""
    here = is_open_on(Observation.pupil_id, Observation.observed_on)
    return sa.select(Observation).where(Observation.pupil_id == pupil.id, here)


def own_observations(pupil: Pupil) -> Sequence[Observation]:
    """Those that a function of the signed-in person's wrote lately, the latest first. One query."""
    roles = {one.role for one in duties_giving(Permission.OBSERVE)}
    own = observations_open_to(pupil).join(Duty, Duty.id == Observation.duty_id)
    lately = own.where(Duty.role.in_(roles), Observation.created_at >= earliest())
    return db.session.scalars(lately.order_by(Observation.id.desc())).all()
