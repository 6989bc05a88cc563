"""Support of this academic year, counted by kind and by how it goes or went."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from screening.growth import VERDICTS
from screening.handovers.seeing import is_open_on
from screening.support.models import SupportFollowUp, SupportPlan
from screening.support.periods import fetch
from screening.support.stored import PERIODS
from screening.support.ways import WITHOUT_KIND

KindAndAnswer = tuple[str, str]


@dataclass(frozen=True)
class SupportCounts:
    """How many periods by (kind, verdict) and by (kind, what worked); ``late``: over, not followed up."""

    running: tuple[tuple[KindAndAnswer, int], ...]
    ended: tuple[tuple[KindAndAnswer, int], ...]
    late: int


def support_counts(pupils: sa.SelectBase) -> SupportCounts:
    """Of the periods that these pupils have begun here. Four queries; without periods two."""
    begins = first_day(academic_year_on(today()))
    this_year = sa.or_(PERIODS.c.starts_on >= begins, PERIODS.c.goal_on >= today())
    begun_here = is_open_on(PERIODS.c.pupil_id, PERIODS.c.starts_on)
    chosen = sa.and_(PERIODS.c.pupil_id.in_(pupils), this_year, begun_here)
    support = fetch(chosen, measures())
    verdicts = [VERDICTS[int(one)].label for one in support.growth().verdict]
    kinds, worked = _plans(chosen), _worked(chosen)
    goal_on = support.plans.goal_on.tolist()
    running, ended, late = Counter[KindAndAnswer](), Counter[KindAndAnswer](), 0
    for row, period_id in enumerate(support.ids.tolist()):
        kind = kinds.get(period_id, WITHOUT_KIND)
        if period_id in worked:
            ended[kind, worked[period_id]] += 1
        else:
            running[kind, verdicts[row]] += 1
            late += goal_on[row] < today()
    return SupportCounts(tuple(sorted(running.items())), tuple(sorted(ended.items())), late)


def _plans(chosen: sa.ColumnElement[bool]) -> dict[int, str]:
    plans = sa.select(SupportPlan).join(PERIODS, PERIODS.c.id == SupportPlan.support_period_id).where(chosen)
    return {one.support_period_id: one.kind.label for one in db.session.scalars(plans)}


def _worked(chosen: sa.ColumnElement[bool]) -> dict[int, str]:
    ends = sa.select(SupportFollowUp).join(PERIODS, PERIODS.c.id == SupportFollowUp.support_period_id)
    return {one.support_period_id: one.worked.label for one in db.session.scalars(ends.where(chosen))}
