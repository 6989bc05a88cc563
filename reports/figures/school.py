"""What the report on a school says."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint
from reports.figures.levels import LevelRow
from reports.figures.sources import Source


@dataclass(frozen=True)
class FlowTable:
    """Pupils by where they stood in the former window (rows) and stand in this one (columns).

    Rows: below, near, at, above, not assessed, new. Columns: the same, the last of them no longer here.
    """

    before: str  # "Våren 2025/26"
    now: str
    table: tuple[tuple[int, ...], ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class YearMeasures:
    """How the measures of a year spread."""

    year: str
    rows: tuple[LevelRow, ...]


@dataclass(frozen=True)
class MissingPupil:
    """Somebody without a level, and what is missing or why. ``key`` is never printed."""

    key: int
    name: str
    lacks: str


@dataclass(frozen=True)
class MissingClass:
    """``count`` are all who lack a level in the class; named are those who may be."""

    class_name: str
    count: int
    named: tuple[MissingPupil, ...]


@dataclass(frozen=True)
class SignalLine:
    """A class's signals without a next step by age, its overdue steps, and its saved groups."""

    name: str
    ages: tuple[int, int, int]  # as the report's ``ages`` calls them
    overdue: int
    groups: str  # "4 grupper 2026-10-12"; empty where none are saved


@dataclass(frozen=True)
class Counted:
    """``what`` ("Intensivperiod"), how it goes or went, and how many."""

    what: str
    state: str
    count: int


@dataclass(frozen=True)
class SchoolReport:
    """Counts are of everybody in grundskola whose year is in the window. Only ``missing`` names pupils."""

    imprint: Imprint
    sentence: str
    whole: LevelRow
    curricula: tuple[LevelRow, ...]  # sv and sva apart
    years: tuple[LevelRow, ...]
    classes: tuple[LevelRow, ...]
    measures: tuple[YearMeasures, ...]
    flow: FlowTable | None
    missing: tuple[MissingClass, ...]
    signals: tuple[SignalLine, ...]
    steps: tuple[Counted, ...]
    running: tuple[Counted, ...]
    ended: tuple[Counted, ...]
    support_late: int  # periods whose day has passed, not followed up
    sources: tuple[Source, ...] = ()
    ages: tuple[str, ...] = ("högst 5 skoldagar", "6 till 10 skoldagar", "mer än 10 skoldagar")

    @property
    def named(self) -> frozenset[int]:
        """The keys of those whose names are printed."""
        return frozenset(pupil.key for one in self.missing for pupil in one.named)
