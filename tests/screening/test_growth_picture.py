"""A pupil's way on one measure: where everything stands, and the sentence that says the same."""

from decimal import Decimal

import pytest

from assessments.instruments.catalogue import Measure
from screening.levels import Limits
from screening.queries.growth_picture import HEIGHT, STEP, GrowthPicture, Reading, growth_picture

WORDS = Measure(
    code="ord", name="Ord per minut", unit="ord/min", area="fluency", years=(1, 2, 3), how="",
    minimum=Decimal(0), maximum=Decimal(250), step=Decimal(1), sem=Decimal(8), higher_is_better=True,
)  # fmt: skip
GOAL = Limits(near_from=Decimal(20), goal_from=Decimal(35))


def reading(points: int | None, year: str = "2025/26", limits: Limits | None = GOAL) -> Reading:
    value = None if points is None else Decimal(points)
    level = limits.level(value) if limits and value is not None else None
    return Reading("höst", "åk 2", year, value, level, limits)


def picture(*points: int | None, measure: Measure = WORDS) -> GrowthPicture:
    found = growth_picture(measure, [reading(one) for one in points])
    assert found is not None
    return found


def test_more_points_stand_higher_and_the_goal_between() -> None:
    low, high = picture(10, 50).dots
    goal = picture(10, 50).zones[0]
    assert low.y > goal.y + goal.height > high.y


def test_fewer_errors_stand_higher_where_less_is_better() -> None:
    errors = Measure(**{**vars(WORDS), "higher_is_better": False})
    few, many = growth_picture(errors, [reading(2, limits=None), reading(30, limits=None)]).dots
    assert few.y < many.y


def test_points_over_everything_stay_inside_the_picture() -> None:
    for dot in picture(0, 250).dots:
        assert 0 < dot.y < HEIGHT
        assert 0 < dot.high <= dot.y <= dot.low < HEIGHT


def test_the_picture_begins_with_the_first_result_and_ends_with_the_last() -> None:
    found = picture(None, 10, None, 30, None)
    assert (len(found.ticks), len(found.dots)) == (3, 2)
    assert found.ticks[1].x - found.ticks[0].x == STEP


def test_a_summer_between_two_results_is_dashed() -> None:
    readings = [reading(10, "2024/25"), reading(20, "2025/26"), reading(30, "2025/26")]
    assert [line.is_over_summer for line in growth_picture(WORDS, readings).lines] == [True, False]


def test_each_dot_has_its_levels_shape() -> None:
    assert [dot.code for dot in picture(10, 25, 40).dots] == ["below_goal", "near_goal", "at_goal"]


def test_without_a_known_error_there_is_no_whisker() -> None:
    unknown = Measure(**{**vars(WORDS), "sem": None})
    assert {dot.low for dot in picture(10, 20, measure=unknown).dots} == {None}


@pytest.mark.parametrize("points", [(), (10,), (None, 10, None)])
def test_one_result_is_nothing_to_follow(points: tuple[int | None, ...]) -> None:
    assert growth_picture(WORDS, [reading(one) for one in points]) is None


def test_words_are_not_drawn() -> None:
    labelled = Measure(**{**vars(WORDS), "labels": ("Ej nådd", "Delvis", "Nådd")})
    assert growth_picture(labelled, [reading(0), reading(1)]) is None


def test_the_sentence_says_what_the_picture_shows() -> None:
    assert picture(10, 31).sentence == (
        "Ord per minut (ord/min): 10 höst 2025/26, 31 höst 2025/26. Målet höst 2025/26 är 35."
    )


def test_all_results_at_the_bottom_still_make_a_picture() -> None:
    found = growth_picture(WORDS, [reading(0, limits=None), reading(0, limits=None)])
    assert {dot.y for dot in found.dots} == {found.floor}
