"""A signal keeps the numbers it was judged by, all of them: pages, files and programs read them by name."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from yardsticks import limits, measure, period, school_year, sheet, standard

from screening.cases import Cases
from screening.certainty import p_beyond
from screening.composites import Composite
from screening.evidence import examine
from screening.grounds import Evidence, evidence
from screening.growth import Behind
from screening.periods import Period
from screening.signals import Family
from screening.standards import Standard

WORDS = measure("ord", limits(18, 28, status="C"), high=250, sem=8, implausible_gain=60_000)
UNSURE = replace(WORDS, sem=None)
LETTERS = measure("ljud", limits(21, 26, status="P"), high=29, area="letters_sounds", area_word="bokstäver")
READING = measure("text", limits(3, 4, status="G"), high=9, area="comprehension", area_word="läsförståelse")
STAGE = measure("steg", limits(1, 2, status="P"), high=2, area="decoding", official=True)
INTEREST = measure("lust", None, area="interest")
WORD_LIMITS = {"near_from": 18, "goal_from": 28, "above_from": None, "status": "C", "near_status": "C"}


def named(code: str, area: str = "fluency") -> Evidence:
    """What every signal says of a measure."""
    return {
        "measure": code, "name": code.capitalize(), "unit": "poäng", "area": area, "higher_is_better": True,
    }  # fmt: skip


def told(family: Family, *periods: Period, row: int = 0) -> Evidence:
    """What the last window's signal keeps."""
    last = len(periods) - 1
    return evidence(Cases(periods, examine(periods), last, [row]), family)[0]


def need(*measures: Any, decides: Any = None, **cells: Any) -> Evidence:
    return told(Family.NEED, period(standard(*measures, decides=decides), cells))


def spoken_of(found: Evidence) -> tuple[list[str], list[str]]:
    """Why, and the measures that are named."""
    return found["because"], [one["measure"] for one in found["measures"]]


class TestNeed:
    def test_keeps_level_chances_and_limits(self) -> None:
        assert need(WORDS, ord=20) == {
            "window": "2026/27-autumn",
            "because": ["near"],
            "level": "near_goal",
            "firm_level": "near_goal",
            "at_best": None,
            "certainty": "on_the_line",
            "despite_missing": False,
            "measures": [
                {
                    **named("ord"), **WORD_LIMITS,
                    "sem": 8, "official": False, "source": "en studie", "value": 20, "level": "near_goal",
                    "firm_level": "near_goal", "p_other_side": pytest.approx(float(p_beyond(2, 8))),
                    "p_goal": pytest.approx(float(p_beyond(8, 8))),
                }
            ],
        }  # fmt: skip

    def test_without_a_level_it_keeps_what_it_is_at_best_and_no_chances(self) -> None:
        found = need(UNSURE, READING, decides=[["ord"], ["text"]], ord=20)
        kept = ("level", "firm_level", "at_best", "certainty")
        assert [found[name] for name in kept] == ["not_determined", "not_determined", "near_goal", "unknown"]
        (words,) = found["measures"]
        assert (words["p_other_side"], words["p_goal"], words["sem"]) == (None, None, None)

    def test_says_what_could_not_be_done_yet(self) -> None:
        (letter,), (number,) = (need(WORDS, ord=cell)["measures"] for cell in ("k", 0))
        assert letter == {**number, "absence": "not_yet_able"}

    def test_equal_points_on_two_measures_are_told_of_each(self) -> None:
        other = replace(WORDS, code="lista", name="Lista", sem=4_000)
        first, second = need(WORDS, other, decides=[["ord"], ["lista"]], ord=10, lista=10)["measures"]
        assert (first["measure"], first["sem"], second["measure"], second["sem"]) == ("ord", 8, "lista", 4)

    def test_a_sum_stands_beside_its_parts(self) -> None:
        summed = Composite(
            "summa", {"ord": Decimal(2)}, *map(Decimal, (0, 1, 1, 0)), limits(60, 80, status="N"),
            source="en annan studie",
        )  # fmt: skip
        rule = standard(replace(WORDS, limits=None), decides=[], composite=summed)
        assert told(Family.NEED, period(rule, {"ord": 20.5}))["composite"] == {
            "code": "summa", "value": 41, "source": "en annan studie", "near_from": 60, "goal_from": 80,
            "above_from": None, "status": "N", "near_status": "N",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("measures", "decides", "cells", "because", "codes"),
        [
            # Sure: the firm limits set the level, and what is less than that says nothing new.
            ((WORDS, LETTERS), "ord ljud", {"ord": 10, "ljud": 3}, ["firmly_below"], ["ord"]),
            ((WORDS, LETTERS), "ord ljud", {"ord": 20, "ljud": 22}, ["near"], ["ord"]),
            ((WORDS, READING), "ord", {"ord": 20, "text": 2}, ["measure_below"], ["text"]),
            ((WORDS, READING), "ord", {"ord": 40, "text": 2}, ["measure_below", "skill_gap"], ["text"]),
            # Unsure: by all limits or by the firm ones, of the measures that set the level.
            ((UNSURE, LETTERS, READING), "ord ljud", {"ord": 20, "ljud": 22, "text": 3}, ["near_unsure"],
             ["ord", "ljud"]),
            ((UNSURE, LETTERS), "ord ljud", {"ord": 20, "ljud": 3}, ["near_unsure", "worse_than_firm"],
             ["ord"]),
            ((WORDS, LETTERS), "ord", {"ord": 30, "ljud": 28}, ["on_goal_line"], ["ord"]),
            ((WORDS, LETTERS), "ord ljud", {"ord": 60, "ljud": 3}, ["worse_than_firm"], ["ljud"]),
            # Beside the level: what is below its goal, and what says otherwise.
            ((WORDS, LETTERS, READING, INTEREST), "ord", {"ord": 60, "ljud": 3, "text": 3, "lust": 0},
             ["skill_gap"], ["ljud", "text"]),
            ((WORDS, LETTERS, STAGE), "ord", {"ord": 60, "ljud": 22, "steg": 0},
             ["skill_gap", "contradiction"], ["ljud", "steg"]),
            ((READING, WORDS, LETTERS, STAGE), "text", {"ord": 60, "ljud": 22, "steg": 0},
             ["contradiction"], ["ord", "steg"]),
        ],
    )  # fmt: skip
    def test_names_the_measures_its_first_ground_speaks_of(
        self, measures: Any, decides: str, cells: Any, because: list[str], codes: list[str]
    ) -> None:
        found = need(*measures, decides=[[code] for code in decides.split()], **cells)
        assert spoken_of(found) == (because, codes)

    def test_is_told_of_each_pupil_apart(self) -> None:
        periods = [period(standard(WORDS, READING), {"ord": 40, "text": 2}, {"ord": 30}, {"ord": 10})]
        found = evidence(Cases(periods, examine(periods), 0, [0, 2, 1]), Family.NEED)
        assert [spoken_of(one) for one in found] == [
            (["measure_below", "skill_gap"], ["text"]),
            (["firmly_below"], ["ord"]),
            (["on_goal_line"], ["ord"]),
        ]  # fmt: skip


def test_a_plan_that_is_not_followed_keeps_plan_and_points() -> None:
    behind = Behind(0, date(2026, 8, 24), 20_000, date(2026, 11, 2), 35_000, 8, 49, 0.642857, 1.5, 0.922573)
    assert told(Family.GROWTH, period(standard(WORDS), {"ord": 40}, behind={0: [behind]})) == {
        "window": "2026/27-autumn",
        "measures": [
            {
                **named("ord"), "starts_on": "2026-08-24", "start": 20, "goal_on": "2026-11-02", "goal": 35,
                "n": 8, "weeks": 7.0, "slope": 0.642857, "goal_slope": 1.5, "p_below_goal": 0.922573,
                "sem": 8,
            }
        ],
    }  # fmt: skip


def test_a_drop_keeps_both_scores_and_their_error() -> None:
    assert told(Family.CHANGE, *school_year(standard(WORDS), [{"ord": 60}], [{"ord": 40.5}])) == {
        "window": "2026/27-winter",
        "measures": [
            {
                **named("ord"), "value": 40.5, "value_window": "2026/27-winter", "previous": 60,
                "previous_window": "2026/27-autumn", "sem": 8,
            }
        ],
    }  # fmt: skip


def test_a_lost_level_keeps_three_windows() -> None:
    rules: list[Standard] = [
        standard(replace(WORDS, limits=limits(*edges, status="C"), sem=None))
        for edges in ((5, 10, 15), (10, 20, 30), (30, 40, 50))
    ]
    periods = [
        period(rule, {"ord": score}, code=f"2026/27-{season}")
        for rule, score, season in zip(rules, (16, 20, 32), ("autumn", "winter", "spring"), strict=True)
    ]
    assert told(Family.CHANGE, *periods) == {
        "window": "2026/27-spring",
        "windows": ["2026/27-autumn", "2026/27-winter", "2026/27-spring"],
        "levels": ["above_goal", "at_goal", "near_goal"],
        "measures": [{**named("ord"), "values": [16, 20, 32]}],
    }


def test_missing_results_are_named_with_their_areas() -> None:
    rule = standard(WORDS, READING)
    assert told(
        Family.COVERAGE, period(rule, {"text": "f"}, expected=["ord", "text"], is_due=True)
    ) == {
        "window": "2026/27-autumn", "areas": ["läsflyt", "läsförståelse"], "twice": False,
        "measures": [
            {**named("ord"), "absence": None}, {**named("text", "comprehension"), "absence": "absent"},
        ],
    }  # fmt: skip


def test_every_odd_number_of_a_pupil_is_told() -> None:
    rule = standard(WORDS, READING, replace(WORDS, code="lista", name="Lista"))
    filled = sheet(rule, {"ord": 10, "text": 10, "lista": 5})
    filled.attempted[0, 0], filled.errors[0, 0] = 9, 10
    first = period(rule, {"ord": 90, "lista": 80})
    assert told(Family.DATA, first, period(rule, sheet=filled))["measures"] == [
        {"why": "outside_range", **named("text", "comprehension"), "value": 10, "minimum": 0, "maximum": 9},
        {"why": "errors", **named("ord"), "value": 10, "attempted": 9, "errors": 10},
        *(
            {
                "why": "fall", **named(code), "value": now, "value_window": "2026/27-autumn",
                "previous": before, "previous_window": "2026/27-autumn", "sem": 8,
            }
            for code, now, before in (("ord", 10, 90), ("lista", 5, 80))
        ),
    ]  # fmt: skip
