"""Sums that outlive the pupils: what a goal was counted from is gone, what it was counted to stays.

The sums of levels stay by themselves: nobody takes a pupil's part out of them when the pupil's results are
disposed of. Absence is counted pupil by pupil, so its sums are written down before either half goes.
"""

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assessments import windows
from assessments.absence.limits import Limits
from assessments.absence.models import AbsenceShare
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.retention.disposing import RESULTS
from assessments.retention.models import AbsenceSum, Disposal
from screening.rollup.models import CountedPupil

SUMS = cast(sa.Table, AbsenceSum.__table__)
KEY = ("window_id", "school_id", "year")


def keep_absence(_kind: object, *, going: Mapping[str, sa.ColumnElement[bool]]) -> None:
    """Add the pupils whose absence, or whose place, is about to go. Each pair goes once."""
    rows = [going[name] for name in (AbsenceShare.__tablename__, CountedPupil.__tablename__) if name in going]
    if not rows:
        return
    place = CountedPupil.window_id, CountedPupil.school_id, CountedPupil.year
    asked = (
        sa.select(*place, sa.func.count().label("known"), _much().label("much"))
        .join(
            AbsenceShare,
            sa.and_(
                AbsenceShare.pupil_id == CountedPupil.pupil_id,
                AbsenceShare.window_id == CountedPupil.window_id,
            ),
        )
        .where(*rows)
        .group_by(*place)
    )
    if told := [dict(row) for row in db.session.execute(asked).mappings()]:
        db.session.connection().execute(_adding(db.engine.dialect.name), told)


def settled() -> set[int]:
    """Ids of windows that somebody's results have been disposed of: their sums cannot be counted anew."""
    lines = [line for kinds in db.session.scalars(sa.select(Disposal.kinds)) for line in kinds]
    until = max((line["until"] for line in lines if line["code"] == RESULTS), default="")
    return {one.id for one in windows.in_order() if one.closes_on.isoformat() <= until}


def _much() -> sa.ColumnElement[int]:
    limits = Limits.fetch()
    worrying = [
        sa.and_(AbsenceShare.window_id == window.id, AbsenceShare.percent >= limit)
        for window in db.session.scalars(sa.select(AssessmentWindow))
        if (limit := limits.on(window.opens_on)) is not None
    ]
    return sa.func.sum(sa.case((sa.or_(sa.false(), *worrying), 1), else_=0))


def _adding(dialect: str) -> sa.Insert:
    insert = sqlite.insert(SUMS) if dialect == "sqlite" else postgresql.insert(SUMS)
    more: dict[str, Any] = {name: SUMS.c[name] + insert.excluded[name] for name in ("known", "much")}
    return insert.on_conflict_do_update(index_elements=KEY, set_=more)
