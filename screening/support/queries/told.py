"""``lasspar screening growth --json``: support periods as the contract writes them, numbers unrounded."""

from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.refusals import Refused
from assessments.roster.header import nearest
from assessments.roster.models import Municipality, Pupil
from screening.goals import Pace, pace
from screening.growth import LABELS, VERDICTS, Growth, Verdict
from screening.levels import plain_number
from screening.support.models import SupportFollowUp
from screening.support.periods import Support, fetch
from screening.support.queries.yardsticks import yardsticks
from screening.support.stored import PERIODS

Json = dict[str, Any]


def running_periods(code: str) -> Json:
    """The periods on a measure that have begun this academic year, or earlier with the goal still ahead.

    A period whose goal is past is told as long as the academic year lasts, unless somebody has ended it.
    """
    known = measures()
    if code not in known:
        meant = nearest(code, list(known))
        raise Refused(f"Måttet {code} finns inte." + (f" Menade du {meant}?" if meant else ""))
    day = today()
    has_begun = PERIODS.c.starts_on <= day
    lasts = sa.or_(PERIODS.c.starts_on >= first_day(academic_year_on(day)), PERIODS.c.goal_on >= day)
    runs = PERIODS.c.id.not_in(sa.select(SupportFollowUp.support_period_id))
    support = fetch(sa.and_(PERIODS.c.measure == code, has_begun, lasts, runs), known)
    people = _people(sa.select(PERIODS.c.pupil_id).where(PERIODS.c.measure == code))
    found = support.growth()
    way = pace(support.plans, yardsticks(support, found, known))
    order = sorted(
        range(len(support.measures)),
        key=lambda row: (*people[int(support.pupil_ids[row])], str(support.plans.starts_on[row])),
    )
    told = [
        {
            "pupil": people[int(support.pupil_ids[row])][1],
            **_told(support, found, row),
            **_told_of_goal(support, way, row),
        }
        for row in order
    ]
    return {"measure": code, "periods": told}


def label_of(verdict: str) -> str:
    """What staff read."""
    return Verdict(verdict).label


def _people(ids: sa.Select[Any]) -> dict[int, tuple[Any, str]]:
    """The sort key of each pupil's municipality, and the elev-id."""
    rows = db.session.execute(
        sa.select(Pupil.id, Municipality.name, Pupil.code)
        .join(Municipality, Municipality.id == Pupil.municipality_id)
        .where(Pupil.id.in_(ids))
    )
    return {row.id: (swedish_key(row.name), row.code) for row in rows}


def _told(support: Support, found: Growth, row: int) -> Json:
    return {
        "start": str(support.plans.starts_on[row]),
        "start_value": plain_number(int(support.plans.start[row])),
        "n": int(found.n[row]),
        "weeks": int(found.days[row]) / 7,
        "slope": _or_none(found.slope[row]),
        "se": _or_none(found.se[row]),
        "p_below_goal": _or_none(found.p_below_goal[row]),
        "goal_slope": float(found.goal_slope[row]),
        "theil_sen": _or_none(found.theil_sen.slope[row]),
        "label": LABELS[found.label[row]].value,
        "verdict": VERDICTS[found.verdict[row]].value,
    }


def _told_of_goal(support: Support, way: Pace, row: int) -> Json:
    """How far the pupil is to come and how fast; better is positive, whichever way the measure goes."""
    drawn, goal = int(way.drawn_goal[row]), int(support.plans.goal[row])
    return {
        "goal_date": str(support.plans.goal_on[row]),
        "goal": plain_number(goal),
        "needed_rate": float(way.needed[row]),
        "typical_rate": _or_none(way.typical[row]),
        "times_typical": _or_none(way.times_typical[row]),
        "interim_goal": plain_number(drawn) if way.is_too_steep[row] else None,
    }


def _or_none(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
