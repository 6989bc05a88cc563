"""The goals that plans had before the one in force, from their history: what bends planned development."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from screening.aimlines import Former
from screening.support.models import SupportChange
from screening.support.stored import PERIODS


class Target(NamedTuple):
    """A goal, in thousandths, and its day."""

    goal: int
    goal_on: date


class Held(NamedTuple):
    """A goal from a day on, until the next one of the plan."""

    from_day: date
    target: Target


def former_goals(versions: Iterable[Any], now: Mapping[int, Target]) -> Former:
    """``versions`` of the plans that have more than one, as ``versions_of`` finds them; ``now`` the goal in
    force of each period, in order of their ids.

    A goal that a file has replaced is a correction: it holds from the day the one it replaces did.
    """
    row_of = {period_id: row for row, period_id in enumerate(now)}
    found: list[tuple[int, date, Target]] = []
    for period_id, rows in groupby(versions, key=lambda row: row.support_period_id):
        held = in_turn(rows, now[period_id])
        row = row_of[period_id]
        found += [(row, after.from_day, before.target) for before, after in pairwise(held)]
    if not found:
        return Former.none()
    period, until, targets = zip(*found, strict=True)
    return Former(
        period=np.array(period, np.int64),
        until=np.array(until, "datetime64[D]"),
        goal=np.array([one.goal for one in targets], np.int64),
        goal_on=np.array([one.goal_on for one in targets], "datetime64[D]"),
    )


def in_turn(versions: Iterable[Any], now: Target) -> list[Held]:
    """The goals of one plan, from its versions in order.

    A version takes the place of those before it from its day on, also of one that was to hold from a later
    day; versions with the same goal are one.
    """
    held: list[Held] = []
    for row in versions:
        while held and held[-1].from_day >= row.changed_from:
            held.pop()
        target = Target(row.plan["goal"], date.fromisoformat(row.plan["goal_on"]))
        held.append(Held(row.changed_from, target))
    *former, last = held
    return _without_repeats([*former, Held(last.from_day, now)])


def _without_repeats(held: Sequence[Held]) -> list[Held]:
    return [next(same) for _target, same in groupby(held, key=lambda one: one.target)]


def versions_of(chosen: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Every version of the plans that have more than one, of the periods that the condition chooses."""
    later = aliased(SupportChange)
    has_more = sa.exists().where(later.support_period_id == PERIODS.c.id, later.version > 1)
    return (
        sa.select(SupportChange.support_period_id, SupportChange.changed_from, SupportChange.plan)
        .join(PERIODS, PERIODS.c.id == SupportChange.support_period_id)
        .where(chosen, has_more)
        .order_by(SupportChange.support_period_id, SupportChange.version)
    )
