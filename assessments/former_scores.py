"""What the same pupils reached before, so that a sheet can point at odd numbers while they are typed."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.doors import screening
from assessments.models import AssessmentWindow, Score
from assessments.sheets import Key


@dataclass(frozen=True)
class Former:
    """Points, and the window they are of in words: not always the last one, as pupils are away."""

    points: Decimal
    when: str  # "våren 2025/26"


def points_before(window: AssessmentWindow, pupil_ids: Collection[int]) -> dict[Key, Former]:
    """The points of each cell in the latest earlier window that has any, of those that may be seen there. Two
    queries."""
    place = windows.place_in_time
    former = [one for one in windows.in_order() if place(one) < place(window)]
    order = {one.id: number for number, one in enumerate(former)}
    words = {one.id: one.label.lower() for one in former}
    rows = db.session.execute(
        sa.select(Score.pupil_id, Score.measure, Score.window_id, Score.points).where(
            Score.pupil_id.in_(pupil_ids), Score.window_id.in_(order), Score.points.is_not(None),
            screening().is_open(Score.pupil_id, Score.window_id, window),
        )
    ).all()  # fmt: skip
    latest_last = sorted(rows, key=lambda row: order[row.window_id])
    return {(row.pupil_id, row.measure): Former(row.points, words[row.window_id]) for row in latest_last}


def most_often(windows_told: Iterable[str | None]) -> str | None:
    """The window that most former points of a column are of, which the column says for them."""
    counts = Counter(one for one in windows_told if one)
    return max(counts, key=lambda one: (counts[one], one), default=None)
