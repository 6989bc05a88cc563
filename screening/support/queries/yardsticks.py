"""What goals of support periods are set by: limits, typical rates and the pupils' own rates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import NamedTuple

import numpy as np

from assessments import windows
from assessments.calendar import academic_year_on, first_day, year_label
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow, Season
from screening.benchmarks.catalogue import CutLine
from screening.goals import Yardsticks, nearest_station, rate_between
from screening.growth import FEWEST_FOR_VERDICT, Growth
from screening.levels import thousandths
from screening.queries.limit_sources import NO_SOURCE, LimitSource, limit_words
from screening.queries.standards import Standards, standards
from screening.support.periods import Support
from screening.support.stored import years_of

UNKNOWN = float("nan")


class Place(NamedTuple):
    """What a period is compared with: a measure as pupils of a year have it, by one set."""

    measure: str
    year: int
    set_id: int


def yardsticks(support: Support, found: Growth, known: Mapping[str, Measure]) -> Yardsticks:
    """By period; the set is that in force when it began. A fixed number of queries per 5,000 pupils."""
    ground = _Ground.fetch(support, known)
    places = [ground.place(row) for row in range(len(support.measures))]
    rates = {place: ground.typical(place) for place in set(places)}
    goal_days: list[date] = support.plans.goal_on.tolist()
    limits = [ground.benchmark(place, day) for place, day in zip(places, goal_days, strict=True)]
    return Yardsticks(
        benchmark=np.array(limits, np.float64),
        typical=np.array([rates[place] for place in places], np.float64),
        own=np.where(found.n >= FEWEST_FOR_VERDICT, found.slope * support.plans.sign, np.nan),
        step=np.array([thousandths(known[code].step) for code in support.measures], np.int64),
    )


def rests_on(support: Support, known: Mapping[str, Measure]) -> list[tuple[LimitSource, ...]]:
    """By period: the limit for the goal, and the typical values the rate is of, with status and source."""
    ground = _Ground.fetch(support, known)
    goal_days: list[date] = support.plans.goal_on.tolist()
    return [tuple(ground.sources(row, day)) for row, day in enumerate(goal_days)]


def season_days(declared: Sequence[AssessmentWindow]) -> dict[str, int]:
    """The day of the academic year in the middle of each season's windows; the median over the years.

    So a rate can be told in autumn already, before the windows of winter and spring have their dates.
    """
    middles: dict[str, list[int]] = {}
    for one in declared:
        middle = one.opens_on + (one.closes_on - one.opens_on) // 2
        middles.setdefault(one.season.value, []).append((middle - first_day(one.academic_year)).days)
    return {season: median_low(days) for season, days in middles.items()}


@dataclass(frozen=True)
class _Ground:
    """What is asked of the database, once for all periods."""

    support: Support
    starts: Sequence[date]
    declared: Sequence[AssessmentWindow]
    judged_by: Standards
    days: Mapping[str, int]
    years: Mapping[tuple[int, str], int]  # by pupil id and academic year

    @classmethod
    def fetch(cls, support: Support, known: Mapping[str, Measure]) -> "_Ground":
        declared: list[AssessmentWindow] = windows.in_order()
        starts: list[date] = support.plans.starts_on.tolist()
        years = years_of(set(support.pupil_ids.tolist()))
        return cls(support, starts, declared, standards(declared, known), season_days(declared), years)

    def place(self, row: int) -> Place | None:
        start = self.starts[row]
        opened = [one for one in self.declared if one.opens_on <= start] or self.declared[:1]
        force = self.judged_by.in_force.get(opened[-1].id) if opened else None
        year = self.years.get((int(self.support.pupil_ids[row]), academic_year_on(start)))
        if year is None or force is None:
            return None
        return Place(self.support.measures[row], year, force.set_id)

    def typical(self, place: Place | None) -> float:
        """The rate of pupils of the year, better positive."""
        if place is None:
            return UNKNOWN
        cuts = {day: self._cut(place, season) for season, day in self.days.items()}
        stations = [(day, thousandths(cut.typical)) for day, cut in cuts.items() if cut and cut.typical]
        return rate_between(stations) * (1 if self.judged_by.known[place.measure].higher_is_better else -1)

    def benchmark(self, place: Place | None, day: date) -> float:
        """The limit for the goal in the season nearest the day, in thousandths."""
        season = nearest_station(self.days, (day - first_day(academic_year_on(day))).days)
        cut = self._cut(place, season) if place is not None and season is not None else None
        goal = cut.limits.goal_from if cut else None
        return UNKNOWN if goal is None else float(thousandths(goal))

    def sources(self, row: int, day: date) -> Iterator[LimitSource]:
        """In the order of the academic year, where something is said of the goal or of the rate."""
        place, measure = self.place(row), self.judged_by.known[self.support.measures[row]]
        nearest = nearest_station(self.days, (day - first_day(academic_year_on(day))).days)
        for season in sorted(self.days, key=lambda one: self.days[one]):
            cut = self._cut(place, season) if place is not None else None
            if place is None or cut is None or not (cut.typical is not None or season == nearest):
                continue
            year = year_label(place.year, academic_year_on(self.starts[row]))
            typical = f", typiskt {measure.shown(cut.typical)}" if cut.typical is not None else ""
            words = f"{limit_words(cut, measure)}{typical}"
            yield LimitSource(
                f"{measure.name}, {year} {Season(season).label}", words, cut.source or NO_SOURCE
            )

    def _cut(self, place: Place, season: str) -> CutLine | None:
        cuts = self.judged_by.sets[place.set_id].cuts
        return cuts.get((place.measure, place.year, Season(season)))
