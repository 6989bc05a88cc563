"""What the report on the initiative says: shares of schools and municipalities as they went out."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from screening.coordination.figures import Figures, Percent


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
class FunnelGroup:
    name: str
    under_goal: int
    assessed: int
    is_outside: bool


@dataclass(frozen=True)
class Funnel:
    """Groups around their joint share. ``limits``: (number with results, lowest and highest share that chance
    alone gives 95 times in 100)."""

    title: str
    joint: Percent
    groups: tuple[FunnelGroup, ...]
    limits: tuple[tuple[int, float, float], ...]

    @property
    def sentence(self) -> str:
        """The chart in words. No group is placed before another."""
        outside = [one.name for one in self.groups if one.is_outside]
        told = f"Tillsammans når {self.joint.words} av dem som har resultat ännu inte målet."
        if not outside:
            return f"{told} Skillnaderna mellan de {len(self.groups)} är inte större än slumpen kan ge."
        return f"{told} Utanför det som slumpen brukar ge: {', '.join(outside)}."


@dataclass(frozen=True)
class InitiativeReport:
    imprint: Imprint
    sentence: str
    counted: str  # "Räknat 2026-10-15 14.05."
    lines: tuple[GroupLine, ...]  # each municipality, then its schools
    total: GroupLine
    curricula: tuple[CurriculumLine, ...]
    funnels: tuple[Funnel, ...]
    sources: tuple[Source, ...] = ()
