"""What the report on the initiative says: shares of schools and municipalities as they went out."""

from dataclasses import dataclass
from datetime import date

from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from screening.coordination.figures import Figures, Percent
from screening.coordination.funnels import Funnel


@dataclass(frozen=True)
class GroupLine:
    """A municipality, a school of it (``is_school``) or all; ``shares`` None: nobody is in the window.

    ``pooled``: the windows of ``pooled_over`` together ("läsårets 2 perioder"), where the group's own numbers
    are hidden. ``not_compared``: "olika mått" or "olika texter", and then no share.
    """

    name: str
    is_school: bool
    shares: Figures | None
    pooled: Figures | None
    pooled_over: str
    waiting: int | None  # pupils with a signal without a next step; None: not shown
    late: int | None  # of them those whose signal is too old
    supported: int | None
    not_compared: str = ""
    latest: date | None = None  # when a result was last written


@dataclass(frozen=True)
class CurriculumLine:
    """Those who read Swedish, and those who read it as a second language; None: not told of."""

    name: str
    sv: Figures | None
    sva: Figures | None
    not_compared: str = ""


@dataclass(frozen=True)
class FunnelTold:
    """``sentence``: who differs by more than chance, in the order of names."""

    title: str
    sentence: str
    funnel: Funnel


@dataclass(frozen=True)
class FlowPart:
    """All together, or a municipality. Rows: under the goal, at it, without level, new, all there are now.
    Columns: the same, but no longer there for new, and all there were. None: not shown, or nothing to tell.

    ``reached``: of those under the goal, now at it: of those with results both times, and of all who stayed.
    """

    name: str
    table: tuple[tuple[int | None, ...], ...]
    reached: tuple[Percent | None, Percent | None]
    levels: tuple[tuple[int | None, ...], ...] = ()  # the same level by level, where anything is told


@dataclass(frozen=True)
class FlowTold:
    before: str  # "Våren 2025/26"
    sentence: str
    parts: tuple[FlowPart, ...]


@dataclass(frozen=True)
class InitiativeReport:
    imprint: Imprint
    sentence: str
    counted: str  # "Räknat 2026-10-15 14.05."
    lines: tuple[GroupLine, ...]  # each municipality, then its schools
    total: GroupLine
    curricula: tuple[CurriculumLine, ...]
    funnels: tuple[FunnelTold, ...]
    late_after: int  # school days without a next step, after which a signal is too old
    flows: tuple[FlowTold, ...] = ()  # those that have gone out
    sources: tuple[Source, ...] = ()
