"""Decision logic, section 3: how sure a level is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yardsticks import limits

from screening.certainty import certainty, clearest, p_beyond, p_goal, p_other_side
from screening.levels import Certainty


def one(points: int) -> np.ndarray:
    return np.array([points * 1000])


def test_the_worked_value_of_a_score_half_a_sem_from_the_limit() -> None:
    assert float(p_beyond(5, 10)) == pytest.approx(0.3085, abs=5e-5)
    assert p_other_side(one(25), limits(goal=20), 10_000)[0] == pytest.approx(0.3085, abs=5e-5)


def test_the_nearer_of_the_two_limits_counts_on_either_side_of_it() -> None:
    found = limits(near=20, goal=30)
    assert p_other_side(one(22), found, 10_000)[0] == pytest.approx(float(p_beyond(2, 10)))
    assert p_other_side(one(27), found, 10_000)[0] == pytest.approx(float(p_beyond(3, 10)))
    assert p_other_side(one(40), found, 10_000)[0] == pytest.approx(float(p_beyond(10, 10)))


def test_above_from_never_counts() -> None:
    assert p_other_side(one(60), limits(goal=20, above=60), 10_000)[0] == pytest.approx(
        float(p_beyond(40, 10))
    )


def test_the_goal_line_is_goal_from_alone() -> None:
    assert p_goal(one(22), limits(near=20, goal=30), 10_000)[0] == pytest.approx(float(p_beyond(8, 10)))
    assert np.isnan(p_goal(one(22), limits(near=20), 10_000)[0])


def test_a_score_on_the_limit_is_a_coin_toss() -> None:
    assert p_other_side(one(30), limits(goal=30), 8_000)[0] == 0.5


@pytest.mark.parametrize("found", [None, limits(goal=20)])
def test_without_sem_or_limits_it_is_unknown(found: object) -> None:
    sem = None if found else 8_000
    assert certainty(float(p_other_side(one(22), found, sem)[0])) is Certainty.UNKNOWN


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (0.0, "clear"), (0.0999, "clear"), (0.10, "near"), (0.30, "near"), (0.3001, "on_the_line"),
        (0.5, "on_the_line"), (math.nan, "unknown"), (None, "unknown"),
    ],
)  # fmt: skip
def test_the_words_meet_at_a_tenth_and_three_tenths(p: float | None, word: str) -> None:
    assert certainty(p) == word


def test_of_several_measures_the_clearest_counts_and_the_unknown_never_does() -> None:
    chances = np.array([[0.4, 0.05, math.nan], [0.4, 0.05, math.nan], [math.nan, 0.2, math.nan]])
    who = np.array([[True, True, True], [True, False, True], [True, False, True]])
    found = clearest(chances, who)
    assert found[:2].tolist() == [0.05, 0.4]
    assert np.isnan(found[2])


@given(st.lists(st.integers(0, 250_000), min_size=1), st.integers(1, 20_000))
def test_an_array_is_as_its_scores_one_by_one(points: list[int], sem: int) -> None:
    found = limits(near=20, goal=30)
    whole = p_other_side(np.array(points), found, sem)
    assert whole.tolist() == [float(p_other_side(np.array([score]), found, sem)[0]) for score in points]
    assert ((whole >= 0) & (whole <= 0.5)).all()
