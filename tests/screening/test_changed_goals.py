"""Which goal held when, from the versions of a plan."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from screening.support.changed_goals import Held, Target, in_turn

GOAL_ON = date(2026, 11, 2)


def version(day: int, goal: int, goal_on: date = GOAL_ON) -> Any:
    """A version that holds from a day of September on."""
    plan = {"goal": goal, "goal_on": goal_on.isoformat()}
    return SimpleNamespace(changed_from=date(2026, 9, day), plan=plan)


def held(day: int, goal: int, goal_on: date = GOAL_ON) -> Held:
    return Held(date(2026, 9, day), Target(goal, goal_on))


def test_each_goal_holds_until_the_next_one() -> None:
    found = in_turn([version(1, 30), version(10, 40), version(20, 50)], Target(50, GOAL_ON))
    assert found == [held(1, 30), held(10, 40), held(20, 50)]


def test_a_change_of_something_else_bends_nothing() -> None:
    assert in_turn([version(1, 30), version(10, 30)], Target(30, GOAL_ON)) == [held(1, 30)]
    later = date(2026, 11, 30)
    found = in_turn([version(1, 30), version(10, 30, later)], Target(30, later))
    assert found == [held(1, 30), held(10, 30, later)]


def test_a_change_from_an_earlier_day_takes_the_place_of_what_came_after_it() -> None:
    found = in_turn([version(1, 30), version(20, 40), version(10, 50)], Target(50, GOAL_ON))
    assert found == [held(1, 30), held(10, 50)]
    assert in_turn([version(1, 30), version(20, 40), version(1, 50)], Target(50, GOAL_ON)) == [held(1, 50)]


def test_a_goal_that_a_file_replaced_holds_from_the_day_of_the_one_before() -> None:
    assert in_turn([version(1, 30), version(10, 40)], Target(45, GOAL_ON)) == [held(1, 30), held(10, 45)]
    assert in_turn([version(1, 30), version(10, 40)], Target(30, GOAL_ON)) == [held(1, 30)]
