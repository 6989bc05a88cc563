"""Slopes, how sure they are, and what may be said of them: worked values, scipy as oracle, properties."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from planned import plans, readings, weekly
from scipy import stats

from screening.growth import LABELS, VERDICTS, Growth, Label, Verdict, growth

STEADY = (20, 21, 19, 23, 22, 24, 22, 25)
days_and_points = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 249)), min_size=3, max_size=20, unique_by=lambda one: one[0]
)


def one(points: list[tuple[int, float]], **plan: object) -> Growth:
    return growth(plans(**plan), readings(points))


def verdict(found: Growth) -> Verdict:
    return VERDICTS[found.verdict[0]]


class TestWorkedValues:
    """Decision logic, section 8."""

    def test_a_pupil_who_grows_slower_than_planned(self):
        found = one(weekly(*STEADY), sem=5)
        told = (found.slope[0], found.se[0], found.p_below_goal[0], found.theil_sen.slope[0])
        assert told == pytest.approx((0.642857, 0.564567, 0.922573, 0.690476), abs=5e-7)
        assert found.goal_slope[0] == 1.5
        assert (LABELS[found.label[0]], verdict(found)) == (Label.PROVISIONAL, Verdict.FALLING_BEHIND)

    def test_one_typo_does_not_turn_the_drawn_line(self):
        found = one(weekly(20, 22, 24, 26, 28, 90))
        assert (found.theil_sen.slope[0], found.theil_sen.at_start[0]) == pytest.approx((2.0, 20.0))
        assert found.slope[0] == pytest.approx(10.571429, abs=5e-7)

    def test_fifteen_weekly_points_that_scatter_by_ten(self):
        weeks = np.arange(15)
        noise = np.where(weeks % 2, 1.0, -1.0)
        fit = np.polynomial.Polynomial.fit(weeks, noise, 1)
        off = noise - fit(weeks)
        off *= 10 / np.sqrt((off**2).sum() / 13)  # the residual standard deviation is 10
        found = one(weekly(*(100 + 2 * weeks + off)))
        assert found.se[0] == pytest.approx(0.597614, abs=2e-5)  # points hold three decimals


class TestAgainstScipy:
    @given(points=days_and_points)
    def test_least_squares_and_its_error(self, points: list[tuple[int, int]]):
        found, weeks = one(points), [day / 7 for day, _ in points]
        told = stats.linregress(weeks, [value for _, value in points])
        assert found.slope[0] == pytest.approx(told.slope, rel=1e-9, abs=1e-9)
        assert found.se[0] == pytest.approx(told.stderr, rel=1e-6, abs=1e-6)

    @given(points=days_and_points, goal=st.integers(1, 249))
    def test_the_chance_is_student_s(self, points: list[tuple[int, int]], goal: int):
        found = one(points, sem=8, goal=goal)
        t = (found.goal_slope[0] - found.slope[0]) / found.se[0]
        assert found.p_below_goal[0] == pytest.approx(stats.t.cdf(t, 6 + len(points) - 2))

    @given(points=days_and_points)
    def test_without_sem_the_points_alone_say_how_sure_it_is(self, points: list[tuple[int, int]]):
        found = one(points)
        assume(found.se[0] > 1e-6)
        t = (found.goal_slope[0] - found.slope[0]) / found.se[0]
        assert found.p_below_goal[0] == pytest.approx(stats.t.cdf(t, len(points) - 2))

    @given(points=days_and_points)
    def test_the_drawn_line(self, points: list[tuple[int, int]]):
        weeks, values = [day / 7 for day, _ in points], [value for _, value in points]
        told, found = stats.theilslopes(values, weeks), one(points).theil_sen
        assert found.slope[0] == pytest.approx(told.slope, abs=1e-9)
        assert found.at_start[0] == pytest.approx(told.intercept, abs=1e-7)

    @given(st.lists(days_and_points | st.just([]), min_size=1, max_size=6))
    def test_many_at_once_are_as_each_alone(self, series: list[list[tuple[int, int]]]):
        together = growth(plans(len(series), sem=8), readings(*series))
        for row, points in enumerate(series):
            alone = one(points, sem=8)
            for name in ("n", "days", "slope", "se", "p_below_goal", "verdict", "label", "is_under"):
                assert getattr(together, name)[row] == pytest.approx(getattr(alone, name)[0], nan_ok=True)
            for name in ("slope", "at_start"):
                line, own = getattr(together.theil_sen, name)[row], getattr(alone.theil_sen, name)[0]
                assert line == pytest.approx(own, nan_ok=True)


class TestWhatNeverChanges:
    @given(points=days_and_points, random=st.randoms())
    def test_the_order_of_the_rows_means_nothing(self, points: list[tuple[int, int]], random):
        told, shuffled = one(points, sem=8), random.sample(points, len(points))
        again = one(shuffled, sem=8)
        for name in ("slope", "se", "p_below_goal", "verdict", "is_under"):
            np.testing.assert_array_equal(getattr(told, name), getattr(again, name))

    @given(points=days_and_points, more=st.floats(0.01, 3))
    def test_who_grows_faster_is_never_further_behind(self, points: list[tuple[int, int]], more: float):
        faster = [(day, value + round(more * day, 2)) for day, value in points]
        slow, fast = (one(series, sem=8, ends=(0, 2000)) for series in (points, faster))
        assert fast.p_below_goal[0] <= slow.p_below_goal[0] + 1e-6  # residuals are rounded to thousandths

    @given(points=days_and_points, goals=st.tuples(st.integers(1, 249), st.integers(1, 249)))
    def test_a_higher_goal_is_never_surer_to_be_reached(self, points, goals: tuple[int, int]):
        low, high = (one(points, sem=8, goal=goal) for goal in sorted(goals))
        assert low.p_below_goal[0] <= high.p_below_goal[0]

    @given(points=days_and_points)
    def test_less_is_better_is_the_same_mirrored(self, points: list[tuple[int, int]]):
        mirrored = [(day, 250 - value) for day, value in points]
        up, down = one(points, sem=8), one(mirrored, sem=8, start=230, goal=215, less_is_better=True)
        assert down.slope[0] == pytest.approx(-up.slope[0])
        assert down.p_below_goal[0] == pytest.approx(up.p_below_goal[0])
        assert down.verdict[0] == up.verdict[0]

    @given(points=days_and_points, moved=st.integers(1, 40))
    def test_when_it_began_means_nothing_to_the_slope(self, points, moved: int):
        assume(max(day for day, _ in points) + moved < 330)
        later = [(day + moved, value) for day, value in points]
        assert one(later, sem=8).slope[0] == pytest.approx(one(points, sem=8).slope[0], abs=1e-9)


class TestTooEarly:
    @pytest.mark.parametrize(
        ("points", "label"),
        [
            (5, "too_early"),
            (6, "provisional"),
            (9, "provisional"),
            (10, "usable"),
            (13, "usable"),
            (14, "solid"),
        ],
    )
    def test_points_give_the_label(self, points: int, label: str):
        assert LABELS[one(weekly(*range(10, 10 + points))).label[0]] == label

    def test_six_points_in_less_than_five_weeks_say_nothing_yet(self):
        slow = [(day, 20) for day in (0, 7, 14, 21, 28)]
        assert verdict(one([*slow, (34, 20)], sem=5)) is Verdict.TOO_EARLY
        assert verdict(one([*slow, (35, 20)], sem=5)) is Verdict.FALLING_BEHIND
        assert verdict(one(weekly(20, 20, 20, 20, 20), sem=5)) is Verdict.TOO_EARLY

    def test_two_points_have_no_slope(self):
        found = one(weekly(20, 22), sem=5)
        for name in ("slope", "se", "p_below_goal"):
            assert np.isnan(getattr(found, name)[0])
        assert np.isnan(found.theil_sen.slope[0])
        assert (found.n[0], found.days[0], verdict(found)) == (2, 7, Verdict.TOO_EARLY)

    def test_a_period_without_points_is_too_early_too(self):
        found = one([])
        assert (found.n[0], found.days[0], verdict(found)) == (0, 0, Verdict.TOO_EARLY)

    def test_three_points_of_one_day_have_no_slope(self):
        assert np.isnan(one([(3, 10), (3, 12), (3, 14)]).slope[0])


class TestVerdict:
    def test_two_under_the_line_are_a_fact_and_no_alarm(self):
        found = one(weekly(20, 23, 25, 27, 29, 27, 28.9), sem=8)
        assert (verdict(found), found.p_below_goal[0] < 0.8) == (Verdict.UNDER_THE_LINE, True)

    def test_the_last_point_on_the_line_is_on_the_way(self):
        assert verdict(one(weekly(20, 20, 20, 20, 20, 20, 29), sem=1)) is Verdict.ON_THE_WAY

    def test_four_fifths_are_needed(self):
        points = weekly(20, 22, 21, 24, 23, 26, 26, 28, 27, 29)
        found = [one(points, sem=sem) for sem in (0.5, 30)]
        assert [bool(one.p_below_goal[0] >= 0.8) for one in found] == [True, False]
        assert [verdict(one) for one in found] == [Verdict.FALLING_BEHIND, Verdict.UNDER_THE_LINE]

    def test_points_exactly_on_a_line_know_no_doubt(self):
        on_course, slow = one(weekly(*range(20, 34, 2)), goal=40), one(weekly(*range(20, 27)), goal=40)
        assert (on_course.se[0], on_course.p_below_goal[0], verdict(on_course)) == (0, 0, Verdict.ON_THE_WAY)
        assert (slow.p_below_goal[0], verdict(slow)) == (1, Verdict.FALLING_BEHIND)

    def test_a_thousandth_off_the_line_is_the_pupil_s_and_no_rounding(self):
        points = [10, 10, 10.001]
        assert one(weekly(*points)).se[0] == pytest.approx(
            stats.linregress(range(3), points).stderr, rel=1e-6
        )

    def test_a_half_thousandth_a_week_too_slow_is_too_slow(self):
        exact = [(14 * place, 20 + 2.999 * place) for place in range(4)]
        assert (one(exact).se[0], one(exact).p_below_goal[0]) == (0, 1)

    def test_floor_and_ceiling_show_direction_only(self):
        at_the_floor = one(weekly(0, 0, 3, 4, 5, 6, 7, 8), start=0, goal=30, sem=5)
        assert (at_the_floor.n[0], at_the_floor.days[0]) == (6, 35)
        fallen_to_it = one(weekly(5, 6, 5, 6, 5, 6, 0, 0), start=5, goal=10, sem=5)
        assert (fallen_to_it.n[0], bool(fallen_to_it.is_under[0])) == (6, True)
        at_the_ceiling = one(weekly(20, 22, 25, 28, 29, 29, 30, 30), goal=30, ends=(0, 30), sem=5)
        assert (at_the_ceiling.n[0], bool(at_the_ceiling.is_under[0])) == (6, False)

    def test_of_no_periods_nothing_is_said(self):
        found = growth(plans(0), readings())
        assert {len(one) for one in (found.n, found.slope, found.theil_sen.at_start, found.verdict)} == {0}

    def test_points_of_one_day_have_no_slope(self):
        """Seven thirds of a week do not sum to the third day again: what is left is not a spread."""
        found = one([(3, value) for value in (20, 21, 22, 23, 24, 25, 26)], sem=5)
        told = (found.slope[0], found.se[0], found.p_below_goal[0], found.theil_sen.slope[0])
        assert np.isnan(told).all()
        assert (found.days.tolist(), verdict(found)) == ([0], Verdict.TOO_EARLY)
        assert found.days.dtype == np.int64
        assert one([(3, 20), (3, 21), (4, 22)]).slope[0] == pytest.approx(10.5)

    def test_a_summer_is_never_bridged(self):
        after = [(day + 360, 60) for day, _ in weekly(1, 2, 3)]
        assert one(weekly(*STEADY) + after, sem=5).n[0] == len(STEADY)


def test_every_verdict_has_words():
    assert len({word.label for word in Verdict}) == len(Verdict)


def test_four_in_a_row_below_the_line_are_no_alarm_by_themselves():
    """Exactly on course a point is as likely below as above: of all ways 15 may fall, so many have a run."""
    has_run = np.zeros(1, np.bool_)
    run = np.zeros(1, np.int64)
    for _ in range(15):
        below = np.concatenate([run + 1, np.zeros_like(run)])
        has_run = np.concatenate([has_run, has_run]) | (below >= 4)
        run = below
    assert has_run.mean() == pytest.approx(0.37, abs=0.005)
