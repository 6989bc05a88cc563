"""All the pages of a class: a sheet of paper each, in order, with what waits held back."""

import pytest
from invented_figures import IMPRINT, bookmarks, fonts_of, pages, sheet

from reports.documents import class_set
from reports.figures.guardian import ClassSet
from screening.levels import Level

ANNA, BO, CLEO = (
    sheet("Anna Alm", Level.AT_GOAL, key=1),
    sheet("Bo Ek", Level.BELOW_GOAL, key=2),
    sheet("Cleo Öst", Level.BELOW_GOAL, key=3, has_next_step=True),
)
CLASS = ClassSet(IMPRINT, "2B", (ANNA, BO, CLEO))


def test_every_child_begins_on_an_odd_page_and_the_back_is_empty():
    found = pages(class_set.pdf([CLASS]))
    assert ["Anna Alm" in found[0], "Bo Ek" in found[2], "Cleo Öst" in found[4]] == [True] * 3
    assert [found[1], found[3]] == ["", ""]
    assert len(found) == 5


def test_there_is_a_bookmark_for_every_child():
    assert bookmarks(class_set.pdf([CLASS])) == [("Anna Alm", 1), ("Bo Ek", 3), ("Cleo Öst", 5)]


def test_a_school_has_a_bookmark_for_every_class_with_its_children_beneath():
    other = ClassSet(IMPRINT, "3A", (sheet("Dan Fors", Level.AT_GOAL, class_name="3A"),))
    assert bookmarks(class_set.pdf([CLASS, other])) == [
        ("Klass 2B", 1), ("Anna Alm", 1), ("Bo Ek", 3), ("Cleo Öst", 5), ("Klass 3A", 7), ("Dan Fors", 7),
    ]  # fmt: skip


def test_pages_that_wait_for_a_talk_are_held_back_and_listed():
    found = pages(class_set.pdf([CLASS], only_ready=True))
    assert "Bo Ek" not in " ".join(found)
    assert [("Anna Alm" in found[0]), ("Cleo Öst" in found[2])] == [True, True]
    assert BO not in CLASS.printed(only_ready=True)


def test_a_page_waits_also_when_only_one_area_says_it():
    from invented_figures import row

    one = sheet(level=Level.AT_GOAL, rows=(row("letters", Level.BELOW_GOAL),))
    assert not ClassSet(IMPRINT, "2B", (one,)).printed(only_ready=True)


def test_nobodys_page_tells_how_many_there_are():
    assert {"Sida 1 av 1" in page for page in pages(class_set.pdf([CLASS])) if page} == {True}


def test_two_children_of_one_name_have_a_page_each():
    twins = ClassSet(IMPRINT, "2B", (ANNA, sheet("Anna Alm", Level.AT_GOAL, key=9)))
    assert bookmarks(class_set.pdf([twins])) == [("Anna Alm", 1), ("Anna Alm", 3)]


def test_nothing_to_print_is_refused():
    with pytest.raises(ValueError, match="no sheet"):
        class_set.pdf([ClassSet(IMPRINT, "2B", (BO,))], only_ready=True)


def test_fonts_are_embedded_once_and_the_same_figures_give_the_same_bytes():
    content = class_set.pdf([CLASS])
    assert set(fonts_of(content).values()) == {True}
    assert len(fonts_of(content)) == 2
    assert class_set.pdf([CLASS]) == content


def test_a_class_of_twenty_five_stays_a_small_file():
    many = tuple(sheet(f"Elev {number} Åkesson", Level.AT_GOAL, key=number) for number in range(25))
    assert len(class_set.pdf([ClassSet(IMPRINT, "2B", many)])) < 500 * 1024
