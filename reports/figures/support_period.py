"""What the report on one support period says."""

from dataclasses import dataclass
from datetime import date

from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from screening.support.queries.drawn import SupportPicture


@dataclass(frozen=True)
class GoalByWay:
    """What the goal is by one of the four ways, as it would be set on the day of the print."""

    way: str
    goal: str
    is_chosen: bool


@dataclass(frozen=True)
class PlanVersion:
    """A change of the plan: the day it holds from, what became what, and by which function."""

    from_day: date
    said: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class Measured:
    """One result beside what was planned for that day."""

    day: date
    points: str
    planned: str
    is_under: bool


@dataclass(frozen=True)
class Ending:
    """How the period ended. ``after`` is empty where nothing was measured."""

    ended_on: date
    before: str
    after: str
    change: str
    worked: str
    line: str
    by: str


@dataclass(frozen=True)
class SupportSheet:
    """One period, whole. Sentences are ready to read; ``verdict`` is the plain answer."""

    imprint: Imprint
    name: str
    class_name: str
    year: str
    kind: str
    measure: str
    verdict: str
    is_behind: bool
    evidence: str
    facts: tuple[tuple[str, str], ...]  # the plan, a word and what it says
    goal: str
    pace: str
    goals: tuple[GoalByWay, ...]
    picture: SupportPicture
    changes: tuple[PlanVersion, ...]  # after it began, in order
    results: tuple[Measured, ...]
    ending: Ending | None
    sources: tuple[Source, ...]
