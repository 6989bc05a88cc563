"""Limits as pages need them: of a cell, of what is expected, without NumPy."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.instruments.catalogue import Measure
from assessments.models import Absence, AssessmentWindow
from screening.benchmarks.catalogue import Benchmarks, CutLine, InForce, benchmarks_in_force, in_force
from screening.levels import Level


@dataclass(frozen=True)
class Standards:
    """The sets that judge some windows, and the measures they speak of."""

    in_force: Mapping[int, InForce]  # by window id; empty while nothing is adopted
    sets: Mapping[int, Benchmarks]
    known: Mapping[str, Measure]

    def cut(self, window: AssessmentWindow, measure: str, year: int) -> CutLine | None:
        """The limits of a measure for a year, with what they rest on."""
        found = self.in_force.get(window.id)
        return self.sets[found.set_id].cuts.get((measure, year, window.season)) if found else None

    def level(self, window: AssessmentWindow, place: tuple[str, int], points: Decimal | None) -> Level | None:
        """The level at (measure, year); None where there is nothing to judge, or nothing to judge by."""
        cut = self.cut(window, *place)
        return None if cut is None or points is None else cut.limits.level(points)

    def expected(self, window: AssessmentWindow, year: int) -> tuple[str, ...]:
        """What the set expects of a year: the measures it names, else the parts of its composite."""
        found = self.in_force.get(window.id)
        if found is None:
            return ()
        plan = self.sets[found.set_id].plan(year, window.season)
        return plan.expected or self.parts(window, year)

    def groups(self, window: AssessmentWindow, year: int) -> list[tuple[str, ...]]:
        """Measures that stand in for each other."""
        found = self.in_force.get(window.id)
        if found is None:
            return []
        plan = self.sets[found.set_id].plan(year, window.season)
        return [*plan.decides, *plan.also]

    def has_window(self, window: AssessmentWindow, year: int) -> bool:
        """Whether pupils of this year are in the window at all."""
        found = self.in_force.get(window.id)
        if found is None:
            return False
        plan = self.sets[found.set_id].plan(year, window.season)
        return bool(plan.decides) or plan.composite is not None

    def composite(self, window: AssessmentWindow, year: int) -> str | None:
        """The code of the weighted sum that decides the level of a year, where one does."""
        found = self.in_force.get(window.id)
        return self.sets[found.set_id].plan(year, window.season).composite if found else None

    def parts(self, window: AssessmentWindow, year: int) -> tuple[str, ...]:
        """The measures that the composite of a year weighs; none where no composite decides."""
        found, code = self.in_force.get(window.id), self.composite(window, year)
        if found is None or code is None:
            return ()
        return tuple(self.sets[found.set_id].composites[code, year, window.season].weights)


def standards(windows: Collection[AssessmentWindow], known: Mapping[str, Measure]) -> Standards:
    """The standards of these windows. Four queries."""
    chosen = in_force(windows)
    return Standards(chosen, benchmarks_in_force(chosen.values(), known), known)


def points_judged(measure: Measure, points: Decimal | None, absence: Absence | None) -> Decimal | None:
    """What a level is taken of: "kan inte genomföras ännu" is the worst score there is."""
    if absence is Absence.NOT_YET_ABLE:
        return measure.minimum if measure.higher_is_better else measure.maximum
    return points
