"""What is kept of pupils' support periods, and writing what a file says of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.roster.holding import hold
from assessments.roster.models import Enrolment, SchoolClass
from screening.models import SupportPeriod, SupportResult
from screening.support.models import SupportPlan, SupportResultChange
from screening.support.ways import GoalWay, SupportKind

PERIODS = cast(sa.Table, SupportPeriod.__table__)
RESULTS = cast(sa.Table, SupportResult.__table__)
PLANS = cast(sa.Table, SupportPlan.__table__)
CHANGES = cast(sa.Table, SupportResultChange.__table__)
PART = 5_000  # ids in one question: both databases limit how many values one statement may hold

Key = tuple[int, str, date]  # pupil id, measure, first day
Row = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """What is kept of some pupils: periods by key, and the results of each by day."""

    periods: dict[Key, Any]
    results: dict[Key, dict[date, Any]]
    kinds: dict[Key, SupportKind] = field(default_factory=dict)

    @classmethod
    def fetch(cls, pupil_ids: Collection[int], holds: bool = False) -> "Stored":
        """Three statements per 5,000 pupils. ``holds``: other writers of theirs wait until the commit."""
        stored = cls({}, {})
        if holds:
            hold(pupil_ids)
        for part in parts(sorted(pupil_ids)):
            key_of: dict[int, Key] = {}
            for row in db.session.execute(sa.select(PERIODS).where(PERIODS.c.pupil_id.in_(part))):
                key_of[row.id] = key = (row.pupil_id, row.measure, row.starts_on)
                stored.periods[key] = row
            own = sa.select(PERIODS.c.id).where(PERIODS.c.pupil_id.in_(part))
            for row in db.session.execute(sa.select(RESULTS).where(RESULTS.c.support_period_id.in_(own))):
                stored.results.setdefault(key_of[row.support_period_id], {})[row.measured_on] = row
            for row in db.session.execute(sa.select(PLANS).where(PLANS.c.support_period_id.in_(own))):
                stored.kinds[key_of[row.support_period_id]] = row.kind
        return stored


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Parts that one statement can hold."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def write(
    periods: Sequence[Row], results: Mapping[Key, Sequence[Row]], kinds: Mapping[Key, SupportKind]
) -> None:
    """Add the rows without ``row_id`` and change those with one. A statement for all rows of a kind."""
    moment = now()
    new = [{**row, "created_at": moment} for row in periods if "row_id" not in row]
    _execute(sa.insert(PERIODS), new)
    _execute(_by_id(PERIODS), [row for row in periods if "row_id" in row])
    keys = [key for key, own in results.items() if own]
    stored = Stored.fetch({key[0] for key in (*keys, *kinds)})
    ids = {key: row.id for key, row in stored.periods.items()}
    told = [{**row, "support_period_id": ids[key]} for key in keys for row in results[key]]
    _execute(sa.insert(RESULTS), [row for row in told if "row_id" not in row])
    _execute(_by_id(RESULTS), [row for row in told if "row_id" in row])
    _keep_history(told, moment)
    agreed = {"goal_way": GoalWay.AGREED, "created_at": moment}
    named = [{"period": ids[key], "kind": kind} for key, kind in kinds.items() if key in stored.kinds]
    added = [
        {"support_period_id": ids[key], "kind": kind}
        for key, kind in kinds.items()
        if key not in stored.kinds
    ]
    _execute(sa.insert(PLANS), [{**row, **agreed} for row in added])
    _execute(sa.update(PLANS).where(PLANS.c.support_period_id == sa.bindparam("period")), named)


def _keep_history(told: Sequence[Row], moment: datetime) -> None:
    """What stood on each day from now on, as the pages keep it too."""
    counts: dict[tuple[int, date], int] = {}
    for part in parts(sorted({row["support_period_id"] for row in told})):
        latest = (
            sa.select(CHANGES.c.support_period_id, CHANGES.c.measured_on, sa.func.max(CHANGES.c.version))
            .where(CHANGES.c.support_period_id.in_(part))
            .group_by(CHANGES.c.support_period_id, CHANGES.c.measured_on)
        )
        counts |= {(row[0], row[1]): row[2] for row in db.session.execute(latest)}
    rows = [{name: value for name, value in row.items() if name != "row_id"} for row in told]
    _execute(
        sa.insert(CHANGES),
        [
            {
                **row,
                "version": counts.get((row["support_period_id"], row["measured_on"]), 0) + 1,
                "changed_at": moment,
            }
            for row in rows
        ],
    )


def _by_id(table: sa.Table) -> sa.Update:
    return sa.update(table).where(table.c.id == sa.bindparam("row_id"))


def _execute(statement: sa.Executable, rows: list[Row]) -> None:
    if rows:
        db.session.connection().execute(statement, rows)


def years_of(pupil_ids: set[int]) -> dict[tuple[int, str], int]:
    """The year of each pupil by academic year; of several that year the later one."""
    found: dict[tuple[int, str], int] = {}
    for part in parts(sorted(pupil_ids)):
        rows = db.session.execute(
            sa.select(Enrolment.pupil_id, SchoolClass.academic_year, Enrolment.year)
            .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
            .where(Enrolment.pupil_id.in_(part))
            .order_by(Enrolment.starts_on, Enrolment.id)
        )
        found |= {(pupil_id, academic_year): year for pupil_id, academic_year, year in rows}
    return found
