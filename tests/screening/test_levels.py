"""Decision logic, section 2: the level of one score."""

import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yardsticks import limits

from screening.levels import NO_RANK, Edges, Level, Limits, plain_number, thousandths

D = Decimal


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("0", "below_goal"), ("17.999", "below_goal"), ("18", "near_goal"), ("27.5", "near_goal"),
        ("28", "at_goal"), ("59", "at_goal"), ("60", "above_goal"), ("250", "above_goal"),
    ],
)  # fmt: skip
def test_a_score_on_a_limit_belongs_to_the_better_side(points: str, level: str) -> None:
    assert limits(18, 28, 60).level(D(points)) == level


@pytest.mark.parametrize(
    ("found", "points", "level"),
    [
        (limits(near=None, goal=11), "0", "near_goal"),
        (limits(near=None, goal=11), "11", "at_goal"),
        (limits(near=4, goal=None), "4", "at_goal"),
        (limits(near=4, goal=None), "3.9", "below_goal"),
        (limits(near=4, goal=None, above=8), "8", "above_goal"),
        (limits(near=3, goal=4), "9", "at_goal"),
        (limits(near=None, goal=3, above=5), "5", "above_goal"),
    ],
)
def test_a_missing_limit_says_what_it_can(found: Limits, points: str, level: str) -> None:
    assert found.level(D(points)) == level


def test_points_that_a_float_does_not_hold_are_compared_exactly() -> None:
    found = limits(near=None, goal=D("9007199254740.993"))
    assert found.level(D("9007199254740.992")) == "near_goal"
    assert found.level(D("9007199254740.993")) == "at_goal"


def test_limits_with_neither_near_nor_goal_are_none() -> None:
    with pytest.raises(ValueError, match=r"^limits need near_from or goal_from$"):
        limits(above=4)


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("0", "above_goal"),
        ("2", "above_goal"),
        ("2.5", "at_goal"),
        ("5", "at_goal"),
        ("9", "near_goal"),
        ("9.5", "below_goal"),
    ],
)
def test_fewer_is_better_mirrors_everything(points: str, level: str) -> None:
    assert limits(near=9, goal=5, above=2, higher_is_better=False).level(D(points)) == level


@pytest.mark.parametrize(("points", "level"), [("11", "near_goal"), ("10", "at_goal")])
def test_a_missing_near_limit_is_mirrored_too(points: str, level: str) -> None:
    assert limits(goal=10, higher_is_better=False).level(D(points)) == level


def test_decimals_are_never_compared_as_binary_floats() -> None:
    assert limits(goal="0.3").level(D("0.1") + D("0.2")) == Level.AT_GOAL
    assert limits(goal="12.345").level(D("12.344")) == Level.NEAR_GOAL


class TestFirmLevel:
    """The same with limits that are our own proposal left out."""

    @pytest.mark.parametrize(
        ("statuses", "points", "firm"),
        [
            ({"status": "P"}, "0", "at_goal"),  # nothing left
            ({"status": "P"}, "99", "at_goal"),  # not even above it
            ({"status": "G", "near_status": "P"}, "0", "near_goal"),
            ({"status": "G", "near_status": "P"}, "28", "at_goal"),
            ({"status": "G", "near_status": "P"}, "60", "above_goal"),
            ({"status": "P", "near_status": "N"}, "17", "below_goal"),
            ({"status": "P", "near_status": "N"}, "18", "at_goal"),
            ({"status": "C"}, "17", "below_goal"),
            ({"status": "N", "near_status": None}, "20", "near_goal"),
        ],
    )
    def test_counts_only_published_limits(self, statuses: dict[str, str], points: str, firm: str) -> None:
        assert limits(18, 28, 60, **statuses).firm_level(D(points)) == firm

    def test_near_status_missing_is_as_status(self) -> None:
        assert limits(18, 28, status="P").firm_level(D(0)) == Level.AT_GOAL


class TestWords:
    def test_are_ordered_from_worst_to_best(self) -> None:
        assert Level.NOT_DETERMINED < Level.BELOW_GOAL < Level.NEAR_GOAL < Level.AT_GOAL < Level.ABOVE_GOAL
        assert Level.ABOVE_GOAL >= Level.ABOVE_GOAL > Level.AT_GOAL
        assert Level.AT_GOAL <= Level.AT_GOAL
        assert not Level.AT_GOAL <= Level.NEAR_GOAL
        assert not Level.NEAR_GOAL >= Level.AT_GOAL
        assert [Level.of(level.rank) for level in Level] == list(Level)

    def test_are_those_of_the_staff_room(self) -> None:
        assert [level.label for level in Level] == [
            "Underlag saknas", "Under målet", "Nära målet", "Når målet", "Över målet",
        ]  # fmt: skip


def test_thousandths_hold_three_decimals_and_refuse_a_fourth() -> None:
    assert thousandths(D("12.345")) == 12345
    assert [plain_number(12500), plain_number(12000), plain_number(-500)] == [12.5, 12, -0.5]
    for impossible in (D("0.0001"), D("NaN"), D("Infinity")):
        with pytest.raises(ValueError, match="three decimals"):
            thousandths(impossible)


limit = st.none() | st.integers(-50, 150).map(lambda n: D(n) / 2)
some_limits = (
    st.builds(
        dict,
        near=limit,
        goal=limit,
        above=limit,
        status=st.sampled_from("NGCP"),
        near_status=st.sampled_from("NGCP"),
        higher_is_better=st.booleans(),
    )
    .filter(lambda found: found["near"] is not None or found["goal"] is not None)
    .map(lambda found: limits(**found))
)
points = st.integers(-40, 200).map(lambda n: D(n) / 2)


@given(some_limits, points, points)
def test_more_points_never_lower_the_level(found: Limits, one: Decimal, other: Decimal) -> None:
    worse, better = sorted([one, other], reverse=not found.higher_is_better)
    assert found.level(worse) <= found.level(better)
    assert found.firm_level(worse) <= found.firm_level(better)


@given(some_limits, st.lists(points))
def test_an_array_is_judged_as_its_scores_one_by_one(found: Limits, scores: list[Decimal]) -> None:
    whole = np.array([thousandths(score) for score in scores], np.int64)
    for edges in (found.edges, found.firm_edges):
        assert edges.rank(whole).tolist() == [edges.rank(thousandths(score)) for score in scores]


@given(some_limits, points)
def test_one_rank_for_ints_is_an_int(found: Limits, score: Decimal) -> None:
    assert type(found.edges.rank(thousandths(score))) is int


def test_levels_load_without_numpy() -> None:
    code = (
        "import sys, screening.levels, screening.signals, screening.reasons; sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_levels_are_ordered_and_none_is_less_than_itself() -> None:
    ordered = sorted(Level, key=lambda level: level.rank)
    for place, level in enumerate(ordered):
        others = list(enumerate(ordered))
        assert [level < other for _, other in others] == [place < at for at, _ in others]
        assert [level <= other for _, other in others] == [place <= at for at, _ in others]
        assert [level > other for _, other in others] == [place > at for at, _ in others]
        assert [level >= other for _, other in others] == [place >= at for at, _ in others]


def test_edges_are_thousandths_mirrored_where_less_is_better() -> None:
    assert limits(18, 28, 60).edges == Edges(18_000, 28_000, 60_000, 1)
    assert limits(28, 18, 6, higher_is_better=False).edges == Edges(-28_000, -18_000, -6_000, -1)


def test_edges_are_asked_for_by_kind() -> None:
    found = limits(18, 28, 60, near_status="P")
    assert (found.edges_of(firm=True), found.edges_of(firm=False)) == (found.firm_edges, found.edges)
    assert found.firm_edges != found.edges


def test_where_there_is_no_level_there_is_the_rank_of_none() -> None:
    assert NO_RANK == Level.NOT_DETERMINED.rank == -1
    assert Level.of(NO_RANK) is Level.NOT_DETERMINED


def test_json_writes_whole_numbers_whole() -> None:
    assert [repr(plain_number(points)) for points in (12_000, 12_500, 0, -3_000)] == ["12", "12.5", "0", "-3"]
