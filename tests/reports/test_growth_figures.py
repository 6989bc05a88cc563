"""Where points stand on a band of three zones."""

from decimal import Decimal

import pytest

from reports.figures.growth import Zones

D = Decimal
BOTH = Zones(D(0), D(60), D(20), D(40))
SUPPORT, NEAR, GOAL = range(3)


@pytest.mark.parametrize(
    ("points", "zone"), [(0, SUPPORT), (19, SUPPORT), (20, NEAR), (39, NEAR), (40, GOAL), (60, GOAL)]
)
def test_a_score_on_a_limit_stands_in_the_better_zone(points, zone):
    assert zone / 3 < BOTH.place(D(points)) < (zone + 1) / 3


def test_more_points_stand_further_to_the_right():
    places = [BOTH.place(D(points)) for points in range(61)]
    assert places == sorted(set(places))


def test_without_near_from_all_under_the_goal_is_one_zone():
    zones = Zones(D(0), D(60), None, D(40))
    assert zones.thirds == (2, 1)
    assert 0 < zones.place(D(0)) < 0.1 < zones.place(D(20)) == pytest.approx(1 / 3)
    assert zones.place(D(20)) < zones.place(D(39)) < 2 / 3 < zones.place(D(40))


def test_without_goal_from_near_from_is_the_goal():
    zones = Zones(D(0), D(60), D(20), None)
    assert zones.place(D(19)) < 1 / 3
    assert zones.place(D(20)) > 2 / 3


def test_where_less_is_better_fewer_points_stand_further_to_the_right():
    zones = Zones(D(0), D(60), D(40), D(20), is_higher_better=False)
    assert zones.place(D(60)) < zones.place(D(41)) < 1 / 3 < zones.place(D(40)) < 2 / 3 < zones.place(D(20))


def test_a_goal_at_the_maximum_is_the_middle_of_its_zone():
    assert Zones(D(0), D(2), D(1), D(2)).place(D(2)) == pytest.approx(5 / 6)


def test_points_beyond_the_range_stay_on_the_band():
    assert BOTH.place(D(500)) == BOTH.place(D(60))
    assert BOTH.place(D(-5)) == BOTH.place(D(0))


def test_a_measure_without_limits_has_no_zones():
    with pytest.raises(ValueError, match="no zones"):
        Zones(D(0), D(60), None, None).place(D(5))
