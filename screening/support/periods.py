"""Pupils' support periods as arrays, and which of them fall behind as each window sees it.

A window sees what was known before the next one opens: judging an earlier window never depends on what came
after it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from assessments.calendar import first_day, last_day
from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from screening.aimlines import Bools, Days, Ints, Plans, Readings
from screening.growth import VERDICTS, Behind, Growth, Verdict, growth
from screening.handovers.seeing import is_open_on
from screening.levels import thousandths
from screening.support.changed_goals import Target, former_goals, versions_of
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

    def behind(
        self, seen: "Seen", columns: Mapping[str, int], left_on: Mapping[int, date]
    ) -> dict[int, tuple[Behind, ...]]:
        """The periods that fall behind as a window sees it, by pupil id; empty where none of those that can
        be judged does. ``columns`` of the measures; ``left_on``: the day each pupil left the window's school.
        """
        days = [min(seen.until, left_on[pupil_id]) for pupil_id in self.pupil_ids.tolist()]
        until = np.array(days, "datetime64[D]")
        plans = self.plans.known_before(until)
        chosen = self.running_in(seen, plans, until)
        told: dict[int, tuple[Behind, ...]] = {}
        if not chosen.any():
            return told
        known = self.readings.where(self.readings.day < until[self.readings.period])
        found = growth(plans, known)
        slow = found.verdict == VERDICTS.index(Verdict.FALLING_BEHIND)
        for row in np.flatnonzero(chosen & (found.verdict != VERDICTS.index(Verdict.TOO_EARLY))).tolist():
            pupil_id = int(self.pupil_ids[row])
            new = (_behind(found, plans, row, columns[self.measures[row]]),) if slow[row] else ()
            told[pupil_id] = told.get(pupil_id, ()) + new
        return told

    def running_in(self, seen: "Seen", plans: Plans, until: Days) -> Bools:
        """(q,) Periods of the academic year that have begun and whose goal is not past before the window,
        unless somebody ended them before the days ``until``, (q,): that is said in the follow-up."""
        began: Bools = plans.starts_on < until
        lasts = plans.goal_on >= np.datetime64(seen.first)
        is_open = np.isnat(self.ended_on) | (self.ended_on >= until)
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
    """The periods that the condition chooses, with what has been measured as far as whoever asks may know.
    Three queries; without periods one."""
    asked = _asked(chosen, is_open_on(PERIODS.c.pupil_id, RESULTS.c.measured_on))
    return _told(lambda number: db.session.execute(asked[number]).all(), known)


def fetch_of(
    pupil_ids: Sequence[int], known: Mapping[str, Measure], is_known: Callable[[int, date], bool]
) -> Support:
    """The same of these pupils: what was begun and measured on days that are known of a pupil, by id."""
    return _told(lambda number: OF_PUPILS[number].told(ids=pupil_ids), known, is_known)


def _told(
    ask: Callable[[int], Sequence[Any]],
    known: Mapping[str, Measure],
    is_known: Callable[[int, date], bool] = lambda _pupil_id, _day: True,
) -> Support:
    """``ask`` answers the questions of ``_asked`` by their number."""
    rows = [row for row in ask(0) if is_known(row.pupil_id, row.starts_on)]
    ids, pupil_ids, codes, starts_on, start, goal_on, goal, ended_on = (
        zip(*rows, strict=True) if rows else [()] * 8
    )
    now = {one: Target(int(points), day) for one, points, day in zip(ids, goal, goal_on, strict=True)}
    versions = [row for row in ask(1) if row.support_period_id in now] if rows else []
    plans = Plans(
        starts_on=np.array(starts_on, "datetime64[D]"),
        start=np.array(start, np.int64),
        goal_on=np.array(goal_on, "datetime64[D]"),
        goal=np.array(goal, np.int64),
        former=former_goals(versions, now),
        **measure_arrays([known[code] for code in codes]),
    )
    of = dict(zip(ids, pupil_ids, strict=True))
    ends = zip(pupil_ids, ended_on, strict=True)
    ended = [day if day is None or is_known(pupil_id, day) else None for pupil_id, day in ends]
    results = [row for row in ask(2) if row[0] in of and is_known(of[row[0]], row[1])] if rows else []
    readings = _readings(results, ids) if rows else Readings(*(np.zeros(0, kind) for kind in _KINDS))
    return Support(
        ids=np.array(ids, np.int64),
        pupil_ids=np.array(pupil_ids, np.int64),
        measures=codes,
        plans=plans,
        readings=readings,
        ended_on=np.array(ended, "datetime64[D]"),
    )


_KINDS = (np.int64, "datetime64[D]", np.int64)


def _asked(
    chosen: sa.ColumnElement[bool], seen: sa.ColumnElement[bool] | None = None
) -> tuple[sa.Select[Any], sa.Select[Any], sa.Select[Any]]:
    """The periods that the condition chooses, the versions of their plans, and their results: those that are
    ``seen``."""
    columns = [sa.type_coerce(PERIODS.c[name], _type(name)) for name in COLUMNS]
    points = sa.type_coerce(RESULTS.c.points, sa.BigInteger())
    return (
        sa.select(*columns, SupportFollowUp.ended_on)
        .outerjoin(SupportFollowUp, SupportFollowUp.support_period_id == PERIODS.c.id)
        .where(chosen)
        .order_by(PERIODS.c.id),
        versions_of(chosen),
        sa.select(RESULTS.c.support_period_id, RESULTS.c.measured_on, points)
        .join(PERIODS, PERIODS.c.id == RESULTS.c.support_period_id)
        .where(chosen if seen is None else sa.and_(chosen, seen)),
    )


def _type(name: str) -> Any:
    return sa.BigInteger() if name in WHOLE else PERIODS.c[name].type


# Asked at every save of a pupil with support: built once.
_THEIRS = is_one_of(PERIODS.c.pupil_id, "ids")
OF_PUPILS = [Question(one) for one in _asked(_THEIRS)]


def measure_arrays(measured: Sequence[Measure]) -> dict[str, Any]:
    """What plans say of the measure each is about, one row each."""
    sems = [np.nan if one.sem is None else float(one.sem) * 1000 for one in measured]
    return {
        "minimum": np.array([thousandths(one.minimum) for one in measured], np.int64),
        "maximum": np.array([thousandths(one.maximum) for one in measured], np.int64),
        "sem": np.array(sems, np.float64),
        "sign": np.array([1 if one.higher_is_better else -1 for one in measured], np.int64),
    }


def _readings(rows: Sequence[Any], ids: Sequence[int]) -> Readings:
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
