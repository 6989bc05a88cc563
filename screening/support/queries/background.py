"""What stands around support periods: plan, who leads, with whom, what changed, how it ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.database import db
from assessments.queries import function_names
from screening.models import SupportPeriod
from screening.support.ending import is_told
from screening.support.functions import Function
from screening.support.models import SupportChange, SupportFollowUp, SupportGroup, SupportLead, SupportPlan
from screening.support.queries.history import UNTOLD
from screening.support.queries.history import is_told as is_told_of_plan
from screening.support.queries.starting import function_words_of

UNSAID = "Planen ändrad"


@dataclass(frozen=True)
class Background:
    """By period id; what nobody has said is not there."""

    plans: Mapping[int, SupportPlan]
    led_by: Mapping[int, Function]
    function_words: Mapping[Function, str]
    groups: Mapping[int, tuple[int, str]]  # id and name
    changes: Mapping[int, list[tuple[date, str]]]  # of the plan after it began, in order
    ended: Mapping[int, SupportFollowUp]
    untold: Collection[int]  # of those ended: what another school wrote, and has not handed over
    by: Mapping[int, str]  # function by duty id


def background(period_ids: Collection[int]) -> Background:
    """Up to seven queries, however many periods."""
    plans = sa.select(SupportPlan).where(SupportPlan.support_period_id.in_(period_ids))
    leads = db.session.execute(
        sa.select(SupportLead, SupportGroup.name)
        .outerjoin(SupportGroup, SupportGroup.id == SupportLead.support_group_id)
        .where(SupportLead.support_period_id.in_(period_ids))
    ).all()
    led_by = {lead.support_period_id: Function.of_lead(lead) for lead, _name in leads}
    ends = db.session.execute(
        sa.select(SupportFollowUp, is_told(SupportPeriod.pupil_id))
        .join(SupportPeriod, SupportPeriod.id == SupportFollowUp.support_period_id)
        .where(SupportFollowUp.support_period_id.in_(period_ids))
    ).all()
    ended = {one.support_period_id: one for one, _is_told in ends}
    return Background(
        plans={one.support_period_id: one for one in db.session.scalars(plans)},
        led_by=led_by,
        function_words=function_words_of(set(led_by.values())) if led_by else {},
        groups={
            lead.support_period_id: (lead.support_group_id, name)
            for lead, name in leads
            if lead.support_group_id is not None
        },
        changes=_changes(period_ids),
        ended=ended,
        untold={one.support_period_id for one, is_told_here in ends if not is_told_here},
        by=function_names({one.duty_id for one in ended.values() if one.duty_id is not None}),
    )


def _changes(period_ids: Collection[int]) -> dict[int, list[tuple[date, str]]]:
    told = is_told_of_plan(SupportPeriod.pupil_id)
    rows = db.session.execute(
        sa.select(SupportChange.support_period_id, SupportChange.changed_from, SupportChange.line, told)
        .join(SupportPeriod, SupportPeriod.id == SupportChange.support_period_id)
        .where(SupportChange.support_period_id.in_(period_ids), SupportChange.version > 1)
        .order_by(SupportChange.changed_from, SupportChange.version)
    )
    found: dict[int, list[tuple[date, str]]] = {}
    for period_id, day, line, is_told_here in rows:
        found.setdefault(period_id, []).append((day, (line or UNSAID) if is_told_here else UNTOLD))
    return found
