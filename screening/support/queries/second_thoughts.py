"""What to think over before support starts: support that runs already, and a goal that asks for much."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.database import db
from assessments.words import decimal
from screening.handovers.seeing import is_open_on
from screening.models import SupportPeriod
from screening.support.models import SupportFollowUp, SupportPlan
from screening.support.ways import WITHOUT_KIND, GoalWay

if TYPE_CHECKING:
    from screening.support.queries.proposals import Proposal, Steep


@dataclass(frozen=True)
class RunningPeriod:
    """A pupil's support on the same measure that nobody has ended."""

    period_id: int
    words: str  # "Intensivperiod från 2026-08-24 till 2026-11-16"


def running_periods(
    pupil_ids: Collection[int], measure: str, starts_on: date
) -> dict[int, list[RunningPeriod]]:
    """By pupil id, of the academic year a new period would begin in, and those whose goal lies ahead then.
    One query."""
    rows = db.session.execute(
        sa.select(SupportPeriod, SupportPlan)
        .outerjoin(SupportPlan, SupportPlan.support_period_id == SupportPeriod.id)
        .outerjoin(SupportFollowUp, SupportFollowUp.support_period_id == SupportPeriod.id)
        .where(
            SupportPeriod.pupil_id.in_(pupil_ids),
            SupportPeriod.measure == measure,
            SupportFollowUp.id.is_(None),
            sa.or_(
                SupportPeriod.starts_on >= first_day(academic_year_on(starts_on)),
                SupportPeriod.goal_on >= starts_on,
            ),
            is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on),
        )
        .order_by(SupportPeriod.starts_on, SupportPeriod.id)
    )
    found: dict[int, list[RunningPeriod]] = {}
    for period, plan in rows:
        kind = plan.kind.label if plan else WITHOUT_KIND
        words = f"{kind} från {period.starts_on} till {period.goal_on}"
        found.setdefault(period.pupil_id, []).append(RunningPeriod(period.id, words))
    return found


def second_thoughts(
    names: Mapping[int, str],
    way: GoalWay,
    proposed: "Mapping[int, Proposal]",
    running: Mapping[int, list[RunningPeriod]],
) -> list[str]:
    """What speaks against starting, pupil by pupil. None of it stops anybody who has read it."""
    told = []
    for pupil_id, name in names.items():
        told += [f"{name} har redan stöd på samma mått: {one.words}." for one in running.get(pupil_id, ())]
        found = proposed.get(pupil_id)
        if found and way in found.steep:
            told.append(f"{name}: {_too_steep(found.steep[way])}")
    return told


def _too_steep(steep: "Steep") -> str:
    return (
        f"målet kräver {steep.times_shown} gånger den vanliga takten i årskursen. "
        f"Sätt hellre ett delmål: {decimal(steep.interim)} till samma dag."
    )
