"""Score rows as arrays, one per column, without making an object of any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from assessments.database.questions import Question, is_one_of
from assessments.models import Absence, Score
from screening.frame import Frame
from screening.standards import NONE, Bools, Ints, Mark

SCORES = cast(sa.Table, Score.__table__)
# What is said of a cell beside its numbers, in one small number: nearly every row says the same, and each
# value of a row costs as much as finding it. From the lowest bit: three claims, the mark, and the year.
CLAIMS = {"on_text": "is_on_agreed_text", "confirmed": "is_confirmed", "discontinued": "is_discontinued"}
MARK, YEAR = 1 << len(CLAIMS), 1 << len(CLAIMS) + 3


def _number(value: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(value))  # in the words themselves: nothing to give with every question


def _said() -> sa.ColumnElement[Any]:
    marks: Mapping[Any, Any] = {
        sa.literal_column(f"'{one.value}'"): _number(Mark[one.name] * MARK) for one in Absence
    }
    mark = sa.case(
        (SCORES.c.absence.is_(None), _number(Mark.POINTS * MARK)),
        else_=sa.case(marks, value=SCORES.c.absence),
    )
    claims = [
        sa.case((SCORES.c[name], _number(1 << place)), else_=_number(0))
        for place, name in enumerate(CLAIMS.values())
    ]
    return sum(claims, SCORES.c.year * _number(YEAR) + mark)


ROWS = Question(
    sa.select(
        SCORES.c.pupil_id,
        SCORES.c.window_id,
        SCORES.c.measure,
        _said().label("said"),
        sa.func.coalesce(SCORES.c.points, _number(0)).label("points"),
        sa.func.coalesce(SCORES.c.attempted, _number(NONE)).label("attempted"),
        sa.func.coalesce(SCORES.c.errors, _number(NONE)).label("errors"),
    ).where(is_one_of(SCORES.c.pupil_id, "ids"))
)


WINDOW_ID = itemgetter(1)  # of a row


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
        rows = ROWS.kept(ids=ids)
        if not frame.number_of.keys() >= set(map(WINDOW_ID, rows)):
            rows = [row for row in rows if WINDOW_ID(row) in frame.number_of]
        pupil, window, measure, *numbers = zip(*rows, strict=True) if rows else [()] * 7
        said, points, attempted, errors = (np.fromiter(one, np.int64, len(rows)) for one in numbers)
        claims: dict[str, Bools] = {name: said & 1 << place != 0 for place, name in enumerate(CLAIMS)}
        return cls(
            window=np.fromiter(map(frame.number_of.__getitem__, window), np.int64, len(rows)),
            row=np.searchsorted(ids, np.fromiter(pupil, np.int64, len(rows))),
            column=np.fromiter(map(frame.column_of.__getitem__, measure), np.int64, len(rows)),
            year=said // YEAR,
            values={
                "marks": (said % YEAR // MARK).astype(np.int8),
                "points": points,
                **claims,
                "attempted": attempted,
                "errors": errors,
            },
        )
