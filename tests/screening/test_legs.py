"""Planned development that bends where a goal was changed: by hand, exact, and as each window saw it."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import STARTED, plans, readings, weekly

from screening.aimlines import Former, Plans
from screening.goals import Yardsticks, pace
from screening.growth import VERDICTS, Verdict, growth
from screening.legs import corners, in_force, legs, planned_points, under_line


def changed(*former: tuple[int, int, float, int], **plan: object) -> Plans:
    """Plans with earlier goals: (row, the day it no longer held, goal, its day), days since the start."""
    row, until, goal, goal_on = zip(*former, strict=True)
    days = np.datetime64(STARTED) + np.array([until, goal_on], "timedelta64[D]")
    points = np.array([round(one * 1000) for one in goal], np.int64)
    return replace(plans(**plan), former=Former(np.array(row, np.int64), days[0], points, days[1]))


def turns(plan: Plans) -> list[tuple[int, int]]:
    """Where the line turns: (days since the start, thousandths)."""
    return [((day - STARTED).days, points) for day, points in corners(plan, 0)]


RAISED = changed((0, 35, 30, 70), goal=40)  # 1 a week for five weeks, then 15 points in five weeks
LOWERED = changed((0, 35, 60, 70), goal=35)  # 40 was planned for the day when 35 became the goal


def test_before_its_day_the_former_goal_is_planned_and_after_it_the_new_one():
    days = readings([(-7, 1), (0, 1), (28, 1), (34, 1), (35, 1), (42, 1), (70, 1), (84, 1)])
    planned = planned_points(RAISED, days) / 1000
    assert list(planned) == pytest.approx([20, 20, 24, 20 + 34 / 7, 25, 28, 40, 40])


def test_each_result_is_compared_with_the_plan_of_its_day():
    on = [(28, 24), (35, 25), (42, 28), (49, 31)]
    assert not under_line(RAISED, readings(on)).any()
    just_below = [(day, points - 0.001) for day, points in on]
    assert under_line(RAISED, readings(just_below)).all()
    before_and_after = readings([(-7, 19.999), (-7, 20), (84, 39.999), (84, 40)])
    assert list(under_line(RAISED, before_and_after)) == [True, False] * 2
    one_line = plans(goal=40)
    assert under_line(one_line, readings(on)).all()  # drawn anew from the start it would say otherwise


def test_nobody_is_planned_to_be_beyond_the_new_goal():
    found = readings([(34, 39.5), (35, 34), (35, 35), (42, 34)])
    assert list(under_line(LOWERED, found)) == [False, True, False, True]
    assert [points for _day, points in corners(LOWERED, 0)] == [20_000, 40_000, 35_000, 35_000]


def test_where_less_is_better_the_line_bends_downwards():
    quicker = changed((0, 35, 30, 70), start=40, goal=20, less_is_better=True)
    assert list(planned_points(quicker, readings([(35, 1), (42, 1)]))) == [35_000, 32_000]
    assert list(under_line(quicker, readings([(42, 32), (42, 32.001)]))) == [False, True]


def test_two_changes_bend_it_twice_and_other_plans_not_at_all():
    twice = changed((1, 14, 30, 70), (1, 28, 44, 70), count=3, goal=40)
    assert [leg.tolist() for leg in (legs(twice).period, legs(twice).start, legs(twice).last)] == [
        [0, 1, 1, 1, 2], [20_000, 20_000, 22_000, 27_500, 20_000], [0, 3, 4],
    ]  # fmt: skip
    assert list(planned_points(twice, readings([(28, 1)], [(28, 1)], [(28, 1)]))) == [28_000, 27_500, 28_000]
    assert len(corners(twice, 1)) == 4
    assert len(corners(twice, 0)) == 2


def test_a_goal_that_came_after_the_former_one_s_day_begins_at_that_goal():
    later = changed((0, 84, 30, 70), goal=40, weeks=20)
    assert list(planned_points(later, readings([(77, 1), (84, 1), (140, 1)]))) == [30_000, 30_000, 40_000]
    assert turns(later) == [(0, 20_000), (70, 30_000), (84, 30_000), (140, 40_000)]
    on_its_day = changed((0, 70, 30, 70), goal=40, weeks=20)
    assert turns(on_its_day) == [(0, 20_000), (70, 30_000), (140, 40_000)]


def test_each_plan_has_its_own_start_and_its_goals_in_order():
    many = changed(*((row, 35, 30, 70) for row in range(40)), count=40, goal=40)
    own = replace(many, start=many.start + 1000 * np.arange(-20, 20))
    line = legs(own)
    assert line.goal.tolist() == [30_000, 40_000] * 40
    assert line.start.tolist() == [
        start for row in range(40) for start in (row * 1000, min(15_000 + row * 500, 40_000))
    ]  # half of the way to 30 is gone when 40 becomes the goal


def test_of_no_plan_there_is_no_line():
    assert len(legs(plans(count=0)).period) == 0


def test_a_leg_of_one_day_reaches_its_goal():
    assert (
        list(planned_points(changed((0, 69, 30, 70), goal=40), readings([(70, 1), (84, 1)]))) == [40_000] * 2
    )


def test_a_goal_whose_day_was_past_when_it_was_set_is_the_line():
    for weeks in (11, 12):  # a week before, and the same day
        past, higher = (changed((0, 84, 30, 70), goal=goal, weeks=weeks) for goal in (25, 40))
        assert list(under_line(past, readings([(84, 24), (84, 25), (91, 24)]))) == [True, False, True]
        assert list(planned_points(higher, readings([(83, 1), (84, 1), (85, 1)]))) == [30_000, 40_000, 40_000]
    now = in_force(past)
    assert (now.start[0], now.days[0], now.former.period.tolist()) == (25_000, 1, [])


@given(
    first=st.integers(1, 100), second=st.integers(1, 200), until=st.integers(1, 69), day=st.integers(0, 90),
    points=st.integers(0, 200_000),
)  # fmt: skip
def test_the_bent_line_is_exact(first: int, second: int, until: int, day: int, points: int):
    plan = changed((0, until, first, 70), start=0, goal=second)
    bend = round(Fraction(first * 1000 * until, 70))
    if abs(Fraction(first * 1000 * until, 70) % 1 - Fraction(1, 2)) < Fraction(1, 1000):
        return  # halves of a thousandth go to the even one, whoever counts
    bend = min(bend, second * 1000)
    if day < until:
        line = Fraction(first * 1000 * day, 70)
    else:
        line = bend + Fraction((second * 1000 - bend) * (min(day, 70) - until), 70 - until)
    assert bool(under_line(plan, readings([(day, points / 1000)]))[0]) == (points < line)


def test_what_a_window_did_not_know_of_the_plan_is_not_there():
    twice = changed((0, 14, 30, 70), (0, 28, 44, 70), (2, 20, 60, 98), count=3, goal=40)
    day = np.datetime64(STARTED) + np.timedelta64(28)
    known = twice.known_before(day)
    assert known.goal.tolist() == [44_000, 40_000, 40_000]
    assert known.former.until.tolist() == [STARTED + timedelta(days=14), STARTED + timedelta(days=20)]
    before = twice.known_before(np.datetime64(STARTED) + np.timedelta64(14))
    assert before.goal.tolist() == [30_000, 40_000, 60_000]
    assert before.goal_on.tolist()[2] == STARTED + timedelta(days=98)
    assert len(before.former.period) == 0
    assert twice.known_before(day + np.timedelta64(1)).goal.tolist() == [40_000] * 3


class TestVerdict:
    STEADY = weekly(20, 21, 22, 23, 24, 25, 26, 27)  # exactly 1 a week

    def test_who_followed_the_former_goal_is_not_behind_before_the_new_one_held(self):
        raised_late = changed((0, 50, 30, 70), goal=60)
        found = growth(raised_late, readings(self.STEADY))
        assert VERDICTS[found.verdict[0]] is Verdict.ON_THE_WAY
        drawn_anew = growth(plans(goal=60), readings(self.STEADY))
        assert VERDICTS[drawn_anew.verdict[0]] is Verdict.FALLING_BEHIND

    def test_two_results_under_the_new_leg_are_told(self):
        found = growth(RAISED, readings(self.STEADY))
        assert VERDICTS[found.verdict[0]] is Verdict.FALLING_BEHIND
        assert found.goal_slope[0] == 2.0  # from the start to the goal in force
        assert not growth(changed((0, 35, 30, 70), goal=30), readings(self.STEADY)).is_under[0]


class TestPace:
    BY = Yardsticks(*(np.array([one]) for one in (np.nan, 1.0, np.nan)), np.array([1000]))

    def test_what_is_needed_is_needed_from_the_change_on(self):
        found = pace(RAISED, self.BY)
        assert found.needed[0] == 3.0
        assert (bool(found.is_too_steep[0]), found.drawn_goal[0]) == (True, 32_000)  # 25 and 7.5, whole steps
        assert in_force(RAISED).start[0] == 25_000

    def test_a_lowered_goal_asks_for_no_more(self):
        found = pace(LOWERED, self.BY)
        assert (found.needed[0], bool(found.is_too_steep[0]), found.drawn_goal[0]) == (0.0, False, 35_000)
