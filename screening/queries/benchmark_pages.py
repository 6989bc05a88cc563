"""Benchmark sets as people read them: each limit with status and source, and when the set was adopted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments import calendar, windows
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Season
from assessments.words import decimal
from screening.benchmarks.adopting import listed
from screening.benchmarks.catalogue import in_force
from screening.levels import LimitStatus
from screening.models import BenchmarkSet, BenchmarkWindow, Composite, Cut
from screening.queries.benchmark_history import AdoptionRow, adoptions_of

SEASONS = list(Season)


@dataclass(frozen=True)
class SetLine:
    id: int
    name: str
    code: str
    owner: str
    population: str
    adopted_from: tuple[date, ...]
    judges: tuple[str, ...]  # labels of the windows it judges


@dataclass(frozen=True)
class CutRow:
    year: str
    season: str
    near: str
    goal: str
    above: str
    typical: str
    status: str
    source: int  # its number among the table's sources


@dataclass(frozen=True)
class MeasureTable:
    name: str
    unit: str
    how: str
    higher_is_better: bool
    rows: tuple[CutRow, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class WindowRow:
    """What decides the level of a year and season, in words."""

    year: str
    season: str
    decides: str
    also: str
    expected: str


@dataclass(frozen=True)
class SetPage:
    id: int
    name: str
    code: str
    facts: tuple[tuple[str, str], ...]
    note: str
    years_note: str
    tables: tuple[MeasureTable, ...]
    windows: tuple[WindowRow, ...]
    adoptions: tuple[AdoptionRow, ...]
    proposals: int  # limits that are own proposals
    limits: int


def benchmark_sets() -> list[SetLine]:
    """Every published set. Four queries."""
    declared = windows.in_order()
    judged_by = in_force(declared)
    found = []
    for one in listed():
        row = one.benchmark_set
        judges = [w.label for w in declared if w.id in judged_by and judged_by[w.id].set_id == row.id]
        found.append(
            SetLine(
                row.id, row.name, f"{row.code}@{row.version}", row.owner, row.population,
                tuple(one.adopted_from), tuple(judges),
            )
        )  # fmt: skip
    return found


def benchmark_page(benchmark_set: BenchmarkSet) -> SetPage:
    """One set, whole. Five queries."""
    known = measures()
    where = {"benchmark_set_id": benchmark_set.id}
    cuts = db.session.scalars(sa.select(Cut).filter_by(**where)).all()
    plans = db.session.scalars(sa.select(BenchmarkWindow).filter_by(**where)).all()
    composites = db.session.scalars(sa.select(Composite).filter_by(**where)).all()
    statuses = [status for cut in cuts for status in _statuses(cut)]
    return SetPage(
        id=benchmark_set.id,
        name=benchmark_set.called,
        code=f"{benchmark_set.code}@{benchmark_set.version}",
        facts=(
            ("Ägare", benchmark_set.owner),
            ("Gäller", benchmark_set.population),
            ("Version", benchmark_set.version),
            ("Föreslås från", benchmark_set.valid_from.isoformat()),
        ),
        note=benchmark_set.note,
        years_note=years_note(calendar.academic_year_on(today())),
        tables=tuple(_tables(list(cuts), list(composites), known)),
        windows=tuple(window_row(plan, known) for plan in sorted(plans, key=_in_time)),
        adoptions=adoptions_of(benchmark_set),
        proposals=statuses.count(LimitStatus.PROPOSAL),
        limits=len(statuses),
    )


def years_note(academic_year: str) -> str:
    """What the years of a set are called now, and on the other side of the ten-year school."""
    if academic_year >= calendar.TEN_YEAR_SCHOOL_FROM:
        return (
            f"Årskurserna skrivs som de heter läsåret {academic_year}. Före läsår "
            f"{calendar.TEN_YEAR_SCHOOL_FROM} hette varje årskurs ett steg lägre, och dagens åk 1 "
            "förskoleklass. Samma gränser gäller samma kull."
        )
    return (
        f"Årskurserna skrivs som de heter läsåret {academic_year}. Från läsår "
        f"{calendar.TEN_YEAR_SCHOOL_FROM} heter varje årskurs ett steg högre, och förskoleklass åk 1. "
        "Samma gränser gäller samma kull."
    )


def _in_time(row: Cut | BenchmarkWindow) -> tuple[int, int]:
    return row.year, SEASONS.index(row.season)


def _statuses(cut: Cut) -> list[LimitStatus]:
    """One for each limit that is there."""
    found = [LimitStatus(cut.near_status)] if cut.near_from is not None else []
    return found + [LimitStatus(cut.status) for limit in (cut.goal_from, cut.above_from) if limit is not None]


def _tables(cuts: list[Cut], composites: list[Composite], known: Mapping[str, Measure]) -> list[MeasureTable]:
    """In reading order; composites after the measures they are made of."""
    found = []
    for code in [*known, *dict.fromkeys(one.code for one in composites)]:
        mine = sorted((cut for cut in cuts if cut.measure == code), key=_in_time)
        if mine:
            measure = known.get(code)
            sources = list(dict.fromkeys(cut.source for cut in mine))
            found.append(
                MeasureTable(
                    name=measure.name if measure else code,
                    unit=measure.unit if measure else "sammanvägt",
                    how=measure.how if measure else "Vägs samman ur flera mått.",
                    higher_is_better=measure is None or measure.higher_is_better,
                    rows=tuple(cut_row(cut, measure, sources) for cut in mine),
                    sources=tuple(sources),
                )
            )
    return found


def cut_row(cut: Any, measure: Measure | None, sources: list[str]) -> CutRow:
    """The limits in words; ``cut`` is a published row, or one of a draft with the same columns."""
    return CutRow(
        year=calendar.year_label(cut.year, calendar.academic_year_on(today())),
        season=cut.season.label,
        near=limit_shown(cut.near_from, measure),
        goal=limit_shown(cut.goal_from, measure),
        above=limit_shown(cut.above_from, measure),
        typical=limit_shown(cut.typical, measure),
        status=_status_words(cut),
        source=sources.index(cut.source) + 1,
    )


def limit_shown(points: Decimal | None, measure: Measure | None) -> str:
    """A limit as people read it: the measure's own word, or the number."""
    if points is None:
        return "–"
    is_word = measure is not None and measure.labels and (points - measure.minimum) % measure.step == 0
    return measure.shown(points) if is_word and measure else decimal(points)


def _status_words(cut: Any) -> str:
    """What the limits rest on; told apart where they do not rest on the same."""
    goal, near = LimitStatus(cut.status).label, LimitStatus(cut.near_status).label
    if cut.near_from is None or goal == near:
        return goal.capitalize()
    if cut.goal_from is None and cut.above_from is None:
        return near.capitalize()
    return f"{goal.capitalize()}; nära målet: {near}"


def window_row(plan: Any, known: Mapping[str, Measure]) -> WindowRow:
    """What decides, in words; ``plan`` is a published row, or one of a draft with the same columns."""

    def named(codes: list[str], between: str) -> str:
        return between.join(known[code].name if code in known else code for code in codes)

    decides = plan.composite or "; och ".join(named(group, " eller ") for group in plan.decides)
    return WindowRow(
        year=calendar.year_label(plan.year, calendar.academic_year_on(today())),
        season=plan.season.label,
        decides=decides,
        also="; och ".join(named(group, " eller ") for group in plan.also),
        expected=named(plan.expected, ", "),
    )
