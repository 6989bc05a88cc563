"""What pupils gain in an academic year without support: what is to be expected anyhow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.database import db
from assessments.database.types import in_thousandths
from assessments.models import AssessmentWindow, Score
from screening.conditional_growth import Pairs
from screening.models import SupportPeriod
from screening.support.models import SupportFollowUp

SHORTEST_WEEKS = 4  # from the first result to the last, for a rate to be told from them


@dataclass(frozen=True)
class Gain:
    """A pupil's first result of an academic year and the last, in thousandths, and the weeks between them."""

    before: int
    after: int
    weeks: float
    year: int


@dataclass(frozen=True)
class WithoutSupport:
    by_measure: Mapping[str, Sequence[Gain]]

    def pairs(self, measure: str, higher_is_better: bool) -> Pairs:
        """Alike are those of a year; of levels nothing is said."""
        gains = self.by_measure.get(measure, ())
        nobody = np.full(len(gains), -1)
        return Pairs(
            before=np.array([one.before for one in gains], np.int64),
            after=np.array([one.after for one in gains], np.int64),
            level_before=nobody,
            level_after=nobody,
            higher_is_better=higher_is_better,
            weeks=np.array([one.weeks for one in gains], np.float64),
            alike=np.array([one.year for one in gains], np.int64),
        )


def without_support(
    pupils: sa.SelectBase, codes: Collection[str], scores: sa.ColumnElement[bool]
) -> WithoutSupport:
    """Every academic year of these pupils in which no support of theirs ran on any measure, by the chosen
    scores. Two queries."""
    supported = _supported(pupils)
    found: dict[str, list[Gain]] = {}
    for (code, pupil_id, academic_year), rows in groupby(_scores(pupils, codes, scores), key=_pupil_year):
        gain = None if (pupil_id, academic_year) in supported else _gain(list(rows))
        if gain is not None:
            found.setdefault(code, []).append(gain)
    return WithoutSupport(found)


def _supported(pupils: sa.SelectBase) -> set[tuple[int, str]]:
    """Each pupil and academic year that support ran in, also where it began in the year before."""
    rows = db.session.execute(
        sa.select(
            SupportPeriod.pupil_id, SupportPeriod.starts_on, SupportFollowUp.ended_on, SupportPeriod.goal_on
        )
        .outerjoin(SupportFollowUp, SupportFollowUp.support_period_id == SupportPeriod.id)
        .where(SupportPeriod.pupil_id.in_(pupils))
    )
    found = set()
    for pupil_id, starts_on, ended_on, goal_on in rows:
        begins, ends = (int(academic_year_on(one)[:4]) for one in (starts_on, ended_on or goal_on))
        found |= {(pupil_id, academic_year_on(date(year, 12, 31))) for year in range(begins, ends + 1)}
    return found


def _scores(pupils: sa.SelectBase, codes: Collection[str], chosen: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Pupil by pupil and year by year, in the order they were taken."""
    return db.session.execute(
        sa.select(
            Score.measure, Score.pupil_id, AssessmentWindow.academic_year, Score.year, Score.assessed_on,
            Score.points,
        )
        .join(AssessmentWindow, AssessmentWindow.id == Score.window_id)
        .where(
            Score.pupil_id.in_(pupils), Score.measure.in_(codes), Score.points.is_not(None),
            chosen,
        )
        .order_by(Score.measure, Score.pupil_id, AssessmentWindow.academic_year, Score.assessed_on)
    ).all()  # fmt: skip


def _pupil_year(row: Any) -> tuple[str, int, str]:
    return row.measure, row.pupil_id, row.academic_year


def _gain(rows: Sequence[Any]) -> Gain | None:
    first, last = rows[0], rows[-1]
    weeks = _weeks(first.assessed_on, last.assessed_on)
    if weeks < SHORTEST_WEEKS or first.year != last.year:
        return None
    return Gain(in_thousandths(first.points), in_thousandths(last.points), weeks, first.year)


def _weeks(first: date, last: date) -> float:
    return (last - first).days / 7
