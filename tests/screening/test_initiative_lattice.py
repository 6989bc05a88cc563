"""The table that is compared: what is told beside the schools and municipalities never costs any of them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.roster.models import Curriculum
from screening.disclosure import IN_FILES, Counts, Ledger, Release, Table, audit, publish
from screening.disclosure_audit import Exposure
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place
from screening.initiative_lattice import EVERYBODY, Cohort, Lattice, of_curriculum, over_windows, over_years

SV, SVA = Curriculum
PLACES = [
    Place(1, "Ek", None, 1, "Ekby"),
    Place(2, "Ask", None, 1, "Ekby"),
    Place(3, "Tall", None, 2, "Tallby"),
]
counts = st.builds(Counts, st.integers(0, 50), st.integers(0, 50), st.integers(0, 9))
schools = st.dictionaries(
    st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([SV, SVA])), counts, min_size=2
)


def cohort(name: str = "now", **schools: tuple[Counts, Counts]) -> Cohort:
    """``s1=(sv, sva)``"""
    found = {
        (int(school[1:]), one): count
        for school, both in schools.items()
        for one, count in zip((SV, SVA), both, strict=True)
    }
    return Cohort(name, found)


LARGE_OF_3 = (Counts(40, 90), Counts(20, 30))
LARGE = cohort(
    s1=(Counts(20, 60), Counts(15, 20)),
    s2=(Counts(30, 60), Counts(12, 14)),
    s3=(Counts(40, 90), Counts(20, 30)),
)


def test_everything_large_is_told():
    lattice = Lattice.of([LARGE], PLACES)
    assert lattice.hidden(Ledger()) == frozenset()
    table = lattice.table
    assert table.counts("municipality 1") == Counts(77, 154)
    assert table.counts(of_curriculum("municipality 1", SVA)) == Counts(27, 34)
    assert table.counts(of_curriculum(EVERYBODY, SV)) == Counts(90, 210)
    assert of_curriculum("school 1", SV) not in table.lines
    assert lattice.cohorts == {}


def test_few_of_a_kind_hide_both_kinds_and_nothing_else():
    few = cohort(s1=(Counts(20, 60), Counts(2, 3)), s2=(Counts(30, 60), Counts(0, 0)), s3=LARGE_OF_3)
    hidden = Lattice.of([few], PLACES).hidden(Ledger())
    assert {of_curriculum("municipality 1", one) for one in Curriculum} <= hidden
    assert not hidden & {"school 1", "school 2", "municipality 1", "municipality 2", EVERYBODY}


def test_the_parts_of_what_is_hidden_are_hidden():
    small = cohort(s1=(Counts(3, 60), Counts(3, 20)), s2=(Counts(1, 60), Counts(1, 14)), s3=LARGE_OF_3)
    lattice = Lattice.of([small], PLACES)
    hidden = lattice.hidden(Ledger())
    assert "municipality 1" in hidden
    for line in lattice.own & hidden:
        assert {of_curriculum(line, one) for one in Curriculum} & set(lattice.table.lines) <= hidden


def test_nobody_else_s_cohorts_together_are_what_is_left_of_those_told():
    """Ekby and Ek over the same two cohorts would tell of Ask over them, which is told over none."""
    nobody = Counts(0, 0)
    years = [
        cohort(name, s1=(Counts(14, 50), nobody), s2=(Counts(few, 20), nobody))
        for name, few in (("a", 4), ("b", 2), ("c", 3))
    ]
    lattice = Lattice.of(years, PLACES)
    whole, part, rest = "municipality 1", "school 1", "school 2"
    assert [list(lattice.cohorts[one]) for one in (whole, part, rest)] == [
        ["b", "c"],
        ["b", "c"],
        ["a", "b", "c"],
    ]
    gone = lattice.release(Ledger(), [])
    of = gone.table.lines
    assert of[over_years(whole)] - of[over_years(part)] == of[f"b c {rest}"]
    assert f"b c {rest}" in gone.hidden
    assert {over_years(whole), over_years(part)} & gone.hidden


def test_cohorts_are_taken_together_from_the_latest_until_they_say_something():
    small = {"s1": (Counts(12, 30), Counts(0, 0)), "s3": (Counts(50, 90), Counts(0, 0))}
    lattice = Lattice.of([cohort(name, **small) for name in ("a", "b", "c", "d")], PLACES)
    assert lattice.cohorts == {"school 1": ["b", "c", "d"], "municipality 1": ["b", "c", "d"]}
    assert lattice.table.counts(over_years("school 1")) == Counts(36, 90)


def test_small_municipalities_are_told_over_the_windows_of_their_year():
    """Six under the goal in each window and municipality would be hidden; twelve of a year are told."""
    places = [*PLACES, Place(4, "Gran", None, 3, "Granby")]
    large, small = (Counts(50, 90), Counts()), (Counts(6, 30), Counts())
    autumn, winter = (cohort(name, s1=large, s2=large, s3=small, s4=small) for name in ("autumn", "winter"))
    hidden, _ = publish(Table(autumn.cells, autumn.lines(places)), "autumn", Ledger(), IN_FILES)
    lattice = Lattice.of([winter], places, [replace(autumn, hidden=hidden)])
    assert lattice.years["municipality 2"] == ["autumn", "winter"]
    gone = lattice.release(Ledger(), [])
    assert {"municipality 2", "municipality 3"} <= gone.hidden
    over_year = {over_windows("municipality 2"), over_windows("municipality 3")}
    assert not over_year & gone.hidden
    assert gone.table.counts(over_windows("municipality 2")) == Counts(12, 60)
    larger = (Counts(12, 30), Counts())
    told = cohort("autumn", s1=large, s2=large, s3=larger, s4=larger)
    beside_it = Lattice.of([winter], places, [told]).release(Ledger(), [])
    assert over_year <= beside_it.hidden  # the year without autumn is winter


def test_what_a_goal_has_told_is_known_here_too():
    """Ekby is told by a goal; Tallby, too small to be told, is everybody without it. So everybody is not."""
    few = cohort(s1=(Counts(20, 60), Counts(15, 20)), s2=LARGE_OF_3, s3=(Counts(4, 30), Counts()))
    ekby = few.lines(PLACES)["municipality 1"]
    before, beside = (Lattice.of([few], PLACES, told=told).release(Ledger(), []) for told in ([], [ekby]))
    assert {"municipality 1", "municipality 2"} <= before.hidden
    assert EVERYBODY not in before.hidden
    assert {EVERYBODY, "municipality 2"} <= beside.hidden
    assert not any("elsewhere" in name for name in (*beside.hidden, *beside.table.lines))


class TestParts:
    """Near the goal and below it."""

    def counted(self, *below: int) -> Cohort:
        of = [Counts(40, 60, 0, count) for count in below]
        return cohort(**{f"s{number}": (one, Counts()) for number, one in enumerate(of, start=1)})

    def told(self, *below: int, before: str = "", earlier: tuple[Gone, ...] = ()) -> Gone:
        ledger = Ledger((Release("autumn", frozenset(before.split(", "))),))
        return Lattice.of([self.counted(*below)], PLACES).release(ledger, earlier)

    def test_both_are_told_or_neither_and_the_rest_gives_none_away(self):
        everything = {"school 1", "school 2", "school 3", "municipality 1", "municipality 2", EVERYBODY}
        assert self.told(20, 20, 20).parts == everything
        few = self.told(4, 20, 20)
        parts = {name for name in few.hidden if name.startswith("parts ")}
        assert parts == {"parts school 1", "parts school 2"}  # 2 would give 1 away
        assert few.parts == everything - {"school 1", "school 2"}
        assert few.table.counts("municipality 1").below_goal == 24

    def test_what_was_hidden_before_stays_so_and_what_changed_by_few_waits(self):
        once = self.told(20, 20, 20, before="parts school 3, parts municipality 2")
        assert not once.parts & {"school 3", "municipality 2"}
        again = self.told(23, 20, 20, earlier=(self.told(20, 20, 20),))
        assert again.table.counts("school 1").below_goal == 20

    def test_of_what_nobody_counted_by_level_none_are_told(self):
        assert Lattice.of([LARGE], PLACES).release(Ledger(), []).parts == frozenset()


LEFT = [*PLACES[:1], Place(2, "Ask", None, 2, "Askby"), Place(3, "Tall", None, 3, "Tallby")]
EKBY, TALLBY = Counts(40, 90), Counts(20, 40)


def before_and_after(first: Cohort, leaves: int) -> tuple[Gone, Gone]:
    """What went out of a window, and what goes out of it when a school's municipality has left."""
    told = Lattice.of([first], LEFT).release(Ledger(), [])
    rest = Cohort(first.name, {at: counts for at, counts in first.counts.items() if at[0] != leaves})
    ledger = Ledger((Release(first.name, told.hidden),))
    return told, Lattice.of([rest], LEFT).release(ledger, [told])


def given_away(told: Gone, later: Gone, leaves: int) -> list[Exposure]:
    """What whoever has kept the first release can work out with the second, of pupils who have not changed,
    and could not before."""
    left = {cell for cell in told.table.cells if cell.split()[1] == str(leaves)}
    if any(later.table.cells.get(cell, Counts()) != Counts() for cell in left):
        left = set()  # the sums stay as they went out
    lines = {f"later {line}": of - left for line, of in later.table.lines.items()}
    table = Table(told.table.cells, told.table.lines | lines)
    found = audit(table, told.hidden | {f"later {line}" for line in later.hidden})
    return [one for one in found if any(line in lines for line in one.from_lines)]


def of_swedish(**municipalities: Counts) -> Cohort:
    return cohort(**{name: (one, Counts()) for name, one in municipalities.items()})


@pytest.mark.parametrize(
    ("leaves", "few", "all_told"),
    [
        (3, Counts(3, 20), None),  # all but Tallby, less Ekby as it was told before, would be Askby
        (2, Counts(3, 20), None),  # all, less all but Askby
        (3, Counts(30, 20), Counts(70, 110)),  # nobody is few: all is told without Tallby
    ],
)
def test_who_leaves_gives_nobody_away(leaves: int, few: Counts, all_told: Counts | None) -> None:
    told, later = before_and_after(of_swedish(s1=EKBY, s2=few, s3=TALLBY), leaves)
    assert {"municipality 1", EVERYBODY}.isdisjoint(told.hidden)
    assert "municipality 1" not in later.hidden
    assert all_told == (None if EVERYBODY in later.hidden else later.table.counts(EVERYBODY))
    assert given_away(told, later, leaves) == []


def test_of_few_without_a_result_the_sum_stays_as_it_went_out() -> None:
    told, later = before_and_after(of_swedish(s1=EKBY, s2=Counts(30, 20), s3=Counts(20, 40, 3)), 3)
    assert later.table.counts(EVERYBODY) == told.table.counts(EVERYBODY)
    assert "municipality 3" not in later.table.lines


@pytest.mark.long
@settings(max_examples=20)
@given(
    st.lists(counts.filter(lambda one: one.enrolled > 0), min_size=3, max_size=3), st.sampled_from([1, 2, 3])
)
def test_whoever_leaves_nobody_is_given_away(found: list[Counts], leaves: int) -> None:
    told, later = before_and_after(of_swedish(s1=found[0], s2=found[1], s3=found[2]), leaves)
    assert given_away(told, later, leaves) == []


def test_a_school_that_is_new_is_alone():
    lattice = Lattice.of(
        [cohort("a", s1=(Counts(12, 30), Counts())), cohort("b", s2=(Counts(12, 30), Counts()))], PLACES
    )
    assert "school 2" not in lattice.cohorts
    assert lattice.cohorts["municipality 1"] == ["a", "b"]


def test_pooling_never_gives_a_year_away_that_was_hidden():
    """Last year is hidden and this year is not: both together would tell last year."""
    before = Cohort(
        "a",
        cohort(s1=(Counts(3, 30), Counts()), s3=LARGE_OF_3).counts,
        frozenset({"school 1", "municipality 1"}),
    )
    now = cohort("b", s1=(Counts(12, 30), Counts()), s3=LARGE_OF_3)
    assert over_years("school 1") in Lattice.of([before, now], PLACES).hidden(Ledger())


@pytest.mark.long
@settings(max_examples=6)
@given(schools, schools)
def test_nothing_hidden_is_known_and_what_is_beside_costs_nothing(first, second):
    before = Cohort("a", first)
    before_hidden, _ = publish(Table(before.cells, before.lines(PLACES)), "a", Ledger(), IN_FILES)
    now = Cohort("b", second)
    alone, _ = publish(Table(now.cells, now.lines(PLACES)), "b", Ledger(), IN_FILES)
    lattice = Lattice.of([Cohort("a", first, before_hidden), now], PLACES)
    hidden = lattice.hidden(Ledger())
    assert hidden & lattice.own == alone
    assert list(audit(lattice.table, hidden)) == []


@pytest.mark.long
@settings(max_examples=4)
@given(st.lists(schools, min_size=2, max_size=3))
def test_releases_in_a_row_hide_more_and_more_and_never_leak(rows):
    earlier: list[Gone] = []
    hidden: frozenset[str] = frozenset()
    for counted in rows:
        gone = Lattice.of([Cohort("b", counted)], PLACES).release(
            Ledger((Release("before", hidden),)), earlier
        )
        assert hidden & set(gone.table.lines) <= gone.hidden
        assert list(audit(gone.table, gone.hidden)) == []
        hidden |= gone.hidden
        earlier.append(gone)
