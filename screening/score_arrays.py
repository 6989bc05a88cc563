"""Score rows as arrays, one per column, without making an object of any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from assessments.database.questions import Question, is_one_of
from assessments.models import Absence, Score
from screening.frame import Frame
from screening.standards import NONE, Ints, Mark

SCORES = cast(sa.Table, Score.__table__)
CLAIMS = ("is_on_agreed_text", "is_confirmed", "is_discontinued")
COLUMNS = ("pupil_id", "window_id", "measure", "year", "points", "absence", *CLAIMS, "attempted", "errors")
MARKS: dict[str | None, Mark] = {None: Mark.POINTS, **{one.value: Mark[one.name] for one in Absence}}


ROWS = Question(sa.select(*(SCORES.c[name] for name in COLUMNS)).where(is_one_of(SCORES.c.pupil_id, "ids")))


@dataclass(frozen=True)
class ScoreArrays:
    """Score rows as one array per column (k,), and where each of them belongs."""

    window: Ints
    row: Ints
    column: Ints
    year: Ints
    values: Mapping[str, npt.NDArray[Any]]  # by field of Sheet

    @classmethod
    def fetch(cls, frame: Frame, ids: Sequence[int]) -> "ScoreArrays":
        """``ids`` in order. One query."""
        window_of = {window.id: number for number, window in enumerate(frame.windows)}
        column_of = {code: column for column, code in enumerate(frame.measures)}
        rows = ROWS.rows(ids=ids)
        if elsewhere := {row[1] for row in rows} - window_of.keys():
            rows = [row for row in rows if row[1] not in elsewhere]
        pupil, window, measure, year, points, absence, *more = zip(*rows, strict=True) if rows else [()] * 11
        on_text, confirmed, discontinued, attempted, errors = more
        return cls(
            window=np.array([window_of[one] for one in window], np.int64),
            row=np.searchsorted(ids, np.array(pupil, np.int64)),
            column=np.array([column_of[one] for one in measure], np.int64),
            year=np.array(year, np.int64),
            values={
                "marks": np.array([MARKS[one] for one in absence], np.int8),
                "points": np.array([one or 0 for one in points], np.int64),
                "on_text": np.array(on_text, np.bool_),
                "confirmed": np.array(confirmed, np.bool_),
                "discontinued": np.array(discontinued, np.bool_),
                "attempted": np.array([NONE if one is None else one for one in attempted], np.int64),
                "errors": np.array([NONE if one is None else one for one in errors], np.int64),
            },
        )
