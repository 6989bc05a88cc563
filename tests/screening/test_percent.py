"""One share is one percent, wherever it is told: 5 of 40, and 57 of 200, which no float holds."""

import pytest

from reports.figures.levels import LevelRow
from reports.level_charts import level_rows_sentence
from screening.coordination.figures import Percent
from screening.percent import whole_percent


def test_halves_are_rounded_upwards_of_any_counts() -> None:
    for among in range(1, 201):
        for count in range(among + 1):
            assert whole_percent(count / among) == (200 * count + among) // (2 * among), (count, among)


@pytest.mark.parametrize(("count", "among", "said"), [(5, 40, 13), (57, 200, 29), (25, 40, 63)])
def test_a_municipality_and_a_school_say_the_same(count: int, among: int, said: int) -> None:
    found = Percent.of(count, among)
    assert found is not None
    assert found.words == f"{said}\N{NO-BREAK SPACE}%"
    row = LevelRow("Ekby", (count, 0, among - count, 0, 0))
    assert f"({said} %)" in level_rows_sentence("Skolor", (row,))
