"""Benchmark sets as frozen values, which of them judges which window, and the one that comes built in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa

from assessments.database import db
from assessments.database.questions import Question
from assessments.instruments import files as instrument_files
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow, Season
from screening.benchmarks.files import import_set, rows_of
from screening.levels import Limits
from screening.models import Adoption, BenchmarkSet, BenchmarkWindow, Composite, Cut

BUILT_IN = Path(__file__).parent
DEFAULT = "lasspar-bas-2026"

Key = tuple[str, int, Season]  # measure or composite, year, season
CUTS, WINDOWS, COMPOSITES = (cast(sa.Table, kind.__table__) for kind in (Cut, BenchmarkWindow, Composite))
SETS, ADOPTED = (cast(sa.Table, kind.__table__) for kind in (BenchmarkSet, Adoption))


@dataclass(frozen=True)
class CutLine:
    """The limits of a measure in a year and season, and what they rest on."""

    limits: Limits
    typical: Decimal | None  # drawn, never judged by
    source: str


@dataclass(frozen=True)
class Plan:
    """What decides the level of a year and season; empty where the year is not in the window."""

    composite: str | None = None
    decides: tuple[tuple[str, ...], ...] = ()
    also: tuple[tuple[str, ...], ...] = ()
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompositePlan:
    """The numbers of a weighted sum, exact (``screening.composites`` computes it)."""

    weights: Mapping[str, Decimal]
    divide: Mapping[str, Decimal]
    mean: Decimal
    sd: Decimal
    scale: Decimal
    constant: Decimal


@dataclass(frozen=True)
class Benchmarks:
    """Everything a published version says."""

    cuts: Mapping[Key, CutLine] = field(default_factory=dict)
    plans: Mapping[tuple[int, Season], Plan] = field(default_factory=dict)
    composites: Mapping[Key, CompositePlan] = field(default_factory=dict)

    def plan(self, year: int, season: Season) -> Plan:
        return self.plans.get((year, season), Plan())


@dataclass(frozen=True)
class InForce:
    """The set that judges a window."""

    set_id: int
    code: str
    version: str
    judged_afterwards: bool  # the window opened before anything was adopted: history, no signals
    adoption_id: int = field(default=0, compare=False)  # two adoptions of one set judge alike
    digest: str = field(default="", compare=False)  # of the set's content
    title: str = field(default="", compare=False)  # what people call the set

    @property
    def name(self) -> str:
        """For programs and commands: ``lasspar-bas-2026@1``."""
        return f"{self.code}@{self.version}"

    @property
    def called(self) -> str:
        """For people: ``Lässpår bas 2026, version 1``."""
        return f"{self.title}, version {self.version}"


# Asked at every save: built once, for building costs more than asking.
DIGESTS = sa.select(SETS.c.id, SETS.c.digest).where(SETS.c.id.in_(sa.bindparam("ids", expanding=True)))
ADOPTIONS = Question(
    sa.select(
        ADOPTED.c.valid_from, SETS.c.id, SETS.c.code, SETS.c.version, ADOPTED.c.id, SETS.c.digest, SETS.c.name
    )
    .join(SETS)
    .order_by(ADOPTED.c.valid_from, ADOPTED.c.id)
)
_published: dict[tuple[str, frozenset[str]], Benchmarks] = {}
KEPT = 16  # sets; more are in force nowhere


def benchmarks(set_ids: Collection[int], measures: Mapping[str, Measure]) -> dict[int, Benchmarks]:
    """These sets as values. One query, however many sets, and three more for those this process has not seen.

    What is published stays as it is (triggers see to it), so it is read once a process, known by its digest;
    only which way a measure goes is the measure's own.
    """
    rows = db.session.execute(DIGESTS, {"ids": sorted(set_ids)})
    return _published_as({row.id: row.digest for row in rows}, measures)


def benchmarks_in_force(forces: Iterable[InForce], measures: Mapping[str, Measure]) -> dict[int, Benchmarks]:
    """The same for sets in force, whose digests are known: no query for those this process has seen."""
    return _published_as({force.set_id: force.digest for force in forces}, measures)


def _published_as(digests: Mapping[int, str], measures: Mapping[str, Measure]) -> dict[int, Benchmarks]:
    """By set id, with the digest of each."""
    downwards = frozenset(code for code, measure in measures.items() if not measure.higher_is_better)
    keys = {set_id: (digest, downwards) for set_id, digest in digests.items()}
    found = {set_id: _published.get(key) for set_id, key in keys.items()}
    kept = {set_id: content for set_id, content in found.items() if content is not None}
    unread = keys.keys() - kept.keys()
    read = _read(unread, measures) if unread else {}
    for set_id, content in read.items():
        if len(_published) >= KEPT:
            _published.clear()
        _published[keys[set_id]] = content
    return kept | read


def _read(set_ids: Collection[int], measures: Mapping[str, Measure]) -> dict[int, Benchmarks]:
    found: dict[int, tuple[dict[Any, Any], ...]] = {set_id: ({}, {}, {}) for set_id in set_ids}
    for row in _rows(CUTS, set_ids):
        found[row.benchmark_set_id][0][row.measure, row.year, row.season] = _cut_line(row, measures)
    for row in _rows(WINDOWS, set_ids):
        found[row.benchmark_set_id][1][row.year, row.season] = _plan(row)
    for row in _rows(COMPOSITES, set_ids):
        found[row.benchmark_set_id][2][row.code, row.year, row.season] = _composite_plan(row)
    return {set_id: Benchmarks(*parts) for set_id, parts in found.items()}


def from_content(content: dict[str, Any], measures: Mapping[str, Measure]) -> Benchmarks:
    """What a file without faults says, before it is published."""
    rows = {table: [SimpleNamespace(**one) for one in found] for table, found in rows_of(content).items()}
    return Benchmarks(
        cuts={(row.measure, row.year, row.season): _cut_line(row, measures) for row in rows[Cut]},
        plans={(row.year, row.season): _plan(row) for row in rows[BenchmarkWindow]},
        composites={(row.code, row.year, row.season): _composite_plan(row) for row in rows[Composite]},
    )


def _cut_line(row: Any, measures: Mapping[str, Measure]) -> CutLine:
    limits = Limits(
        near_from=row.near_from,
        goal_from=row.goal_from,
        above_from=row.above_from,
        status=row.status,
        near_status=row.near_status,
        higher_is_better=row.measure not in measures or measures[row.measure].higher_is_better,
    )
    return CutLine(limits, row.typical, row.source)


def _plan(row: Any) -> Plan:
    return Plan(
        composite=row.composite,
        decides=tuple(tuple(group) for group in row.decides),
        also=tuple(tuple(group) for group in row.also),
        expected=tuple(row.expected),
    )


def _composite_plan(row: Any) -> CompositePlan:
    return CompositePlan(
        weights={part: Decimal(number) for part, number in row.weights.items()},
        divide={part: Decimal(number) for part, number in row.divide.items()},
        mean=Decimal(row.mean),
        sd=Decimal(row.sd),
        scale=Decimal(row.scale),
        constant=Decimal(row.constant),
    )


def _rows(table: sa.Table, set_ids: Collection[int]) -> Iterable[Any]:
    return db.session.execute(sa.select(table).where(table.c.benchmark_set_id.in_(set_ids)))


def in_force(windows: Iterable[AssessmentWindow]) -> dict[int, InForce]:
    """The set that judges each window, by window id; empty while nothing is adopted. One query.

    The adoption with the latest date not after the window's opening; of two with one date the later row.
    Windows opened before the first adoption are judged by the first set, afterwards.
    """
    adoptions = tuple(ADOPTIONS.values())
    if not adoptions:
        return {}
    return {window.id: _in_force_on(window.opens_on, adoptions) for window in windows}


@lru_cache(maxsize=1024)  # asked of each window at every save
def _in_force_on(day: date, adoptions: tuple[tuple[Any, ...], ...]) -> InForce:
    begun = [row for row in adoptions if row[0] <= day]
    first = [row for row in adoptions if row[0] == adoptions[0][0]]
    _valid_from, set_id, code, version, adoption_id, digest, title = (begun or first)[-1]
    return InForce(set_id, code, version, not begun, adoption_id, digest, title)


def load_built_in(app: object) -> None:
    """The sets that come with Lässpår; a new database adopts the default from its date. Safe to repeat."""
    instrument_files.load_built_in(app)  # limits need their measures, and nobody says who is called first
    for path in sorted(BUILT_IN.glob("*.toml")):
        imported = import_set(path)
        if (
            imported.benchmark_set.code == DEFAULT
            and db.session.scalar(sa.select(Adoption.id).limit(1)) is None
        ):
            db.session.add(
                Adoption(
                    benchmark_set_id=imported.benchmark_set.id,
                    valid_from=imported.benchmark_set.valid_from,
                    reason="Ny databas",
                )
            )
            db.session.flush()
