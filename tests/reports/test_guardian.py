"""The page for the home: one A4, the child first, nothing that does not belong there."""

import functools
import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pdfplumber
import pikepdf
import pytest
from invented_figures import (
    AREAS,
    FAR_AND_WIDE,
    HOSTILE,
    IMPRINT,
    NEVER,
    ZONES,
    crowded,
    fonts_of,
    page_count,
    row,
    seen,
    sheet,
)
from invented_figures import pages as read_pages

from reports.documents import guardian
from reports.figures.guardian import AreaRow, Support
from reports.home_pages import LONGEST_SENTENCE
from reports.home_words import kind_of
from reports.layout import MARGIN
from reports.models import LONGEST_COMMENT
from reports.wording import CODES, wording
from screening.levels import Level

FOOT = ("Björkskolan · Hösten 2026/27 · Lässpår bas 2026, version 1", "Sida 1 av 1")

# Many tests look at the same pages, each for something else: a page is drawn and read once.
printed = functools.cache(guardian.pdf)
pages = functools.cache(read_pages)


def lines(content: bytes) -> list[str]:
    return pages(content)[0].splitlines()


def whole(content: bytes) -> str:
    """The page's text on one line, as a reader takes it in."""
    return " ".join(pages(content)[0].split())


@pytest.mark.parametrize("name", [*FAR_AND_WIDE, *HOSTILE])
@pytest.mark.parametrize("make", [sheet, crowded])
def test_it_is_always_one_page(make, name):
    assert page_count(printed(make(name))) == 1


@pytest.mark.parametrize("name", [*FAR_AND_WIDE, *(name for name in HOSTILE if name != "W" * 100)])
def test_the_whole_name_stands_on_a_line_of_its_own(name):
    assert name in lines(printed(sheet(name)))


def test_a_hundred_wide_letters_are_all_there():
    assert whole(printed(sheet("W" * 100, first_name="W"))).replace(" ", "").count("W" * 100) == 1


@pytest.mark.slow
def test_an_arabic_name_is_printed_joined_and_from_right_to_left():
    content = printed(sheet("نور الهدى", first_name="Nour"))
    assert "نور الهدى"[::-1] in seen(content)[0].splitlines()
    assert "نور الهدى" in lines(content)


def test_a_sorani_name_is_printed_joined_and_copied_with_its_own_letters():
    content = printed(sheet("هێمن ڕەسووڵ", first_name="Hêmin"))
    assert "هێمن ڕەسووڵ"[::-1] in seen(content)[0].splitlines()
    assert "هێمن ڕەسووڵ" in lines(content)


def test_an_ethiopic_name_is_printed_whole():
    assert "አበበ Ek" in lines(printed(sheet("አበበ Ek", first_name="Abebe")))


def test_a_name_that_no_face_can_set_says_so():
    assert "Namnet har tecken som vi inte kan skriva ut. Skriv det för hand." in whole(
        printed(sheet("小明 Ek"))
    )
    assert "Namnet har tecken" not in whole(printed(sheet("Åsa Öberg")))


@pytest.mark.parametrize("name", [*FAR_AND_WIDE, *HOSTILE, "نور", "አበበ", "هێمن"])
def test_every_font_is_embedded_and_none_is_helvetica(name):
    found = fonts_of(printed(sheet(name)))
    assert set(found.values()) == {True}
    assert not [font for font in found if "Helvetica" in font]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_read_as_markup(name):
    content = printed(sheet(name, first_name=name))
    assert b"/Subtype /Image" not in content
    assert b"passwd" not in content.replace(b"/etc/passwd", b"")


def test_the_same_figures_give_the_same_bytes():
    assert guardian.pdf(crowded()) == printed(crowded())
    assert printed(crowded()) != printed(crowded("Ebba Lindqvis"))


def test_the_child_comes_before_the_results_and_the_school_before_the_home():
    text = whole(printed(sheet()))
    order = (
        "Så går det med läsningen", "Ebba Lindqvist", "Ebba är nära målet för perioden.", "Det här kan Ebba",
        "Det här övar vi på nu", "Så här ser det ut", "Läsa med flyt: ord på en minut",
    )  # fmt: skip
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    for part in (
        "Det här gör skolan",
        "Det här kan ni göra hemma",
        "Vill ni fråga något?",
        "Telefon 0500-12 34 56",
    ):
        assert part in text
    for part in (
        "Det här säger Ebba själv",
        "Det här ser vi hemma",
        "inte barnets skriftliga plan (IUP)",
        *FOOT,
    ):
        assert part in text


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Level.ABOVE_GOAL, "Ebba har nått målet för perioden."),
        (Level.AT_GOAL, "Ebba har nått målet för perioden."),
        (Level.NEAR_GOAL, "Ebba är nära målet för perioden."),
        (Level.BELOW_GOAL, "Ebba behöver mer träning och stöd."),
        (None, "Vi har inte mätt allt ännu."),
    ],
)
def test_the_first_sentence_says_the_level_in_the_homes_words(level, words):
    assert words in whole(printed(sheet(level=level)))


def test_each_area_has_a_row_with_its_name_and_the_level_in_words():
    text = whole(printed(sheet()))
    for part in ("Bokstäver och ljud", "har nått målet för perioden", "28 av 29 ljud", "är nära målet"):
        assert part in text
    assert "vi har inte mätt" in text


@pytest.mark.parametrize("language", CODES)
def test_where_no_limit_says_what_is_near_nobody_is_said_to_be_near(language):
    """Also 0 of 29 is one level under the goal then: the page says that the goal is not reached yet."""
    words = wording(language)
    zones = replace(ZONES, near_from=None)
    one = replace(row("letters", Level.NEAR_GOAL), zones=zones, points=Decimal(0), before=Decimal(34))
    there = replace(row("sounds", Level.AT_GOAL), zones=zones)
    said = sheet(rows=(one, there), language=language)
    assert one.level_said == kind_of(said) == "under_goal"
    assert one.said_as is Level.BELOW_GOAL
    under, at = words["levels"]["under_goal"], words["page"]["zones"][2]
    now, before = words["page"]["now"], words["page"]["before"]
    assert one.marks_said(words) == f"{now}: {under}; {before}: {under}"
    assert there.marks_said(words) == f"{now}: {at}; {before}: {under}"
    assert one.band == there.band == ((2, None), (1, Level.AT_GOAL))
    if words["direction"] == "ltr":
        text = whole(printed(said))
        assert under in text
        assert words["summary"]["under_goal"][0].format(name="Ebba") in text
        assert words["levels"]["near_goal"] not in text.replace(words["page"]["zones"][1], "", 1)


def test_an_area_that_has_no_goal_yet_says_so():
    one = replace(row("letters", Level.AT_GOAL), level=None)
    assert "inget mål den här perioden" in whole(printed(sheet(rows=(one,))))


@pytest.mark.parametrize(
    "one", [sheet(level=Level.BELOW_GOAL), crowded(), sheet(level=None, rows=(), growth=None)]
)
def test_words_that_never_stand_on_the_page(one):
    text = whole(printed(one))
    for word in NEVER:
        assert not re.search(rf"\b{re.escape(word)}" if word[0].isalpha() else "!", text, re.IGNORECASE)


def test_no_word_of_the_staff_room_reaches_the_home():
    text = whole(printed(crowded()))
    for level in Level:
        assert level.label not in text


def test_what_the_school_does_says_who_and_when():
    running = Support(
        "Barnet får läsa extra under en tid.", "specialläraren", date(2026, 9, 14), date(2026, 12, 4)
    )
    once = Support("Vi mäter läsningen igen.", None, None, date(2026, 11, 20))
    text = whole(printed(sheet(support=(running,))))
    assert "Ansvar: specialläraren." in text
    assert "Från 14 september 2026." in text
    assert "4 december 2026." in text
    assert "Senast 20 november 2026." in whole(printed(sheet(support=(once,))))


def test_a_day_that_has_been_is_not_promised():
    support = Support("Vi läser mer.", None, date(2026, 9, 1), date(2026, 10, 14))
    assert "Vi följer upp" not in whole(printed(sheet(support=(support,))))


def test_what_is_under_a_long_name_begins_under_it_and_ends_on_the_page():
    with pdfplumber.open(io.BytesIO(printed(sheet("W" * 100)))) as pdf:
        [page] = pdf.pages
        words = page.extract_words()
    left = {word["text"]: word for word in words if word["x0"] < page.width / 2}
    assert max(word["x1"] for word in words) <= page.width - MARGIN + 1
    assert left["hemma"]["top"] > left["själv"]["bottom"]


def test_without_a_next_step_the_home_is_promised_a_talk():
    assert "pratar vi mer om när vi ses" in whole(printed(sheet(level=Level.BELOW_GOAL)))
    assert "pratar vi mer om när vi ses" not in whole(printed(sheet(level=Level.AT_GOAL)))


def test_it_is_a_draft_until_somebody_has_reviewed_it():
    assert "Utkast" in whole(printed(sheet()))
    reviewed = whole(printed(sheet(is_reviewed=True)))
    assert "Granskad" in reviewed
    assert "Utkast" not in reviewed


def test_a_pupil_with_own_goals_gets_a_page_without_level_or_band():
    text = whole(printed(sheet(level=None, rows=(), growth=None, has_own_goals=True)))
    assert "Ebba läser mot egna mål." in text
    assert "Så här ser det ut" not in text
    assert "anpassad" not in text


def test_a_child_with_no_result_is_not_said_to_be_measured_in_part():
    unmeasured = tuple(AreaRow(area, None) for area in ("decoding", "fluency"))
    text = whole(printed(sheet(level=None, rows=unmeasured, growth=None)))
    assert "Vi har inte mätt ännu." in text
    assert "allt ännu" not in text


def test_a_year_without_goals_is_not_said_to_be_unmeasured():
    text = whole(printed(sheet(level=None, rows=(), growth=None, has_goal=False)))
    assert "Den här perioden finns inget mål för läsningen." in text


def test_goals_set_afterwards_are_told():
    afterwards = replace(IMPRINT, is_judged_afterwards=True)
    assert "Målen fanns inte när testet gjordes." in whole(printed(sheet(imprint=afterwards)))


def test_the_body_is_twelve_points_with_every_area_there_is():
    rows = tuple(row(area, Level.NEAR_GOAL, told="31 av 80") for area in AREAS)
    with pdfplumber.open(io.BytesIO(printed(sheet(rows=rows)))) as pdf:
        (word,) = [
            one for one in pdf.pages[0].extract_words(extra_attrs=["size"]) if one["text"] == "Kontakta"
        ]
    assert word["size"] == pytest.approx(12)


LONGEST = (
    "Läser nu mycket bra böcker, och berättar gärna vad de handlar om för den som vill lyssna en stund till."
)
COMMENT = "Har läst tre böcker i höst och vågar ljuda nya ord. Ber om hjälp när det tar stopp. " * 4


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FAR_AND_WIDE, "Wilhelmina-Alexandrina Montgomery-Cederhielm af Ugglas"])
def test_nine_areas_and_the_longest_words_of_a_teacher_stand_whole_on_one_page(name):
    assert len(LONGEST[:100]) == LONGEST_SENTENCE
    assert len(COMMENT[:300]) == LONGEST_COMMENT
    lines_ = tuple(f"{number}{LONGEST[1:99]}." for number in range(3))
    one = replace(crowded(name), can=lines_, practise=lines_, home=lines_[:2], comment=COMMENT[:300])
    content = printed(one)
    assert page_count(content) == 1
    text = whole(content)
    assert COMMENT[:300].strip() in text
    assert all(text.count(line) >= 2 for line in lines_)
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        (page,) = pdf.pages
        (size,) = {
            round(word["size"], 1)
            for word in page.extract_words(extra_attrs=["size"])
            if word["text"] == "ljuda"
        }
        assert max(word["bottom"] for word in page.extract_words()) < page.height - 18
    assert size >= 9


def test_without_a_comment_there_is_no_heading_for_one():
    assert "Läraren skriver" in whole(printed(sheet(comment="Roligt att se.")))
    assert "Läraren skriver" not in whole(printed(sheet()))


def test_it_is_a_small_file():
    assert len(printed(sheet())) < 60 * 1024


def test_the_file_carries_no_name_where_printers_show_it():
    with pikepdf.open(io.BytesIO(printed(sheet()))) as pdf:
        assert str(pdf.docinfo.Title) == "Så går det med läsningen"
        assert str(pdf.Root.Lang) == "sv-SE"
