"""What a page for the home says the school does: support that runs, and next steps that go on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Role
from reports.figures.guardian import Support
from reports.gathering.enrolled import is_of_school
from reports.gathering.steps import Taken
from screening.handovers.seeing import is_open_on
from screening.models import SupportPeriod
from screening.support.models import SupportFollowUp, SupportLead, SupportPlan
from screening.support.ways import SupportKind

MOST_SUPPORT = 2  # steps fill up to it; of periods every kind is told
OTHER_WORDS: Mapping[SupportKind | None, str] = {
    SupportKind.SPECIAL_SUPPORT: "support_teaching",
    None: "recheck",  # nobody has said what support it is: only that it is followed up
}
"""Kinds without words of their own in the catalogue, and the nearest that it has."""


@dataclass(frozen=True)
class Period:
    """A support period. ``ends_on``: the day somebody ended it, else the day of its goal."""

    kind: SupportKind | None
    role: Role | None
    starts_on: date
    ends_on: date
    goes_on: bool  # or is to begin

    @property
    def words(self) -> str:
        """A key of [support] in the wording."""
        return OTHER_WORDS.get(self.kind) or str(self.kind)


def support_periods(pupil_ids: Collection[int], school_id: int) -> dict[int, list[Period]]:
    """By pupil, those that have begun first, the latest first. What is held of a former school, or began at
    the next one, is not among them. One question."""
    rows = db.session.execute(
        sa.select(SupportPeriod, SupportPlan.kind, SupportLead.role, SupportFollowUp.ended_on)
        .outerjoin(SupportPlan, SupportPlan.support_period_id == SupportPeriod.id)
        .outerjoin(SupportLead, SupportLead.support_period_id == SupportPeriod.id)
        .outerjoin(SupportFollowUp, SupportFollowUp.support_period_id == SupportPeriod.id)
        .where(
            SupportPeriod.pupil_id.in_(pupil_ids),
            is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on),
            is_of_school(SupportPeriod.pupil_id, SupportPeriod.starts_on, school_id),
        )
        .order_by(SupportPeriod.starts_on > today(), SupportPeriod.starts_on.desc(), SupportPeriod.id.desc())
    )
    found: dict[int, list[Period]] = {}
    for period, kind, role, ended_on in rows:
        goes_on = ended_on is None and period.goal_on >= today()
        told = Period(kind, role, period.starts_on, ended_on or period.goal_on, goes_on)
        found.setdefault(period.pupil_id, []).append(told)
    return found


def support(periods: list[Period], steps: list[Taken], words: dict[str, Any]) -> tuple[Support, ...]:
    """What a page for the home may tell, once of each kind: periods first, then steps, the latest first.

    A step whose period has been made is told by the period, or is over with it.
    """
    given: dict[str, Support] = {}
    for period in periods:
        if period.goes_on:
            told = _told(period.words, period.role, period.starts_on, period.ends_on, words)
            given.setdefault(period.words, told)
    planned: dict[str, Support] = {}
    for step in steps:
        is_made = any(one.kind == step.kind and one.ends_on >= step.taken_on for one in periods)
        if step.goes_on and step.kind in words["support"] and step.kind not in given and not is_made:
            told = _told(step.kind, step.role, step.taken_on, step.due_on, words)
            planned.setdefault(step.kind, told)
    return (*given.values(), *[*planned.values()][: max(0, MOST_SUPPORT - len(given))])


def _told(kind: str, role: Role | None, from_on: date, to_on: date | None, words: dict[str, Any]) -> Support:
    return Support(
        what=words["support"][kind],
        function=words["functions"].get(role or ""),
        from_on=None if kind in words["school"]["once"] else from_on,
        to_on=to_on,
    )
