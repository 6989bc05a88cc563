"""Starting a support period, and changing its plan: each change is kept, with the day it holds from.

Verbs: they change and flush, and judge the pupils anew; the caller commits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments.calendar import academic_year_on, last_day
from assessments.clock import now, today
from assessments.database import db
from assessments.database.types import in_thousandths
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.words import day
from screening.models import StartFrom, SupportPeriod
from screening.support.functions import Function
from screening.support.models import SupportChange, SupportFollowUp, SupportGroup, SupportLead, SupportPlan
from screening.support.ways import GoalWay, SupportKind

OVERTAKEN = "Någon annan har ändrat planen sedan du öppnade sidan. Se vad som står nu, och spara igen."
ENDED = "Perioden är avslutad. Öppna den igen innan du ändrar något."


@dataclass(frozen=True)
class Plan:
    """What is decided about a period, the same for everybody in a group."""

    kind: SupportKind
    goal_way: GoalWay
    goal_on: date
    led_by: Function
    minutes: int | None = None
    times_a_week: int | None = None

    def faults(self, starts_on: date) -> list[str]:
        found = []
        ends = last_day(academic_year_on(starts_on))
        if self.goal_on > ends:
            found.append(f"Perioden går över sommaren. Låt den sluta senast {day(ends)}.")
        if (self.minutes is None) != (self.times_a_week is None):
            found.append("Skriv både minuter och gånger i veckan, eller lämna båda tomma.")
        return found


@dataclass(frozen=True)
class Way:
    """One pupil's way: from a start to a goal."""

    start: Decimal
    start_from: StartFrom
    goal: Decimal


def start_periods(
    measure: str, starts_on: date, plan: Plan, ways: Mapping[int, Way], by: Recorder,
    group: SupportGroup | None = None,
) -> list[SupportPeriod]:  # fmt: skip
    """One period for each pupil of ``ways``; several of them are a group. Raises ``Refused``."""
    if faults := plan.faults(starts_on):
        raise Refused(faults)
    hold(set(ways))
    _refuse_what_there_is(measure, starts_on, ways)
    periods = [
        SupportPeriod(
            pupil_id=pupil_id, measure=measure, starts_on=starts_on, start=way.start,
            start_from=way.start_from, goal_on=plan.goal_on, goal=way.goal,
        )
        for pupil_id, way in ways.items()
    ]  # fmt: skip
    db.session.add_all([*periods, *([group] if group else [])])
    db.session.flush()
    for period in periods:
        _plan(period, plan, group.id if group else None)
        _keep_change(period, plan, Version(1, starts_on, None), by)
    db.session.flush()
    judge(ways)
    return periods


@dataclass(frozen=True)
class Version:
    """Of a plan: its number, the day it holds from, and one line about it."""

    number: int
    changed_from: date
    line: str | None


def change_plan(period: SupportPeriod, plan: Plan, goal: Decimal, version: Version, by: Recorder) -> bool:
    """The plan as it shall be from a day on; whether that is news. ``version.number`` is the one that the
    person had before them: who is overtaken is refused."""
    hold({period.pupil_id})
    db.session.refresh(period)
    refuse_if_ended(period)
    if faults := [*plan.faults(period.starts_on), *_day_faults(period, version, plan)]:
        raise Refused(faults)
    former = latest_change(period)
    if version.number != (former.version if former else 0):
        raise Refused(OVERTAKEN)
    said, stood = _told(plan, goal), _as_it_stands(period)
    if said == stood and version.line is None:
        return False
    if (said["goal"], said["goal_on"]) != (stood["goal"], stood["goal_on"]):
        _refuse_a_goal_in_the_past(plan, version)
    if former is None:
        version = _keep_how_it_began(period, stood, version)
    period.goal_on, period.goal = plan.goal_on, goal
    lead = db.session.get(SupportLead, period.id)
    _plan(period, plan, lead.support_group_id if lead else None)
    _keep_change(period, plan, Version(version.number + 1, version.changed_from, version.line), by)
    db.session.flush()
    judge({period.pupil_id})
    return True


def change_mates(
    mates: Iterable[SupportPeriod], plan: Plan, version: Version, by: Recorder
) -> list[SupportPeriod]:
    """The same change for others of the group: what is the same for all is changed, and each keeps the own
    goal. ``version.number`` does not count: nobody had their plans before them. Those it was news for."""
    changed = []
    for mate in mates:
        former, own = latest_change(mate), db.session.get(SupportPlan, mate.id)
        theirs = replace(plan, goal_way=own.goal_way if own else plan.goal_way)
        number = former.version if former else 0
        if change_plan(mate, theirs, mate.goal, replace(version, number=number), by):
            changed.append(mate)
    return changed


def judge(pupil_ids: Iterable[int]) -> None:
    """Judge the pupils anew, in the same transaction."""
    from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

    flagging.judge_pupils(pupil_ids)


def latest_change(period: SupportPeriod) -> SupportChange | None:
    """The plan's latest version; none where the period came from a file."""
    kept = sa.select(SupportChange).filter_by(support_period_id=period.id)
    return db.session.scalar(kept.order_by(SupportChange.version.desc()).limit(1))


def refuse_if_ended(period: SupportPeriod) -> None:
    ended = sa.select(SupportFollowUp.id).filter_by(support_period_id=period.id)
    if db.session.scalar(ended) is not None:
        raise Refused(ENDED)


def ends_after(starts_on: date, weeks: int) -> date:
    """The day of the goal."""
    return starts_on + timedelta(weeks=weeks)


def _refuse_what_there_is(measure: str, starts_on: date, ways: Mapping[int, Way]) -> None:
    there = sa.select(SupportPeriod.pupil_id).where(
        SupportPeriod.pupil_id.in_(ways), SupportPeriod.measure == measure,
        SupportPeriod.starts_on == starts_on,
    )  # fmt: skip
    if count := len(db.session.scalars(there).all()):
        who = "Eleven har" if len(ways) == 1 else f"{count} av eleverna har"
        raise Refused(f"{who} redan en stödperiod på samma mått från samma dag.")


def _day_faults(period: SupportPeriod, version: Version, plan: Plan) -> list[str]:
    found = []
    if not period.starts_on <= version.changed_from <= today():
        found.append(f"Ändringen gäller från en dag mellan {day(period.starts_on)} och i dag.")
    if plan.goal_on <= period.starts_on:
        found.append("Perioden måste vara minst en vecka.")
    return found


def _refuse_a_goal_in_the_past(plan: Plan, version: Version) -> None:
    if plan.goal_on <= version.changed_from:
        ends = f"Perioden slutar då {day(plan.goal_on)}."
        raise Refused(f"{ends} Låt ändringen gälla från en tidigare dag, eller välj fler veckor.")


def _keep_how_it_began(period: SupportPeriod, stood: dict[str, Any], version: Version) -> Version:
    """A period from a file has no history until its plan is changed: then how it began is the first."""
    db.session.add(
        SupportChange(
            support_period_id=period.id, version=1, changed_from=period.starts_on, line=None, plan=stood,
            account_id=None, duty_id=None, changed_at=period.created_at,
        )
    )  # fmt: skip
    return replace(version, number=1)


def _plan(period: SupportPeriod, plan: Plan, group_id: int | None) -> None:
    values = {name: getattr(plan, name) for name in ("kind", "goal_way", "minutes", "times_a_week")}
    lead = plan.led_by.columns | {"support_group_id": group_id}
    for model, columns in ((SupportPlan, values), (SupportLead, lead)):
        row = db.session.get(model, period.id)
        if row is None:
            db.session.add(model(support_period_id=period.id, **columns))
        else:
            for name, value in columns.items():
                setattr(row, name, value)


def _keep_change(period: SupportPeriod, plan: Plan, version: Version, by: Recorder) -> None:
    db.session.add(
        SupportChange(
            support_period_id=period.id, version=version.number, changed_from=version.changed_from,
            line=version.line, plan=_told(plan, period.goal), account_id=by.account_id, duty_id=by.duty_id,
            changed_at=now(),
        )
    )  # fmt: skip


def _told(plan: Plan, goal: Decimal) -> dict[str, Any]:
    """A plan in plain values, as the history keeps it."""
    return {
        "kind": plan.kind.value,
        "goal_way": plan.goal_way.value,
        "goal": in_thousandths(goal),
        "goal_on": day(plan.goal_on),
        "minutes": plan.minutes,
        "times_a_week": plan.times_a_week,
        "led_by": plan.led_by.code,
    }


def _as_it_stands(period: SupportPeriod) -> dict[str, Any]:
    """As ``_told``; None for what nobody has said."""
    plan = db.session.get(SupportPlan, period.id)
    lead = db.session.get(SupportLead, period.id)
    return {
        "kind": plan.kind.value if plan else None,
        "goal_way": plan.goal_way.value if plan else None,
        "goal": in_thousandths(period.goal),
        "goal_on": day(period.goal_on),
        "minutes": plan.minutes if plan else None,
        "times_a_week": plan.times_a_week if plan else None,
        "led_by": Function.of_lead(lead).code if lead else None,
    }
