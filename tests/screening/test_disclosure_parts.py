"""Near the goal and below it: both are told or neither, and none can be worked out of the others."""

from collections.abc import Collection

import pytest

from screening.disclosure import ON_PAGES, Counts, Table
from screening.disclosure_parts import hidden_parts, parts_of, whole_of

LINES = {"a": {"a"}, "b": {"b"}, "c": {"c"}, "all": {"a", "b", "c"}, "sv": {"a", "b"}}


def table(**below: int | None) -> Table:
    """Twenty under the goal at each school: so many below it, the others near."""
    cells = {cell: Counts(20, 40, 0, count) for cell, count in below.items()}
    return Table(cells, {line: frozenset(of) for line, of in LINES.items()})


def hidden(found: Table, *before: str, lines: Collection[str] = ("a", "b", "c", "all")) -> set[str]:
    return {whole_of(name) for name in hidden_parts(found, lines, before, ON_PAGES)}


def test_the_ledger_calls_parts_by_their_line():
    assert (parts_of("a"), whole_of(parts_of("a"))) == ("parts a", "a")
    assert hidden_parts(table(a=4, b=9, c=9), ["a"], (), ON_PAGES) == {"parts a"}


def test_what_is_large_is_told():
    assert hidden(table(a=5, b=10, c=15)) == set()


@pytest.mark.parametrize("below", [0, 4, 16, 20])
def test_few_below_or_few_near_hide_both_and_one_school_more(below: int):
    assert hidden(table(a=below, b=9, c=9)) == {"a", "b"}


@pytest.mark.parametrize("below", [(0, 4), (20, 16)])
def test_nobody_in_a_part_is_nobody(below: tuple[int, int]):
    """The four of both schools would be known within four; were they five they would not."""
    a, b = below
    assert hidden(table(a=a, b=b, c=10)) == {"a", "b", "c"}


def test_what_is_hidden_whole_or_was_hidden_before_is_hidden():
    found = table(a=9, b=9, c=9)
    assert hidden(found, "c") == hidden(found, "parts c") == {"a", "c"}
    assert hidden(found, "sv") == set()


def test_a_school_nobody_has_counted_so_hides_what_it_is_summed_in_and_nothing_else():
    assert hidden(table(a=9, b=None, c=9)) == {"b", "all"}


def test_only_the_lines_asked_of_are_told_of():
    assert hidden(table(a=4, b=9, c=9), lines=["a", "b"]) == {"a"}
    assert hidden(table(a=4, b=9, c=9), lines=["c"]) == set()


@pytest.mark.parametrize(
    ("one", "other", "below"),
    [
        (Counts(5, below_goal=2), Counts(6, below_goal=3), 5),
        (Counts(5, below_goal=2), Counts(0, 9), 2),  # of nobody under the goal nobody is below it
        (Counts(5, below_goal=2), Counts(6), None),
        (Counts(0, 9), Counts(), None),
    ],
)
def test_those_below_are_summed_where_all_have_been_counted(one: Counts, other: Counts, below: int | None):
    assert (one + other).below_goal == (other + one).below_goal == below
