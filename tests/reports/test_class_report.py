"""The class report: everybody by name, levels in words, what is missing, locked away."""

import functools
import io
import re
from dataclasses import replace

import pdfplumber
import pytest
from invented_figures import FAR_AND_WIDE, HOSTILE, fonts_of, page_count, pages, school_class, seen

from reports.documents import class_report
from reports.figures.school_class import Cell
from reports.figures.sources import Source
from screening.levels import Level


@functools.cache
def drawn(names: tuple[str, ...] = FAR_AND_WIDE, measures: int = 3) -> bytes:
    """The report on a class, drawn once for all who read it."""
    return class_report.pdf(school_class(names, measures))


def whole(content: bytes) -> str:
    return " ".join(" ".join(pages(content)).split())


@pytest.mark.parametrize(
    ("names", "measures"), [((*HOSTILE, *FAR_AND_WIDE), 3), (FAR_AND_WIDE * 4, 8), (("Ensam Ek",), 1)]
)
def test_every_pupil_stands_in_the_table(names, measures):
    text = whole(drawn(names, measures))
    for name in names:
        assert text.replace(" ", "").count(name.replace(" ", "")) >= names.count(name)


def test_the_page_begins_with_the_sentence_that_answers_its_question():
    first = seen(drawn())[0].splitlines()
    assert first[0].startswith("Klassrapport 2B")
    assert first[2] == "1 av 8 att följa upp; 1 saknar resultat."


def test_when_many_are_below_their_goal_the_class_is_answered_first():
    assert "Börja med undervisningen." in whole(class_report.pdf(school_class(is_class_answer_first=True)))


def test_levels_stand_in_the_staffs_words():
    text = whole(drawn())
    assert "Når målet" in text
    assert "behöver mer träning" not in text


def test_each_measure_has_its_goal_and_its_counts():
    text = whole(drawn(measures=2))
    assert "mål 27" in text
    assert re.search(r"\d+ når målet", text)


def test_who_lacks_what_is_told():
    text = whole(drawn())
    assert "Resultat saknas" in text
    assert "frånvarande" in text
    assert "Åsa Öberg Bokstavsljud" in text


@pytest.mark.parametrize("measures", [2, 4])
def test_who_lacks_many_measures_is_told_in_letters_that_can_be_read(measures):
    names = ("Läsförståelse, normerat test", "Rätt lästa ord per minut, text", "Bokstavsljud", "Avstämning C")
    lacking = tuple((name, names) for name in (*FAR_AND_WIDE, "Anna-Lena " * 10))
    content = class_report.pdf(school_class(FAR_AND_WIDE, measures, missing=lacking))
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        sizes = {round(sign["size"], 1) for page in pdf.pages for sign in page.chars}
    assert min(sizes) >= 6
    assert whole(content).count("; ".join(names)) == len(lacking)


@pytest.mark.parametrize("pupils", [1, 4])
def test_what_cannot_be_done_yet_stands_in_a_narrow_cell_in_letters_that_can_be_read(pupils):
    told = school_class(FAR_AND_WIDE * pupils, 8)
    cells = (Cell("kan inte genomföras ännu", Level.BELOW_GOAL), *told.rows[0].cells[1:])
    content = class_report.pdf(replace(told, rows=(replace(told.rows[0], cells=cells), *told.rows[1:])))
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        (said,) = pdf.pages[0].search("kan inte\\s+genomföras ännu", use_text_flow=True)
    assert min(sign["size"] for sign in said["chars"]) >= 5


def test_who_lacks_what_goes_on_over_pages():
    lacking = tuple((f"Elev {number}", ("Ett mycket långt mått " * 8,) * 4) for number in range(40))
    text = whole(class_report.pdf(school_class(FAR_AND_WIDE, 4, missing=lacking)))
    assert [f"Elev {number} Ett" in text for number in range(40)] == [True] * 40


def test_when_nothing_is_missing_that_is_told_too():
    assert "Alla har resultat på det som mäts." in whole(class_report.pdf(school_class(missing=())))


def test_it_tells_that_some_are_counted_but_not_named():
    assert "Siffrorna gäller alla 9 elever. 8 av dem står med namn här." in whole(
        class_report.pdf(school_class(enrolled=9))
    )
    assert "står med namn" not in whole(drawn())


@pytest.mark.parametrize("names", [FAR_AND_WIDE * 4])
def test_every_page_says_that_it_must_be_locked_away_and_which_of_how_many_it_is(names):
    found = pages(drawn(names, 8))
    for number, page in enumerate(found, start=1):
        assert "Innehåller elevuppgifter – förvara inlåst" in page
        assert f"Sida {number} av {len(found)}" in page
        assert "Lässpår bas 2026, version 1" in page


@pytest.mark.parametrize(("pupils", "measures"), [(1, 1), (3, 2), (4, 8)])
def test_every_limit_stands_once_with_its_status_and_its_source(pupils, measures):
    text = whole(drawn(FAR_AND_WIDE * pupils, measures))
    assert text.count("Gränser, status och källor") == 1
    for number in range(1, measures + 1):
        assert text.count(f"Studie{number}") == 1


@pytest.mark.long
def test_sources_that_fill_pages_go_on_where_they_fit():
    many = tuple(
        Source(f"Studie{n} " + "och så vidare " * 30, ("Mått: mål 1 (eget förslag)",)) for n in range(90)
    )
    text = " ".join(pages(class_report.pdf(school_class(sources=many)))).replace("\n", " ")
    assert [f"Studie{n} " in text for n in range(90)] == [True] * 90


def test_a_class_with_few_measures_takes_one_page():
    assert page_count(drawn(FAR_AND_WIDE * 3, 2)) == 1


def test_a_class_with_no_score_at_all_is_printed():
    nothing = school_class(distributions=(), counts=(), missing=())
    assert "Klassrapport 2B" in whole(class_report.pdf(nothing))


@pytest.mark.slow
def test_every_font_is_embedded_and_the_same_figures_give_the_same_bytes():
    content = class_report.pdf(school_class((*FAR_AND_WIDE, *HOSTILE, "نور الهدى")))
    assert set(fonts_of(content).values()) == {True}
    assert not [font for font in fonts_of(content) if "Helvetica" in font]
    assert class_report.pdf(school_class((*FAR_AND_WIDE, *HOSTILE, "نور الهدى"))) == content
