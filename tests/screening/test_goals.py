"""Goals set four ways, the pace they ask for, and interim goals: by hand and by properties."""

from dataclasses import replace
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned import plans

from screening.goals import Pace, Yardsticks, goals, nearest_station, pace, rate_between
from screening.support.ways import GoalWay, SupportKind


def by(*, benchmark=40_000.0, typical=1.0, own=0.5, step=1000) -> Yardsticks:
    return Yardsticks(*(np.array([one], np.float64) for one in (benchmark, typical, own)), np.array([step]))


def one(typical: float, step: int = 1000, **plan: object) -> Pace:
    return pace(plans(**plan), by(typical=typical, step=step))


class TestFourWays:
    def test_by_the_benchmark_by_rates_and_as_agreed(self):
        """Ten weeks from 20: 1.5 times 1.0 a week is 15 more, 1.5 times 0.5 is 7.5, in whole steps."""
        found = goals(plans(), by())
        assert {way: float(value[0]) for way, value in found.items()} == {
            GoalWay.BENCHMARK: 40_000,
            GoalWay.TYPICAL_RATE: 35_000,
            GoalWay.OWN_RATE: 27_000,
            GoalWay.AGREED: 35_000,
        }

    def test_where_less_is_better_goals_lie_below_the_start(self):
        found = goals(plans(start=60, goal=40, less_is_better=True), by(step=500))
        assert (found[GoalWay.TYPICAL_RATE][0], found[GoalWay.OWN_RATE][0]) == (45_000, 52_500)

    @pytest.mark.parametrize("rate", [np.nan, 0.0, -0.2])
    def test_a_rate_that_is_unknown_or_not_upwards_sets_no_goal(self, rate: float):
        found = goals(plans(), by(benchmark=np.nan, typical=rate, own=rate))
        assert [way for way, value in found.items() if not np.isnan(value[0])] == [GoalWay.AGREED]

    def test_a_hair_under_a_whole_step_is_the_step_below(self):
        """Ten weeks of 1.5 times 0.9333 are 13.9995."""
        assert goals(plans(), by(typical=0.9333))[GoalWay.TYPICAL_RATE][0] == 33_000

    def test_no_goal_lies_outside_the_measure(self):
        high = goals(plans(ends=(0, 30), goal=29), by(typical=5.0))
        low = goals(plans(start=10, goal=5, less_is_better=True), by(typical=5.0))
        assert (high[GoalWay.TYPICAL_RATE][0], low[GoalWay.TYPICAL_RATE][0]) == (30_000, 0)

    @settings(max_examples=40)
    @given(rate=st.integers(1, 300), weeks=st.integers(1, 30), step=st.sampled_from([1000, 500, 100]))
    def test_a_rate_reaches_whole_steps_and_never_more_than_it_goes(self, rate: int, weeks: int, step: int):
        found = goals(plans(weeks=weeks, ends=(0, 10_000)), by(typical=rate / 100, step=step))
        assert found[GoalWay.TYPICAL_RATE][0] == 20_000 + floor(15 * rate * weeks / step) * step


class TestPace:
    @pytest.mark.parametrize(
        ("typical", "times", "goal"),
        [(1.5, 1.0, 35_000), (1.0, 1.5, 35_000), (0.9, 5 / 3, 33_000)],
    )
    def test_a_line_that_is_too_steep_gets_an_interim_goal(self, typical: float, times: float, goal: int):
        found = one(typical)
        assert (found.times_typical[0], found.drawn_goal[0]) == (pytest.approx(times), goal)
        assert bool(found.is_too_steep[0]) is (goal != 35_000)
        assert found.needed[0] == 1.5

    def test_exactly_once_and_a_half_the_typical_rate_is_not_too_steep(self):
        """Ten weeks at 0.45 end on the goal; as floats 1.5 times 0.3 is a hair less."""
        found = one(0.3, step=500, goal=24.5)
        assert (bool(found.is_too_steep[0]), found.drawn_goal[0]) == (False, 24_500)

    @pytest.mark.parametrize("typical", [0.0, -1.0, np.nan])
    def test_without_a_typical_rate_nothing_is_too_steep(self, typical: float):
        found = one(typical)
        assert np.isnan(found.times_typical[0])
        assert (bool(found.is_too_steep[0]), found.drawn_goal[0]) == (False, 35_000)

    def test_the_interim_goal_lies_on_the_measure_s_steps_and_on_the_way(self):
        found = one(1.0, step=2000, start=35, goal=5, less_is_better=True)
        assert (found.needed[0], found.drawn_goal[0]) == (3.0, 21_000)

    def test_the_interim_goal_is_one_and_a_half_times_the_typical_rate(self):
        assert one(0.93, step=10).drawn_goal[0] == 33_950

    def test_many_at_once_are_as_each_alone(self):
        both = replace(plans(2), goal=np.array([35_000, 22_000]))
        found = pace(both, Yardsticks(*(np.full(2, 0.9) for _ in range(3)), np.array([1000, 1000])))
        assert list(found.is_too_steep) == [True, False]
        assert list(found.drawn_goal) == [33_000, 22_000]


class TestStations:
    def test_the_typical_rate_goes_from_the_first_to_the_last(self):
        assert rate_between([(84, 45_000), (14, 40_000), (154, 65_000)]) == pytest.approx(1.25)
        assert rate_between([(84, 45_000), (14, 40_000)]) == pytest.approx(0.5)
        assert rate_between([(14, 40_000), (14, 45_000), (84, 60_000)]) == pytest.approx(2.0)
        assert rate_between([(14, 40_000), (84, 60_000), (84, 70_000)]) == pytest.approx(3.0)

    @pytest.mark.parametrize("stations", [[], [(40, 20_000)], [(40, 20_000), (40, 30_000)]])
    def test_one_station_has_no_rate(self, stations: list[tuple[int, int]]):
        assert np.isnan(rate_between(stations))

    @pytest.mark.parametrize(
        ("day", "named"), [(0, "autumn"), (109, "autumn"), (110, "winter"), (111, "winter"), (400, "spring")]
    )
    def test_the_nearest_season_is_the_later_of_two_as_near(self, day: int, named: str):
        assert nearest_station({"spring": 270, "autumn": 50, "winter": 170}, day) == named

    def test_without_seasons_there_is_none(self):
        assert nearest_station({}, 3) is None


@pytest.mark.parametrize("words", [GoalWay, SupportKind])
def test_every_way_and_kind_has_its_own_words(words: type[GoalWay] | type[SupportKind]):
    assert len({one.label for one in words}) == len(words)
