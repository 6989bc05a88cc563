"""What the staff report on one pupil says."""

from dataclasses import dataclass
from datetime import date

from reports.figures.growth import Growth
from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from screening.levels import Level
from screening.support.queries.drawn import SupportPicture


@dataclass(frozen=True)
class Result:
    """A measure in the staff report, with its limits and where they come from."""

    measure: str
    area: str
    shown: str
    level: Level | None
    certainty: str | None
    limits: str  # "nära 26, mål 35"
    status: str | None
    source: str | None
    before: str | None  # "31 (våren 2025/26)"
    assessed_on: date | None


@dataclass(frozen=True)
class Step:
    """What somebody recorded about a signal."""

    taken_on: date
    kind: str
    function: str | None
    line: str | None
    due_on: date | None
    competence: str | None = None  # who took part in samråd about it


@dataclass(frozen=True)
class Consultation:
    """Samråd: asked by one function of another, and held with somebody's competence, or still waiting."""

    about: str
    asked_on: date
    asked_by: str
    asked_of: str
    held_on: date | None
    held_by: str | None  # the function that wrote it down
    competence: str | None
    said: str | None  # what was agreed on; of one that waits the question


@dataclass(frozen=True)
class Signal:
    title: str
    state: str
    why: str
    ground: str  # window, set and version it was judged by
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class EarlierWindow:
    label: str
    year: str
    level: Level | None
    note: str | None
    judged_by: str | None = None  # where another version than the sheet's own judged it


@dataclass(frozen=True)
class SupportPeriod:
    """Support that is or was followed up: whole sentences, what was changed, and the picture."""

    title: str
    about: str
    lines: tuple[str, ...]
    changes: tuple[str, ...]
    picture: SupportPicture


@dataclass(frozen=True)
class StaffSheet:
    """Underlag inför samråd: everything about one pupil's reading that a meeting needs, and no more."""

    imprint: Imprint
    name: str
    class_name: str
    year: str
    level: Level | None
    certainty: str | None
    reason: str | None
    results: tuple[Result, ...]
    windows: tuple[EarlierWindow, ...]
    growth: tuple[Growth, ...]
    signals: tuple[Signal, ...]
    growth_sources: tuple[Source, ...] = ()  # of the limits drawn there
    support: tuple[SupportPeriod, ...] = ()  # of the academic year, the latest first
    absence: str = ""  # where it is high
    consultations: tuple[Consultation, ...] = ()  # of the academic year: waiting ones, then the latest first
