"""Where planned development starts, where nobody said it: the first results' median, else the window's score.

Never 0 for lack of anything else: a period without a start is refused, and its start asked for.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.database import db
from assessments.database.types import from_thousandths, in_thousandths
from assessments.models import AssessmentWindow, Score
from screening.aimlines import START_WITHIN_DAYS, Readings, first_values
from screening.models import StartFrom
from screening.support.stored import Key, parts


class Start(NamedTuple):
    """A start value and where it is from."""

    value: Decimal
    start_from: StartFrom

    @property
    def columns(self) -> dict[str, Any]:
        return {"start": self.value, "start_from": self.start_from}


def starts(
    periods: Mapping[Key, Mapping[date, Decimal]], seen: sa.ColumnElement[bool] | None = None
) -> dict[Key, Start]:
    """The start of each period, by its results; periods that have none are left out. ``seen``: the scores
    that may be looked at (None: all)."""
    keys = list(periods)
    if not keys:
        return {}
    rows = [(of, day, value) for of, key in enumerate(keys) for day, value in periods[key].items()]
    readings = Readings(
        period=np.array([of for of, _, _ in rows], np.int64),
        day=np.array([day for _, day, _ in rows], "datetime64[D]"),
        points=np.array([in_thousandths(value) for _, _, value in rows], np.int64),
    )
    found, medians = first_values(np.array([key[2] for key in keys], "datetime64[D]"), readings)
    told = {
        keys[of]: Start(from_thousandths(int(medians[of])), StartFrom.FIRST_RESULTS)
        for of in np.flatnonzero(found).tolist()
    }
    scores = _window_scores([key for key in keys if key not in told], seen)
    return told | {key: Start(value, StartFrom.WINDOW) for key, value in scores.items()}


def _window_scores(keys: Collection[Key], seen: sa.ColumnElement[bool] | None) -> dict[Key, Decimal]:
    """The latest score of the academic year, taken before the period or in its first three weeks."""
    scores: dict[tuple[int, str, str], list[tuple[date, Decimal]]] = {}
    for part in parts(sorted({pupil_id for pupil_id, _, _ in keys})):
        rows = sa.select(
            Score.pupil_id, Score.measure, AssessmentWindow.academic_year, Score.assessed_on, Score.points
        ).join(AssessmentWindow, AssessmentWindow.id == Score.window_id)
        here = rows.where(Score.pupil_id.in_(part), Score.points.is_not(None))
        here = here if seen is None else here.where(seen)
        for pupil_id, measure, academic_year, day, points in db.session.execute(here):
            if points is not None:
                scores.setdefault((pupil_id, measure, academic_year), []).append((day, points))
    told = {}
    for pupil_id, measure, starts_on in keys:
        last = starts_on + timedelta(days=START_WITHIN_DAYS)
        own = scores.get((pupil_id, measure, academic_year_on(starts_on)), [])
        if soon := [score for score in own if score[0] <= last]:
            told[pupil_id, measure, starts_on] = max(soon)[1]
    return told
