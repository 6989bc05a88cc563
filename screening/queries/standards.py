"""Which set judges a window, and its limits, read for pages: one question each, and no NumPy.

(The engine reads the same rows as arrays; the level itself is ``screening.levels`` for both.)
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.catalogue import Measure
from assessments.models import Absence, AssessmentWindow, Season
from screening.levels import Level, Limits
from screening.models import Adoption, BenchmarkSet, BenchmarkWindow, Cut

Place = tuple[int, str, int, Season]  # set id, measure, year, season


@dataclass(frozen=True)
class SetInForce:
    """The set that judges a window. ``is_afterwards``: the window opened before any set was adopted."""

    id: int
    name: str
    version: str
    is_afterwards: bool

    @property
    def label(self) -> str:
        return f"{self.name}, version {self.version}"


def sets_in_force(windows: Collection[AssessmentWindow]) -> dict[int, SetInForce]:
    """By window id; nothing at all while no set is adopted. One query.

    Of the adoptions not later than the window's opening the latest counts, of two of one day the later row.
    """
    rows = db.session.execute(
        sa.select(Adoption.valid_from, BenchmarkSet.id, BenchmarkSet.name, BenchmarkSet.version)
        .join(BenchmarkSet, BenchmarkSet.id == Adoption.benchmark_set_id)
        .order_by(Adoption.valid_from, Adoption.id)
    ).all()
    found = {}
    for window in windows:
        begun = [row for row in rows if row.valid_from <= window.opens_on]
        if rows:
            chosen = (begun or rows[:1])[-1]
            found[window.id] = SetInForce(chosen.id, chosen.name, chosen.version, not begun)
    return found


@dataclass(frozen=True)
class LimitsRead:
    """The limits of some sets, and the measures they are limits of."""

    by_place: Mapping[Place, Limits]
    cuts: Mapping[Place, Cut]
    known: Mapping[str, Measure]

    def of(self, set_id: int | None, measure: str, year: int, season: Season) -> Limits | None:
        return None if set_id is None else self.by_place.get((set_id, measure, year, season))

    def level(
        self, limits: Limits | None, measure: str, points: Decimal | None, absence: Absence | None
    ) -> Level | None:
        """The level of a cell; "kan inte genomföras ännu" is the worst score there is."""
        judged = points_judged(self.known[measure], points, absence)
        return None if limits is None or judged is None else limits.level(judged)


def points_judged(measure: Measure, points: Decimal | None, absence: Absence | None) -> Decimal | None:
    """What the level is taken of; None where the cell is missing."""
    if absence is Absence.NOT_YET_ABLE:
        return measure.minimum if measure.higher_is_better else measure.maximum
    return points


def limits_read(
    set_ids: Collection[int], known: Mapping[str, Measure], season: Season | None = None
) -> LimitsRead:
    """The limits of the sets, for one season or all. One query. Without a composite's: no cell shows it."""
    rows = sa.select(Cut).where(Cut.benchmark_set_id.in_(set_ids), Cut.measure.in_(known))
    if season is not None:
        rows = rows.where(Cut.season == season)
    cuts = {_place(cut): cut for cut in db.session.scalars(rows)}
    return LimitsRead({place: _limits(cut, known[cut.measure]) for place, cut in cuts.items()}, cuts, known)


def windows_of_set(set_id: int | None, season: Season) -> dict[int, BenchmarkWindow]:
    """What the set says of each year in the season. One query."""
    rows = sa.select(BenchmarkWindow).filter_by(benchmark_set_id=set_id, season=season)
    return {row.year: row for row in db.session.scalars(rows)}


def _place(cut: Cut) -> Place:
    return cut.benchmark_set_id, cut.measure, cut.year, cut.season


def _limits(cut: Cut, measure: Measure) -> Limits:
    return Limits(
        cut.near_from, cut.goal_from, cut.above_from, cut.status, cut.near_status, measure.higher_is_better
    )
