"""The words for the home: short, kind and complete."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from invented_figures import NEVER

from reports.gathering.guardian import HOME_AREAS, OWN_AREA
from reports.wording import FOLDER, number, wording
from screening.levels import Level
from screening.rules.catalogue import rule_sets

WORDS = wording("sv")
LEVELS = [level for level in Level if level is not Level.NOT_DETERMINED]


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, inner in part.items():
            if key not in ("area", "level", "language", "reviewed_by", "once"):
                yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def lix(text: str) -> float:
    """Läsbarhetsindex: words a sentence, and the share of words longer than six letters (Björnsson 1968)."""
    words = re.findall(r"[^\W\d_]+", text)
    sentences = max(1, len(re.findall(r"[.!?:]", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_lix_counts_as_it_should():
    assert lix("Katten sover. Hunden springer fort.") == pytest.approx(5 / 2 + 100 / 5)


@pytest.mark.parametrize("area", WORDS["areas"])
def test_what_is_said_of_an_area_is_easy_to_read(area):
    sentences = [one for one in WORDS["sentence"] if one["area"] == area]
    home = [said for one in WORDS["home"] if one["area"] == area for said in one["activities"]]
    for said in (
        " ".join(one["can"] for one in sentences),
        " ".join(one["practise"] for one in sentences),
        " ".join(home),
    ):
        assert lix(said) <= 30


def test_what_a_child_under_the_goal_can_do_is_true_of_one_who_reads_no_word():
    under = [one["can"] for one in WORDS["sentence"] if one["level"] == Level.BELOW_GOAL]
    assert len(under) > 10
    assert {said for said in under if not said.startswith("Är på väg att ")} == set()


@pytest.mark.parametrize("part", ["page", "summary", "school", "support", "empty", "home_always"])
def test_the_rest_of_the_page_is_easy_to_read(part):
    said = ". ".join(one.rstrip(".:?") for one in texts(WORDS[part]))
    assert lix(re.sub(r"\{\w+\}", "Ebba", said) + ".") <= 30


def test_no_sentence_is_long():
    longest = max(texts(WORDS), key=lambda said: max(len(one.split()) for one in re.split(r"[.?:]", said)))
    assert max(len(one.split()) for one in re.split(r"[.?:]", longest)) <= 14, longest


@pytest.mark.parametrize("word", NEVER)
def test_words_that_never_reach_the_home(word):
    found = [
        said
        for said in texts(WORDS)
        if re.search(rf"\b{re.escape(word)}" if word[0].isalpha() else "!", said, re.I)
    ]
    assert found == []


@pytest.mark.parametrize("area", WORDS["areas"])
def test_every_area_level_and_year_has_exactly_one_sentence(area):
    of_area = [one for one in WORDS["sentence"] if one["area"] == area]
    places = [(one["level"], year) for one in of_area for year in one["years"]]
    assert sorted(places) == sorted((level.value, year) for level in LEVELS for year in range(10))
    assert all(one["can"].endswith(".") and one["practise"].endswith(".") for one in of_area)


@pytest.mark.parametrize("area", WORDS["areas"])
def test_every_area_and_year_has_two_things_to_do_at_home(area):
    of_area = [one for one in WORDS["home"] if one["area"] == area]
    assert sorted(year for one in of_area for year in one["years"]) == list(range(10))
    assert {len(one["activities"]) for one in of_area} == {2}


def test_every_level_has_its_words_and_its_summary():
    for level in LEVELS:
        assert WORDS["levels"][level]
        assert len(WORDS["summary"][level]) == 2


def test_every_area_that_measures_belong_to_has_a_row():
    assert {*HOME_AREAS.values(), *OWN_AREA.values()} == set(WORDS["areas"])


def test_steps_that_are_told_at_home_are_steps_that_exist():
    known = {code for rules in rule_sets().values() for code in rules.steps}
    assert set(WORDS["support"]) <= known
    assert set(WORDS["school"]["once"]) <= set(WORDS["support"])


def test_no_sentence_needs_the_childs_name_in_the_genitive():
    assert [said for said in texts(WORDS) if re.search(r"\{name\}s\b", said)] == []


def test_every_language_says_by_whom_it_was_reviewed():
    for file in FOLDER.glob("*.toml"):
        words = wording(file.stem)
        assert words["language"] == file.stem
        assert words["reviewed_by"]


@pytest.mark.parametrize(
    ("value", "said"), [("12.50", "12,5"), ("40", "40"), ("0.125", "0,125"), ("100", "100")]
)
def test_numbers_have_a_decimal_comma(value, said):
    assert number(Decimal(value)) == said
