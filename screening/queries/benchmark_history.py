"""When which set was adopted, by whom and why, what it was told to mean, and which windows it judges."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.access.models import Account
from assessments.clock import day_of
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import StaffMember
from assessments.words import counted
from screening.benchmarks.catalogue import InForce, in_force
from screening.benchmarks.models import AdoptionTrial
from screening.models import Adoption, BenchmarkSet

ON_THE_COMMAND_LINE = "kommandoraden"


@dataclass(frozen=True)
class AdoptionRow:
    """One adoption. ``told`` is the share it was said to signal; ``judges`` the windows it judges today."""

    set_id: int
    name: str
    valid_from: date
    reason: str | None
    by: str
    on: date
    told: tuple[str, ...]
    judges: tuple[str, ...]


def adoption_history() -> tuple[AdoptionRow, ...]:
    """Every adoption of the initiative, the one that holds from the latest date first. Four queries."""
    return _rows(sa.true())


def adoptions_of(benchmark_set: BenchmarkSet) -> tuple[AdoptionRow, ...]:
    """Those of one set. Four queries."""
    return _rows(Adoption.benchmark_set_id == benchmark_set.id)


def _rows(wanted: sa.ColumnElement[bool]) -> tuple[AdoptionRow, ...]:
    found = db.session.execute(
        sa.select(Adoption, BenchmarkSet.name, BenchmarkSet.version, StaffMember.name)
        .join(BenchmarkSet, BenchmarkSet.id == Adoption.benchmark_set_id)
        .outerjoin(Account, Account.id == Adoption.account_id)
        .outerjoin(StaffMember, StaffMember.id == Account.staff_member_id)
        .where(wanted)
        .order_by(Adoption.valid_from.desc(), Adoption.id.desc())
    ).all()
    declared = windows.in_order()
    judged_by = in_force(declared)
    told = _told({row[0].id for row in found})
    return tuple(
        AdoptionRow(
            set_id=one.benchmark_set_id,
            name=f"{name}, version {version}",
            valid_from=one.valid_from,
            reason=one.reason,
            by=by or ON_THE_COMMAND_LINE,
            on=day_of(one.created_at),
            told=told.get(one.id, ()),
            judges=_judges(one, declared, judged_by),
        )
        for one, name, version, by in found
    )


def _judges(
    one: Adoption, declared: list[AssessmentWindow], judged_by: Mapping[int, InForce]
) -> tuple[str, ...]:
    """The windows that this very adoption decides about; those before the first one are judged afterwards."""
    mine = [w for w in declared if w.id in judged_by and judged_by[w.id].adoption_id == one.id]
    return tuple(f"{w.label} (i efterhand)" if judged_by[w.id].judged_afterwards else w.label for w in mine)


def _told(adoption_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """What was said of each adoption beforehand."""
    rows: Any = db.session.execute(
        sa.select(AdoptionTrial, AssessmentWindow)
        .join(AssessmentWindow, AssessmentWindow.id == AdoptionTrial.window_id)
        .where(AdoptionTrial.adoption_id.in_(adoption_ids))
        .order_by(AssessmentWindow.opens_on)
    )
    told: dict[int, tuple[str, ...]] = {}
    for trial, window in rows:
        words = f"{window.label}: {trial.signalled} av {counted(trial.pupils, 'elev', 'elever')}"
        told[trial.adoption_id] = (*told.get(trial.adoption_id, ()), words)
    return told
