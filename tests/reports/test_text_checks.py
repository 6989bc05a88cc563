"""Whose names a text holds, and what no page for the home says."""

from datetime import date

import pytest
from invented_figures import NEVER

from reports.text_checks import Names, folded, has_personnummer, names_of, never_said, others_named, where

KIM = names_of(["Kim"], "Berg")
TODAY = date(2026, 10, 15)


def others(*names: Names):
    return lambda text, own=KIM: others_named(text, own, names)


ALVA = names_of(["Alva"], "Öberg")


@pytest.mark.parametrize(
    "text", ["Alva", "alva läser", "ALVAS bok", "Alva:s", "Alva’s", "Alva-Li", "(Alva)", "Hos Öbergs"]
)
def test_a_name_is_found_by_whole_words_in_any_case_and_with_its_s(text):
    found = others(ALVA)(text)
    assert len(found.others) == 1
    assert found.doubtful == ()


@pytest.mark.parametrize("text", ["Alvar", "salva", "Kim Berg", "alv", ""])
def test_other_words_and_the_childs_own_name_are_no_names_of_others(text):
    assert others(ALVA)(text) == others(ALVA)("")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("André", "Andre"), ("Andre", "ANDRÉS"), ("Łukasz", "Lukasz"), ("İpek", "ipek"), ("Nguyễn", "nguyen"),
        ("Ánne-Márjá", "Anne-Marja"), ("Ánne-Márjá", "marja"), ("نور", "نور"), ("Олена", "олена"),
        ("Straße", "STRASSE"),
    ],
)  # fmt: skip
def test_accents_and_scripts_are_no_hiding_place(name, text):
    assert others(names_of([name], "Ek"))(text).others == (text,)


@pytest.mark.parametrize(("name", "text"), [("Åsa", "Asa"), ("Mär", "Mar"), ("Lövgren", "Lovgren")])
def test_swedish_letters_are_letters_of_their_own(name, text):
    assert others(names_of([name], "Xy"))(text).others == ()


@pytest.mark.parametrize(
    ("name", "text"), [("Bo", "Bo"), ("My", "my"), ("Vi", "Vi"), ("Saga", "sagas"), ("Sol", "sol")]
)
def test_ordinary_words_are_doubtful(name, text):
    assert others(names_of([name], "Xyz"))(text).doubtful == (text,)


def test_a_name_shared_with_another_is_doubtful():
    assert others(names_of(["Kim"], "Öberg"))("Kims bok") == others(names_of(["Kim"], "Ö"))("Kims bok")
    assert others(names_of(["Kim"], "Öberg"))("Kims bok").doubtful == ("Kims",)


def test_two_ordinary_words_that_are_somebodys_whole_name_are_that_person():
    assert others(names_of(["Bo"], "Ek"))("Bo Eks bok").others == ("Bo Eks",)
    assert others(names_of(["Bo"], "Ek"))("Bo hos Ek").others == ()


def test_an_alias_of_several_words_is_found_as_a_whole():
    aliased = names_of(["Xerxes"], "Yttring", "Elev S")
    assert others(aliased)("En elev läser").others == ()
    assert others(aliased)("Elev S läser").others == ("Elev S",)


def test_particles_name_nobody_and_initials_neither():
    platen = names_of(["Å"], "von der Xplat")
    assert others(platen)("å von der").others == ()
    assert others(platen)("Xplat").others == ("Xplat",)


def test_a_word_in_doubt_is_shown_where_it_stands():
    assert where("Vi ses. Bo hos oss.", ["Bo"]) == [("Vi ses. ", "Bo", " hos oss.")]


@pytest.mark.parametrize(
    "text",
    [
        "20180304-1234",
        "180304-1234",
        "1803041234",
        "180304 1234",
        "180364-1234",
        "20180304TF12",
        "nr 180304–1234.",
    ],
)
def test_personnummer_are_seen_however_they_are_written(text):
    assert has_personnummer(text, TODAY)


@pytest.mark.parametrize(
    "text", ["0520-123 45 67", "30 av 80", "2026-10-15", "läste 1234567890 ord", "sida 181399-1234"]
)
def test_other_numbers_are_no_personnummer(text):
    assert not has_personnummer(text, TODAY)


@pytest.mark.parametrize("text", ["Kan ha Dyslexi.", "en riskelev", "bäst i  klassen", "stanine 3", "ADHD"])
def test_words_that_no_page_says_are_found(text):
    assert never_said(text)


@pytest.mark.parametrize(
    "text", ["Läser med glädje!", "Det blev ett problem att lösa.", "Stannar vid svåra ord."]
)
def test_a_teacher_may_use_ordinary_words(text):
    assert never_said(text) == []


@pytest.mark.parametrize(
    "word", ["riskelev", "underkän", "diagnos", "dyslexi", "stanine", "percentil", "elevhälsa"]
)
def test_the_gravest_words_of_the_catalogues_test_are_refused(word):
    assert word in NEVER
    assert never_said(word)


def test_folding_is_stable():
    assert folded("ÅÄÖ É") == "åäö e"
