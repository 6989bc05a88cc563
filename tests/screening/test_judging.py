"""Decision logic, section 4: the level of a window."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yardsticks import judged, limits, measure, sheet, standard, words

from screening.composites import Composite
from screening.grounds import missing_parts
from screening.judging import Judged, judge
from screening.standards import Standard

D = Decimal
FLUENCY = measure("ord", limits(18, 28, 60, status="C"), sem=8)
LEGI = measure("legi", limits(2, 3, status="G", near_status="P"), low=1, high=6, area="decoding")
READING = measure("forstaelse", limits(3, 4, status="G"), low=1, high=9, area="comprehension")
NO_LIMITS = measure("intresse", None, area="interest")
RULE = standard(FLUENCY, LEGI, READING, NO_LIMITS, decides=[["ord", "legi"]], also=(("forstaelse",),))


def level(found: Judged) -> str:
    return words(found.level)[0]


class TestGroups:
    def test_the_first_measure_with_a_score_speaks_for_its_group(self) -> None:
        found = judged(RULE, {"ord": 30, "legi": 1}, {"legi": 1}, {"ord": "f", "legi": 4})
        assert words(found.level) == ["at_goal", "below_goal", "at_goal"]

    def test_the_worst_group_that_speaks_is_the_windows_level(self) -> None:
        found = judged(RULE, {"ord": 70, "forstaelse": 3}, {"ord": 20, "forstaelse": 9})
        assert words(found.level) == ["near_goal", "near_goal"]
        assert found.setters[:, :3].tolist() == [[False, False, True], [True, False, False]]

    def test_a_group_that_counts_when_present_is_not_missed(self) -> None:
        found = judged(RULE, {"ord": 30})
        assert level(found) == "at_goal"
        assert not found.despite_missing[0]

    @pytest.mark.parametrize("letter", ["f", "a", "u", "s", "o"])
    def test_every_code_but_one_is_missing(self, letter: str) -> None:
        assert level(judged(RULE, {"ord": letter})) == "not_determined"

    def test_blank_is_not_zero_and_zero_is_a_score(self) -> None:
        assert words(judged(RULE, {}, {"ord": 0}).level) == ["not_determined", "below_goal"]

    def test_not_yet_able_is_judged_as_the_worst_score(self) -> None:
        found = judged(RULE, {"ord": "k"})
        assert level(found) == "below_goal"
        assert found.points[0, 0] == 0
        assert found.p_other_side[0, 0] == pytest.approx(judged(RULE, {"ord": 0}).p_other_side[0, 0])

    def test_not_yet_able_is_the_most_where_less_is_better(self) -> None:
        errors = measure("fel", limits(near=9, goal=5, higher_is_better=False), high=40)
        found = judged(standard(errors), {"fel": "k"}, {"fel": 5})
        assert words(found.level) == ["below_goal", "at_goal"]
        assert found.points[0, 0] == 40_000


class TestMissingGroup:
    TWO = standard(FLUENCY, READING, decides=[["ord"], ["forstaelse"]])

    def test_the_level_stands_when_the_missing_one_could_not_change_it(self) -> None:
        found = judged(self.TWO, {"forstaelse": 1})
        assert level(found) == "below_goal"
        assert found.despite_missing[0]
        assert found.at_best[0] == -1

    def test_otherwise_there_is_none_and_what_it_is_at_best_is_kept(self) -> None:
        found = judged(self.TWO, {"forstaelse": 3}, {"forstaelse": 9}, {})
        assert words(found.level) == ["not_determined"] * 3
        assert words(found.at_best) == ["near_goal", "at_goal", "at_goal"]
        assert not found.despite_missing.any()

    def test_a_present_worse_score_is_never_summed_away(self) -> None:
        found = judged(self.TWO, {"ord": 20})
        assert (level(found), words(found.at_best)) == ("not_determined", ["near_goal"])

    def test_the_reason_names_what_is_missing_with_its_alternatives(self) -> None:
        rule = standard(FLUENCY, LEGI, READING, decides=[["ord", "legi"], ["forstaelse"]])
        found = judged(rule, {})
        nothing_expected = np.zeros(3, np.bool_)
        assert missing_parts(rule, found.lacking[0], nothing_expected) == [["Ord", "Legi"], ["Forstaelse"]]
        only_legi = np.array([False, True, False])
        assert missing_parts(rule, found.lacking[0], only_legi) == [["Legi"], ["Forstaelse"]]

    def test_the_reach_of_a_group_is_that_of_all_its_measures(self) -> None:
        only_goal = measure("ljud", limits(goal=11, status="N"), high=29)
        rule = standard(READING, only_goal, decides=[["forstaelse"], ["ljud"]])
        # The sounds give near_goal at worst, so a comprehension below its goal is the worst either way.
        assert words(judged(rule, {"forstaelse": 2}, {"forstaelse": 3}, {"forstaelse": 4}).level) == [
            "below_goal", "near_goal", "not_determined",
        ]  # fmt: skip

    def test_a_year_without_a_window_has_no_level_though_its_scores_have(self) -> None:
        found = judged(Standard((FLUENCY,)), {"ord": 30})
        assert (level(found), found.at_best[0]) == ("not_determined", -1)
        assert words(found.ranks[0]) == ["at_goal"]


class TestFirmLevel:
    def test_own_proposals_do_not_count(self) -> None:
        found = judged(RULE, {"legi": 1}, {"legi": 2}, {"legi": 3})
        assert words(found.level) == ["below_goal", "near_goal", "at_goal"]
        assert words(found.firm_level) == ["near_goal", "near_goal", "at_goal"]

    def test_of_proposals_alone_is_at_goal(self) -> None:
        own = measure("ljud", limits(21, 26, status="P"), high=29)
        found = judged(standard(own), {"ljud": 0})
        assert (level(found), words(found.firm_level)) == ("below_goal", ["at_goal"])

    def test_is_sought_apart_when_something_is_missing(self) -> None:
        own = measure("ljud", limits(21, 26, status="P"), high=29)
        found = judged(standard(FLUENCY, own, decides=[["ord"], ["ljud"]]), {"ord": 20})
        assert (level(found), words(found.at_best)) == ("not_determined", ["near_goal"])
        assert words(found.firm_level) == ["near_goal"]


class TestCertaintyOfTheWindow:
    def test_is_that_of_the_measure_that_set_the_level(self) -> None:
        rule = standard(FLUENCY, READING, decides=[["ord"], ["forstaelse"]])
        found = judged(rule, {"ord": 20, "forstaelse": 9}, {"ord": 70, "forstaelse": 3})
        assert found.window_p[0] == pytest.approx(found.p_other_side[0, 0])
        assert np.isnan(found.window_p[1])

    def test_of_several_the_clearest(self) -> None:
        other = measure("lista", limits(10, 20, status="C"), sem=4)
        rule = standard(FLUENCY, other, decides=[["ord"], ["lista"]])
        found = judged(rule, {"ord": 27, "lista": 15})
        assert words(found.level) == ["near_goal"]
        assert found.window_p[0] == pytest.approx(found.p_other_side[0, 1])

    def test_is_unknown_without_a_level(self) -> None:
        assert np.isnan(judged(RULE, {}).window_p[0])
        both = judged(standard(FLUENCY, READING, decides=[["ord"], ["forstaelse"]]), {"ord": 20})
        assert both.setters[0, 0]  # near the goal at best
        assert np.isnan([both.window_p[0], both.window_p_goal[0]]).all()


class TestComposite:
    """composite = round(scale * (sum w x - mean) / sd) + constant, halves away from zero."""

    def rule(self, weights: dict[str, str], **more: Any) -> Standard:
        one = measure("a", None, high=100)
        other = measure("b", None, high=200)
        numbers = {"mean": "0", "sd": "1", "scale": "1", "constant": "0"}
        divide = {part: D(number) for part, number in more.pop("divide", {}).items()}
        found = more.pop("limits", limits(300, 400))
        numbers.update(more)
        composite = Composite(
            "summa",
            {part: D(weight) for part, weight in weights.items()},
            limits=found,
            divide=divide,
            **{name: D(number) for name, number in numbers.items()},
        )
        return Standard((one, other), composite=composite)

    def value(self, rule: Standard, **cells: Any) -> float:
        return float(judged(rule, cells).composite[0]) / 1000

    @pytest.mark.parametrize(
        ("mean", "value"), [("0", 3), ("5", -3), ("2.6", 0), ("2.0", 1), ("1.9", 1), ("3.0", -1)]
    )  # 2.5 less the mean: halves go away from zero on both sides
    def test_rounds_halves_away_from_zero(self, mean: str, value: int) -> None:
        assert self.value(self.rule({"a": "1"}, mean=mean), a=2.5) == value

    def test_is_exact_where_floats_are_not(self) -> None:
        # 0.1 * 3 - 0.3 is 0 and not 5.6e-17, and (0.7 * 5) / 7 * 10 + 0.5 is on the half.
        assert self.value(self.rule({"a": "0.1"}, mean="0.3", scale="1000000000"), a=3) == 0
        assert self.value(self.rule({"a": "0.7"}, sd="7", scale="9"), a=5) == 5

    def test_weighs_divides_scales_and_adds_the_constant(self) -> None:
        rule = self.rule(
            {"a": "2", "b": "-0.5"}, divide={"b": "10"}, mean="50", sd="12.5", scale="40", constant="400"
        )
        assert self.value(rule, a=40, b=60) == round(40 * (80 - 3 - 50) / 12.5) + 400 == 486

    def test_long_weights_stay_exact(self) -> None:
        rule = self.rule({"a": "0.123456789012345678", "b": "0.987654321098765432"}, scale="1000000000000")
        exact = (D("0.123456789012345678") * 99 + D("0.987654321098765432") * 199) * 10**12
        assert judged(rule, {"a": 99, "b": 199}).composite[0] == round(exact) * 1000

    @pytest.mark.parametrize(
        ("mean", "points", "value"),
        [
            ("0.50000000000000001", 1, 0),
            ("0.50000000000000000001", 1, 0),
            ("-0.5000000000000000001", 0.1, 1),
            ("-100.00000000000000001", 100, 200),
        ],
    )
    def test_a_hair_under_a_half_is_not_a_half_however_long_the_numbers(
        self, mean: str, points: float, value: int
    ) -> None:
        assert self.value(self.rule({"a": "1"}, mean=mean), a=points) == value

    def test_of_nobody_there_is_none_and_a_part_is_not_forgotten(self) -> None:
        rule = self.rule({"a": "1", "b": "1"})
        assert judged(rule).composite.tolist() == []
        assert rule.composite is not None
        with pytest.raises(ValueError, match="shorter"):
            rule.composite.thousandths([np.zeros(1, np.int64)])

    def test_with_every_part_its_level_counts(self) -> None:
        rule = self.rule({"a": "2", "b": "1"})
        found = judged(rule, {"a": 100, "b": 200}, {"a": 100, "b": 199.9}, {"a": 50, "b": "k"})
        assert words(found.level) == ["at_goal", "at_goal", "below_goal"]
        assert found.has_composite.all()
        assert np.isnan(found.window_p).all()

    def test_a_missing_part_is_tried_at_its_worst_and_best(self) -> None:
        rule = self.rule({"a": "2", "b": "1"})
        found = judged(rule, {"a": 100}, {"a": 60}, {"a": 40}, {"b": "f"})
        assert words(found.level) == ["not_determined", "not_determined", "below_goal", "not_determined"]
        assert words(found.at_best) == ["at_goal", "near_goal", "not_determined", "at_goal"]
        assert found.despite_missing.tolist() == [False, False, True, False]
        assert not found.has_composite.any()

    def test_one_pupil_s_missing_part_takes_no_other_s_sum_away(self) -> None:
        found = judged(self.rule({"a": "2", "b": "1"}), {"a": 100, "b": 150}, {"a": 100})
        assert found.has_composite.tolist() == [True, False]
        assert found.composite.tolist() == [350_000, 0]

    def test_own_proposals_do_not_count_for_its_firm_level(self) -> None:
        rule = self.rule({"a": "1"}, limits=limits(40, 60, near_status="P"))
        found = judged(rule, {"a": 30}, {"a": 50}, {"a": 60})
        assert words(found.level) == ["below_goal", "near_goal", "at_goal"]
        assert words(found.firm_level) == ["near_goal", "near_goal", "at_goal"]

    def test_a_negative_weight_turns_its_part_round(self) -> None:
        rule = self.rule({"a": "2", "b": "-1"}, constant="200")
        assert words(judged(rule, {"a": 100}).at_best) == ["at_goal"]

    def test_the_missing_part_is_named(self) -> None:
        rule = self.rule({"a": "2", "b": "1"})
        found = judged(rule, {"a": 100})
        assert missing_parts(rule, found.lacking[0], np.zeros(2, np.bool_)) == [["B"]]


class TestBesideTheLevel:
    def test_a_skill_gap_is_a_measure_below_its_goal_in_a_window_that_is_not(self) -> None:
        rule = standard(FLUENCY, READING, decides=[["ord"]])
        found = judged(
            rule, {"ord": 30, "forstaelse": 3}, {"ord": 30, "forstaelse": 4}, {"ord": 20, "forstaelse": 3}
        )
        assert found.skill_gap.tolist() == [True, False, False]

    def test_a_measure_without_limits_is_no_gap(self) -> None:
        assert not judged(RULE, {"ord": 30, "intresse": 0}).skill_gap[0]

    @pytest.mark.parametrize(
        ("official", "other", "area", "contradicts"),
        [
            (2, 10, "fluency", True), (0, 30, "decoding", True), (0, 70, "comprehension", True),
            (2, 20, "fluency", False), (1, 10, "fluency", False), (1, 70, "fluency", False),
            (2, 10, "letters_sounds", False), (0, 30, "language", False),
        ],
    )  # fmt: skip
    def test_official_material_and_other_results_may_say_different_things(
        self, official: int, other: int, area: str, contradicts: bool
    ) -> None:
        stage = measure("avstamning", limits(1, 2, status="G"), high=2, area="decoding", official=True)
        rule = standard(measure("ord", FLUENCY.limits, area=area), stage)
        assert bool(judged(rule, {"ord": other, "avstamning": official}).contradiction[0]) is contradicts


cell = st.none() | st.sampled_from(list("faukso")) | st.integers(0, 100)
row = st.fixed_dictionaries({"ord": cell, "legi": cell, "forstaelse": cell, "intresse": cell})
rules = st.sampled_from(
    [
        RULE,
        standard(FLUENCY, LEGI, READING, NO_LIMITS, decides=[["ord"], ["forstaelse", "legi"]]),
        standard(FLUENCY, LEGI, READING, NO_LIMITS, decides=[["legi"]], also=(("ord",), ("forstaelse",))),
    ]
)


@given(rules, st.lists(row, min_size=1, max_size=8))
def test_pupils_are_judged_together_as_they_are_one_by_one(
    rule: Standard, rows: list[dict[str, Any]]
) -> None:
    together = judged(rule, *rows)
    for number, cells in enumerate(rows):
        alone = judged(rule, cells)
        for name in Judged.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(together, name)[number], getattr(alone, name)[0], name)


@given(rules, st.lists(row, min_size=1, max_size=6), st.randoms())
def test_the_order_of_pupils_does_not_matter(rule: Standard, rows: list[dict[str, Any]], chance: Any) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    straight, shuffled = judged(rule, *rows), judged(rule, *(rows[place] for place in order))
    assert straight.level[order].tolist() == shuffled.level.tolist()
    assert straight.at_best[order].tolist() == shuffled.at_best.tolist()


@given(rules, row, st.sampled_from(["ord", "legi", "forstaelse"]), st.integers(0, 100), st.integers(0, 100))
def test_a_better_score_never_gives_a_worse_window(
    rule: Standard, cells: dict[str, Any], code: str, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    worse, better = judged(rule, {**cells, code: low}), judged(rule, {**cells, code: high})
    if worse.level[0] >= 0 and better.level[0] >= 0:
        assert worse.level[0] <= better.level[0]
    assert max(worse.level[0], worse.at_best[0]) <= max(better.level[0], better.at_best[0])


@given(rules, row)
def test_judging_again_changes_nothing(rule: Standard, cells: dict[str, Any]) -> None:
    filled = sheet(rule, cells)
    before = filled.marks.copy(), filled.points.copy()
    first, second = judge(rule, filled), judge(rule, filled)
    assert first.level.tolist() == second.level.tolist()
    np.testing.assert_array_equal(before[0], filled.marks)
    np.testing.assert_array_equal(before[1], filled.points)


@given(st.none() | st.integers(0, 100), st.none() | st.integers(1, 9), st.integers(0, 100), st.integers(1, 9))
def test_what_comes_in_later_is_never_better_than_at_best(
    fluency: int | None, reading: int | None, later_fluency: int, later_reading: int
) -> None:
    before = judged(TestMissingGroup.TWO, {"ord": fluency, "forstaelse": reading})
    filled = {
        "ord": later_fluency if fluency is None else fluency,
        "forstaelse": later_reading if reading is None else reading,
    }
    after = judged(TestMissingGroup.TWO, filled).level[0]
    assert after <= before.at_best[0] if before.level[0] < 0 else after == before.level[0]
