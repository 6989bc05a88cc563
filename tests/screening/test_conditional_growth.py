"""Growth from where pupils start, and what came of support: scipy as oracle, and chance alone as a trap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from screening.conditional_growth import CAUTION, Pairs, conditional_growth, effects, expected_gain, mean


def made(before, after, level_before=0, level_after=0, **more) -> Pairs:
    start, end = (np.array([round(1000 * value) for value in values], np.int64) for values in (before, after))
    levels = (
        np.broadcast_to(np.array(level, np.int64), start.shape).copy()
        for level in (level_before, level_after)
    )
    return Pairs(start, end, *levels, **more)


def chance_alone(count: int = 4000) -> Pairs:
    """Nobody grows: two results of one ability, each with a day of its own."""
    random = np.random.default_rng(3)
    ability = random.normal(60, 10, count)
    return made(ability + random.normal(0, 8, count), ability + random.normal(0, 8, count))


class TestMean:
    @settings(max_examples=40)
    @given(st.lists(st.floats(-50, 50), min_size=2, max_size=40), st.sampled_from([0.8, 0.95]))
    def test_is_student_s(self, values: list[float], confidence: float):
        found = mean(np.array(values), confidence)
        if np.std(values) > 1e-6:
            told = stats.ttest_1samp(values, 0).confidence_interval(confidence)
            assert (found.low, found.high) == pytest.approx((told.low, told.high), abs=1e-9)
        assert found.mean == pytest.approx(np.mean(values))


class TestByStart:
    def test_a_stratum_says_something_from_a_hundred_on(self):
        level = np.repeat([0, 2, -1], [99, 100, 150])
        pairs = made(np.zeros(349), np.arange(349), level)
        found = conditional_growth(pairs)
        assert (list(found), found[0].n, found[2].n) == ([0, 2], 99, 100)
        assert (found[0].gain, found[0].quartiles) == (None, None)
        assert found[2].gain == mean(np.arange(99.0, 199.0))
        assert found[2].quartiles == (123.75, 148.5, 173.25)

    def test_where_less_is_better_a_fall_is_a_gain(self):
        falling = made(np.full(100, 30), np.full(100, 25) - np.arange(100) % 2, higher_is_better=False)
        assert conditional_growth(falling)[0].gain.mean == 5.5


class TestSupport:
    def test_who_began_lowest_gains_by_chance_alone_and_it_is_expected(self):
        """The lowest tenth was given support that did nothing."""
        everybody = chance_alone()
        lowest = everybody.before < np.quantile(everybody.before, 0.1)
        found = effects(["none"] * lowest.sum(), everybody.where(lowest), everybody)["none"]
        assert found.gain.low > 5
        assert found.expected == pytest.approx(found.gain.mean, abs=1)

    @settings(max_examples=20)
    @given(st.integers(0, 2**32), st.booleans())
    def test_what_is_expected_is_on_the_line_of_the_others(self, seed: int, higher_is_better: bool):
        random = np.random.default_rng(seed)
        before, after = random.integers(0, 90, 120), random.integers(0, 90, 120)
        others = made(before, after, higher_is_better=higher_is_better)
        line = stats.linregress(before, (after - before) * (1 if higher_is_better else -1))
        found = expected_gain(others, made([0, 40], [0, 0], higher_is_better=higher_is_better))
        assert found == pytest.approx([line.intercept, line.intercept + 40 * line.slope], abs=1e-9)

    def test_kinds_are_told_apart_with_levels_gained_and_lost(self):
        kinds = ["intensive"] * 12 + ["special"] * 10
        before, after = [20] * 22, [30] * 12 + [25, 24] * 5
        levels = [0] * 22, [1] * 7 + [0] * 3 + [-1, 2] + [0] * 10
        pairs = made(before, after, *levels)
        pairs.level_before[0] = 3
        found = effects(kinds, pairs, chance_alone(100))
        assert list(found) == ["intensive", "special"]
        assert (found["intensive"].n, found["intensive"].gain.mean) == (12, 10)
        told = found["intensive"]
        assert (told.levels_up, told.levels_same, told.levels_down) == (7, 3, 1)
        assert found["special"].gain.mean == 4.5
        assert found["special"].levels_same == 10

    def test_fewer_than_ten_are_persons(self):
        found = effects(["few"] * 9, made([20] * 9, [30] * 9), chance_alone(200))["few"]
        assert (found.n, found.gain, found.expected, found.levels_up) == (9, None, None, None)
        assert (found.before, found.after) == (None, None)

    def test_whoever_may_see_the_pupils_sees_all_of_them(self):
        pairs = made([20, 24], [30, 31])
        found = effects(["two"] * 2, pairs, chance_alone(0), fewest=1)["two"]
        assert (found.before, found.after, found.gain.mean, found.expected) == (22, 30.5, 8.5, None)
        one = effects(["one"], made([20], [30]), chance_alone(0), fewest=1)["one"]
        assert one.gain.mean == 10
        assert np.isnan([one.gain.low, one.gain.high]).all()

    def test_twice_the_time_is_twice_the_expected_gain(self):
        random = np.random.default_rng(5)
        before, after = random.integers(0, 90, 120), random.integers(0, 90, 120)
        others = made(before, after, weeks=np.full(120, 20.0))
        ten, forty = (made([30], [0], weeks=np.array([weeks])) for weeks in (10.0, 40.0))
        line = stats.linregress(before, (after - before) / 20)
        assert expected_gain(others, ten) == pytest.approx([10 * (line.intercept + 30 * line.slope)])
        assert expected_gain(others, forty) == pytest.approx(4 * expected_gain(others, ten))

    def test_only_those_who_are_alike_say_what_is_to_be_expected(self):
        """Year 1 gains 10 from everywhere, year 2 gains 2, and of year 3 there are too few."""
        years, gain = np.repeat([1, 2, 3], [120, 100, 99]), np.repeat([10, 2, 5], [120, 100, 99])
        before = np.arange(319) % 50
        others = made(before, before + gain, alike=years)
        of = made([20, 20, 20], [25, 25, 25], alike=np.array([1, 2, 3]))
        assert expected_gain(others, of) == pytest.approx([10, 2, np.nan], nan_ok=True)
        told = effects(["kind"] * 3, of, others, fewest=1)["kind"]
        assert (told.expected, told.gain.mean) == (None, 5)
        assert effects(["kind"] * 2, of.where(np.array([True, True, False])), others, 1)["kind"].expected == 6

    @pytest.mark.parametrize("others", [chance_alone(99), made([20] * 200, [30] * 200), made([], [])])
    def test_without_others_to_go_by_nothing_is_expected(self, others: Pairs):
        found = effects(["kind"] * 10, made([20] * 10, range(30, 40)), others)["kind"]
        assert (found.expected, found.gain.mean) == (None, 14.5)

    def test_a_hundred_others_are_enough(self):
        assert not np.isnan(expected_gain(chance_alone(100), chance_alone(5))).any()

    def test_the_caution_names_what_it_warns_for(self):
        assert "utan hjälp" in CAUTION
