"""What the same pupils reached before, so that a sheet can point at odd numbers while they are typed."""

from collections.abc import Collection
from decimal import Decimal

import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.models import AssessmentWindow, Score
from assessments.sheets import Key


def points_before(window: AssessmentWindow, pupil_ids: Collection[int]) -> dict[Key, Decimal]:
    """The points of each cell in the latest earlier window that has any. Two queries."""
    place = windows.place_in_time
    former = [one for one in windows.in_order() if place(one) < place(window)]
    order = {one.id: number for number, one in enumerate(former)}
    rows = db.session.execute(
        sa.select(Score.pupil_id, Score.measure, Score.window_id, Score.points).where(
            Score.pupil_id.in_(pupil_ids), Score.window_id.in_(order), Score.points.is_not(None)
        )
    ).all()
    latest_last = sorted(rows, key=lambda row: order[row.window_id])
    return {(row.pupil_id, row.measure): row.points for row in latest_last}
