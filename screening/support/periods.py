"""Pupils' support periods as arrays, and which of them fall behind as each window sees it.

A window sees what was known before the next one opens: judging an earlier window never depends on what came
after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from assessments.calendar import first_day, last_day
from assessments.database import db
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from screening.aimlines import Bools, Days, Former, Ints, Plans, Readings
from screening.growth import VERDICTS, Behind, Growth, Verdict, growth
from screening.levels import thousandths
from screening.support.changed_goals import Target, former_goals
from screening.support.models import SupportFollowUp
from screening.support.stored import PERIODS, RESULTS

COLUMNS = ("id", "pupil_id", "measure", "starts_on", "start", "goal_on", "goal")
WHOLE = ("start", "goal")  # read as they are stored, in thousandths


@dataclass(frozen=True)
class Support:
    """q support periods, in order of their ids, and all their results."""

    ids: Ints  # (q,)
    pupil_ids: Ints  # (q,)
    measures: Sequence[str]
    plans: Plans
    readings: Readings
    ended_on: Days  # (q,) not a day while nobody has ended it

    def growth(self) -> Growth:
        return growth(self.plans, self.readings)

    def behind(self, seen: "Seen", columns: Mapping[str, int]) -> dict[int, tuple[Behind, ...]]:
        """The periods that fall behind as a window sees it, by pupil id; empty where none of those that can
        be judged does. ``columns`` of the measures."""
        plans = self.plans.known_before(np.datetime64(seen.until))
        chosen = self.running_in(seen, plans)
        told: dict[int, tuple[Behind, ...]] = {}
        if not chosen.any():
            return told
        known = self.readings.where(self.readings.day < np.datetime64(seen.until))
        found = growth(plans, known)
        slow = found.verdict == VERDICTS.index(Verdict.FALLING_BEHIND)
        for row in np.flatnonzero(chosen & (found.verdict != VERDICTS.index(Verdict.TOO_EARLY))).tolist():
            pupil_id = int(self.pupil_ids[row])
            new = (_behind(found, plans, row, columns[self.measures[row]]),) if slow[row] else ()
            told[pupil_id] = told.get(pupil_id, ()) + new
        return told

    def running_in(self, seen: "Seen", plans: Plans) -> Bools:
        """(q,) Periods of the academic year that have begun and whose goal is not past before the window,
        unless somebody ended them before it closes: what came of them is said in the follow-up."""
        began: Bools = plans.starts_on < np.datetime64(seen.until)
        lasts = plans.goal_on >= np.datetime64(seen.first)
        is_open = np.isnat(self.ended_on) | (self.ended_on >= np.datetime64(seen.until))
        in_year = plans.starts_on >= np.datetime64(first_day(seen.academic_year))
        return began & lasts & is_open & in_year


def _behind(found: Growth, plans: Plans, row: int, column: int) -> Behind:
    return Behind(
        column=column,
        starts_on=plans.starts_on[row].item(),
        start=int(plans.start[row]),
        goal_on=plans.goal_on[row].item(),
        goal=int(plans.goal[row]),
        **{one.name: getattr(found, one.name)[row].item() for one in fields(Behind)[5:]},
    )


def fetch(chosen: sa.ColumnElement[bool], known: Mapping[str, Measure]) -> Support:
    """The periods that the condition chooses. Three queries; without periods one."""
    columns = [sa.type_coerce(PERIODS.c[name], _type(name)) for name in COLUMNS]
    asked = sa.select(*columns, SupportFollowUp.ended_on).outerjoin(
        SupportFollowUp, SupportFollowUp.support_period_id == PERIODS.c.id
    )
    rows = db.session.execute(asked.where(chosen).order_by(PERIODS.c.id)).all()
    ids, pupil_ids, codes, starts_on, start, goal_on, goal, ended_on = (
        zip(*rows, strict=True) if rows else [()] * 8
    )
    now = {one: Target(int(points), day) for one, points, day in zip(ids, goal, goal_on, strict=True)}
    plans = Plans(
        starts_on=np.array(starts_on, "datetime64[D]"),
        start=np.array(start, np.int64),
        goal_on=np.array(goal_on, "datetime64[D]"),
        goal=np.array(goal, np.int64),
        former=former_goals(chosen, now) if rows else Former.none(),
        **measure_arrays([known[code] for code in codes]),
    )
    readings = _readings(chosen, ids) if rows else Readings(*(np.zeros(0, kind) for kind in _KINDS))
    return Support(
        ids=np.array(ids, np.int64),
        pupil_ids=np.array(pupil_ids, np.int64),
        measures=codes,
        plans=plans,
        readings=readings,
        ended_on=np.array(ended_on, "datetime64[D]"),
    )


_KINDS = (np.int64, "datetime64[D]", np.int64)


def _type(name: str) -> Any:
    return sa.BigInteger() if name in WHOLE else PERIODS.c[name].type


def measure_arrays(measured: Sequence[Measure]) -> dict[str, Any]:
    """What plans say of the measure each is about, one row each."""
    sems = [np.nan if one.sem is None else float(one.sem) * 1000 for one in measured]
    return {
        "minimum": np.array([thousandths(one.minimum) for one in measured], np.int64),
        "maximum": np.array([thousandths(one.maximum) for one in measured], np.int64),
        "sem": np.array(sems, np.float64),
        "sign": np.array([1 if one.higher_is_better else -1 for one in measured], np.int64),
    }


def _readings(chosen: sa.ColumnElement[bool], ids: Sequence[int]) -> Readings:
    points = sa.type_coerce(RESULTS.c.points, sa.BigInteger())
    rows = db.session.execute(
        sa.select(RESULTS.c.support_period_id, RESULTS.c.measured_on, points)
        .join(PERIODS, PERIODS.c.id == RESULTS.c.support_period_id)
        .where(chosen)
    ).all()
    of, days, values = zip(*rows, strict=True) if rows else [()] * 3
    return Readings(
        period=np.searchsorted(np.array(ids, np.int64), np.array(of, np.int64)),
        day=np.array(days, "datetime64[D]"),
        points=np.array(values, np.int64),
    )


class Seen(NamedTuple):
    """What a window sees: the days from ``first`` on, and before ``until``."""

    academic_year: str
    first: date  # the day it opens; for the first window of the year the day the year begins
    until: date  # the day the next window of the year opens, or the year has ended


def seen_by(windows: Sequence[AssessmentWindow]) -> list[Seen]:
    """What each of the windows sees, in their order."""
    told = []
    for window in windows:
        opens = sorted(one.opens_on for one in windows if one.academic_year == window.academic_year)
        starts, ends = first_day(window.academic_year), last_day(window.academic_year)
        first = starts if window.opens_on == opens[0] else window.opens_on
        later = [day for day in opens if day > window.opens_on]
        until = later[0] if later else ends + timedelta(days=1)
        told.append(Seen(window.academic_year, first, until))
    return told
