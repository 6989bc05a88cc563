"""Score rows as arrays, one per column, without making an object of any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from assessments.database.questions import Joined, Question, is_one_of
from assessments.models import Absence, Score
from screening.frame import Frame
from screening.placed import NOWHERE
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


COLUMNS = (
    SCORES.c.pupil_id,
    SCORES.c.window_id,
    _said(),
    sa.func.coalesce(SCORES.c.points, _number(0)),
    sa.func.coalesce(SCORES.c.attempted, _number(NONE)),
    sa.func.coalesce(SCORES.c.errors, _number(NONE)),
    SCORES.c.measure,  # no code holds a comma
)
TEXTS = Question(sa.select(*map(Joined, COLUMNS)).where(is_one_of(SCORES.c.pupil_id, "ids")))


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
        *numbers, codes = (text or "" for text in TEXTS.kept(ids=ids)[0])
        rows = np.array([np.fromstring(text, np.int64, sep=",") for text in numbers])
        column = [frame.column_of[code] for code in codes.split(",")] if codes else []
        windows, place = np.unique(rows[1], return_inverse=True)
        number = np.array([frame.number_of.get(one, NOWHERE) for one in windows.tolist()], np.int64)[place]
        known = number != NOWHERE
        pupil, _window, said, points, attempted, errors = rows[:, known]
        claims: dict[str, Bools] = {name: said & 1 << place != 0 for place, name in enumerate(CLAIMS)}
        return cls(
            window=number[known],
            row=np.searchsorted(ids, pupil),
            column=np.array(column, np.int64)[known],
            year=said // YEAR,
            values={
                "marks": (said % YEAR // MARK).astype(np.int8),
                "points": points,
                **claims,
                "attempted": attempted,
                "errors": errors,
            },
        )
