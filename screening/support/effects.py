"""What came of support: before and after, levels gained and lost, and what others gain anyhow.

Follow-ups say before and after; what was to be expected comes from pupils of the same year who began alike
and had no support that academic year (``screening.conditional_growth``). Nothing is hidden here: that is the
matter of who shows it to those who may not see the pupils.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import sqlalchemy as sa

from assessments import windows
from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.database import db
from assessments.database.types import in_thousandths
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Score
from screening.conditional_growth import FEWEST_WITH_SUPPORT, Effect, Pairs, effects
from screening.handovers.seeing import is_open_on
from screening.levels import Level
from screening.models import Judgement, SupportPeriod
from screening.support.ending import is_told
from screening.support.models import SupportFollowUp, SupportPlan
from screening.support.stored import years_of
from screening.support.ways import WITHOUT_KIND
from screening.support.without_support import without_support

NO_LEVEL = Level.NOT_DETERMINED.rank


@dataclass(frozen=True)
class EffectLine:
    """One kind of support on one measure. ``is_few``: too few to say anything of the support itself."""

    kind: str
    measure: str
    unit: str
    effect: Effect
    is_few: bool
    pupils: frozenset[int]
    better: frozenset[int]  # of those with a level before and after, who reached a better one
    with_levels: frozenset[int]

    def shown(self, units: float) -> str:
        return shown(units)


def shown(units: float) -> str:
    """``12,3``, with a minus sign below zero."""
    return f"{units:.1f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class _Ended:
    """A period that was followed up with a result, and the pupil's level (its rank) around it."""

    period: SupportPeriod
    follow_up: SupportFollowUp
    kind: str
    level_before: int
    level_after: int
    year: int

    @property
    def weeks(self) -> float:
        return max((self.follow_up.ended_on - self.period.starts_on).days, 1) / 7


def recent_effects(pupils: sa.SelectBase) -> tuple[EffectLine, ...]:
    """Of periods that began this academic year or the one before, as far as the school may know of them.
    Queries as below."""
    begins = first_day(academic_year_on(today()))
    recent = SupportPeriod.starts_on >= begins.replace(year=begins.year - 1)
    open_here = is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on)
    known = is_open_on(Score.pupil_id, Score.assessed_on)
    told = is_told(SupportPeriod.pupil_id)
    return support_effects(pupils, sa.and_(recent, open_here, told), known)


def support_effects(
    pupils: sa.SelectBase, periods: sa.ColumnElement[bool], scores: sa.ColumnElement[bool]
) -> tuple[EffectLine, ...]:
    """Of these pupils' chosen periods that have been followed up, by measure and kind, beside what others of
    them gain by the chosen scores. Seven queries; without periods one."""
    found = _followed_up(pupils, periods)
    if not found:
        return ()
    known, told = measures(), []
    others = without_support(pupils, {period.measure for period, _end, _plan in found}, scores)
    for code, rows in groupby(_ended(found), key=lambda one: one.period.measure):
        ended, measure = list(rows), known[code]
        pairs = _pairs(ended, measure.higher_is_better)
        unaided = others.pairs(code, measure.higher_is_better)
        for kind, effect in effects([one.kind for one in ended], pairs, unaided, fewest=1).items():
            told.append(_line(kind, measure, effect, [one for one in ended if one.kind == kind]))
    return tuple(told)


def _line(kind: str, measure: Measure, effect: Effect, ended: Sequence[_Ended]) -> EffectLine:
    both = [one for one in ended if NO_LEVEL not in (one.level_before, one.level_after)]
    return EffectLine(
        kind,
        measure.name,
        measure.unit,
        effect,
        is_few=effect.n < FEWEST_WITH_SUPPORT,
        pupils=frozenset(one.period.pupil_id for one in ended),
        better=frozenset(one.period.pupil_id for one in both if one.level_after > one.level_before),
        with_levels=frozenset(one.period.pupil_id for one in both),
    )


Row = tuple[SupportPeriod, SupportFollowUp, SupportPlan | None]


def _followed_up(pupils: sa.SelectBase, periods: sa.ColumnElement[bool]) -> Sequence[Row]:
    """By measure, in an order that is always the same."""
    asked = (
        sa.select(SupportPeriod, SupportFollowUp, SupportPlan)
        .join(SupportFollowUp, SupportFollowUp.support_period_id == SupportPeriod.id)
        .outerjoin(SupportPlan, SupportPlan.support_period_id == SupportPeriod.id)
        .where(SupportPeriod.pupil_id.in_(pupils), SupportFollowUp.after.is_not(None), periods)
        .order_by(SupportPeriod.measure, SupportPeriod.starts_on, SupportPeriod.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(asked)]


def _ended(found: Sequence[Row]) -> list[_Ended]:
    pupil_ids = {period.pupil_id for period, _end, _plan in found}
    ranks, years, declared = _ranks(pupil_ids), years_of(pupil_ids), windows.in_order()
    told = []
    for period, end, plan in found:
        before, after = (
            NO_LEVEL if window is None else ranks.get((period.pupil_id, window.id), NO_LEVEL)
            for window in _around(period, end, declared)
        )
        kind = plan.kind.label if plan else WITHOUT_KIND
        year = years.get((period.pupil_id, academic_year_on(end.ended_on)), NO_LEVEL)
        told.append(_Ended(period, end, kind, before, after, year))
    return told


def _around(
    period: SupportPeriod, end: SupportFollowUp, declared: Sequence[AssessmentWindow]
) -> tuple[AssessmentWindow | None, AssessmentWindow | None]:
    """The latest window that had opened when it began, and the first later one that closes after it ended."""
    begun = [one for one in declared if one.opens_on <= period.starts_on]
    later = [one for one in declared if one not in begun and one.closes_on >= end.ended_on]
    return begun[-1] if begun else None, later[0] if later else None


def _ranks(pupil_ids: Iterable[int]) -> Mapping[tuple[int, int], int]:
    """By pupil id and window id."""
    rows = db.session.execute(
        sa.select(Judgement.pupil_id, Judgement.window_id, Judgement.level).where(
            Judgement.pupil_id.in_(pupil_ids)
        )
    )
    return {(pupil_id, window_id): level.rank for pupil_id, window_id, level in rows}


def _pairs(ended: Sequence[_Ended], higher_is_better: bool) -> Pairs:
    followed_up = [one.follow_up for one in ended]
    after = [in_thousandths(one.after) for one in followed_up if one.after is not None]  # so they were asked
    return Pairs(
        before=np.array([in_thousandths(one.before) for one in followed_up], np.int64),
        after=np.array(after, np.int64),
        level_before=np.array([one.level_before for one in ended], np.int64),
        level_after=np.array([one.level_after for one in ended], np.int64),
        higher_is_better=higher_is_better,
        weeks=np.array([one.weeks for one in ended]),
        alike=np.array([one.year for one in ended], np.int64),
    )
