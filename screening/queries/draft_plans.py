"""What decides a level in a draft, as the coordinator reads it: groups of measures, and weighted sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

from assessments import calendar
from assessments.clock import today
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Season
from assessments.words import decimal
from screening.benchmarks.checks import Content, sections
from screening.benchmarks.files import rows_of
from screening.benchmarks.plan_words import weight_lines
from screening.models import BenchmarkWindow
from screening.queries.benchmark_pages import WindowRow, window_row

SEASONS = [season.value for season in Season]
NUMBERS = (("mean", "medelvärde"), ("sd", "standardavvikelse"), ("scale", "skala"), ("constant", "konstant"))


@dataclass(frozen=True)
class DraftPlan:
    """A row of what decides, with its place in the address."""

    grade: int
    season_code: str
    row: WindowRow


@dataclass(frozen=True)
class DraftComposite:
    """A weighted sum in words, with its place in the address."""

    code: str
    grade: int
    season_code: str
    year: str
    season: str
    weights: tuple[str, ...]
    numbers: str


def draft_plans(said: Content, known: Mapping[str, Measure]) -> tuple[DraftPlan, ...]:
    """In order of year and season."""
    rows = [SimpleNamespace(**row) for row in rows_of(said)[BenchmarkWindow]]
    return tuple(
        DraftPlan(row.year, row.season.value, window_row(row, known))
        for row in sorted(rows, key=lambda row: (row.year, SEASONS.index(row.season.value)))
    )


def draft_composites(said: Content, known: Mapping[str, Measure]) -> tuple[DraftComposite, ...]:
    """In order of code, year and season."""
    order = sorted(
        sections(said, "composite"), key=lambda one: (one["code"], one["year"], SEASONS.index(one["season"]))
    )
    return tuple(
        DraftComposite(
            code=one["code"],
            grade=one["year"],
            season_code=one["season"],
            year=calendar.year_label(one["year"], calendar.academic_year_on(today())),
            season=Season(one["season"]).label,
            weights=tuple(weight_lines(one["weights"], one.get("divide", {}), known).splitlines()),
            numbers=", ".join(f"{word} {decimal(Decimal(one[key]))}" for key, word in NUMBERS),
        )
        for one in order
    )


def judged_there(said: Content, place: tuple[int, str]) -> tuple[str, ...]:
    """The names of the measures that have limits for a year and season: what may decide there."""
    known = measures()
    here = {one["measure"] for one in sections(said, "cut") if (one["year"], one["season"]) == place}
    return tuple(measure.name for code, measure in known.items() if code in here)
