"""A pupil's way on one measure: which results a picture of it shows, and the sentence that says the same."""

from decimal import Decimal

import pytest

from assessments.instruments.catalogue import Measure
from screening.levels import Limits
from screening.queries.growth_picture import GrowthPicture, Reading, growth_picture

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


def test_the_picture_begins_with_the_first_result_and_ends_with_the_last() -> None:
    found = picture(None, 10, None, 30, None)
    assert [one.points for one in found.readings] == [10, None, 30]


@pytest.mark.parametrize("points", [(), (10,), (None, 10, None)])
def test_one_result_is_nothing_to_follow(points: tuple[int | None, ...]) -> None:
    assert growth_picture(WORDS, [reading(one) for one in points]) is None


def test_words_are_not_drawn() -> None:
    labelled = Measure(**{**vars(WORDS), "labels": ("Ej nådd", "Delvis", "Nådd")})
    assert growth_picture(labelled, [reading(0), reading(1)]) is None


def test_the_sentence_says_what_the_picture_shows() -> None:
    assert picture(10, 31).sentence == (
        "Ord per minut (ord/min): 10 höst 2025/26, 31 höst 2025/26. Målet är 35 höst 2025/26."
    )


def test_where_only_near_is_known_it_is_the_goal() -> None:
    assert reading(10, limits=Limits(near_from=Decimal(20), goal_from=None)).goal == 20
