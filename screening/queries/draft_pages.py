"""Drafts as the coordinator reads them: what they say, what was changed by whom, and what is left to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.access.models import Account
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Season
from assessments.roster.models import StaffMember
from screening.benchmarks.checks import Content, sections
from screening.benchmarks.drafting import content
from screening.benchmarks.files import rows_of
from screening.benchmarks.models import BenchmarkDraft, DraftChange
from screening.levels import LimitStatus
from screening.models import BenchmarkSet, Cut
from screening.queries.benchmark_pages import CutRow, cut_row

SEASONS = list(Season)
ON_THE_COMMAND_LINE = "kommandoraden"
NUMBERS = (("near_from", "nära"), ("goal_from", "mål"), ("above_from", "över"), ("typical", "typiskt"))


@dataclass(frozen=True)
class DraftLine:
    id: int
    name: str
    code: str
    based_on: str
    by: str
    changed_at: datetime


@dataclass(frozen=True)
class DraftLimit:
    """A row of limits with its place in the address."""

    code: str
    grade: int
    season_code: str
    row: CutRow
    source: str


@dataclass(frozen=True)
class DraftTable:
    name: str
    unit: str
    rows: tuple[DraftLimit, ...]


@dataclass(frozen=True)
class ChangeRow:
    at: datetime
    by: str
    what: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class DraftPage:
    id: int
    seen: int
    name: str
    code: str
    based_on_id: int | None
    based_on: str
    is_open: bool
    published_set_id: int | None
    facts: tuple[tuple[str, str], ...]
    note: str
    tables: tuple[DraftTable, ...]
    changes: tuple[ChangeRow, ...]


def open_drafts() -> list[DraftLine]:
    """Those that somebody may go on with, latest change first. One query."""
    rows = db.session.execute(
        _with_author(BenchmarkDraft, BenchmarkSet.name, BenchmarkSet.version)
        .outerjoin(BenchmarkSet, BenchmarkSet.id == BenchmarkDraft.based_on_id)
        .where(BenchmarkDraft.published_set_id.is_(None), BenchmarkDraft.laid_aside_at.is_(None))
        .order_by(BenchmarkDraft.changed_at.desc())
    )
    found = []
    for draft, name, version, by in rows:
        said = content(draft)["set"]
        based_on = f"{name}, version {version}" if name else "en fil"
        code = f"{said['code']}@{said['version']}"
        found.append(
            DraftLine(draft.id, said["name"], code, based_on, by or ON_THE_COMMAND_LINE, draft.changed_at)
        )
    return found


def draft_page(draft: BenchmarkDraft) -> DraftPage:
    """One draft, whole. Three queries."""
    said, known = content(draft), measures()
    facts = said["set"]
    former = db.session.get(BenchmarkSet, draft.based_on_id) if draft.based_on_id else None
    return DraftPage(
        id=draft.id,
        seen=draft.version,
        name=facts["name"],
        code=f"{facts['code']}@{facts['version']}",
        based_on_id=draft.based_on_id,
        based_on=f"{former.name}, version {former.version}" if former else "en fil",
        is_open=draft.published_set_id is None and draft.laid_aside_at is None,
        published_set_id=draft.published_set_id,
        facts=(
            ("Ägare", facts["owner"]),
            ("Gäller", facts["population"]),
            ("Version", facts["version"]),
            ("Föreslås från", facts["valid_from"].isoformat()),
        ),
        note=facts.get("note", ""),
        tables=tuple(_tables(said, known)),
        changes=_changes(draft, known),
    )


def years_today() -> dict[int, str]:
    """What each grade index is called this academic year."""
    return {year: calendar.year_label(year, calendar.academic_year_on(today())) for year in range(10)}


def _with_author(*columns: Any) -> sa.Select[Any]:
    model = columns[0]
    return (
        sa.select(*columns, StaffMember.name)
        .select_from(model)
        .outerjoin(Account, Account.id == model.account_id)
        .outerjoin(StaffMember, StaffMember.id == Account.staff_member_id)
    )


def _tables(said: Content, known: Mapping[str, Measure]) -> list[DraftTable]:
    cuts = [SimpleNamespace(**row) for row in rows_of(said)[Cut]]
    composites = [one["code"] for one in sections(said, "composite")]
    found = []
    for code in dict.fromkeys([*known, *composites]):
        mine = sorted((c for c in cuts if c.measure == code), key=lambda c: (c.year, SEASONS.index(c.season)))
        measure = known.get(code)
        rows = tuple(
            DraftLimit(code, one.year, one.season.value, cut_row(one, measure, [one.source]), one.source)
            for one in mine
        )
        if rows:
            name, unit = (measure.name, measure.unit) if measure else (code, "sammanvägt")
            found.append(DraftTable(name, unit, rows))
    return found


def _changes(draft: BenchmarkDraft, known: Mapping[str, Measure]) -> tuple[ChangeRow, ...]:
    rows = db.session.execute(
        _with_author(DraftChange).where(DraftChange.draft_id == draft.id).order_by(DraftChange.id.desc())
    )
    return tuple(
        ChangeRow(
            at=one.created_at,
            by=name or ON_THE_COMMAND_LINE,
            what=_what(one, known),
            before=_said(one.before, one.after),
            after=_said(one.after, one.before),
            reason=one.reason or "",
        )
        for one, name in rows
    )


def _what(change: DraftChange, known: Mapping[str, Measure]) -> str:
    if change.measure is None or change.year is None or change.season is None:
        return "Uppsättningens uppgifter"
    name = known[change.measure].name if change.measure in known else change.measure
    return f"{name}, {years_today()[change.year]} {change.season.label}"


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


def _said(one: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """What differs from the other, in words."""
    if one is None:
        return "fanns inte" if other else ""
    words = {**dict(NUMBERS), **FACT_WORDS}
    differs = [key for key in words if key in one and one[key] != (other or {}).get(key)]
    return ", ".join(f"{words[key]} {_plain(key, one[key])}" for key in differs)


def _plain(key: str, value: str) -> str:
    if key in dict(NUMBERS):
        number = Decimal(value)
        return f"{number:f}".replace(".", ",")
    if key in ("status", "near_status"):
        return LimitStatus(value).label
    return f"”{value}”"
