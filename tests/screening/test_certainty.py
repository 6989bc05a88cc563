"""Decision logic, section 3: how sure a level is."""

import math

import numpy as np
import pytest
from yardsticks import judged, limits, measure, standard

from screening.certainty import certainties, certainty, clearest, p_beyond
from screening.levels import Certainty, Limits


def chances(points: int, found: Limits | None, sem: int | None) -> tuple[float, float]:
    """Of the true score on the other side of the nearer limit, and of the goal."""
    told = judged(standard(measure("ord", found, sem=sem)), {"ord": points})
    return float(told.p_other_side[0, 0]), float(told.p_goal[0, 0])


def test_the_worked_value_of_a_score_half_a_sem_from_the_limit() -> None:
    assert float(p_beyond(5, 10)) == pytest.approx(0.3085, abs=5e-5)
    assert chances(25, limits(goal=20), 10)[0] == pytest.approx(0.3085, abs=5e-5)


def test_the_nearer_of_the_two_limits_counts_on_either_side_of_it() -> None:
    for points, away in ((22, 2), (27, 3), (40, 10)):
        assert chances(points, limits(near=20, goal=30), 10)[0] == pytest.approx(float(p_beyond(away, 10)))


def test_above_from_never_counts() -> None:
    assert chances(60, limits(goal=20, above=60), 10)[0] == pytest.approx(float(p_beyond(40, 10)))


def test_the_goal_line_is_goal_from_alone() -> None:
    assert chances(22, limits(near=20, goal=30), 10)[1] == pytest.approx(float(p_beyond(8, 10)))
    assert math.isnan(chances(22, limits(near=20), 10)[1])


def test_a_score_on_the_limit_is_a_coin_toss() -> None:
    assert chances(30, limits(goal=30), 8)[0] == 0.5


@pytest.mark.parametrize("found", [None, limits(goal=20)])
def test_without_sem_or_limits_it_is_unknown(found: Limits | None) -> None:
    assert certainty(chances(22, found, None if found else 8)[0]) is Certainty.UNKNOWN


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (0.0, "clear"), (0.0999, "clear"), (0.10, "near"), (0.30, "near"), (0.3001, "on_the_line"),
        (0.5, "on_the_line"), (math.nan, "unknown"), (None, "unknown"),
    ],
)  # fmt: skip
def test_the_words_meet_at_a_tenth_and_three_tenths(p: float | None, word: str) -> None:
    assert certainty(p) == word
    assert certainties(np.array([math.nan if p is None else p, 0.0])) == [word, "clear"]


def test_of_several_measures_the_clearest_counts_and_the_unknown_never_does() -> None:
    known = np.array([[0.4, 0.05, math.nan], [0.4, 0.05, math.nan], [math.nan, 0.2, math.nan]])
    who = np.array([[True, True, True], [True, False, True], [True, False, True]])
    found = clearest(known, who)
    assert found[:2].tolist() == [0.05, 0.4]
    assert np.isnan(found[2])


def test_where_nothing_is_measured_it_is_unknown() -> None:
    assert np.isnan(clearest(np.empty((2, 0)), np.empty((2, 0), np.bool_))).tolist() == [True, True]
