"""What the report on the initiative says: shares of schools and municipalities as they went out."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from screening.coordination.figures import Figures
from screening.coordination.funnels import Funnel


@dataclass(frozen=True)
class GroupLine:
    """A municipality, a school of it (``is_school``) or all; ``shares`` None: nobody is in the window.

    ``pooled``: the latest ``cohorts`` together, where the group's own cohort is hidden.
    """

    name: str
    is_school: bool
    shares: Figures | None
    pooled: Figures | None
    cohorts: int
    waiting: int | None  # pupils with a signal without a next step; None: not shown
    supported: int | None


@dataclass(frozen=True)
class CurriculumLine:
    """Those who read Swedish, and those who read it as a second language; None: not told of."""

    name: str
    sv: Figures | None
    sva: Figures | None


@dataclass(frozen=True)
class FunnelTold:
    """``sentence``: who differs by more than chance, in the order of names."""

    title: str
    sentence: str
    funnel: Funnel


@dataclass(frozen=True)
class InitiativeReport:
    imprint: Imprint
    sentence: str
    counted: str  # "Räknat 2026-10-15 14.05."
    lines: tuple[GroupLine, ...]  # each municipality, then its schools
    total: GroupLine
    curricula: tuple[CurriculumLine, ...]
    funnels: tuple[FunnelTold, ...]
    sources: tuple[Source, ...] = ()
