"""What has been changed of a support period: its plan and its results, by which function and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments.cells import written
from assessments.database import db
from assessments.database.types import from_thousandths
from assessments.instruments.catalogue import Measure
from assessments.queries import function_names
from assessments.words import counted
from screening.handovers.seeing import is_open_on
from screening.models import SupportPeriod
from screening.support.functions import Function
from screening.support.models import SupportChange, SupportResultChange
from screening.support.queries.starting import function_words_of
from screening.support.ways import GoalWay, SupportKind

COMMAND = "kommandoraden"
ELSEWHERE = "en annan skola"
UNTOLD = "Planen ändrades på en annan skola. Varför syns när ni har tagit emot en överlämning därifrån."
UNSAID = "inte sagt"


@dataclass(frozen=True)
class PlanChange:
    """A version of the plan; ``differences`` say what became what."""

    version: int
    changed_from: date
    line: str | None
    differences: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True)
class ResultChange:
    """A result that was entered, changed or taken away."""

    day: date
    before: str
    after: str
    at: datetime
    by: str


def is_told(pupil_id: Any) -> sa.ColumnElement[bool]:
    """The condition that a change of the plan may be read by whoever asks: it was neither written in, nor
    holds from, a time at another school that has not been handed over."""
    days = (SupportChange.changed_from, SupportChange.changed_at)
    return sa.and_(*(is_open_on(pupil_id, day) for day in days))


def plan_history(period: SupportPeriod, measure: Measure) -> list[PlanChange]:
    """Every version, the latest first; of another school's only that there is one."""
    asked = sa.select(SupportChange, is_told(sa.literal(period.pupil_id)))
    chosen = asked.where(SupportChange.support_period_id == period.id)
    rows = db.session.execute(chosen.order_by(SupportChange.version)).all()
    by = function_names({row.duty_id for row, _is_told in rows if row.duty_id is not None})
    leading = {Function.of_code(row.plan["led_by"]) for row, _is_told in rows if row.plan["led_by"]}
    words = function_words_of(leading) if leading else {}
    told, former = [], None
    for row, is_told_here in rows:
        if not is_told_here:
            told.append(PlanChange(row.version, row.changed_from, None, (UNTOLD,), row.changed_at, ELSEWHERE))
            continue
        differences = tuple(_differences(former, row.plan, measure, words)) if former else ()
        function = by.get(row.duty_id or 0, COMMAND)
        told.append(
            PlanChange(row.version, row.changed_from, row.line, differences, row.changed_at, function)
        )
        former = row.plan
    return told[::-1]


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], measure: Measure, words: Mapping[Function, str]
) -> Iterator[str]:
    def often(plan: Mapping[str, Any]) -> str:
        if plan["minutes"] is None:
            return UNSAID
        return f"{plan['minutes']} minuter, {counted(plan['times_a_week'], 'gång', 'gånger')} i veckan"

    said = (
        ("Insats", lambda plan: SupportKind(plan["kind"]).label if plan["kind"] else UNSAID),
        ("Mål", lambda plan: measure.shown(from_thousandths(plan["goal"]))),
        ("Målet satt efter", lambda plan: GoalWay(plan["goal_way"]).label if plan["goal_way"] else UNSAID),
        ("Målets dag", lambda plan: plan["goal_on"]),
        ("Hur ofta", often),
        ("Ansvarar", lambda plan: words[Function.of_code(plan["led_by"])] if plan["led_by"] else UNSAID),
    )
    for called, told in said:
        if told(before) != told(after):
            yield f"{called}: {told(before)} blev {told(after)}."


def result_history(period: SupportPeriod, measure: Measure) -> list[ResultChange]:
    """Every change of every result that may be seen here, the latest first."""
    seen = is_open_on(sa.literal(period.pupil_id), SupportResultChange.measured_on)
    rows = list(
        db.session.scalars(
            sa.select(SupportResultChange)
            .where(SupportResultChange.support_period_id == period.id, seen)
            .order_by(SupportResultChange.measured_on, SupportResultChange.version)
        )
    )
    by = function_names({row.duty_id for row in rows if row.duty_id is not None})
    stood: dict[date, str] = {}
    told = []
    for row in rows:
        after = written(measure, row.points, None, row.is_discontinued)
        before = stood.get(row.measured_on, "")
        function = by.get(row.duty_id or 0, COMMAND)
        told.append(ResultChange(row.measured_on, before, after, row.changed_at, function))
        stood[row.measured_on] = after
    return sorted(told, key=lambda one: one.at, reverse=True)
