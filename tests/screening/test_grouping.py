"""Suggested groups: by the area where a pupil is lowest under goal, three to six together."""

from hypothesis import given
from hypothesis import strategies as st

from screening.grouping import LARGEST, NEUTRAL_NAMES, SMALLEST, Standing, Suggested, depth, suggest
from screening.levels import Level

AREAS = ("letters", "decoding", "fluency", "comprehension")


def standing(pupil: int, **under: float) -> Standing:
    return Standing(pupil, {area: (2, distance) for area, distance in under.items()})


def groups(*standings: Standing) -> list[Suggested]:
    return suggest(standings, AREAS)


def test_pupils_lowest_in_the_same_area_stand_together_the_greatest_need_first():
    found = groups(
        *(standing(number, decoding=number / 10) for number in (1, 2, 3)),
        *(standing(number, comprehension=0.5, decoding=0.1) for number in (4, 5, 6)),
    )
    assert found == [Suggested(("decoding",), (3, 2, 1)), Suggested(("comprehension",), (4, 5, 6))]


def test_who_reaches_every_goal_is_in_no_group():
    assert groups(standing(1), standing(2)) == []
    assert depth(Level.AT_GOAL, -0.2) is None
    assert depth(Level.NOT_DETERMINED, 0) is None


def test_under_the_goal_is_lower_than_near_it_however_far():
    near, under = depth(Level.NEAR_GOAL, 0.4), depth(Level.BELOW_GOAL, 0.1)
    pupils = [Standing(number, {"decoding": under, "fluency": near}) for number in (1, 2, 3)]
    assert suggest(pupils, AREAS) == [Suggested(("decoding",), (1, 2, 3))]


def test_two_alone_go_where_they_are_next_lowest():
    found = groups(
        *(standing(number, fluency=0.3) for number in (1, 2, 3)), standing(4, letters=0.4, fluency=0.1)
    )
    assert found == [Suggested(("fluency",), (1, 2, 3, 4))]


def test_else_neighbouring_areas_share_a_group():
    found = groups(
        standing(1, letters=0.4),
        standing(2, decoding=0.2),
        *(standing(number, comprehension=0.3) for number in (3, 4, 5)),
        standing(6, decoding=0.1),
    )
    assert found == [
        Suggested(("letters", "decoding"), (1, 2, 6)),
        Suggested(("comprehension",), (3, 4, 5)),
    ]


def test_seven_are_parted_in_two():
    found = groups(*(standing(number, decoding=number / 10) for number in range(7)))
    assert [group.pupils for group in found] == [(6, 5, 4, 3), (2, 1, 0)]


def test_two_in_the_whole_class_are_one_small_group():
    assert groups(standing(1, decoding=0.1), standing(2, fluency=0.1)) == [
        Suggested(("decoding", "fluency"), (1, 2))
    ]


under = st.dictionaries(
    st.sampled_from(AREAS), st.tuples(st.sampled_from((1, 2)), st.floats(0, 1, allow_nan=False))
)


@given(st.lists(under, max_size=36))
def test_whoever_is_under_goal_is_in_one_group_of_three_to_six(classmates):
    found = suggest([Standing(number, under) for number, under in enumerate(classmates)], AREAS)
    placed = [pupil for group in found for pupil in group.pupils]
    wanted = [number for number, under in enumerate(classmates) if under]
    assert sorted(placed) == wanted
    sizes = {len(group.pupils) for group in found}
    assert len(wanted) < SMALLEST or all(SMALLEST <= size <= LARGEST for size in sizes)
    assert len(found) <= len(NEUTRAL_NAMES)


def test_neutral_names_are_words_that_say_nothing_of_reading():
    assert len(set(NEUTRAL_NAMES)) == len(NEUTRAL_NAMES)
    for word in ("grön", "gul", "röd", "orange", "stark", "svag", "snabb", "mål", "läs"):
        assert not any(word in name.lower() for name in NEUTRAL_NAMES)
