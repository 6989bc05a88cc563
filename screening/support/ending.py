"""Ending a support period: before, after, what the numbers say, and what worked. It can be opened again.

Verbs: they change and flush, and judge the pupil anew; the caller commits.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.words import day
from screening.handovers.seeing import is_open_on
from screening.models import SupportPeriod, SupportResult
from screening.support.models import SupportFollowUp
from screening.support.planning import judge
from screening.support.ways import WhatWorked

AFTER_POINTS = 3  # their median is the value after: as robust as the start (decision logic, section 6)
OVERTAKEN = "Någon annan har sparat uppföljningen sedan du öppnade sidan. Se vad som står nu, och spara igen."


@dataclass(frozen=True)
class Told:
    """What those who gave the support say; ``version`` is the follow-up they had before them, 0 for none."""

    ended_on: date
    worked: WhatWorked
    line: str | None
    version: int


def end_period(period: SupportPeriod, told: Told, by: Recorder) -> SupportFollowUp:
    """The period's follow-up, new or corrected. Raises ``Refused``."""
    hold({period.pupil_id})
    kept = _kept(period, told.version)
    if not period.starts_on <= told.ended_on <= today():
        raise Refused(f"Sista dagen ligger mellan {day(period.starts_on)} och i dag.")
    points = results_until(period, told.ended_on)
    values = {
        "ended_on": told.ended_on, "before": period.start, "after": value_after(points),
        "results": len(points), "verdict": _verdict(period), "worked": told.worked, "line": told.line,
        "version": told.version + 1, "account_id": by.account_id, "duty_id": by.duty_id,
    }  # fmt: skip
    if kept is None:
        kept = SupportFollowUp(support_period_id=period.id, **values)
        db.session.add(kept)
    else:
        for name, value in values.items():
            setattr(kept, name, value)
    db.session.flush()
    judge({period.pupil_id})
    return kept


def open_again(period: SupportPeriod, version: int) -> bool:
    """The period runs on, as if nobody had ended it; whether that is news."""
    hold({period.pupil_id})
    kept = _kept(period, version)
    if kept is None:
        return False
    db.session.delete(kept)
    db.session.flush()
    judge({period.pupil_id})
    return True


def value_after(points: list[Decimal]) -> Decimal | None:
    """The median of the last three results; the last one where there are fewer, none where there is none."""
    if len(points) >= AFTER_POINTS:
        return median(points[-AFTER_POINTS:])
    return points[-1] if points else None


def is_told(pupil_id: Any) -> sa.ColumnElement[bool]:
    """The condition that a follow-up may be read by whoever asks: it was neither given nor written in a time
    at another school that has not been handed over."""
    days = (SupportFollowUp.ended_on, SupportFollowUp.created_at)
    return sa.and_(*(is_open_on(pupil_id, day) for day in days))


def follow_up_of(period: SupportPeriod) -> SupportFollowUp | None:
    return db.session.scalar(sa.select(SupportFollowUp).filter_by(support_period_id=period.id))


def results_until(period: SupportPeriod, until: date) -> list[Decimal]:
    """In the order they were taken."""
    asked = sa.select(SupportResult.points).filter_by(support_period_id=period.id)
    rows = asked.where(SupportResult.measured_on <= until).order_by(SupportResult.measured_on)
    return list(db.session.scalars(rows))


def _kept(period: SupportPeriod, version: int) -> SupportFollowUp | None:
    kept = follow_up_of(period)
    if (kept.version if kept else 0) != version:
        raise Refused(OVERTAKEN)
    return kept


def _verdict(period: SupportPeriod) -> str:
    """What growth says that day."""
    from screening.growth import VERDICTS, Verdict  # NumPy waits until somebody ends a period
    from screening.support.periods import fetch
    from screening.support.stored import PERIODS

    found = fetch(PERIODS.c.id == period.id, measures()).growth()
    verdict: Verdict = VERDICTS[found.verdict[0]]
    return verdict.value
