"""Whom to turn to first (decision logic, section 5): level, certainty, distance to the goal, movement."""

from itertools import pairwise
from typing import Any

import pytest

from screening.levels import Certainty, Level
from screening.signals import FlagState, Kind, need_order, state_label

C, L = Certainty, Level


@pytest.mark.parametrize(
    "order",
    [
        [(3, L.NEAR_GOAL, C.CLEAR), (2, L.BELOW_GOAL, C.CLEAR), (None, L.BELOW_GOAL, C.CLEAR)],
        [(2, L.BELOW_GOAL, C.CLEAR), (2, L.NEAR_GOAL, C.CLEAR), (2, L.AT_GOAL, C.CLEAR)],
        [(None, level, C.UNKNOWN) for level in (L.BELOW_GOAL, L.NOT_DETERMINED, L.AT_GOAL, L.ABOVE_GOAL)],
        [(2, L.NEAR_GOAL, sure) for sure in (C.CLEAR, C.NEAR, C.ON_THE_LINE, C.UNKNOWN)],
        [(2, L.BELOW_GOAL, C.CLEAR, far) for far in (0.5, 0.2, None)],
        [(2, L.BELOW_GOAL, C.CLEAR, 0.2, change) for change in (-0.3, 0.0, 0.1)],
        [(None, L.AT_GOAL, C.ON_THE_LINE, -0.01), (None, L.AT_GOAL, C.CLEAR, -0.3)],
        [(None, L.AT_GOAL, C.CLEAR, -0.05), (None, L.AT_GOAL, C.NEAR, -0.1)],
    ],
    ids=[
        "the signal's level", "then the window's", "no level stands between need and goal",
        "the surer under the goal", "the farther from it", "who falls", "at the goal the nearer",
        "however sure that is",
    ],
)  # fmt: skip
def test_stands_first(order: list[tuple[Any, ...]]) -> None:
    for first, second in pairwise(order):
        assert need_order(*first) < need_order(*second)


def test_only_of_signals_about_the_goal_it_is_said_that_the_goal_was_reached():
    """Who has not dropped once more may be far under it."""
    about = {kind: state_label(FlagState.AT_GOAL_ONCE, kind) for kind in Kind}
    assert [kind for kind, word in about.items() if word == "Nådde målet en gång"] == [
        Kind.BELOW_GOAL, Kind.NEAR_GOAL, Kind.WATCH,
    ]  # fmt: skip
    assert about[Kind.DROP] == about[Kind.FALLING_BEHIND] == "Inte längre"
    assert {state_label(FlagState.CLOSE_PROPOSED, kind) for kind in Kind} == {"Kan avslutas"}
