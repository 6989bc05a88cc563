"""Small groups: what is hidden stays hidden, by an audit that is checked by counting every possibility."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.disclosure import (
    IN_FILES,
    ON_PAGES,
    Counts,
    Leaks,
    Ledger,
    Table,
    audit,
    check,
    publish,
)
from screening.disclosure_audit import Exposure, RowSpace, recoverable
from screening.disclosure_bounds import KNOWN_WITHIN, Bounding, Bounds


def tree(*municipalities: list[Counts]) -> Table:
    """Schools, their municipalities, and everybody together: ``a1``, ``a``, ``all``."""
    cells, lines = {}, {}
    for place, schools in enumerate(municipalities):
        name = chr(ord("a") + place)
        own = {f"{name}{number}": found for number, found in enumerate(schools, start=1)}
        cells |= own
        lines |= {cell: frozenset([cell]) for cell in own} | {name: frozenset(own)}
    return Table(cells, {**lines, "all": frozenset(cells)})


def bounds(table: Table, hidden: set[str]) -> dict[str, Bounds]:
    """How many under the goal each hidden line can have."""
    under = {cell: found.under_goal for cell, found in table.cells.items()}
    bounding = Bounding(table.lines, [line for line in table.lines if line not in hidden], under)
    return {line: bounding.bounds(line) for line in sorted(hidden)}


def school(under: int, at: int = 40, missing: int = 0) -> Counts:
    return Counts(under, at, missing)


counts = st.builds(Counts, st.integers(0, 12), st.integers(0, 12), st.integers(0, 3))
trees = st.lists(st.lists(counts, min_size=1, max_size=4), min_size=1, max_size=3).map(lambda one: tree(*one))


class TestPrimary:
    @pytest.mark.parametrize(
        ("found", "is_small"),
        [
            (Counts(5, 5), False), (Counts(4, 5), True), (Counts(5, 4), True), (Counts(5, 4, 9), True),
            (Counts(0, 30), True), (Counts(30, 0), True), (Counts(0, 0, 4), True),
        ],
    )  # fmt: skip
    def test_five_of_each_are_needed_on_pages(self, found: Counts, is_small: bool):
        assert found.is_small(ON_PAGES) is is_small

    def test_who_has_no_result_is_enrolled_all_the_same(self):
        found = Counts(3, 4, 5) + Counts(1, 1, 1)
        assert (found.enrolled, found.assessed) == (15, 9)

    def test_ten_of_each_are_needed_in_files(self):
        assert Counts(10, 10).is_small(IN_FILES) is False
        assert Counts(9, 10).is_small(IN_FILES) is True


class TestExactAudit:
    def test_one_hidden_school_is_its_municipality_without_the_others(self):
        table = tree([school(2), school(15), school(20)])
        (found,) = recoverable(table.lines, ["a1"])
        assert found.name == "a1"
        assert {"a2", "a3"} < set(found.from_lines)

    def test_two_hidden_in_every_line_is_not_enough(self):
        """Two by two blocks joined by one cell: every line hides two or more, and yet that cell is known."""
        hidden = {"11", "12", "21", "22", "33", "34", "43", "44", "23"}
        cells = [f"{row}{column}" for row, column in product("1234", "1234")]
        lines = {cell: frozenset([cell]) for cell in cells}
        for way, of in (("rad", 0), ("kolumn", 1)):
            lines |= {f"{way} {one}": frozenset(c for c in cells if c[of] == one) for one in "1234"}
        for line in lines.values():
            assert len(line & hidden) != 1 or len(line) == 1
        assert [found.name for found in recoverable(lines, sorted(hidden))] == ["23"]

    def test_sums_of_pairs_give_each_of_three_away(self):
        lines = {"ab": frozenset("ab"), "bc": frozenset("bc"), "ac": frozenset("ac"), "a": frozenset("a")}
        assert [found.name for found in recoverable(lines, ["a"])] == ["a"]
        half = Fraction(1, 2)
        made_of = RowSpace.of(lines, ["ab", "bc", "ac"]).made_of(frozenset("a"))
        assert made_of == {"ab": half, "ac": half, "bc": -half}

    @given(trees, st.data())
    def test_the_rank_says_the_same_as_floats_where_floats_can_say(self, table: Table, data: st.DataObject):
        hidden = data.draw(st.sets(st.sampled_from(sorted(table.lines))))
        cells, shown = sorted(table.cells), [line for line in table.lines if line not in hidden]
        rows = [[cell in table.lines[line] for cell in cells] for line in shown]
        told = {found.name for found in recoverable(table.lines, hidden)}
        for line in hidden:
            more = np.array([*rows, [cell in table.lines[line] for cell in cells]], float)
            without = np.linalg.matrix_rank(more[:-1]) if rows else 0
            assert (line in told) == (np.linalg.matrix_rank(more) == without)

    @given(trees, st.data())
    def test_a_combination_is_right_to_the_last_fraction(self, table: Table, data: st.DataObject):
        hidden = data.draw(st.sets(st.sampled_from(sorted(table.lines))))
        space = RowSpace.of(table.lines, [line for line in table.lines if line not in hidden])
        for line in hidden:
            made_of = space.made_of(table.lines[line])
            if made_of is not None:
                assert not set(made_of) & hidden
                total = sum(
                    (times * table.counts(one).enrolled for one, times in made_of.items()), Fraction(0)
                )
                assert total == table.counts(line).enrolled


class TestBounds:
    def test_small_sums_say_too_much(self):
        table = tree([school(1), school(2), school(20)])
        found = bounds(table, {"a1", "a2"})
        assert {name: (one.low, one.high) for name, one in found.items()} == {"a1": (0, 3), "a2": (0, 3)}
        assert found["a1"].is_narrow
        assert {exposed.name for exposed in audit(table, ["a1", "a2"])} == {"a1", "a2"}

    @pytest.mark.parametrize(("first", "second", "is_known"), [(1, 3, True), (0, 4, True), (1, 4, False)])
    def test_within_four_is_known_and_within_five_is_not(self, first: int, second: int, is_known: bool):
        table = tree([school(first), school(second), school(20)])
        assert bool(list(audit(table, ["a1", "a2"]))) is is_known

    def test_a_small_group_beside_a_smaller_one_is_known_by_how_many_they_are(self):
        """Twelve and two pupils have seven under the goal together: five to seven are of the twelve."""
        table = tree([Counts(6, 6), Counts(1, 1), Counts(30, 50), Counts(20, 40)])
        hidden = {"a1", "a2"}
        assert all(one.high - one.low == 7 for one in bounds(table, hidden).values())
        assert [one.name for one in audit(table, hidden, fewest=IN_FILES)] == ["a1"]
        told, _ = publish(table, "höst", Ledger(), IN_FILES)
        assert told == {"a1", "a2", "a4"}
        assert list(audit(replace(table, has_sizes=False), hidden, fewest=IN_FILES)) == []

    def test_of_four_pupils_or_fewer_nothing_more_than_their_number_is_told(self):
        sizes = {"a": 3, "b": 60}
        lines = {"both": frozenset("ab"), "a": frozenset("a")}
        wide, narrow = (Bounding(lines, ["both"], {"a": 1, "b": count}, sizes) for count in (30, 60))
        assert wide.narrow("a") is None
        ends = narrow.narrow("a")
        assert ends is not None
        assert (ends.low, ends.high) == (1, 3)

    def test_one_pupil_beside_a_group_can_be_one_of_the_sum(self):
        lines = {"both": frozenset("ab"), "a": frozenset("a")}
        found = Bounding(lines, ["both"], {"a": 3, "b": 1}, {"a": 6, "b": 1})
        ends = found.bounds("a")
        assert (ends.low, ends.high) == (3, 4)
        assert [one.tolist() for one in found.possible] == [[4], [4], [4]]  # no table that tells another sum
        assert found.room("a") == 1

    def test_a_line_that_sums_nothing_counts_nobody(self):
        ends = Bounding({"a": frozenset("a"), "none": frozenset()}, ["a"], {"a": 3}).bounds("none")
        assert (ends.low, ends.high) == (0, 0)

    def test_without_anything_shown_there_is_no_limit(self):
        found = bounds(Table({"a1": school(3)}, {"a1": frozenset(["a1"])}), {"a1"})["a1"]
        assert (found.low, found.high, found.is_narrow) == (0, np.inf, False)

    @pytest.mark.slow
    @settings(max_examples=25)
    @given(
        st.lists(st.builds(Counts, st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=3), st.data()
    )
    def test_are_those_of_all_tables_that_look_the_same(self, schools: list[Counts], data: st.DataObject):
        """Every table with the same shown numbers, counted one by one."""
        table = tree(schools)
        hidden = data.draw(st.sets(st.sampled_from([*table.cells, "a"]), min_size=1))
        under = {cell: found.under_goal for cell, found in table.cells.items()}
        shown = [line for line in table.lines if line not in hidden]
        if not any(len(table.lines[line]) == len(under) for line in shown):
            return  # nothing bounds the cells upwards
        same = [
            dict(zip(under, values, strict=True))
            for values in product(range(sum(under.values()) + 1), repeat=len(under))
            if all(
                sum(values[list(under).index(cell)] - under[cell] for cell in table.lines[line]) == 0
                for line in shown
            )
        ]
        for line, found in bounds(table, hidden).items():
            sums = [sum(one[cell] for cell in table.lines[line]) for one in same]
            assert (found.low, found.high) == pytest.approx((min(sums), max(sums)), abs=1e-6)
        sizes = {cell: found.assessed for cell, found in table.cells.items()}
        bounding = Bounding(table.lines, shown, under, sizes)
        within = [one for one in same if all(one[cell] <= sizes[cell] for cell in one)]
        for line in hidden:
            sums = [sum(one[cell] for cell in table.lines[line]) for one in within]
            found = bounding.bounds(line)
            assert (found.low, found.high) == pytest.approx((min(sums), max(sums)), abs=1e-6)
        for line in hidden:  # what has been remembered as possible is: it never makes room that is not there
            sums = [sum(one[cell] for cell in table.lines[line]) for one in within]
            assert bounding.room(line) == pytest.approx(max(sums) - min(sums), abs=1e-6)


class TestLookingAround:
    """Tables that are possible clear most lines, so that few ends need a program of their own."""

    def large(self, municipalities: int) -> tuple[Table, list[str]]:
        chance = random.Random(2)
        table = tree(*([school(chance.randint(5, 30)) for _ in range(3)] for _ in range(municipalities)))
        return table, [line for line in table.lines if line[-1] in "12" or line in "ab"]

    def bounding(self, municipalities: int) -> tuple[Bounding, list[str]]:
        table, hidden = self.large(municipalities)
        under = {cell: found.under_goal for cell, found in table.cells.items()}
        return Bounding(table.lines, [line for line in table.lines if line not in hidden], under), hidden

    @pytest.mark.parametrize(("municipalities", "directions"), [(4, 0), (10, 2), (70, 12)])
    def test_it_is_done_once_and_the_more_the_more_lines_there_are(
        self, municipalities: int, directions: int
    ):
        found, hidden = self.bounding(municipalities)
        tables = []
        for line in hidden[:2]:
            found.possible = [np.zeros_like(found.possible[0])]  # so the table itself clears nothing
            found.narrow(line)
            tables.append(len(found.possible) - 1)
        assert tables[0] - directions in (0, 2)  # both ends of the line, where it was not cleared
        assert tables[1] <= 2

    def test_groups_that_nothing_holds_back_are_looked_at_within_what_there_is(self):
        """Two directions for forty lines; in the first all the pupils there are could be of ``b``."""
        lines = {"a": frozenset("a"), **{f"b {number}": frozenset("b") for number in range(39)}}
        found = Bounding(lines, ["a"], {"a": 30, "b": 0})
        found.possible = [np.zeros(2)]  # so that the table itself clears nothing
        assert found.narrow("b 0") is None
        assert [one.tolist() for one in found.possible[1:]] == [[30, 34], [30, 0]]

    def test_what_it_finds_is_possible_and_never_wider_than_the_bounds(self):
        found, hidden = self.bounding(10)
        for line in hidden:
            before, ends = found.room(line), found.bounds(line)
            assert before <= found.room(line) + 1e-6
            assert found.room(line) == pytest.approx(ends.high - ends.low)  # both ends have been found now

    def test_lines_that_cross_are_cleared_by_what_has_been_found(self):
        """Two schools, sv and sva: no two cells stand in the same lines."""
        cells = {"1 sv": 20, "1 sva": 9, "2 sv": 30, "2 sva": 7}
        ways = {of: frozenset(cell for cell in cells if of in cell.split()) for of in ("1", "2", "sv", "sva")}
        lines = {**ways, **{cell: frozenset([cell]) for cell in cells}}
        found = Bounding(lines, list(ways), cells)
        assert [found.room(cell) for cell in cells] == [0, 0, 0, 0]
        ends = found.bounds("1 sva")
        assert (ends.low, ends.high) == (0, 16)
        assert [found.room(cell) for cell in cells] == [16, 16, 16, 16]


class TestPublish:
    def test_what_is_large_is_shown_whole(self):
        assert (
            publish(tree([school(20), school(30)], [school(40)]), "höst", Ledger(), ON_PAGES)[0]
            == frozenset()
        )

    def test_a_small_school_takes_the_next_smallest_with_it(self):
        table = tree([school(2), school(15), school(20)], [school(40), school(50)])
        assert publish(table, "höst", Ledger(), ON_PAGES)[0] == {"a1", "a2"}

    def test_a_school_alone_in_its_municipality_hides_that_too_and_one_more(self):
        table = tree([school(2)], [school(15), school(16)], [school(30), school(31)])
        hidden, _ = publish(table, "höst", Ledger(), ON_PAGES)
        assert {"a1", "a", "b"} <= hidden
        assert "all" not in hidden
        assert list(audit(table, hidden)) == []

    def test_a_table_that_leaks_is_refused(self):
        table = tree([school(2), school(15)])
        with pytest.raises(Leaks, match="a1"):
            check(table, table.primary(ON_PAGES))
        several = Leaks(Exposure(name, ()) for name in ("a1", "b2", "a1"))
        assert (several.names, str(several)) == (["a1", "b2"], "a1, b2")
        check(table, publish(table, "höst", Ledger(), ON_PAGES)[0])

    def test_only_what_may_go_goes_for_the_sake_of_others(self):
        """The smallest other school would go; here the largest."""
        table = tree([school(2), school(15), school(20)], [school(40), school(50)])
        assert publish(table, "höst", Ledger(), ON_PAGES, may_hide={"a3", "b1"})[0] == {"a1", "a3"}
        assert publish(table, "höst", Ledger(), ON_PAGES, may_hide=set())[0] == {"a1", "a2"}

    def test_what_has_been_found_wide_enough_is_not_asked_again(self):
        table, safe = tree([school(20), school(30), school(20)]), {("under_goal", "a1")}
        assert list(audit(table, ["a1", "a2"], safe)) == []
        assert safe == {(kind, name) for kind in ("under_goal", "at_goal") for name in ("a1", "a2")}
        narrow = tree([school(1), school(2), school(20)])
        safe = {("under_goal", "a1"), ("of_assessed", "a1")}
        assert {one.name for one in audit(narrow, ["a1", "a2"], safe)} == {"a2"}

    def test_the_pattern_stays_over_a_series(self):
        autumn = tree([school(2), school(15), school(20)])
        spring = tree([school(25), school(15), school(20)])  # now large enough by itself
        hidden, ledger = publish(autumn, "höst", Ledger(), ON_PAGES)
        later, ledger = publish(spring, "vår", ledger, ON_PAGES)
        assert hidden == later == {"a1", "a2"}
        assert [release.name for release in ledger.releases] == ["höst", "vår"]
        assert publish(spring, "vår", Ledger(), ON_PAGES)[0] == frozenset()

    @settings(max_examples=20)
    @given(trees)
    def test_nothing_hidden_can_be_worked_out_and_nothing_small_is_shown(self, table: Table):
        hidden, _ = publish(table, "höst", Ledger(), ON_PAGES)
        assert table.primary(ON_PAGES) <= hidden
        assert list(audit(table, hidden)) == []

    @settings(max_examples=10)
    @given(trees, st.randoms())
    def test_the_order_of_the_table_means_nothing(self, table: Table, mixed: random.Random):
        names = mixed.sample(list(table.lines), len(table.lines))
        turned = Table(dict(reversed(table.cells.items())), {name: table.lines[name] for name in names})
        assert list(audit(turned, publish(turned, "höst", Ledger(), ON_PAGES)[0])) == []


def dalsland(seed: int) -> Table:
    """Five small municipalities: one to five schools, 6 to 45 pupils of a year, a quarter under the goal."""
    chance = random.Random(seed)
    return tree(*([_a_school(chance) for _ in range(chance.randint(1, 5))] for _ in range(5)))


def _a_school(chance: random.Random) -> Counts:
    enrolled = chance.randint(6, 45)
    missing = sum(chance.random() < 0.05 for _ in range(enrolled))
    under = sum(chance.random() < 0.25 for _ in range(enrolled - missing))
    return Counts(under, enrolled - missing - under, missing)


@pytest.mark.slow
def test_the_plain_threshold_leaks_in_dalsland_and_ours_does_not():
    hidden_cells = computed = known_within = 0
    for seed in range(8):
        table = dalsland(seed)
        plain = table.primary(ON_PAGES)
        hidden_cells += len(plain)
        exact = {found.name for found in recoverable(table.lines, plain)}
        computed += len(exact)
        known_within += sum(found.is_narrow for found in bounds(table, set(plain)).values())
        ours, _ = publish(table, "höst", Ledger(), ON_PAGES)
        assert list(audit(table, ours)) == []
        assert "all" not in ours
    assert computed / hidden_cells > 0.2
    assert known_within / hidden_cells > 0.4
    assert KNOWN_WITHIN == 4
