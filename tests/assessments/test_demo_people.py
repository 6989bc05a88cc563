"""The invented people of ``lasspar demo``: told as data, drawn by lot, the same for the same seed."""

import itertools
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from assessments import calendar, windows
from assessments.demo import growth
from assessments.demo.children import Child, Stay
from assessments.demo.plans import plan
from assessments.demo.telling import people

SEED = 1
LAST_YEAR = "2026/27"


@pytest.fixture(scope="module")
def children() -> list[Child]:
    return people(plan(), SEED)


def in_class(
    children: list[Child], school: str, class_name: str, academic_year: str = LAST_YEAR
) -> list[Child]:
    """Who ends the academic year in the class."""
    ends = None if academic_year == LAST_YEAR else calendar.last_day(academic_year)
    return [
        child
        for child in children
        if any(
            (stay.school.name, stay.class_name, stay.academic_year, stay.ends_on)
            == (school, class_name, academic_year, ends)
            for stay in child.stays
        )
    ]


def stays(children: list[Child]) -> list[Stay]:
    return [stay for child in children for stay in child.stays]


def test_the_same_seed_draws_the_same_people(children: list[Child]) -> None:
    assert people(plan(), SEED) == children


def test_another_seed_draws_others(children: list[Child]) -> None:
    assert people(plan(), SEED + 1) != children


def test_a_school_more_is_one_block_more() -> None:
    new_school = replace(plan().schools[0], code="99100009", name="Ny skola")
    larger = replace(plan(), schools=(*plan().schools, new_school))
    new = in_class(people(larger, SEED), "Ny skola", "2A")
    assert 15 <= len(new) <= 25


def test_five_municipalities_and_about_twelve_schools_of_different_size() -> None:
    schools = plan().schools
    assert len({school.municipality for school in schools}) == 5
    assert 10 <= len(schools) <= 14
    sizes = {school.pupils for school in schools}
    assert min(sizes) == 8
    assert max(sizes) >= 36


def test_there_is_a_mixed_class_an_f_to_5_school_and_schools_with_tests_of_their_own() -> None:
    schools = plan().schools
    assert any(school.mixed for school in schools)
    assert any(school.years == (0, 5) for school in schools)
    obligatory = {"avstamning_a", "np3_b", "np3_c"}
    own = [set(school.measures) - obligatory for school in schools if school.measures]
    assert any(all(code.startswith("legilexi_") for code in codes) for codes in own)
    assert any(all(code.endswith("_stanine") for code in codes) for codes in own)


def test_a_thousand_pupils_or_more_but_not_a_nation(children: list[Child]) -> None:
    assert 1000 <= len(children) <= 1600


def test_a_mixed_class_holds_several_years(children: list[Child]) -> None:
    mixed = in_class(children, "Bergby skola", "2-3")
    assert {child.stays[-1].year for child in mixed} == {2, 3}


def test_classes_are_promoted_together(children: list[Child]) -> None:
    first = in_class(children, "Björkskolan", "1A", "2024/25")
    third = in_class(children, "Björkskolan", "3A", LAST_YEAR)
    remained = [child for child in first if child in third]
    assert len(remained) > 0.8 * len(first)


def test_new_pupils_begin_every_autumn_and_the_oldest_leave(children: list[Child]) -> None:
    begins = Counter(child.stays[0].academic_year for child in children if child.stays[0].year <= 1)
    assert set(begins) == {"2024/25", "2025/26", "2026/27"}
    third = in_class(children, "Björkskolan", "3A", "2025/26")
    assert all(child.stays[-1].academic_year == "2025/26" for child in third)


def test_nobody_goes_in_two_classes_at_once(children: list[Child]) -> None:
    for child in children:
        for before, after in itertools.pairwise(child.stays):
            assert before.ends_on is not None
            assert before.ends_on < after.starts_on, child


def test_everybody_goes_a_year_up_each_autumn(children: list[Child]) -> None:
    for child in children:
        begun = {stay.year - int(stay.academic_year[:4]) for stay in child.stays}
        assert len(begun) == 1, child


def test_stays_lie_within_their_academic_year(children: list[Child]) -> None:
    for stay in stays(children):
        first, last = calendar.first_day(stay.academic_year), calendar.last_day(stay.academic_year)
        assert first <= stay.starts_on <= (stay.ends_on or last) <= last


def test_elev_id_is_unique_within_a_municipality(children: list[Child]) -> None:
    assert max(Counter((child.municipality, child.code) for child in children).values()) == 1


def test_some_change_class_some_school_and_nobody_municipality(children: list[Child]) -> None:
    changes = Counter()
    for child in children:
        for before, after in itertools.pairwise(child.stays):
            if before.school.code != after.school.code:
                changes["school"] += 1
                assert before.school.municipality == after.school.municipality
            elif before.academic_year == after.academic_year:
                changes["class"] += 1
    assert changes["school"] >= 5
    assert changes["class"] >= 5


def test_somebody_changes_class_in_the_middle_of_the_last_window(children: list[Child]) -> None:
    last = plan().windows[-1]
    assert any(
        before.school == after.school and last.opens < after.starts_on < plan().today
        for child in children
        for before, after in itertools.pairwise(child.stays)
        if before.academic_year == after.academic_year
    )


def test_two_have_a_protected_identity_and_one_reads_in_anpassad_grundskola(children: list[Child]) -> None:
    assert len({child.alias for child in children if child.alias}) == 2
    assert sum(child.is_anpassad for child in children) == 1


def test_newcomers_follow_svenska_som_andrasprak_from_the_day_they_come(children: list[Child]) -> None:
    new = [child for child in children if child.new_on is not None]
    assert len(new) >= 10
    for child in new:
        assert child.follows_sva
        assert child.new_on <= child.stays[0].starts_on <= plan().today


def test_names_come_from_many_languages(children: list[Child]) -> None:
    """Letters of Swedish, Sami, Polish, Vietnamese, Cyrillic and Arabic stand in the class lists."""
    letters = set("".join(child.given_name + child.family_name for child in children))
    assert len(set("åäöáŋłęćşğıđễÞĐŽêü") & letters) >= 12
    scripts = {unicodedata.name(letter).split()[0] for letter in letters if letter.isalpha()}
    assert {"LATIN", "CYRILLIC", "ARABIC"} <= scripts
    assert len({child.letters for child in children}) >= 12


def test_every_name_may_be_typed_by_hand_too() -> None:
    for language in plan().languages:
        for name in (*language.given, *language.family):
            assert name == name.strip() == unicodedata.normalize("NFC", name)
            assert name.replace(" ", "").replace("-", "").replace("'", "").isalpha(), name


def test_the_last_window_is_open_on_the_day_and_for_30_days_more() -> None:
    last = plan().windows[-1]
    assert plan().today == date(2026, 10, 15)
    assert last.code == "2026/27-autumn"
    assert last.opens < plan().today
    assert (last.closes - plan().today).days >= 30


def test_the_windows_are_in_order_and_lie_in_their_academic_year() -> None:
    for window in plan().windows:
        assert windows.parse(window.code)[0] == window.academic_year
        assert calendar.academic_year_on(window.opens) == window.academic_year
        assert window.opens < window.closes <= calendar.last_day(window.academic_year)
    assert all(before.closes < after.opens for before, after in itertools.pairwise(plan().windows))


def test_whoever_stands_still_among_the_others_stays_there() -> None:
    rng = np.random.default_rng(1)
    found = growth.paths(rng, np.full(2000, 0.5), np.zeros(2000), 7)
    assert np.allclose(found.mean(axis=0), 0.5, atol=0.05)


def test_of_those_behind_some_are_lifted_and_most_remain() -> None:
    rng = np.random.default_rng(1)
    found = growth.paths(rng, np.full(2000, -1.6), np.zeros(2000), 7)
    recovered = (found[:, -2:] > growth.BEHIND).all(axis=1).mean()
    assert 0.05 < recovered < 0.5


def test_a_newcomer_catches_up_with_the_middle_and_no_further() -> None:
    rng = np.random.default_rng(1)
    found = growth.paths(rng, np.full(2000, -1.0), np.full(2000, 0.3), 9)
    assert found[:, 0].mean() < -0.9
    assert abs(found[:, -1].mean()) < 0.1


def test_mixing_two_abilities_keeps_the_spread_of_one() -> None:
    rng = np.random.default_rng(1)
    reading, language = rng.normal(size=(2, 20000))
    for share in (0.0, 0.5, 1.0):
        assert abs(growth.mixed(reading, language, share).std() - 1) < 0.02


def test_points_are_whole_and_within_the_measure() -> None:
    rng = np.random.default_rng(1)
    flat = np.full(1000, 27.0)
    points = growth.whole_points(rng, rng.normal(size=1000), flat, np.full(1000, 5.0), 1.0, (0, 29))
    assert points.dtype == np.int64
    assert points.min() >= 0
    assert points.max() == 29
