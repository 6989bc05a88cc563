"""What a school uses is found without asking about every measure, and without another answer."""

from hypothesis import given
from hypothesis import strategies as st

from screening.narrowing import doubtful, narrowed

CODES = st.sampled_from("abcdef")
GROUPS = st.lists(st.lists(CODES, min_size=1, max_size=3, unique=True), max_size=3)


@given(st.lists(CODES, unique=True), GROUPS, st.sets(CODES), st.data())
def test_records_of_the_doubtful_say_as_much_as_all(
    expected: list[str], groups: list[list[str]], recorded: set[str], data: st.DataObject
) -> None:
    own = data.draw(st.sets(st.sampled_from(sorted(recorded)))) if recorded else set()
    asked = recorded & doubtful(expected, groups, own)
    assert narrowed(expected, groups, set(), own | asked) == narrowed(expected, groups, set(), recorded)


def test_nothing_is_asked_where_no_measure_has_another_to_give_way_to() -> None:
    assert doubtful(["a", "b"], [["a"]], set()) == frozenset()


def test_nothing_is_asked_about_what_is_recorded_here() -> None:
    assert doubtful(["a"], [["a", "b"]], {"a"}) == frozenset()
