"""Shares and their intervals, funnels, flows, halving: worked values, scipy as oracle, properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from screening.statistics import (
    Flow,
    Halving,
    Share,
    Standing,
    cohort_to_see,
    difference,
    flow,
    funnel,
    funnel_limits,
    halving,
    halving_path,
    pooled,
    wilson,
)

groups = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(found: Share) -> tuple[float, float]:
    return float(found.low), float(found.high)


class TestWilson:
    @pytest.mark.parametrize(
        ("count", "among", "told"), [(81, 263, (0.255289, 0.366210)), (3, 4, (0.300642, 0.954413))]
    )
    def test_worked_values(self, count: int, among: int, told: tuple[float, float]):
        assert ends(wilson(count, among)) == pytest.approx(told, abs=5e-7)

    @given(groups, st.sampled_from([0.80, 0.95, 0.99]))
    def test_says_what_scipy_says(self, group: tuple[int, int], confidence: float):
        told = stats.binomtest(*group).proportion_ci(confidence, method="wilson")
        assert ends(wilson(*group, confidence)) == pytest.approx((told.low, told.high), abs=1e-9)

    @given(groups)
    def test_the_interval_holds_the_share_and_stays_between_none_and_all(self, group: tuple[int, int]):
        found = wilson(*group)
        assert 0 <= found.low <= found.share <= found.high <= 1

    def test_none_and_all_are_reached_exactly(self):
        """Of these numbers of pupils rounding would leave something."""
        none, everybody = (wilson(count, [13, 21, 42]) for count in (0, [13, 21, 42]))
        assert (none.low.tolist(), everybody.high.tolist()) == ([0.0] * 3, [1.0] * 3)

    @given(groups)
    def test_the_others_are_the_mirror_image(self, group: tuple[int, int]):
        count, among = group
        low, high = ends(wilson(among - count, among))
        assert ends(wilson(count, among)) == pytest.approx((1 - high, 1 - low), abs=1e-9)

    def test_many_at_once_and_nobody_is_nothing(self):
        found = wilson([81, 0, 3], [263, 0, 4])
        assert np.isnan([found.share[1], found.low[1], found.high[1]]).all()
        assert found.low[[0, 2]] == pytest.approx([0.255289, 0.300642], abs=5e-7)


class TestDifference:
    def test_newcombe_s_own_example(self):
        """Newcombe 1998, table II, (a): 56/70 and 48/80, method 10."""
        found = difference(wilson(48, 80), wilson(56, 70))
        assert (float(found.share), *ends(found)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)

    def test_newcombe_s_small_example(self):
        """(c): 6/7 and 2/7."""
        assert ends(difference(wilson(2, 7), wilson(6, 7))) == pytest.approx((0.0582, 0.8062), abs=5e-5)

    @given(groups, groups)
    def test_turned_round_it_is_the_same(self, first: tuple[int, int], second: tuple[int, int]):
        there, back = (
            difference(wilson(*one), wilson(*two)) for one, two in ((first, second), (second, first))
        )
        assert ends(back) == pytest.approx((-float(there.high), -float(there.low)))

    @given(groups)
    def test_a_group_does_not_differ_from_itself(self, group: tuple[int, int]):
        low, high = ends(difference(wilson(*group), wilson(*group)))
        assert low <= 0 <= high


class TestFunnel:
    def test_worked_value(self):
        low, high = funnel_limits(20, 0.30)
        assert (int(low), int(high)) == (2, 10)

    @given(st.integers(0, 2000), st.floats(0, 1))
    def test_the_limits_are_binomial_quantiles(self, among: int, joint: float):
        low, high = funnel_limits(among, joint)
        chance = stats.binom(among, joint)
        assert (low, high) == (chance.ppf(0.025).clip(0), chance.ppf(0.975).clip(0))

    def test_a_chance_that_is_met_exactly_is_enough(self):
        assert [int(end) for end in funnel_limits(1, 0.5, confidence=0)] == [0, 0]

    def test_who_is_outside_is_said_and_nobody_is_ranked(self):
        found = funnel([6, 16, 60], [20, 20, 200])
        assert found.joint == pytest.approx(82 / 240)
        assert list(found.is_outside) == [False, True, False]

    def test_limits_are_whole_counts_and_narrower_where_less_is_asked(self):
        found = funnel([6.0, 16.0, 60.0], [20.0, 20.0, 200.0], confidence=0.5)
        assert [list(found.low), list(found.high)] == [[5, 5, 64], [8, 8, 73]]
        assert list(found.is_outside) == [False, True, True]
        assert (found.low.dtype, found.high.dtype, found.is_outside.dtype) == (np.int64, np.int64, np.bool_)

    def test_of_nobody_there_is_no_joint_share(self):
        found = funnel([0.0, 0.0], [0.0, 0.0])
        assert np.isnan(found.joint)
        for counts in (found.low, found.high, found.is_outside):
            assert list(counts) == [0, 0]
        assert (found.low.dtype, found.high.dtype, found.is_outside.dtype) == (np.int64, np.int64, np.bool_)

    @pytest.mark.parametrize("counts", [([0, 0], [0, 0]), ([0, 0], [5, 7]), ([5, 7], [5, 7])])
    def test_nobody_and_everybody_alike_are_inside(self, counts: tuple[list[int], list[int]]):
        assert not funnel(*counts).is_outside.any()


class TestFlow:
    def pupils(self, *pairs: tuple[Standing, Standing]) -> Flow:
        return flow(*zip(*pairs, strict=True))

    def test_both_denominators_are_there(self):
        low, near, at = Standing.BELOW_GOAL, Standing.NEAR_GOAL, Standing.AT_GOAL
        none, away = Standing.NOT_ASSESSED, Standing.ELSEWHERE
        found = self.pupils(
            (low, at), (near, low), (near, none), (none, at), (at, away), (away, near), (at, at)
        )
        assert (found.both_assessed, found.everyone, found.moved_out, found.new) == (3, 5, 1, 1)
        of_those, of_all = found.reached_goal()
        assert (float(of_those.share), float(of_all.share)) == pytest.approx((1 / 2, 1 / 3))

    def test_better_same_and_worse_are_of_those_with_a_level_both_times(self):
        low, near, at, above = Standing.BELOW_GOAL, Standing.NEAR_GOAL, Standing.AT_GOAL, Standing.ABOVE_GOAL
        none, away = Standing.NOT_ASSESSED, Standing.ELSEWHERE
        found = self.pupils(
            (low, above), (near, at), (at, above), (low, low), (above, above), (at, near), (none, at),
            (low, none), (away, at), (at, away),
        )  # fmt: skip
        assert found.moves == (3, 2, 1)

    def test_nobody_is_elsewhere_twice(self):
        with pytest.raises(ValueError, match=r"^a pupil of a flow table is in one of its windows$"):
            self.pupils((Standing.ELSEWHERE, Standing.ELSEWHERE))

    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1), st.randoms())
    def test_the_order_means_nothing_and_nobody_is_lost(self, pairs: list[tuple[int, int]], random):
        found = self.pupils(*pairs)
        assert (found.table == self.pupils(*random.sample(pairs, len(pairs))).table).all()
        assert found.everyone + found.new + found.moved_out == len(pairs)


class TestHalving:
    @pytest.mark.parametrize(
        ("at", "path"), [(2025, 0.30), (2026, 0.30), (2028, 0.225), (2030, 0.15), (2033, 0.15)]
    )
    def test_the_path_is_straight_to_half(self, at: float, path: float):
        assert halving_path(0.30, 2026, 2030, at) == pytest.approx(path)

    @pytest.mark.parametrize(
        ("low", "high", "verdict"),
        [
            (0.226, 0.40, Halving.NOT_ON_THE_WAY),
            (0.225, 0.299, Halving.ON_THE_WAY),
            (0.10, 0.299, Halving.ON_THE_WAY),
            (0.10, 0.30, Halving.TOO_EARLY),
            (0.225, 0.31, Halving.TOO_EARLY),
        ],
    )
    def test_the_interval_decides(self, low: float, high: float, verdict: Halving):
        observed = Share(np.float64(0.2), np.float64(low), np.float64(high))
        assert halving(0.30, 0.225, observed) is verdict

    def test_every_verdict_has_words(self):
        assert {verdict.label for verdict in Halving} == {"inte på väg", "på väg", "går inte att säga än"}


class TestPooled:
    def test_small_cohorts_are_taken_together_from_the_latest(self):
        found = pooled([3, 4, 5, 6], [10, 11, 12, 13], enough=30)
        assert (found.count, found.among, found.cohorts) == (15, 36, 3)
        assert float(found.share.share) == pytest.approx(15 / 36)

    def test_one_is_enough_where_it_is_large_and_all_where_none_is(self):
        assert pooled([3, 40], [10, 110], enough=30).cohorts == 1
        assert pooled([3, 4, 5], [20, 10, 30], enough=30).cohorts == 1
        assert pooled([3, 4, 5], [20, 10, 20], enough=30).cohorts == 2
        assert pooled([3, 4], [10, 11], enough=119).cohorts == 2
        assert (pooled([], [], enough=1).among, pooled([], [], enough=1).cohorts) == (0, 0)


def test_pupils_per_cohort_to_see_a_halving():
    assert cohort_to_see(0.30, 0.15) == 119
