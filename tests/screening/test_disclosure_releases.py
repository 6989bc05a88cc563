"""Two releases side by side: nobody is known by the difference, and no number strays far from what is so."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.disclosure import Counts, Table
from screening.disclosure_releases import Gone, Known, settled

FEWEST = 10
counts = st.builds(Counts, st.integers(0, 60), st.integers(0, 60), st.integers(0, 30))


def tree(**municipalities: list[Counts]) -> Table:
    cells, lines = {}, {}
    for name, schools in municipalities.items():
        own = {f"{name}{number}": found for number, found in enumerate(schools, start=1)}
        cells |= own
        lines |= {cell: frozenset([cell]) for cell in own} | {name: frozenset(own)}
    return Table(cells, {**lines, "all": frozenset(cells)})


def changed(table: Table, **cells: Counts) -> Table:
    return replace(
        table, cells={**table.cells, **{cell: table.cells[cell] + by for cell, by in cells.items()}}
    )


def out(table: Table, earlier: list[Table], hidden: frozenset[str] = frozenset()) -> Table:
    return settled(table, hidden, [Gone(one, hidden) for one in earlier], [table.lines], FEWEST)


def told(table: Table, *lines: str) -> list[tuple[int, int, int]]:
    return [(one.under_goal, one.at_goal, one.missing) for one in map(table.counts, lines)]


AUTUMN = tree(a=[Counts(12, 30), Counts(15, 40)], b=[Counts(20, 50)])


def test_the_first_release_is_as_it_is():
    assert out(AUTUMN, []) == AUTUMN


def test_one_pupil_apart_is_told_as_before():
    assert out(changed(AUTUMN, a1=Counts(1)), [AUTUMN]) == AUTUMN


def test_the_cells_that_have_changed_enough_are_told_anew():
    later = changed(AUTUMN, a1=Counts(1, -1), a2=Counts(10, 25))
    found = out(later, [AUTUMN])
    assert told(found, "a1", "a2", "b1", "a") == [(12, 30, 0), (25, 65, 0), (20, 50, 0), (37, 95, 0)]


def test_a_municipality_of_one_school_is_taken_from_all_once():
    """Eighteen fewer in all and twenty of them at b: two more at a, whose own lines are not shown."""
    table = tree(a=[Counts(50, 50), Counts(50, 50)], b=[Counts(50, 50)])
    later = changed(table, a1=Counts(2), b1=Counts(-20))
    found = out(later, [table], frozenset(["a", "a1", "a2"]))
    assert told(found, "b1", "a") == [(30, 50, 0), (100, 100, 0)]


def test_what_was_not_told_then_is_beside_nothing_now():
    """Nobody knows of a then, nor of all: that it has one more now tells of nobody."""
    then = Gone(AUTUMN, frozenset(), untold=frozenset(["a", "a1", "a2", "all"]))
    later = changed(AUTUMN, a1=Counts(1), b1=Counts(20))
    found = settled(later, frozenset(), [then], [AUTUMN.lines], FEWEST)
    assert told(found, "a1", "all") == [(13, 30, 0), (68, 120, 0)]


def test_nine_are_too_few_and_ten_are_not():
    assert told(out(changed(AUTUMN, a1=Counts(9)), [AUTUMN]), "a1") == [(12, 30, 0)]
    assert told(out(changed(AUTUMN, a1=Counts(10)), [AUTUMN]), "a1") == [(22, 30, 0)]
    assert told(out(changed(AUTUMN, a1=Counts(-9)), [AUTUMN]), "a1") == [(12, 30, 0)]


def test_every_way_of_counting_asks_for_enough():
    """Twenty new results, of which three are under the goal."""
    waiting = tree(a=[Counts(12, 30, 20)], b=[Counts(20, 50)])
    found = out(changed(waiting, a1=Counts(3, 17, -20)), [waiting])
    assert told(found, "a1", "all") == [(12, 30, 20), (32, 80, 20)]


def test_what_is_left_beside_shown_schools_is_a_group_too():
    """Two schools are hidden: their municipality without the third is both of them."""
    table = tree(a=[Counts(3, 20), Counts(4, 20), Counts(30, 60)], b=[Counts(20, 50)])
    later = changed(table, a1=Counts(1), a3=Counts(10))
    found = out(later, [table], frozenset({"a1", "a2"}))
    assert told(found, "a1", "a3", "a") == [(3, 20, 0), (40, 60, 0), (47, 100, 0)]


def test_hidden_schools_may_change_as_long_as_their_sum_has_changed_enough():
    table = tree(a=[Counts(3, 20), Counts(4, 20), Counts(30, 60)], b=[Counts(20, 50)])
    later = changed(table, a1=Counts(5), a2=Counts(6))
    assert told(out(later, [table], frozenset({"a1", "a2"})), "a") == [(48, 100, 0)]


def test_a_number_is_compared_with_every_earlier_release_and_not_only_the_last():
    second = changed(AUTUMN, b1=Counts(15))
    third = changed(AUTUMN, b1=Counts(1))
    assert told(out(third, [AUTUMN, second]), "b1") == [(35, 50, 0)]


def test_what_two_releases_have_told_already_is_told_again():
    """Two schools are hidden from now on; together they were one pupil fewer the second time."""
    first = tree(a=[Counts(20, 60), Counts(40, 60), Counts(60, 60)], b=[Counts(20, 50)])
    second = changed(first, a1=Counts(10), a2=Counts(-11), a3=Counts(11))
    later = changed(second, b1=Counts(30))
    gone = [Gone(first, frozenset()), Gone(second, frozenset())]
    assert settled(later, frozenset({"a1", "a2"}), gone, [first.lines], FEWEST) == second


def test_a_school_that_is_gone_is_gone_from_the_sums_it_was_in():
    later = tree(a=[Counts(12, 30)], b=[Counts(20, 50)])
    assert told(out(later, [AUTUMN]), "a", "all") == [(12, 30, 0), (32, 80, 0)]
    small = tree(a=[Counts(12, 30), Counts(2, 11)], b=[Counts(20, 50)])
    assert told(out(later, [small]), "a", "all") == [(14, 41, 0), (34, 91, 0)]


def test_families_that_cross_are_each_looked_at():
    """sv and sva cut across schools; what is left of a municipality beside its sva pupils is told too."""
    cells = {"a sv": Counts(20, 60), "a sva": Counts(15, 20)}
    lines = {"a": frozenset(cells)} | {cell: frozenset([cell]) for cell in cells}
    later = Table({"a sv": Counts(30, 60), "a sva": Counts(17, 20)}, lines)
    families = [["a"], ["a sv"], ["a sva"]]
    found = settled(later, frozenset(), [Gone(Table(cells, lines), frozenset())], families, FEWEST)
    assert told(found, "a sv", "a sva", "a") == [(30, 60, 0), (15, 20, 0), (45, 80, 0)]


class TestWhatIsKnownBesideIt:
    """A municipality of three schools, the third of which was small: its own line was hidden, and all were
    told together."""

    THEN = Gone(tree(a=[Counts(12, 30), Counts(15, 40), Counts(2, 3)]), frozenset(["a3"]))

    def test_a_school_that_is_gone_stands_beside_those_that_are_there(self):
        known = Known.beside(tree(a=[Counts(13, 30), Counts(15, 41)]), [self.THEN], ["a1", "a2"])
        assert known.left == {"a3"}
        assert known.table.cells["a3"] == Counts(2, 3)
        hidden, together = frozenset(["a3"]), frozenset(["a1", "a2", "a3"])
        assert {known.table.lines[line] for line in known.then} == {hidden, together}
        assert {known.table.lines[line] for line in known.secret} == {hidden}
        assert known.lines == {"a1", "a2"}

    def test_a_line_that_kept_the_place_of_a_school_that_is_gone_is_of_those_that_are_left(self):
        kept = changed(self.THEN.table, a3=Counts(-2, -3))
        known = Known.beside(kept, [self.THEN], ["a1", "a2"])
        assert known.table.lines["a"] == {"a1", "a2"}
        assert "a" not in known.lines

    def test_a_school_whose_numbers_are_told_as_they_went_out_has_not_left(self):
        known = Known.beside(self.THEN.table, [self.THEN], ["a1", "a2"])
        assert (known.left, known.then) == (frozenset(), frozenset())
        assert known.table == self.THEN.table


class TestParts:
    """Near the goal and below it: forty under it at each school."""

    def table(self, *below: int) -> Table:
        return tree(a=[Counts(40, 60, 0, count) for count in below], b=[Counts(50, 60, 0, 25)])

    def told(self, now: Table, then: Table, *not_told: str) -> list[int | None]:
        """How many are below the goal at the schools of a; of ``not_told`` lines no parts go out."""
        parts = frozenset(now.lines) - set(not_told)
        found = settled(now, frozenset(), [Gone(then, frozenset(), parts)], [now.lines], FEWEST, parts)
        return [found.cells[cell].below_goal for cell in ("a1", "a2")]

    @pytest.mark.parametrize(
        ("then", "now", "is_told"),
        [
            (20, 23, False), (20, 29, False), (20, 30, True), (20, 10, True), (20, 11, False),
            (30, 40, True), (40, 30, True), (10, 0, True), (0, 10, True),
        ],
    )  # fmt: skip
    def test_ten_must_have_come_to_the_other_part(self, then: int, now: int, is_told: bool):
        assert self.told(self.table(now, 20), self.table(then, 20)) == [now if is_told else then, 20]

    def test_the_whole_may_change_by_ten_and_a_part_by_fewer(self):
        then = self.table(20, 20)
        for more, below in ((10, 1), (10, 9), (13, 3), (13, 10)):
            one = Counts(more, below_goal=below)
            assert self.told(changed(then, a1=one), then) == [20, 20]

    def test_what_is_left_beside_told_parts_is_a_group_too(self):
        assert self.told(self.table(23, 37), self.table(20, 20), "a1") == [20, 37]

    def test_what_was_not_told_may_change_by_one(self):
        assert self.told(self.table(21, 20), self.table(20, 20), *self.table(0).lines) == [21, 20]


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(st.lists(counts, min_size=2, max_size=3), min_size=2, max_size=2), min_size=2, max_size=4
    )
)
def test_no_shown_number_ever_moves_by_too_few(releases: list[list[list[Counts]]]):
    gone: list[Table] = []
    for one in releases:
        gone.append(out(tree(a=one[0], b=one[1]), gone))
    for at, later in enumerate(gone):
        for before in gone[:at]:
            for line in later.lines.keys() & before.lines.keys():
                now, then = told(later, line)[0], told(before, line)[0]
                assert all(not 0 < abs(new - old) < FEWEST for new, old in zip(now, then, strict=True))


@settings(max_examples=20)
@given(st.lists(counts, min_size=2, max_size=3), st.lists(counts, min_size=2, max_size=3))
def test_the_same_numbers_are_told_again(first: list[Counts], second: list[Counts]):
    table = tree(a=first, b=second)
    assert out(table, [table]) == table
