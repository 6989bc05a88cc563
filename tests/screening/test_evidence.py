"""Decision logic, section 5: which evidence becomes which signal."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yardsticks import judged, limits, measure, period, school_year, sheet, standard

from screening.cases import Cases
from screening.composites import Composite
from screening.evidence import KINDS, Findings, Found, examine, need_grounds
from screening.grounds import evidence
from screening.growth import Behind
from screening.judging import Judged
from screening.levels import Level
from screening.movement import DROP, earlier, latest
from screening.narrowing import narrowed
from screening.periods import Period
from screening.reasons import why
from screening.signals import Family
from screening.standards import Sheet, Standard

FLUENCY = measure("ord", limits(18, 28, status="C"), high=250, sem=8, implausible_gain=60_000, same_text=True)
LEGI = measure("legi", limits(2, 3, status="G", near_status="P"), low=1, high=6, area="decoding")
OWN = measure(
    "ljud", limits(21, 26, status="P"), high=29, area="letters_sounds", area_word="bokstäver och ljud"
)
READING = measure(
    "forstaelse", limits(3, 4, status="G"), low=1, high=9, area="comprehension", area_word="läsförståelse"
)
STAGE = measure(
    "avstamning", limits(1, 2, status="G", near_status="P"), high=2, area="decoding", official=True
)
RULE = standard(FLUENCY, LEGI, READING, STAGE, decides=[["ord", "legi"]])


def signal(found: Findings, family: Family, row: int = 0) -> tuple[str, int] | None:
    here = found.by_family[family]
    return None if here.kind[row] < 0 else (KINDS[here.kind[row]].value, int(here.level[row]))


def of(family: Family, periods: list[Period], row: int = 0) -> tuple[str, int] | None:
    """The signal of the last window."""
    return signal(examine(periods)[-1], family, row)


def need(rule: Standard, **cells: Any) -> tuple[str, int] | None:
    return of(Family.NEED, [period(rule, cells)])


def because(rule: Standard, **cells: Any) -> list[str]:
    periods = [period(rule, cells)]
    return evidence(Cases(periods, examine(periods), 0, [0]), Family.NEED)[0]["because"]


class TestNeed:
    @pytest.mark.parametrize(
        ("cells", "found", "why"),
        [
            ({"ord": 10}, ("below_goal", 3), "firmly_below"),
            ({"ord": 40, "forstaelse": 2}, ("below_goal", 2), "measure_below"),
            ({"ord": 20}, ("near_goal", 2), "near"),  # 8 from the goal with sem 8: p .16
            ({"ord": 24}, ("watch", 1), "near_unsure"),  # 4 from the goal: p .31, on the line
            ({"legi": 2}, ("watch", 1), "near_unsure"),  # no sem
            ({"legi": 1}, ("watch", 1), "near_unsure"),  # under an own proposal: firmly only near
            ({"ord": 30}, ("watch", 1), "on_goal_line"),  # 2 over the goal: p .40
            ({"ord": 40, "avstamning": 1}, ("watch", 1), "skill_gap"),
            ({"ord": 40, "forstaelse": 4}, None, None),
            ({"ord": 33}, None, None),  # 5 over the goal: p .27
            ({"ord": 34, "forstaelse": 9, "avstamning": 2}, None, None),
            ({}, None, None),
        ],
    )
    def test_the_first_row_of_the_table_that_fits_counts(
        self, cells: dict[str, Any], found: tuple[str, int] | None, why: str | None
    ) -> None:
        assert need(RULE, **cells) == found
        if why:
            assert because(RULE, **cells)[0] == why

    def test_own_proposals_alone_raise_no_more_than_a_new_check(self) -> None:
        rule = standard(OWN)
        assert [need(rule, ljud=points) for points in (0, 21, 26)] == [("watch", 1), ("watch", 1), None]
        assert because(rule, ljud=0) == ["worse_than_firm"]

    def test_near_the_goal_at_best_is_near_the_goal(self) -> None:
        rule = standard(FLUENCY, READING, decides=[["ord"], ["forstaelse"]])
        assert need(rule, ord=20) == ("near_goal", 2)
        assert need(rule, forstaelse=3) == ("watch", 1)

    def test_a_contradiction_is_a_new_check(self) -> None:
        free = replace(STAGE, limits=limits(1, 2, status="P"))
        rule = standard(FLUENCY, free)
        assert need(rule, ord=60, avstamning=0) == ("watch", 1)
        assert set(because(rule, ord=60, avstamning=0)) == {"skill_gap", "contradiction"}

    def test_what_cannot_be_done_yet_counts_as_the_worst_score(self) -> None:
        assert need(RULE, ord="k") == ("below_goal", 3)

    def test_nobody_outside_the_window_gets_a_signal(self) -> None:
        outside = period(RULE, {"ord": 10}, is_judged=np.zeros(1, np.bool_))
        assert of(Family.NEED, [outside]) is None

    def test_the_numbers_it_was_judged_by_are_kept(self) -> None:
        periods = [period(RULE, {"ord": 20, "legi": 1})]
        told = evidence(Cases(periods, examine(periods), 0, [0]), Family.NEED)[0]
        assert told["window"] == "2026/27-autumn"
        assert (told["level"], told["firm_level"], told["certainty"]) == (
            "near_goal",
            "near_goal",
            "on_the_line",
        )
        (fluency,) = told["measures"]
        kept = (
            "measure",
            "value",
            "near_from",
            "goal_from",
            "above_from",
            "sem",
            "status",
            "near_status",
            "source",
        )
        assert {name: fluency[name] for name in kept} == {
            "measure": "ord", "value": 20, "near_from": 18, "goal_from": 28, "above_from": None, "sem": 8,
            "status": "C", "near_status": "C", "source": "en studie",
        }  # fmt: skip
        assert fluency["p_goal"] == pytest.approx(0.1587, abs=1e-4)

    def test_a_chance_at_the_end_of_the_line_is_near_and_not_on_it(self) -> None:
        near, at = (judged(RULE, {"ord": points}) for points in (20, 30))
        chances = np.full_like(near.p_goal, 0.3)
        assert need_grounds(replace(near, p_goal=chances)).near[0]
        assert not need_grounds(replace(at, p_goal=chances)).on_goal_line[0]

    def test_without_a_level_it_is_not_worse_than_the_firm_limits_say(self) -> None:
        rule = standard(FLUENCY, OWN, decides=[["ord"], ["ljud"]])
        assert need(rule, ord=60) is None  # what is missing is under own limits only

    def test_under_own_limits_alone_is_a_new_check_also_while_another_result_is_missing(self) -> None:
        rule = standard(FLUENCY, OWN, decides=[["ord"], ["ljud"]])
        assert judged(rule, {"ljud": 3}).level[0] == Level.BELOW_GOAL.rank
        assert because(rule, ljud=3) == ["worse_than_firm"]  # by firm limits nothing is determined
        assert because(rule, ljud=3, ord=60) == ["worse_than_firm"]

    def test_near_by_own_limits_is_a_new_check(self) -> None:
        free = replace(FLUENCY, limits=limits(18, 28, status="P"))
        assert because(standard(free), ord=20) == ["near_unsure", "worse_than_firm"]


class TestFallingBehind:
    """A plan that is not followed, told beside the level of the window."""

    BEHIND = Behind(0, date(2026, 8, 24), 20_000, date(2026, 11, 2), 35_000, 8, 49, 0.642857, 1.5, 0.922573)

    def window(self, rule: Standard = RULE, **more: Any) -> Period:
        return period(rule, more.pop("cells", {"ord": 40}), behind={0: [self.BEHIND]}, **more)

    @pytest.mark.parametrize(
        ("cells", "level"), [({"ord": 10}, 3), ({"ord": 40, "forstaelse": 2}, 3), ({"ord": 40}, 2)]
    )
    def test_under_the_goal_it_is_more_urgent(self, cells: dict[str, Any], level: int) -> None:
        assert of(Family.GROWTH, [self.window(cells=cells)]) == ("falling_behind", level)

    def test_it_is_told_of_the_window_in_which_it_is_seen(self) -> None:
        periods = [period(RULE, {"ord": 40}), self.window()]
        assert [signal(one, Family.GROWTH) for one in examine(periods)] == [None, ("falling_behind", 2)]
        told = evidence(Cases(periods, examine(periods), 1, [0]), Family.GROWTH)[0]
        assert [(one["measure"], one["weeks"]) for one in told["measures"]] == [("ord", 7.0)]

    def test_a_number_to_check_of_the_same_year_holds_it_back(self) -> None:
        odd = sheet(RULE, {"ord": 40})
        odd.attempted[0, 0], odd.errors[0, 0] = 40, 41
        first, last_year = self.window(sheet=odd), self.window(sheet=odd, academic_year="2025/26")
        assert [signal(one, Family.GROWTH) for one in examine([first, self.window()])] == [None, None]
        assert of(Family.GROWTH, [last_year, self.window()]) == ("falling_behind", 2)


def test_what_is_not_found_takes_two_bytes() -> None:
    nothing = Found.nothing(2)
    assert [one.tolist() for one in (nothing.kind, nothing.level)] == [[-1, -1], [0, 0]]
    assert [one.itemsize for one in (nothing.kind, nothing.level)] == [1, 1]


def test_before_the_first_there_is_none() -> None:
    found = latest(np.array([[False], [True], [False]]), windows=3)
    assert (found.ravel().tolist(), earlier(found).ravel().tolist()) == ([-1, 1, 1], [-1, -1, 1])


class TestDrop:
    def two(self, first: Any, second: Any, rule: Standard = RULE, **more: Any) -> tuple[str, int] | None:
        return of(Family.CHANGE, school_year(rule, [{"ord": first}], [{"ord": second}], **more))

    def test_the_limit_is_that_of_the_worked_value(self) -> None:
        assert round(DROP * 10, 2) == pytest.approx(23.26)

    @pytest.mark.parametrize(("second", "found"), [(41.3, ("drop", 2)), (41.4, None), (60, None)])
    def test_a_fall_beyond_the_errors_of_both_scores_is_a_drop(self, second: float, found: Any) -> None:
        assert self.two(60, second) == found  # 1.645 * sqrt(2) * 8 = 18.61

    def test_without_sem_nothing_is_said(self) -> None:
        assert self.two(60, 40, standard(replace(FLUENCY, sem=None))) is None

    def test_more_is_a_fall_where_less_is_better(self) -> None:
        errors = measure("ord", limits(9, 5, higher_is_better=False), high=250, sem=2)
        assert self.two(5, 10, standard(errors)) == ("drop", 2)
        assert self.two(10, 5, standard(errors)) is None

    @pytest.mark.parametrize("letter", ["k", "f", "a", "s", "u", "o"])
    def test_a_code_is_no_fall(self, letter: str) -> None:
        assert self.two(60, letter) is None

    def test_the_two_latest_scores_of_the_year_count_even_over_a_gap(self) -> None:
        periods = school_year(RULE, [{"ord": 60}], [{"ord": "f"}], [{"ord": 40}])
        assert of(Family.CHANGE, periods) == ("drop", 2)
        told = evidence(Cases(periods, examine(periods), 2, [0]), Family.CHANGE)[0]["measures"][0]
        assert (told["previous"], told["previous_window"]) == (60, "2026/27-autumn")
        assert (told["value"], told["value_window"]) == (40, "2026/27-spring")

    def test_summer_parts_two_years(self) -> None:
        before = period(RULE, {"ord": 60}, academic_year="2025/26", code="2025/26-spring")
        assert of(Family.CHANGE, [before, period(RULE, {"ord": 40})]) is None

    def test_both_must_be_on_the_agreed_text(self) -> None:
        filled = sheet(RULE, {"ord": 60})
        filled.on_text[0, 0] = False
        first, second = school_year(RULE, [{"ord": 60}], [{"ord": 40}])
        assert of(Family.CHANGE, [replace(first, sheet=filled), second]) is None
        free = standard(replace(FLUENCY, same_text=False))
        first, second = school_year(free, [{"ord": 60}], [{"ord": 40}])
        other = sheet(free, {"ord": 60})
        other.on_text[0, 0] = False
        assert of(Family.CHANGE, [replace(first, sheet=other), second]) == ("drop", 2)

    def test_a_number_to_check_holds_it_back(self) -> None:
        first, second = school_year(RULE, [{"ord": 60}], [{"ord": 40}])
        doubtful = sheet(RULE, {"ord": 60})
        doubtful.attempted[0, 0], doubtful.errors[0, 0] = 60, 61
        doubted = [replace(first, sheet=doubtful), second]
        assert signal(examine(doubted)[0], Family.DATA) == ("check_data", 0)
        assert of(Family.CHANGE, doubted) is None
        doubtful.confirmed[0, 0] = True
        assert of(Family.CHANGE, doubted) == ("drop", 2)

    def test_a_check_on_an_older_number_no_longer_holds_it_back(self) -> None:
        first, second, third = school_year(RULE, [{"ord": 60}], [{"ord": 62}], [{"ord": 40}])
        doubtful = sheet(RULE, {"ord": 60})
        doubtful.attempted[0, 0], doubtful.errors[0, 0] = 60, 61
        assert of(Family.CHANGE, [replace(first, sheet=doubtful), second, third]) == ("drop", 2)


class TestLostLevel:
    RISING = (limits(5, 10, 15, status="C"), limits(10, 20, 30, status="C"), limits(30, 40, 50, status="C"))

    def year(self, *scores: float) -> list[Period]:
        rules = [standard(replace(FLUENCY, limits=found, sem=None)) for found in self.RISING]
        names = ("autumn", "winter", "spring")
        return [
            period(rule, {"ord": score}, code=f"2026/27-{name}")
            for rule, score, name in zip(rules, scores, names, strict=True)
        ]

    def test_two_falls_although_the_score_rose_twice(self) -> None:
        periods = self.year(16, 20, 32)
        assert of(Family.CHANGE, periods) == ("lost_level", 1)
        told = evidence(Cases(periods, examine(periods), 2, [0]), Family.CHANGE)[0]
        assert told["levels"] == ["above_goal", "at_goal", "near_goal"]
        assert told["measures"][0]["values"] == [16, 20, 32]

    def test_the_smallest_rise_is_one(self) -> None:
        for scores in ((16, 19, 19.001), (16, 16.001, 29)):
            assert of(Family.CHANGE, self.year(*scores)) == ("lost_level", 1)

    @pytest.mark.parametrize(
        "scores",
        [(16, 20, 20), (16, 15, 32), (12, 20, 32), (16, 31, 32), (16, 19, 32), (16, 16, 29), (18, 16, 29)],
    )
    def test_not_without_two_rises_and_two_falls(self, scores: tuple[float, ...]) -> None:
        assert of(Family.CHANGE, self.year(*scores)) is None

    def test_not_in_the_second_window_whatever_comes_after(self) -> None:
        lenient, strict, most_lenient = (self.RISING[number] for number in (1, 2, 0))
        rules = [
            standard(replace(FLUENCY, limits=found, sem=None)) for found in (lenient, strict, most_lenient)
        ]
        periods = [period(rule, {"ord": score}) for rule, score in zip(rules, (20, 32, 16), strict=True)]
        assert [signal(one, Family.CHANGE) for one in examine(periods)] == [None, None, None]

    @pytest.mark.parametrize(
        ("words", "letters", "found"),
        [
            ((16, 20, 32), (9, 9, 9), ("lost_level", 1)),
            ((16, 19, 29), (2, 9, 9), None),  # the letters set the first window's level
            ((16, 20, 29), (9, 1, 9), None),  # ... the second's
            ((16, 20, 32), (9, 9, 0), None),  # ... and the last one's
        ],
    )
    def test_one_measure_set_the_level_every_time(
        self, words: tuple[int, ...], letters: tuple[int, ...], found: tuple[str, int] | None
    ) -> None:
        other = measure("bokstav", limits(1, 2, 3, status="C"))
        periods = [
            period(
                standard(replace(FLUENCY, limits=edges, sem=None), other, decides=[["ord"], ["bokstav"]]),
                {"ord": read, "bokstav": known},
            )
            for edges, read, known in zip(self.RISING, words, letters, strict=True)
        ]
        assert of(Family.CHANGE, periods) == found

    @pytest.mark.parametrize(
        ("scores", "codes", "found"),
        [
            ((16, 20, 32), "aaa", True),
            ((16, 20, 20), "aaa", False),
            ((16, 16, 29), "aaa", False),
            ((18, 16, 29), "aaa", False),
            ((16, None, 32), "aaa", False),
            ((16, 20, 32), "aab", False),
            ((16, 20, 32), "baa", False),
        ],
    )
    def test_a_composite_that_sets_the_level_rises_and_falls_alike(
        self, scores: tuple[float | None, ...], codes: str, found: bool
    ) -> None:
        twice = {"ord": Decimal(2)}, *map(Decimal, (0, 1, 1, 0))
        periods = [
            period(
                standard(
                    replace(FLUENCY, limits=None), decides=[],
                    composite=Composite(index, *twice, limits(*(2 * edge for edge in edges))),
                ),
                {"ord": score},
            )
            for score, index, edges in zip(
                scores, codes, ((5, 10, 15), (10, 20, 30), (30, 40, 50)), strict=True
            )
        ]  # fmt: skip
        assert of(Family.CHANGE, periods) == (("lost_level", 1) if found else None)
        if found:
            told = evidence(Cases(periods, examine(periods), 2, [0]), Family.CHANGE)[0]
            assert (told["measures"], told["sums"]) == ([], [32, 40, 64])
            assert why("lost_level", told | {"windows": ["2026/27-autumn"]}).startswith(
                "Sammanvägt resultat har stigit (32, 40, 64) men målet snabbare. Från Över målet till Nära"
            )

    def test_each_year_s_composite_is_turned_its_own_way_and_one_that_lacks_a_part_is_none(self) -> None:
        def rule(code: str, *edges: int) -> Standard:
            weights, found = (
                {"ord": Decimal(1), "legi": Decimal(1)},
                limits(*edges, higher_is_better=code == "b"),
            )
            one = Composite(code, weights, *map(Decimal, (0, 1, 1, 0)), found)
            return standard(
                replace(FLUENCY, limits=None), replace(LEGI, limits=None), decides=[], composite=one
            )

        rules = (
            (rule("b", 5, 10, 15), rule("a", 50, 40, 30)),
            (rule("b", 10, 20, 30), rule("a", 40, 30, 20)),
            (rule("b", 30, 40, 50), rule("a", 20, 10, 5)),
        )
        rising = (15, 20, 30), (26, 23, 16)  # with 2 of the other part; fewer are better in the second year
        windows = []
        for number, (first, second) in enumerate(rules):
            more, less = ({"ord": one[number], "legi": 2} for one in rising)
            lacking = {"ord": 40} if number == 0 else more  # above the goal whatever the other part is
            windows.append([period(first, more, lacking), period(second, less)])
        periods = [
            period(
                first.standards[1], sheet=Sheet.joined([first.sheet, second.sheet]),
                judged=Judged.joined([first.judged, second.judged]), year=np.array([1, 1, 2], np.int8),
                standards={1: first.standards[1], 2: second.standards[1]},
            )
            for first, second in windows
        ]  # fmt: skip
        assert [of(Family.CHANGE, periods, row) for row in range(3)] == [
            ("lost_level", 1), None, ("lost_level", 1),
        ]  # fmt: skip

    def test_a_drop_goes_first(self) -> None:
        periods = self.year(16, 20, 32)
        other = measure("lista", None, sem=10)
        wide = [
            standard(*one.measures, other, decides=[["ord"]]) for one in (p.standards[1] for p in periods)
        ]
        year = [
            period(rule, {"ord": score, "lista": lista}, code=one.code)
            for rule, score, lista, one in zip(wide, (16, 20, 32), (50, 50, 20), periods, strict=True)
        ]
        assert of(Family.CHANGE, year) == ("drop", 2)


class TestNotAssessed:
    RULE = standard(FLUENCY, READING, decides=[["ord"]])

    def late(self, *rows: dict[str, Any], is_due: Any = True, **more: Any) -> Period:
        return period(self.RULE, *rows, expected=["ord", "forstaelse"], is_due=is_due, **more)

    @pytest.mark.parametrize(
        ("cell", "found"),
        [(None, 1), ("f", 1), ("a", 1), ("o", 1), ("u", None), ("s", None), ("k", None), (0, None)],
    )
    def test_blank_absent_declined_and_invalid_are_told(self, cell: Any, found: int | None) -> None:
        told = of(Family.COVERAGE, [self.late({"ord": cell, "forstaelse": 4})])
        assert told == (None if found is None else ("not_assessed", found))

    def test_not_before_the_make_up_days_have_passed(self) -> None:
        assert of(Family.COVERAGE, [self.late({}, is_due=False)]) is None

    def test_and_they_pass_where_each_pupil_goes(self) -> None:
        [found] = examine([self.late({}, {}, is_due=[False, True])])
        assert [signal(found, Family.COVERAGE, number) for number in (0, 1)] == [None, ("not_assessed", 1)]

    def test_one_signal_names_every_area_in_swedish(self) -> None:
        periods = [self.late({"forstaelse": "f"})]
        told = evidence(Cases(periods, examine(periods), 0, [0]), Family.COVERAGE)[0]
        assert told["areas"] == ["läsflyt", "läsförståelse"]
        assert [one["absence"] for one in told["measures"]] == [None, "absent"]

    def test_two_windows_running_is_level_two(self) -> None:
        first = self.late({"ord": 30}, {"ord": 30, "forstaelse": 4})
        second = self.late({}, {})
        assert [of(Family.COVERAGE, [first, second], row) for row in (0, 1)] == [
            ("not_assessed", 2), ("not_assessed", 1),
        ]  # fmt: skip

    @pytest.mark.parametrize(("first", "second"), [("s", "s"), ("a", "s"), ("s", "a")])
    def test_the_same_answer_twice_is_a_matter_of_its_own(self, first: str, second: str) -> None:
        told = [self.late({"ord": answer, "forstaelse": 4}) for answer in (first, second)]
        assert of(Family.COVERAGE, told) == ("not_assessed", 2)
        periods = told
        assert evidence(Cases(periods, examine(periods), 1, [0]), Family.COVERAGE)[0]["areas"] == ["läsflyt"]

    @pytest.mark.parametrize(("first", "second"), [("s", 30), (30, "s")])
    def test_another_language_once_is_no_matter(self, first: Any, second: Any) -> None:
        told = [self.late({"ord": answer, "forstaelse": 4}) for answer in (first, second)]
        assert of(Family.COVERAGE, told) is None

    def test_a_window_that_is_not_the_pupils_is_not_their_previous_one(self) -> None:
        first, last = self.late({}), self.late({})
        not_theirs = replace(self.late({"ord": 30, "forstaelse": 4}), is_counted=np.zeros(1, np.bool_))
        assert of(Family.COVERAGE, [first, not_theirs, last]) == ("not_assessed", 2)

    def test_nothing_is_missing_in_a_window_that_is_not_the_pupils_whatever_was_before(self) -> None:
        not_theirs = replace(self.late({}), is_counted=np.zeros(1, np.bool_))
        assert of(Family.COVERAGE, [self.late({}), not_theirs]) is None

    def test_anpassad_grundskola_is_told_of_too(self) -> None:
        told = self.late({}, is_judged=np.zeros(1, np.bool_))
        assert of(Family.COVERAGE, [told]) == ("not_assessed", 1)


class TestNarrowing:
    """What is expected, narrowed to what the school uses."""

    GROUPS = (("ord", "legi", "stanine"), ("legi_las", "las"))
    EXPECTED = ("ord", "las")

    @pytest.mark.parametrize(
        ("chosen", "recorded", "expected"),
        [
            (set(), set(), {"ord", "las"}),
            (set(), {"ord"}, {"ord", "las"}),
            (set(), {"legi"}, {"legi", "las"}),  # nobody has the one, somebody another of its group
            (set(), {"legi", "legi_las"}, {"legi", "legi_las"}),
            (set(), {"ord", "legi"}, {"ord", "las"}),
            ({"ord"}, set(), {"ord"}),  # the school's own list leaves the rest out
            ({"legi", "stanine"}, {"ord"}, {"legi"}),  # and brings the first of a group that it uses
            ({"ord", "legi", "las"}, set(), {"ord", "las"}),
            ({"interest"}, set(), set()),
        ],
    )
    def test_follows_the_schools_list_and_else_its_records(
        self, chosen: set[str], recorded: set[str], expected: set[str]
    ) -> None:
        assert narrowed(self.EXPECTED, self.GROUPS, chosen, recorded) == expected

    def test_a_measure_in_no_group_is_expected_as_it_stands(self) -> None:
        assert narrowed(("np3",), self.GROUPS, set(), {"legi"}) == {"np3"}

    def test_of_two_expected_in_one_group_the_used_one_stays(self) -> None:
        assert narrowed(("stanine", "ord"), self.GROUPS, {"legi", "ord"}, set()) == {"ord"}
        assert narrowed(("ord", "stanine"), self.GROUPS, {"legi", "stanine"}, set()) == {"stanine"}


class TestCheckData:
    def test_out_of_range_and_more_errors_than_attempts(self) -> None:
        filled = sheet(RULE, {"ord": 251}, *[{"ord": 10}] * 4, {"ord": 0}, {"ord": 250})
        filled.attempted[1:5, 0], filled.errors[1:5, 0] = (9, 10, 10, -1), (10, 10, -1, 10)
        periods = [period(RULE, sheet=filled)]
        odd = ("check_data", 0)
        assert [of(Family.DATA, periods, row) for row in range(7)] == [odd, odd, *[None] * 5]
        told = [
            evidence(Cases(periods, examine(periods), 0, [row]), Family.DATA)[0]["measures"][0]
            for row in (0, 1)
        ]
        assert (told[0]["why"], told[0]["maximum"]) == ("outside_range", 250)
        assert (told[1]["why"], told[1]["attempted"], told[1]["errors"]) == ("errors", 9, 10)

    @pytest.mark.parametrize(
        ("first", "second", "why"),
        [(90, 44.7, "fall"), (90, 44.8, None), (20, 80, None), (20, 80.5, "rise")],
    )  # 4 * sqrt(2) * 8 = 45.25; a gain of 60 is still believable
    def test_an_unbelievable_fall_or_rise(self, first: float, second: float, why: str | None) -> None:
        periods = school_year(RULE, [{"ord": first}], [{"ord": second}])
        assert of(Family.DATA, periods) == (("check_data", 0) if why else None)
        if why:
            told = evidence(Cases(periods, examine(periods), 1, [0]), Family.DATA)[0]["measures"]
            assert [one["why"] for one in told] == [why]

    def test_a_person_may_confirm_it(self) -> None:
        first, second = school_year(RULE, [{"ord": 90}], [{"ord": 10}])
        second.sheet.confirmed[0, 0] = True
        assert of(Family.DATA, [first, second]) is None
        assert of(Family.CHANGE, [first, second]) == ("drop", 2)

    def test_until_then_the_drop_is_held_back(self) -> None:
        assert of(Family.CHANGE, school_year(RULE, [{"ord": 90}], [{"ord": 10}])) is None


def test_an_observation_is_a_signal_of_its_own() -> None:
    seen = {0: {"observed_by": "guardian", "observed_on": "2026-10-02"}}
    periods = [period(RULE, {}, observations=seen, is_judged=np.zeros(1, np.bool_))]
    assert of(Family.OBSERVATION, periods) == ("observation", 2)
    told = evidence(Cases(periods, examine(periods), 0, [0]), Family.OBSERVATION)[0]
    assert told == {"window": "2026/27-autumn", **seen[0]}


cell = st.none() | st.sampled_from(list("faukso")) | st.integers(1, 250)
row = st.fixed_dictionaries({"ord": cell, "legi": cell, "forstaelse": cell, "avstamning": cell})
rows_of_a_year = st.lists(st.tuples(row, row, row), min_size=1, max_size=6)


@given(rows_of_a_year)
def test_pupils_are_examined_together_as_they_are_one_by_one(
    pupils: list[tuple[dict[str, Any], ...]],
) -> None:
    more = {"expected": ["ord", "forstaelse"], "is_due": True}
    together = examine(school_year(RULE, *zip(*pupils, strict=True), **more))
    for number, windows in enumerate(pupils):
        alone = examine(school_year(RULE, *([cells] for cells in windows), **more))
        for whole, one in zip(together, alone, strict=True):
            assert [signal(whole, family, number) for family in Family] == [
                signal(one, family) for family in Family
            ]


@given(rows_of_a_year)
def test_later_windows_never_change_what_earlier_ones_found(pupils: list[tuple[dict[str, Any], ...]]) -> None:
    year = school_year(RULE, *zip(*pupils, strict=True), expected=["ord"], is_due=True)
    for length in (1, 2):
        for early, late in zip(examine(year[:length]), examine(year), strict=False):
            for number in range(len(pupils)):
                assert [signal(early, one, number) for one in Family] == [
                    signal(late, one, number) for one in Family
                ]


@given(rows_of_a_year)
def test_every_finding_can_tell_its_numbers_as_json(pupils: list[tuple[dict[str, Any], ...]]) -> None:
    import json

    from screening.reasons import provenance, why

    periods = school_year(RULE, *zip(*pupils, strict=True), expected=["ord", "forstaelse"], is_due=True)
    findings = examine(periods)
    for window, found in enumerate(findings):
        for family in Family:
            for number in np.flatnonzero(found.by_family[family].is_there).tolist():
                told = json.loads(json.dumps(evidence(Cases(periods, findings, window, [number]), family)[0]))
                kind = KINDS[found.by_family[family].kind[number]]
                assert why(kind, told).endswith(".")
                assert all("Källa" in line for line in provenance(told))
