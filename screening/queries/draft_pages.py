"""Drafts as the coordinator reads them: what they say, what was changed by whom, and what is left to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from assessments import calendar
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Season
from screening.benchmarks.checks import Content, sections
from screening.benchmarks.drafting import content
from screening.benchmarks.files import rows_of
from screening.benchmarks.models import BenchmarkDraft
from screening.models import BenchmarkSet, Cut
from screening.queries.benchmark_pages import CutRow, cut_row
from screening.queries.draft_changes import ON_THE_COMMAND_LINE, ChangeRow, changes_of, with_author
from screening.queries.draft_plans import DraftComposite, DraftPlan, draft_composites, draft_plans

SEASONS = list(Season)


@dataclass(frozen=True)
class DraftLine:
    id: int
    seen: int
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
    plans: tuple[DraftPlan, ...]
    composites: tuple[DraftComposite, ...]
    tables: tuple[DraftTable, ...]
    changes: tuple[ChangeRow, ...]


def open_drafts() -> list[DraftLine]:
    """Those that somebody may go on with, latest change first. One query."""
    rows = db.session.execute(
        with_author(BenchmarkDraft, BenchmarkSet.name, BenchmarkSet.version)
        .outerjoin(BenchmarkSet, BenchmarkSet.id == BenchmarkDraft.based_on_id)
        .where(BenchmarkDraft.published_set_id.is_(None), BenchmarkDraft.laid_aside_at.is_(None))
        .order_by(BenchmarkDraft.changed_at.desc())
    )
    found = []
    for draft, name, version, by in rows:
        said = content(draft)["set"]
        based_on = f"{name}, version {version}" if name else "en fil"
        code = f"{said['code']}@{said['version']}"
        changed_by = by or ON_THE_COMMAND_LINE
        found.append(
            DraftLine(draft.id, draft.version, said["name"], code, based_on, changed_by, draft.changed_at)
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
        plans=draft_plans(said, known),
        composites=draft_composites(said, known),
        tables=tuple(_tables(said, known)),
        changes=changes_of(draft, known, years_today()),
    )


def years_today() -> dict[int, str]:
    """What each grade index is called this academic year."""
    return {year: calendar.year_label(year, calendar.academic_year_on(today())) for year in range(10)}


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
