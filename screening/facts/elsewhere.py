"""What somebody has written of a pupil since the last day at a school: that is for the next one to tell.

Files that a municipality takes in on the command line may come late: they count by the days they name.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from assessments.clock import day_of, start_of
from assessments.database import db
from assessments.models import Score, ScoreChange
from screening.models import SupportResult
from screening.support.models import SupportChange, SupportFollowUp, SupportResultChange

Cells = set[tuple[int, int, str]]  # pupil id, window id, measure code


def scores_since(pupil_ids: Collection[int], last_day: date) -> Cells:
    """The cells that were assessed, or written on a page, after the last day. One query."""
    cell = ("pupil_id", "window_id", "measure", "version")
    after = start_of(last_day + timedelta(days=1))
    asked = (
        sa.select(Score.pupil_id, Score.window_id, Score.measure)
        .join(ScoreChange, sa.and_(*(getattr(ScoreChange, one) == getattr(Score, one) for one in cell)))
        .where(
            Score.pupil_id.in_(pupil_ids),
            sa.or_(
                Score.assessed_on > last_day,
                sa.and_(ScoreChange.changed_at >= after, ScoreChange.duty_id.is_not(None)),
            ),
        )
    )
    return {(row.pupil_id, row.window_id, row.measure) for row in db.session.execute(asked)}


def carried_on(last_days: Mapping[int, date]) -> set[int]:
    """Of support periods by id, with the last day of each one's pupil: those that somebody has measured in,
    changed or told the end of since. Two queries."""

    def asked(of: Any, told: Any) -> sa.Select[tuple[int, Any]]:
        return sa.select(of.support_period_id, told).where(of.support_period_id.in_(last_days))

    days = [(SupportResult, SupportResult.measured_on), (SupportFollowUp, SupportFollowUp.ended_on)]
    moments = [
        asked(of, moment).where(of.duty_id.is_not(None))
        for of, moment in (
            (SupportResultChange, SupportResultChange.changed_at),
            (SupportChange, SupportChange.changed_at),
            (SupportFollowUp, SupportFollowUp.created_at),
        )
    ]
    named = db.session.execute(sa.union_all(*(asked(*one) for one in days))).all()
    written = db.session.execute(sa.union_all(*moments)).all()
    told = [*named, *((number, day_of(moment)) for number, moment in written)]
    return {number for number, day in told if day > last_days[number]}
