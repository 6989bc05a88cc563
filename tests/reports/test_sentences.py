"""Which sentences a page proposes."""

from reports.sentences import proposal
from reports.wording import in_language, wording
from screening.levels import Level

WORDS = wording()
MIXED = [("letters", Level.BELOW_GOAL), ("decoding", Level.AT_GOAL), ("fluency", Level.NEAR_GOAL)]


def said(area, level, part, year=2):
    (found,) = (
        one[part]
        for one in WORDS["sentence"]
        if one["area"] == area and one["level"] == level and year in one["years"]
    )
    return found


def test_what_the_child_can_do_begins_with_the_strongest_area():
    assert proposal(MIXED, 2, WORDS).can == (
        said("decoding", Level.AT_GOAL, "can"),
        said("fluency", Level.NEAR_GOAL, "can"),
        said("letters", Level.BELOW_GOAL, "can"),
    )


def test_practice_begins_where_the_need_is_greatest_and_leaves_out_what_is_reached():
    assert proposal(MIXED, 2, WORDS).practise == (
        said("letters", Level.BELOW_GOAL, "practise"),
        said("fluency", Level.NEAR_GOAL, "practise"),
    )


def test_at_home_one_thing_for_each_of_the_two_neediest_areas():
    home = {one["area"]: one["activities"] for one in WORDS["home"] if 2 in one["years"]}
    assert proposal(MIXED, 2, WORDS).home == (home["letters"][0], home["fluency"][0])


def test_with_one_area_to_practise_the_home_gets_both_its_activities():
    one_area = [("letters", Level.AT_GOAL), ("fluency", Level.BELOW_GOAL)]
    home = next(one for one in WORDS["home"] if one["area"] == "fluency" and 2 in one["years"])
    assert proposal(one_area, 2, WORDS).home == tuple(home["activities"])


def test_when_all_is_reached_there_is_still_something_to_practise_and_to_do():
    reached = [("letters", Level.AT_GOAL), ("fluency", Level.ABOVE_GOAL)]
    found = proposal(reached, 2, WORDS)
    assert found.practise == (said("letters", Level.AT_GOAL, "practise"),)
    assert found.home == tuple(WORDS["home_always"]["activities"])


def test_a_child_nobody_has_measured_gets_kind_words():
    found = proposal([], 2, WORDS)
    assert found.can == (WORDS["empty"]["can"],)
    assert found.practise == (WORDS["empty"]["practise"],)


def test_whoever_is_measured_without_a_goal_is_not_told_that_nobody_has_measured():
    found = proposal([], 2, WORDS, is_measured=True)
    assert found.can == ("Vi berättar mer om hur det går när vi ses.",)
    assert found.practise == (WORDS["empty"]["practise"],)
    assert in_language(found.can[0], "en") == "We will tell you more about how it is going when we meet."


def test_at_most_three_of_each_and_two_at_home():
    areas = [(area, Level.NEAR_GOAL) for area in WORDS["areas"]]
    found = proposal(areas, 2, WORDS)
    assert (len(found.can), len(found.practise), len(found.home)) == (3, 3, 2)
