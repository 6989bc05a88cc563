"""The page for the home in other languages: the same keys and sentences, and a page that can be read."""

import functools
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pdfplumber
import pytest
from invented_figures import AREAS, FAR_AND_WIDE, crowded, pages, row, seen, sheet

from assessments.models import Season
from assessments.roster.cells import LANGUAGES
from reports import direction, fonts
from reports.documents import class_set, guardian
from reports.figures.guardian import ClassSet, Support
from reports.fonts import Face
from reports.gathering.home_support import OTHER_WORDS
from reports.translating import as_chosen
from reports.wording import FOR_WHOM, in_language, long_day, number, points_told, translations, wording
from screening.levels import Level
from screening.support.ways import SupportKind

SWEDISH = wording()
OWN = ("name", "own_name", "language", "direction", "is_reviewed", "reviewed_by", "told_forms")
# What never stands on a page for the home, by language (the beginnings of words): weak, worse, problem,
# diagnosis, dyslexia, special or at-risk pupils, classmates and their average, failing.
NEVER = {
    "en": "weak, worse, problem, diagnos, dyslex, at risk, classmate, average, fail, rank",
    "fi": "heik, huono, ongelm, diagnoos, lukihäiri, riski, luokkatover, keskiarv, epäonnist",
    "ar": "ضعيف, أسوأ, مشكلة, تشخيص, عسر, خطر, زملاء, متوسط, فشل",
    "so": "daciif, liita, dhibaato, khatar, celcelis ahaan, guuldarr",
    "uk": "слабк, гірш, проблем, діагно, дислекс, ризик, однокласник, середн, невдач",
    "fa": "ضعیف, بدتر, مشکل, تشخیص, خطر, همکلاسی, میانگین, شکست",
    "ti": "ድኹም, ዝኸፍአ, ጸገም, ሓደጋ, ማእከላይ",
    "pl": "słab, gorsz, problem, diagno, dyslek, ryzyk, koleg, średni, niepowodz",
    "tr": "zayıf, kötü, sorun , tanı , disleks, risk, sınıf arkadaş, ortalama, başarısız",
    "ckb": "لاواز, خراپ, کێشە, مەترسی, هاوپۆل, تێکڕا, شکست",
    "bs": "slab, lošij, problem, dijagno, disleks, rizik, prosjek, neuspj",
}

JOINED = re.compile("\u0644[\u0622\u0623\u0625\u0627]")  # lam with alef is one sign
printed = functools.cache(guardian.pdf)
each_language = pytest.mark.parametrize("language", translations())


def texts(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a catalogue with the way to it."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, dict):
        for key, inner in part.items():
            if key not in FOR_WHOM and not (not path and key in OWN):
                yield from texts(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for place, inner in enumerate(part):
            yield from texts(inner, f"{path}/{place}")


def test_there_is_a_file_for_every_language_of_the_class_list():
    assert {*translations(), "sv"} == {"sv", *LANGUAGES.values()}


@each_language
def test_it_says_all_that_the_swedish_file_says_with_the_same_values(language):
    ours, theirs = dict(texts(SWEDISH)), dict(texts(wording(language)))
    assert list(theirs) == list(ours)
    for path, said in theirs.items():
        assert sorted(re.findall(r"{\w*}", said)) == sorted(re.findall(r"{\w*}", ours[path])), path
        assert said.strip() == said, path
        assert said, path


@each_language
def test_that_nothing_is_measured_is_said_in_sentences_that_stand_elsewhere(language):
    """Somebody has translated both there."""
    words = wording(language)
    first, second = words["summary"]["not_measured"]
    assert words["empty"]["can"].startswith(first)
    assert words["summary"]["none"][1] == second


@pytest.mark.parametrize(
    ("language", "points", "said"),
    [
        ("sv", 1, "1 ord på en minut"), ("en", 1, "1 word in one minute"), ("uk", 21, "21 слово за хвилину"),
        ("uk", 23, "23 слова за хвилину"), ("uk", 12, "12 слів за хвилину"), ("pl", 22, "22 słowa na minutę"),
        ("pl", 21, "21 słów na minutę"), ("ar", 7, "7 كلمات في الدقيقة"), ("ar", 31, "31 كلمة في الدقيقة"),
        ("bs", 31, "31 riječ u minuti"),
    ],
)  # fmt: skip
def test_words_are_counted_as_the_language_counts(language, points, said):
    assert points_told(wording(language), "ord_per_minut", Decimal(points), Decimal(250)) == said


@each_language
def test_each_sentence_is_for_the_areas_years_and_levels_of_the_swedish_one(language):
    for part in ("sentence", "home"):
        whom = [[{key: one.get(key) for key in FOR_WHOM} for one in words[part]]
                for words in (SWEDISH, wording(language))]  # fmt: skip
        assert whom[0] == whom[1]
    assert wording(language)["school"]["once"] == SWEDISH["school"]["once"]


@each_language
def test_what_swedish_says_in_one_way_is_said_in_one_way(language):
    for part in ("sentence", "home", "home_always", "empty"):
        ours, theirs = dict(texts(SWEDISH[part])), dict(texts(wording(language)[part]))
        assert {path: in_language(said, language) for path, said in ours.items()} == theirs


@each_language
def test_every_sign_of_it_can_be_printed(language):
    forms = wording(language).get("told_forms", {})
    said = "".join(said for part in (wording(language), forms) for _path, said in texts(part))
    said += long_day(date(2026, 10, 15), language) + number(Decimal("12.5"), language)
    assert fonts.unprintable(said) == ""


@each_language
def test_words_that_never_reach_the_home(language):
    found = [
        (word, said)
        for word in NEVER[language].split(", ")
        for _path, said in texts(wording(language))
        if re.search(rf"\b{word}", said, re.IGNORECASE) or "!" in said
    ]
    assert found == []


@each_language
def test_the_file_says_honestly_that_nobody_outside_has_reviewed_it(language):
    """Who reviews a file takes it out of here."""
    told = (wording(language)["is_reviewed"], wording(language)["reviewed_by"])
    assert told == (False, "Ingen utanför projektet har granskat översättningen")


def words_of(content: bytes) -> list[dict[str, Any]]:
    """The words of the one page there is, with their sizes and places."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        (page,) = pdf.pages
        return page.extract_words(extra_attrs=["size"])


@pytest.mark.slow
@each_language
def test_as_much_as_there_can_be_stands_whole_on_one_page(language):
    comment = "Har läst tre böcker i höst och vågar ljuda nya ord. Ber om hjälp när det tar stopp. " * 4
    rewritten = ("Läser nu mycket bra böcker, och berättar gärna vad de handlar om för den som vill lyssna.",)
    words = words_of(guardian.pdf(replace(
        crowded("Wilhelmina-Alexandrina Montgomery-Cederhielm af Ugglas", language),
        comment=comment[:300], can_in_swedish=rewritten, home_in_swedish=rewritten, offers_interpreter=True,
    )))  # fmt: skip
    assert min(word["size"] for word in words) >= 4.5
    assert min(word["x0"] for word in words) > 40
    assert max(word["x1"] for word in words) < 555
    assert comment[:300].strip() in " ".join(word["text"] for word in words)


@pytest.mark.slow
@each_language
def test_every_kind_of_support_at_once_stands_on_one_page(language):
    words = wording(language)
    who, days = words["functions"]["special_teacher"], (date(2026, 9, 14), date(2026, 12, 4))
    kinds = [OTHER_WORDS.get(kind) or kind for kind in (*SupportKind, None)]
    given = tuple(Support(words["support"][kind], who, *days) for kind in kinds)
    printed_words = words_of(guardian.pdf(replace(crowded(language=language), support=given)))
    assert min(word["size"] for word in printed_words) >= 5
    assert max(word["bottom"] for word in printed_words) < 842 - 18


@pytest.mark.slow
@each_language
def test_a_plain_page_is_in_letters_of_a_good_size_and_marked_in_both_languages(language):
    rows = tuple(row(area, Level.BELOW_GOAL, told="31") for area in AREAS)
    words = words_of(guardian.pdf(sheet(rows=rows, language=language, offers_interpreter=True)))
    sizes = sorted(word["size"] for word in words)
    assert sizes[0] >= 6.5
    assert sizes[len(sizes) // 2] >= 8
    text = " ".join(word["text"] for word in words)
    assert SWEDISH["page"]["not_reviewed"] in text
    theirs = wording(language)["page"]["not_reviewed"]
    step = -1 if wording(language)["direction"] == "rtl" else 1
    plain = [word for word in re.findall(r"[^\W\d_]+", theirs) if not JOINED.search(word)]
    assert [word for word in plain if word[::step] not in text] == []


def test_seasons_are_called_as_windows_call_them():
    assert {season.value: season.label for season in Season} == {
        season: SWEDISH["picture"][season] for season in ("autumn", "winter", "spring")
    }


@pytest.mark.parametrize(
    ("language", "day", "value"),
    [
        ("sv", "15 oktober 2026", "12,5"), ("en", "15 October 2026", "12.5"),
        ("uk", "15 жовтня 2026\u202fр.", "12,5"), ("ar", "15 أكتوبر 2026", "12.5"),
        ("ti", "ጥቅምቲ 15, 2026", "12.5"), ("ckb", "15ی تشرینی یەکەمی 2026", "12.5"),
    ],
)  # fmt: skip
def test_days_and_numbers_are_written_as_the_language_writes_them_in_the_schools_digits(language, day, value):
    assert long_day(date(2026, 10, 15), language) == day
    assert number(Decimal("12.50"), language) == value


def places(content: bytes, page: int = 0) -> dict[str, tuple[float, float]]:
    """Where each word of a page begins and ends, the first time it stands there."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        words = reversed(pdf.pages[page].extract_words())
        return {word["text"]: (word["x0"], word["x1"]) for word in words}


@pytest.mark.slow
def test_what_is_read_from_the_right_is_mirrored():
    arabic, english = places(printed(sheet(language="ar"))), places(printed(sheet(language="en")))
    width, margin = 595.28, 51.02
    assert english["How"][0] == pytest.approx(margin, abs=2)
    assert arabic["فيك"][1] == pytest.approx(width - margin, abs=2)
    assert english["Telephone"][0] > width / 2 > arabic["فتاه"][1]


def test_time_goes_as_numbers_do_also_where_the_words_are_read_from_the_right():
    found = places(printed(sheet(language="ar")))
    winter, spring, autumn = (wording("ar")["picture"][one][::-1] for one in ("winter", "spring", "autumn"))
    assert found[winter][0] < found[spring][0] < found[autumn][0]


def test_a_name_in_another_script_stays_whole_inside_a_sentence():
    for name in (*FAR_AND_WIDE, "O'Connor-", "Li (Bo)"):
        line = f"بكلمات {direction.kept_together(name)}."
        assert direction.visual(fonts.ready(line), is_mirrored=True).startswith(f".{name} ")
    assert "Telefon 0500-12 34 56" in pages(printed(sheet(language="pl")))[0]
    assert "0500-12 34 56 فتاه" in seen(printed(sheet(language="ar")))[0]


@pytest.mark.parametrize("size", [9.0, 12.0])
def test_lines_of_ethiopic_keep_within_their_width_and_lose_no_word(size):
    text = " ".join(one["activities"][0] for one in wording("ti")["home"])
    found = fonts.wrap(text, Face.REGULAR, size, 200)
    assert max(fonts.width(line, Face.REGULAR, size) for line in found) <= 200
    assert " ".join(found).split() == text.split()


def test_what_the_catalogue_says_is_translated_and_what_a_teacher_rewrote_is_not():
    swedish = replace(sheet(), can=("Läser högt med flyt.", "Läser om hästar."), comment="Roligt att se.")
    turned = as_chosen(sheet(language="en"), swedish)
    assert (turned.can, turned.can_in_swedish) == (("Reads aloud smoothly.",), ("Läser om hästar.",))
    text = " ".join(pages(printed(turned))[0].split())
    assert "Reads aloud smoothly. The teacher has written this in Swedish: • Läser om hästar." in text
    assert "The teacher writes The teacher has written this in Swedish: Roligt att se." in text


def test_a_translation_has_the_swedish_page_on_its_back_and_each_home_a_sheet_of_its_own():
    two_homes = sheet(homes=(sheet(language="ti"), sheet()))
    found = pages(class_set.pdf([ClassSet(two_homes.imprint, "2B", (two_homes,))]))
    titles = [
        next((code for code in ("sv", "ti") if wording(code)["page"]["title"] in page), "") for page in found
    ]
    assert titles == ["ti", "sv", "sv"]
    assert "Säg till om du vill ha tolk." in found[1]
    assert "Säg till om du vill ha tolk." not in found[2]
