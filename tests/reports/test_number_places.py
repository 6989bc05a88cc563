"""Numbers beside their marks, where no line runs through them."""

import pytest

from reports.number_places import beside

FLAT, STEEP = (0.0, 50.0, 200.0, 50.0), (100.0, 50.0, 120.0, 90.0)


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ([], (105.0, 41.0)),
        ([FLAT], (105.0, 41.0)),
        ([(90.0, 44.0, 200.0, 44.0)], (105.0, 54.0)),  # a goal runs where the number would stand
        ([(90.0, 44.0, 200.0, 44.0), STEEP], (95.0, 36.0)),  # and over it climbs the child's line
    ],
)
def test_a_number_goes_where_no_line_runs_through_it(lines, place):
    assert beside(100, 50, 10, lines, goes_under=True, lowest=20) == place


def test_a_number_between_lines_everywhere_takes_the_place_that_fewest_cross():
    everywhere = [(90.0 + step, 0.0, 90.0 + step, 100.0) for step in range(0, 40, 4)]
    left, foot = beside(100, 50, 10, everywhere, goes_under=False, lowest=20)
    assert (left, foot) in {(105, 54), (105, 41), (95, 57.5), (95, 36), (85, 54), (85, 41)}


def test_a_number_never_stands_under_the_axis():
    assert beside(100, 25, 10, [], goes_under=True, lowest=20)[1] == 29
