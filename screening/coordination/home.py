"""Överblick: a window at a glance, as it last went out, for the municipalities that somebody coordinates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from assessments.access.permissions import Permission, municipalities_open_to
from assessments.clock import day_of
from assessments.database import db
from assessments.models import AssessmentWindow, ScoreChange
from assessments.roster.models import Municipality
from assessments.words import counted
from screening.coordination import follow_up
from screening.coordination.figures import Figures, figures
from screening.coordination.follow_up import SUPPORTED, WAITING
from screening.coordination.ledger import latest, latest_shares, table_of
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place, places
from screening.initiative_lattice import EVERYBODY, over_years


@dataclass(frozen=True)
class Row:
    """A municipality, a school of it (``is_school``) or all. Counts None: not shown."""

    name: str
    is_school: bool
    shares: Figures | None  # None: nobody there is in the window
    pooled: Figures | None  # the latest cohorts together, where the window's own line is hidden
    cohorts: int
    waiting: int | None
    supported: int | None
    latest: date | None  # when a result was last written


@dataclass(frozen=True)
class Home:
    """``has_newer``: results have been written since it was counted."""

    counted_at: datetime
    has_newer: bool
    rows: tuple[Row, ...]
    total: Row

    @property
    def sentence(self) -> str:
        shares = self.total.shares
        if shares is None:
            return "Inga elever är inskrivna i perioden."
        return f"{_assessed(shares)}; {_under(shares)}. {self._work}"

    @property
    def _work(self) -> str:
        told = [
            f"{counted(count, 'elev', 'elever')} {what}"
            for count, what in (
                (self.total.waiting, "har en signal utan nästa steg"),
                (self.total.supported, "har stöd som pågår"),
            )
            if count is not None
        ]
        return f"{', '.join(told)}." if told else ""


def _assessed(shares: Figures) -> str:
    if shares.assessed is None:
        return "Få elever är kartlagda"
    return f"{shares.assessed} av {shares.enrolled} elever är kartlagda ({shares.share_assessed})"


def _under(shares: Figures) -> str:
    of_assessed, of_all = shares.of_assessed, shares.of_all
    if of_assessed is None or of_all is None:
        return "hur många som ännu inte når målet visas inte (små grupper)"
    return (
        f"{shares.under_goal} når ännu inte målet: {of_assessed.words} av dem som har resultat, "
        f"{of_all.words} av alla ({of_all.between})"
    )


def home(window: AssessmentWindow, chosen: Sequence[Place] | None = None) -> Home | None:
    """The latest count of the window; None: nobody has counted it. Five queries, however many pupils.

    ``chosen``: the schools to tell of, where nobody is signed in.
    """
    released, work = latest_shares(window), latest(follow_up.about(window))
    if released is None or work is None:
        return None
    told = _Told(
        table_of(released),
        table_of(work),
        {int(school): datetime.fromisoformat(day) for school, day in work.facts["latest"].items()},
    )
    counted_at = min(released.created_at, work.created_at)
    newer = sa.select(ScoreChange.id).where(
        ScoreChange.changed_at > counted_at, ScoreChange.window_id == window.id
    )
    everywhere = places()
    return Home(
        counted_at=counted_at,
        has_newer=db.session.scalar(newer.limit(1)) is not None,
        rows=tuple(told.rows(mine(everywhere) if chosen is None else chosen)),
        total=told.row("Alla", EVERYBODY, [place.school_id for place in everywhere]),
    )


def mine(everywhere: Sequence[Place]) -> list[Place]:
    """The schools of the municipalities that the signed-in person coordinates. One query."""
    open_to = municipalities_open_to(Permission.SEE_AGGREGATES).with_only_columns(Municipality.id)
    ids = set(db.session.scalars(open_to))
    return [place for place in everywhere if place.municipality_id in ids]


@dataclass(frozen=True)
class _Told:
    """What went out, and when a result was last written at each school."""

    shares: Gone
    work: Gone
    latest: Mapping[int, datetime]

    def rows(self, chosen: Sequence[Place]) -> Iterator[Row]:
        """Each municipality, then its schools."""
        above = None
        for place in chosen:
            if place.municipality_id != above:
                above = place.municipality_id
                within = [one.school_id for one in chosen if one.municipality_id == above]
                yield self.row(place.municipality, place.line_above, within)
            yield self.row(place.school, place.line, [place.school_id], is_school=True)

    def row(self, name: str, line: str, school_ids: Sequence[int], is_school: bool = False) -> Row:
        shares, together = figures(self.shares, line), figures(self.shares, over_years(line))
        is_told = together is not None and together.under_goal is not None
        cells = self.shares.table.lines.get(over_years(line), frozenset())
        return Row(
            name=name,
            is_school=is_school,
            shares=shares,
            pooled=together if is_told and shares and shares.under_goal is None else None,
            cohorts=len({cell.split(" ")[0] for cell in cells}),
            waiting=self._count(WAITING, line),
            supported=self._count(SUPPORTED, line),
            latest=max((day_of(self.latest[one]) for one in school_ids if one in self.latest), default=None),
        )

    def _count(self, what: str, line: str) -> int | None:
        name = follow_up.line_of(what, line)
        if name in self.work.hidden or name not in self.work.table.lines:
            return None
        return self.work.table.counts(name).under_goal
