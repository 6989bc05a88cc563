"""When a class gets the answer before its pupils do."""

import pytest

from screening.class_first import class_answer
from screening.levels import Level

UNDER, AT, NOTHING = Level.NEAR_GOAL, Level.AT_GOAL, Level.NOT_DETERMINED


@pytest.mark.parametrize(
    ("levels", "is_first"),
    [
        ([UNDER] * 5 + [AT] * 5, True),
        ([UNDER] * 4 + [AT] * 6, False),  # forty percent is not over forty
        ([UNDER] * 5 + [AT] * 7, True),
        ([UNDER] * 9, False),  # nine are too few to speak of a class
        ([UNDER] * 9 + [NOTHING] * 10, False),  # and those without a level say nothing
        ([Level.BELOW_GOAL] * 5 + [Level.ABOVE_GOAL] * 5, True),
        ([], False),
    ],
)
def test_the_class_comes_first_when_over_forty_percent_of_ten_or_more_are_under_their_goal(
    levels: list[Level], is_first: bool
) -> None:
    assert class_answer(levels).is_first is is_first


def test_the_answer_says_how_many() -> None:
    answer = class_answer([UNDER, Level.BELOW_GOAL, AT, NOTHING])
    assert (answer.under_goal, answer.determined) == (2, 3)
