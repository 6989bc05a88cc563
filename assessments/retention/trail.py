"""Rows of the trail that have had their time, and the alarms that it raised."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.access.alarm_models import Alarm
from assessments.access.trail import disposing
from assessments.database import db
from assessments.retention.due import after
from assessments.retention.models import Disposal, RetentionRule
from assessments.retention.planning import Line, Other
from assessments.roster.models import Municipality


def due_rows(municipality: Municipality | None, rule: RetentionRule, until: date) -> Other:
    """Whole beginnings of the municipality's chains, and alarms that somebody has looked at by then. None: of
    what belongs to no municipality."""
    before, municipality_id = after(until), municipality.id if municipality else None
    cuts = disposing.cuts(municipality_id, before)
    looked_at: Any = sa.and_(Alarm.municipality_id == municipality_id, Alarm.acknowledged_at < before)
    alarms = db.session.scalar(sa.select(sa.func.count()).select_from(Alarm).where(looked_at)) or 0
    rows = {"rader_i_loggen": sum(one.rows for one in cuts), "kvitterade_larm": alarms}

    def take_away(disposal: Disposal) -> None:
        disposing.cut(cuts, before, disposal.id)
        db.session.execute(sa.delete(Alarm).where(looked_at))

    return Other(Line.of(rule, until, rows), take_away)
