"""Överblick: a window at a glance, as it last went out, for the municipalities that somebody coordinates."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime

from assessments.access.permissions import Permission, municipalities_open_to
from assessments.clock import day_of
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Municipality
from assessments.words import counted
from screening.coordination import follow_up, follow_up_counts
from screening.coordination.figures import Figures
from screening.coordination.follow_up import SUPPORTED, WAITING
from screening.coordination.ledger import latest, latest_shares, table_of
from screening.coordination.standing import Standing, alike
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place, places
from screening.initiative_lattice import EVERYBODY


@dataclass(frozen=True)
class Row:
    """A municipality, a school of it (``is_school``) or all. Counts None: not shown."""

    name: str
    is_school: bool
    shares: Figures | None  # None: nobody there is in the window
    pooled: Figures | None  # windows together, where the window's own line is hidden
    pooled_over: str  # "läsårets 2 perioder"
    waiting: int | None
    late: int | None  # of those waiting: longer than they may
    supported: int | None
    latest: date | None  # when a result was last written
    has_newer: bool = False  # results have been written there since it was counted
    not_compared: str = ""  # "olika mått" or "olika texter", and then no share


@dataclass(frozen=True)
class Home:
    counted_at: datetime
    rows: tuple[Row, ...]
    total: Row
    late_after: int  # school days without a next step, after which a signal has waited too long

    @property
    def has_newer(self) -> bool:
        """Results have been written since it was counted."""
        return self.total.has_newer

    @property
    def sentence(self) -> str:
        shares = self.total.shares
        if shares is None:
            return "Inga elever är inskrivna i perioden."
        return f"{_assessed(shares)}; {_under(shares)}. {self._work}"

    @property
    def _work(self) -> str:
        late = (
            f", {self.total.late} av dem äldre än {self.late_after} skoldagar"
            if self.total.late is not None
            else ""
        )
        told = [
            f"{counted(count, 'elev', 'elever')} {what}"
            for count, what in (
                (self.total.waiting, f"har en signal utan nästa steg{late}"),
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
    """The latest count of the window; None: nobody has counted it. At most eleven queries, however many
    pupils and schools.

    ``chosen``: the schools to tell of, where nobody is signed in.
    """
    released, work = latest_shares(window), latest(follow_up.about(window))
    if released is None or work is None:
        return None
    everywhere, counted_at = places(), min(released.created_at, work.created_at)
    shares = table_of(released)
    told = _Told(
        Standing(window, shares, alike(window, shares, everywhere)),
        table_of(work),
        {int(school): datetime.fromisoformat(day) for school, day in work.facts["latest"].items()},
        follow_up_counts.changed_since(window, counted_at),
    )
    return Home(
        counted_at=counted_at,
        rows=tuple(told.rows(mine(everywhere) if chosen is None else chosen)),
        total=told.row("Alla", EVERYBODY, [place.school_id for place in everywhere]),
        late_after=work.facts.get("late_after", 0),
    )


def mine(everywhere: Sequence[Place]) -> list[Place]:
    """The schools of the municipalities that the signed-in person coordinates. One query."""
    open_to = municipalities_open_to(Permission.SEE_AGGREGATES).with_only_columns(Municipality.id)
    ids = set(db.session.scalars(open_to))
    return [place for place in everywhere if place.municipality_id in ids]


@dataclass(frozen=True)
class _Told:
    """What went out, when a result was last written at each school, and where since it was counted."""

    shares: Standing
    work: Gone
    latest: Mapping[int, datetime]
    changed: Set[int]

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
        shares = self.shares.figures(line)
        hides_own = shares is not None and shares.under_goal is None
        pooled, over = self.shares.together(line) if hides_own else (None, "")
        return Row(
            name=name,
            is_school=is_school,
            shares=shares,
            pooled=pooled,
            pooled_over=over,
            waiting=self._count(WAITING, line),
            late=self._late(line),
            supported=self._count(SUPPORTED, line),
            latest=max((day_of(self.latest[one]) for one in school_ids if one in self.latest), default=None),
            has_newer=not self.changed.isdisjoint(school_ids),
            not_compared=self.shares.why_not(line),
        )

    def _count(self, what: str, line: str) -> int | None:
        name = follow_up.line_of(what, line)
        if name in self.work.hidden or name not in self.work.table.lines:
            return None
        return self.work.table.counts(name).under_goal

    def _late(self, line: str) -> int | None:
        name = follow_up.line_of(WAITING, line)
        return self.work.table.counts(name).below_goal if name in self.work.parts else None
