"""Who has acted for the functions of the reader: steps, samråd, ticks and notes, by whoever held the duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.access.models import Account
from assessments.access.permissions import Permission, pupils_open_to
from assessments.clock import today
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Duty, Pupil, StaffMember
from screening.models import Flag, NextStep
from screening.queries.functions_held import my_functions, same_function
from screening.rules.catalogue import RuleSet, rules_on
from screening.steps.models import CaseNote, Consultation, StepOutcome, Tick

PAGE = 50
SOMEBODY = "en elev"  # who has moved, or is protected: the log of many classes gives no name


@dataclass(frozen=True)
class Act:
    """What somebody did for the function on a day. ``pupil_id`` None: no name may stand here."""

    on: date
    what: str
    function: str
    by: str
    pupil: str
    pupil_id: int | None


@dataclass(frozen=True)
class FunctionLog:
    acts: tuple[Act, ...]
    pages: int
    page: int

    @property
    def pupil_ids(self) -> set[int]:
        return {act.pupil_id for act in self.acts if act.pupil_id is not None}


def function_log(page: int) -> FunctionLog:
    """The latest first. A fixed number of queries."""
    acts = _acts().subquery()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(acts)) or 0
    rows = db.session.execute(
        sa.select(acts, StaffMember.name)
        .outerjoin(Account, Account.id == acts.c.account_id)
        .outerjoin(StaffMember, StaffMember.id == Account.staff_member_id)
        .order_by(acts.c.day.desc(), acts.c.made_at.desc(), acts.c.duty_id, acts.c.pupil_id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    functions = function_names({row.duty_id for row in rows})
    names, rules = _names({row.pupil_id for row in rows}), rules_on(today())
    return FunctionLog(
        acts=tuple(_act(row, functions, names, rules) for row in rows),
        pages=max(1, -(-count // PAGE)),
        page=page,
    )


def _acts() -> sa.CompoundSelect[Any]:
    """Every act by duties of my functions: subject, kind, pupil_id, account_id, duty_id, day, made_at."""
    mine = sa.select(Duty.id).where(same_function(my_functions(Permission.SEE_SIGNALS)))
    steps = _part("step", NextStep.kind, Flag.pupil_id, NextStep, NextStep.taken_on).join(NextStep.flag)
    outcomes = (
        _part("outcome", NextStep.kind, Flag.pupil_id, StepOutcome, StepOutcome.ended_on)
        .join(NextStep, NextStep.id == StepOutcome.next_step_id)
        .join(Flag, Flag.id == NextStep.flag_id)
    )
    asked = _part("asked", Consultation.about, Consultation.pupil_id, Consultation, Consultation.asked_on)
    closed = sa.select(
        sa.literal("closed").label("subject"),
        Consultation.about.label("kind"),
        Consultation.pupil_id,
        Consultation.closed_account_id.label("account_id"),
        Consultation.closed_duty_id.label("duty_id"),
        Consultation.closed_on.label("day"),
        Consultation.created_at.label("made_at"),
    ).where(Consultation.closed_on.is_not(None), Consultation.closed_duty_id.in_(mine))
    cases = (
        _part("case", CaseNote.kind, Flag.pupil_id, CaseNote, CaseNote.noted_on)
        .join(NextStep, NextStep.id == CaseNote.next_step_id)
        .join(Flag, Flag.id == NextStep.flag_id)
    )
    ticks = _part("tick", Tick.item, Tick.pupil_id, Tick, Tick.ticked_on)
    parts = [
        part.where(model.duty_id.in_(mine))
        for part, model in (
            (steps, NextStep), (outcomes, StepOutcome), (asked, Consultation), (cases, CaseNote),
            (ticks, Tick),
        )
    ]  # fmt: skip
    return sa.union_all(*parts, closed)


def _part(subject: str, kind: Any, pupil_id: Any, model: Any, day: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal(subject).label("subject"),
        kind.label("kind"),
        pupil_id.label("pupil_id"),
        model.account_id.label("account_id"),
        model.duty_id.label("duty_id"),
        day.label("day"),
        model.created_at.label("made_at"),
    ).select_from(model)


def _names(pupil_ids: set[int]) -> dict[int, str]:
    open_now = pupils_open_to(Permission.SEE_SIGNALS).where(~Pupil.is_protected, Pupil.id.in_(pupil_ids))
    return {one.id: one.name for one in db.session.scalars(open_now)}


def _act(row: Any, functions: Mapping[int, str], names: Mapping[int, str], rules: RuleSet) -> Act:
    return Act(
        on=row.day,
        what=_what(row.subject, row.kind, rules),
        function=functions[row.duty_id],
        by=row.name or "",
        pupil=names.get(row.pupil_id, SOMEBODY),
        pupil_id=row.pupil_id if row.pupil_id in names else None,
    )


def _what(subject: str, kind: str, rules: RuleSet) -> str:
    if subject in ("asked", "closed"):
        about = rules.consultations.get(kind, kind)
        return f"Bad om samråd: {about}" if subject == "asked" else f"Avslutade samråd: {about}"
    if subject == "case":
        return rules.cases[kind].label if kind in rules.cases else kind
    if subject == "tick":
        return f"Bockade av: {rules.checklist[kind].label}" if kind in rules.checklist else kind
    return rules.past(kind) if subject == "step" else f"Bockade av: {rules.past(kind)}"
