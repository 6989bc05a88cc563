"""Planned development: starts, lines and goals, exact to the thousandth."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import STARTED, plans, readings, weekly

from assessments import calendar
from screening.aimlines import (
    academic_year,
    first_values,
    of_one_year,
)
from screening.legs import planned_points, under_line


def test_on_the_line_is_not_under_it():
    on, under = weekly(20, 21.5, 23), weekly(19.999, 21.499, 22.999)
    assert not under_line(plans(), readings(on)).any()
    assert under_line(plans(), readings(under)).all()


def test_where_less_is_better_more_is_under():
    falling = plans(start=35, goal=20, less_is_better=True)
    assert list(under_line(falling, readings(weekly(35, 33.6, 32)))) == [False, True, False]


def test_after_its_day_the_goal_is_the_line():
    assert list(under_line(plans(), readings([(70, 35), (84, 35), (84, 34)]))) == [False, False, True]


def test_what_is_planned_is_said_for_every_day():
    days = readings([(0, 1), (7, 1), (35, 1), (70, 1), (84, 1)])
    assert list(planned_points(plans(), days)) == [20_000, 21_500, 27_500, 35_000, 35_000]
    assert list(planned_points(plans(), readings([(-7, 1)]))) == [20_000]


@given(
    start=st.integers(0, 200_000), goal=st.integers(0, 200_000), days=st.integers(1, 300),
    day=st.integers(0, 300), points=st.integers(0, 200_000),
)  # fmt: skip
def test_the_line_is_exact(start: int, goal: int, days: int, day: int, points: int):
    line = Fraction(goal - start, days) * min(day, days) + start
    plan = replace(
        plans(start=start / 1000, goal=goal / 1000),
        goal_on=np.array([np.datetime64(STARTED) + np.timedelta64(days)]),
    )
    assert bool(under_line(plan, readings([(day, points / 1000)]))[0]) == (points < line)


def test_the_start_is_the_median_of_the_first_three_within_three_weeks():
    found, values = first_values(
        plans(4).starts_on,
        readings([(14, 9), (0, 30), (21, 12), (28, 1)], [(0, 8), (7, 9), (22, 9)], [], weekly(0, 0, 4, 9)),
    )
    assert list(found) == [True, False, False, True]
    assert (values[0], values[3]) == (12_000, 0)
    found, values = first_values(plans(2).starts_on, readings(weekly(2, 9, 5), []))
    assert (list(found), found.dtype) == ([True, False], np.bool_)
    assert (list(values), values.dtype) == ([5000, 0], np.int64)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_academic_years_are_those_of_the_calendar(day: date):
    assert academic_year(np.array([day], "datetime64[D]"))[0] == int(calendar.academic_year_on(day)[:4])


def test_no_reading_of_another_academic_year_is_used():
    days_to_july = (date(2027, 7, 31) - STARTED).days
    kept = of_one_year(plans().starts_on, readings([(0, 1), (days_to_july, 2), (days_to_july + 1, 3)]))
    assert list(kept.points) == [1000, 2000]


def test_the_goal_slope_is_counted_in_dates():
    plan = replace(plans(), goal_on=np.array([np.datetime64(STARTED + timedelta(days=73))]))
    assert plan.goal_slope[0] == pytest.approx(15 / (73 / 7))
