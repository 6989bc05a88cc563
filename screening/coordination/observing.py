"""What a goal's share was in each academic year, by school and year (årskurs): counts and never pupils."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.absence.limits import Limits, history
from assessments.absence.models import AbsenceShare
from assessments.absence.queries import plain
from assessments.access.taking_part import schools_outside
from assessments.calendar import last_day
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AgreedText, AssessmentWindow
from assessments.retention.models import AbsenceSum
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks, in_force
from screening.coordination.goals import numbers
from screening.coordination.models import GoalKind, HalvingGoal
from screening.disclosure import Counts
from screening.rollup.models import WHOLE_WINDOW, CountedPupil, SchoolCount

EVERY_YEAR, EVERYBODY = -1, ""  # of an indicator, which says nothing of årskurs, and nothing of sv and sva
Place = tuple[str, int, int, str]  # academic year, school id, year, sv or sva
Cells = Mapping[Place, Counts]


@dataclass(frozen=True)
class Observed:
    """``outside``: by academic year the schools that are counted and not the goal's: their municipality took
    no part when the window closed. What was told while it did is known beside what is told now.
    ``judged_by``: by academic year the set whose limits decided; none for what no set decides. ``texts``:
    the agreed texts of a measure that compares only the same text; empty for any other. ``limits``: from how
    much absence was counted, in percent; empty for what is no absence."""

    cells: Cells
    outside: Mapping[str, frozenset[int]]
    judged_by: Mapping[str, str]
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)


def observed(goal: HalvingGoal) -> Observed:
    """All years there are, of every school, of every year in its window. At most eight queries."""
    if goal.kind is GoalKind.INDICATOR:
        by_hand = _by_hand(goal)
        return Observed(by_hand, _outside(goal, {one: last_day(one) for one in years_of(by_hand)}), {})
    every = [one for one in windows.in_order() if one.season is goal.season]
    adopted = in_force(every)
    chosen = [one for one in every if one.id in adopted]
    sets = benchmarks({adopted[one.id].set_id for one in chosen}, measures())
    asked = _Asked(goal, {one.id: one for one in chosen}, adopted, sets)
    outside = _outside(goal, {one.academic_year: one.closes_on for one in chosen})
    if goal.kind is GoalKind.ABSENCE:
        return Observed(asked.absence(), outside, {}, limits=asked.limits())
    by = {one.academic_year: adopted[one.id].name for one in chosen}
    return Observed(asked.levels(), outside, by, _texts(goal, chosen))


def _outside(goal: HalvingGoal, closes_on: Mapping[str, date]) -> dict[str, frozenset[int]]:
    """None of a municipality's own goal: it is about its own schools all along."""
    if goal.municipality_id is not None:
        return {}
    return {academic_year: schools_outside(day) for academic_year, day in closes_on.items()}


def _by_hand(goal: HalvingGoal) -> dict[Place, Counts]:
    return {
        (academic_year, school_id, EVERY_YEAR, EVERYBODY): Counts(row.count, row.among - row.count)
        for (school_id, academic_year), row in numbers(goal).items()
    }


def _texts(goal: HalvingGoal, chosen: Sequence[AssessmentWindow]) -> Mapping[str, Sequence[str]]:
    """By academic year what was read. At most one query."""
    measure = measures().get(goal.measure or "")
    if measure is None or not measure.same_text:
        return {}
    found: dict[str, list[str]] = {one.academic_year: [] for one in chosen}
    rows = sa.select(AgreedText).where(AgreedText.measure == measure.code).order_by(AgreedText.year)
    of_window = {one.id: one.academic_year for one in chosen}
    for row in db.session.scalars(rows.where(AgreedText.window_id.in_(of_window))):
        if goal.year in (None, row.year):
            found[of_window[row.window_id]].append(f"{row.year} {row.name}")
    return found


@dataclass(frozen=True)
class _Asked:
    goal: HalvingGoal
    windows: Mapping[int, AssessmentWindow]
    adopted: Mapping[int, InForce]
    sets: Mapping[int, Benchmarks]

    def levels(self) -> dict[Place, Counts]:
        """By the level of the window, or of the measure; the others enrolled are missing."""
        everybody = self._sums(WHOLE_WINDOW)
        if self.goal.kind is GoalKind.WINDOW:
            return everybody
        reached = self._sums(self.goal.measure or "")
        return {place: _among(reached.get(place, Counts()), whole) for place, whole in everybody.items()}

    def absence(self) -> dict[Place, Counts]:
        """Those from the limit on, those below it, and those of whom nothing is known; sv and sva as one."""
        limits = Limits.fetch()
        is_much = [
            sa.and_(AbsenceShare.window_id == one.id, AbsenceShare.percent >= limit)
            for one in self.windows.values()
            if (limit := limits.on(one.opens_on)) is not None
        ]
        if not is_much:
            return {}
        place = CountedPupil.window_id, CountedPupil.school_id, CountedPupil.year
        rows = db.session.execute(
            sa.select(*place, sa.func.count(), sa.func.sum(sa.case((sa.or_(*is_much), 1), else_=0)))
            .join(
                AbsenceShare,
                sa.and_(
                    AbsenceShare.pupil_id == CountedPupil.pupil_id,
                    AbsenceShare.window_id == CountedPupil.window_id,
                ),
            )
            .where(CountedPupil.window_id.in_(self.windows))
            .group_by(*place)
        )
        told: dict[Place, Counts] = defaultdict(Counts)
        for window, school, year, known, much in (*rows, *self._kept_sums()):
            told[self.windows[window].academic_year, school, year, EVERYBODY] += Counts(much, known - much)
        everybody: dict[Place, Counts] = defaultdict(Counts)
        for (academic_year, school, year, _), whole in self._sums(WHOLE_WINDOW).items():
            everybody[academic_year, school, year, EVERYBODY] += whole
        return {at: _among(told.get(at, Counts()), whole) for at, whole in everybody.items()}

    def limits(self) -> dict[str, str]:
        """By academic year from how many percent ``absence`` counts. Empty of a window of which sums are kept
        and whose limit was set when it had closed: by which they were summed nobody knows. Two queries."""
        summed = set(db.session.scalars(sa.select(AbsenceSum.window_id).distinct()))
        found: dict[str, str] = {}
        for row in reversed(history()):
            for one in self.windows.values():
                if row.valid_from <= one.opens_on:
                    before = found.get(one.academic_year)
                    is_known = one.id not in summed or before in (None, plain(row.percent))
                    was_set = row.created_at.date() <= one.closes_on
                    found[one.academic_year] = plain(row.percent) if is_known or was_set else ""
        return found

    def _kept_sums(self) -> Sequence[Any]:
        """Of pupils whose absence has been disposed of since."""
        asked = sa.select(
            AbsenceSum.window_id, AbsenceSum.school_id, AbsenceSum.year, AbsenceSum.known, AbsenceSum.much
        )
        return db.session.execute(asked.where(AbsenceSum.window_id.in_(self.windows))).all()

    def _sums(self, measure: str) -> dict[Place, Counts]:
        found: dict[Place, Counts] = defaultdict(Counts)
        chosen = sa.select(SchoolCount).where(
            SchoolCount.window_id.in_(self.windows), SchoolCount.measure == measure
        )
        for row in db.session.scalars(chosen):
            window = self.windows[row.window_id]
            if self._is_in(row, window):
                place = window.academic_year, row.school_id, row.year, row.curriculum.value
                found[place] += Counts(
                    row.below_goal + row.near_goal, row.at_goal + row.above_goal, row.no_level
                )
        return found

    def _is_in(self, row: Any, window: AssessmentWindow) -> bool:
        """Whether the year is in the window at all, and the goal's measure has limits for it."""
        said = self.sets[self.adopted[window.id].set_id]
        plan = said.plan(row.year, window.season)
        if self.goal.kind is GoalKind.MEASURE:
            return (self.goal.measure, row.year, window.season) in said.cuts
        return bool(plan.decides) or plan.composite is not None


def _among(told: Counts, whole: Counts) -> Counts:
    """The same with everybody else of the place as missing."""
    return Counts(told.under_goal, told.at_goal, max(whole.enrolled - told.assessed, 0))


def years_of(cells: Cells) -> Sequence[str]:
    """The academic years somebody is counted in, oldest first."""
    return sorted({place[0] for place in cells})
