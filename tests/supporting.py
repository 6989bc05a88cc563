"""Support periods for tests about pages: started, measured, followed up as people do it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cast import Ekbacken

from assessments.recording import Recorder
from screening.models import StartFrom, SupportPeriod
from screening.support.ending import Told, end_period
from screening.support.functions import Function
from screening.support.planning import Plan, Way, start_periods
from screening.support.results import Write, record_results
from screening.support.ways import GoalWay, SupportKind, WhatWorked

STARTED = date(2026, 8, 24)


def followed_up(
    cast: Ekbacken, pupil_id: int, start: int = 20, after: Sequence[int] = (30,), *,
    starts_on: date = STARTED, weeks: int = 5,
) -> SupportPeriod:  # fmt: skip
    """An intensive period of the special teacher's, whose last weeks gave ``after``."""
    duty, ends_on = cast.birgitta.staff_member.duties[0], starts_on + timedelta(weeks=weeks)
    by, led_by = Recorder(cast.birgitta.id, duty.id), Function(duty.role, duty.school_id)
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, ends_on, led_by)
    way = Way(Decimal(start), StartFrom.GIVEN, Decimal(120))
    (period,) = start_periods("ord_per_minut", starts_on, plan, {pupil_id: way}, by)
    days = [ends_on - timedelta(weeks=len(after) - place) for place in range(len(after))]
    told = zip(days, after, strict=True)
    record_results([Write(period.id, day, None, Decimal(one), False, "0:") for day, one in told], by)
    end_period(period, Told(ends_on, WhatWorked.YES, None, 0), by)
    return period
