"""Absence in the example: one share per pupil and window, a little higher where results are low."""

from decimal import Decimal

import numpy as np
import sqlalchemy as sa

from assessments.absence.models import AbsenceShare
from assessments.database import db
from assessments.demo import telling
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import Enrolment, SchoolClass

USUAL, SCATTER = 6.0, 1.1  # percent: the median, and how much pupils differ (of the logarithm)
MOST = 65.0
LOW_SHARE, MORE = 0.15, 2.2  # those with the lowest reading are away so many times more
MEASURE = "ord_per_minut"


def away(example: telling.Example, window: AssessmentWindow) -> None:
    """Everybody in a class that year gets a share. Flushes."""
    chance = telling.lot(example.seed, window.code, "absence")
    goes = sa.select(Enrolment.pupil_id).join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
    goes = goes.where(SchoolClass.academic_year == window.academic_year).distinct()
    ids = list(db.session.scalars(goes.order_by(Enrolment.pupil_id)))
    low = _lowest(window)
    shares = np.exp(chance.normal(np.log(USUAL), SCATTER / 2, len(ids)))
    db.session.add_all(
        AbsenceShare(
            pupil_id=pupil_id,
            window_id=window.id,
            percent=Decimal(round(min(MOST, float(share) * (MORE if pupil_id in low else 1.0)))),
        )
        for pupil_id, share in zip(ids, shares, strict=True)
    )
    db.session.flush()


def _lowest(window: AssessmentWindow) -> set[int]:
    asked = sa.select(Score.pupil_id).where(
        Score.window_id == window.id, Score.measure == MEASURE, Score.points.is_not(None)
    )
    ranked = list(db.session.scalars(asked.order_by(Score.points, Score.pupil_id)))
    return set(ranked[: round(len(ranked) * LOW_SHARE)])
