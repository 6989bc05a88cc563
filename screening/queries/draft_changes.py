"""The history of a draft: who changed what, when and why, in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments.access.models import Account
from assessments.database import db
from assessments.instruments.catalogue import Measure
from assessments.models import Season
from assessments.roster.models import StaffMember
from screening.benchmarks.models import BenchmarkDraft, DraftChange
from screening.levels import LimitStatus
from screening.queries.draft_plans import NUMBERS as PLAN_NUMBERS
from screening.reasons import COMPOSITE

ON_THE_COMMAND_LINE = "kommandoraden"
NUMBERS = (("near_from", "nära"), ("goal_from", "mål"), ("above_from", "över"), ("typical", "typiskt"))


@dataclass(frozen=True)
class ChangeRow:
    at: datetime
    by: str
    what: str
    before: str
    after: str
    reason: str


def with_author(*columns: Any) -> sa.Select[Any]:
    """Rows of the first column's table, last the name of who wrote them."""
    model = columns[0]
    return (
        sa.select(*columns, StaffMember.name)
        .select_from(model)
        .outerjoin(Account, Account.id == model.account_id)
        .outerjoin(StaffMember, StaffMember.id == Account.staff_member_id)
    )


def changes_of(
    draft: BenchmarkDraft, known: Mapping[str, Measure], years: Mapping[int, str]
) -> tuple[ChangeRow, ...]:
    """Latest first; ``years`` is what each grade index is called. One query."""
    rows = db.session.execute(
        with_author(DraftChange).where(DraftChange.draft_id == draft.id).order_by(DraftChange.id.desc())
    )
    return tuple(
        ChangeRow(
            at=one.created_at,
            by=name or ON_THE_COMMAND_LINE,
            what=_what(one, known, years),
            before=_said(one.before, one.after, known),
            after="borttagen" if one.after is None else _said(one.after, one.before, known),
            reason=one.reason or "",
        )
        for one, name in rows
    )


def _what(change: DraftChange, known: Mapping[str, Measure], years: Mapping[int, str]) -> str:
    if change.measure is None or change.year is None or change.season is None:
        said = change.after or change.before or {}
        if "year" not in said:
            return "Uppsättningens uppgifter"
        name = f"{COMPOSITE} {said['code']}" if "code" in said else "Vad som avgör nivån"
        return f"{name}, {years[int(said['year'])]} {Season(said['season']).label}"
    name = known[change.measure].name if change.measure in known else change.measure
    return f"{name}, {years[change.year]} {change.season.label}"


FACT_WORDS = {
    "name": "namn",
    "version": "version",
    "owner": "ägare",
    "population": "gäller",
    "valid_from": "föreslås från",
    "note": "anmärkning",
    "status": "status",
    "near_status": "status för nära",
    "source": "källa",
}
PLAN_WORDS = {
    "composite": "avgörs av",
    "decides": "avgör",
    "also": "räknas när det finns",
    "expected": "förväntas",
    "weights": "vikter",
    "divide": "delas först med",
    **dict(PLAN_NUMBERS),
}
CODE = re.compile(r"[A-Za-z0-9._-]+")


def _said(one: dict[str, Any] | None, other: dict[str, Any] | None, known: Mapping[str, Measure]) -> str:
    """What differs from the other, in words."""
    if one is None:
        return "fanns inte" if other else ""
    words = {**dict(NUMBERS), **FACT_WORDS, **PLAN_WORDS}
    differs = [key for key in words if key in one and one[key] != (other or {}).get(key)]
    return ", ".join(f"{words[key]} {_plain(key, one[key], known)}" for key in differs)


def _plain(key: str, value: str, known: Mapping[str, Measure]) -> str:
    if key in dict(NUMBERS) or key in dict(PLAN_NUMBERS):
        number = Decimal(value)
        return f"{number:f}".replace(".", ",")
    if key in ("status", "near_status"):
        return LimitStatus(value).label
    if key in PLAN_WORDS:
        named = CODE.sub(lambda code: known[code[0]].name if code[0] in known else code[0], value)
        return f"”{named}”" if named else "inget"
    return f"”{value}”"
