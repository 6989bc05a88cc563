"""Local limits: area and interval by their definitions, the cut by hand, refusals with their reasons."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assessments.refusals import Refused
from screening import local_limits
from screening.local_limits import Followed, area_under_curve, cut, propose, reasons_against

points = st.lists(st.integers(0, 12), min_size=2, max_size=30)


def made(
    cases: int = 60, others: int = 240, apart: float = 20.0, higher_is_better: bool = True, cohorts: int = 3
) -> Followed:
    """Whole points around 30 and so far above; the same every time."""
    chance = np.random.default_rng(5)
    values = np.rint(np.concatenate([chance.normal(30, 10, cases), chance.normal(30 + apart, 10, others)]))
    whole = (values * 1000).astype(np.int64)
    count = cases + others
    return Followed(
        points=whole if higher_is_better else 100_000 - whole,
        is_case=np.arange(count) < cases,
        cohort=np.arange(count) % cohorts,
        among=count + 100,
        step=1000,
        scale=(-1_000_000, 1_000_000),
        higher_is_better=higher_is_better,
    )


class TestArea:
    @settings(max_examples=40)
    @given(points, points)
    def test_is_mann_whitney_s_u(self, cases: list[int], others: list[int]):
        told = stats.mannwhitneyu(others, cases).statistic / len(cases) / len(others)
        assert both(cases, others).area == pytest.approx(told)

    @settings(max_examples=40)
    @given(points, points)
    def test_the_interval_is_delong_s_by_the_definition(self, cases: list[int], others: list[int]):
        """The variance of the structural components, pair by pair."""
        wins = np.array([[(one < other) + (one == other) / 2 for other in others] for one in cases])
        variance = wins.mean(axis=1).var(ddof=1) / len(cases) + wins.mean(axis=0).var(ddof=1) / len(others)
        half = stats.norm.ppf(0.975) * np.sqrt(variance)
        found = both(cases, others)
        assert found.low == pytest.approx(max(wins.mean() - half, 0), abs=1e-12)
        assert found.high == pytest.approx(min(wins.mean() + half, 1), abs=1e-12)

    @given(points, points)
    @settings(max_examples=20)
    def test_turned_round_it_is_the_rest(self, cases: list[int], others: list[int]):
        there, back = both(cases, others), both(others, cases)
        assert (back.area, back.low) == pytest.approx((1 - there.area, 1 - there.high))

    def test_a_wider_confidence_is_a_wider_interval(self):
        material = made()
        narrow, wide = (area_under_curve(material.upwards, material.is_case, one) for one in (0.5, 0.99))
        assert wide.low < narrow.low < narrow.area == wide.area < narrow.high < wide.high


def both(cases: list[int], others: list[int]) -> local_limits.Area:
    is_case = np.array([True] * len(cases) + [False] * len(others))
    return area_under_curve(np.array(cases + others), is_case)


class TestCut:
    def test_nine_of_ten_are_under_it(self):
        values = np.array([*range(10), 50, 60]) * 1000
        assert cut(values, np.arange(12) < 10, 1000) == 9000  # 8 is under, 9 is not
        assert cut(values, np.arange(12) < 10, 500) == 8500

    @settings(max_examples=40)
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
    def test_it_is_the_lowest_that_reaches_it(self, cases: list[int]):
        values, everybody = np.array(cases), np.ones(len(cases), np.bool_)
        limit = cut(values, everybody, 1)
        assert (values < limit).mean() >= 0.90
        assert (values < limit - 1).mean() < 0.90


class TestProposal:
    def test_says_what_it_rests_on(self):
        material = made()
        found = propose(material, seed=1)
        assert found.limit == cut(material.points, material.is_case, 1000)
        assert found.low <= found.limit <= found.high
        assert (found.low % 1000, found.high % 1000) == (0, 0)
        assert found.area == area_under_curve(material.points, material.is_case)
        assert (found.cases, found.others, found.cohorts) == (60, 240, 3)
        assert (found.base_rate, found.share_missing) == (0.2, 0.25)
        assert 0.8 < found.sensitivity < 0.95
        assert 0.5 < found.specificity < 0.95

    def test_the_same_seed_gives_the_same_and_another_nearly(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(local_limits, "RESAMPLES", 50)
        first, again, other = (propose(made(), seed) for seed in (1, 1, 2))
        assert first == again
        assert first != other
        assert first.limit == other.limit

    def test_the_interval_holds_95_of_100_resamples(self, monkeypatch: pytest.MonkeyPatch):
        """The same draws, counted here: of 200 limits the sixth and the 195th."""
        monkeypatch.setattr(local_limits, "RESAMPLES", 200)
        finer = np.random.default_rng(1).integers(0, 5000, 300)
        material = replace(made(240, 60), points=made(240, 60).points + finer)
        chance, limits = np.random.default_rng(11), []
        for _ in range(200):
            drawn = chance.integers(300, size=300)
            limits.append(cut(material.points[drawn], material.is_case[drawn], 1000))
        ordered = sorted(limits)
        found = propose(material, 11)
        assert (found.low, found.high) == (ordered[5], ordered[194])
        assert ordered[5] < ordered[20] < ordered[180] < ordered[194], (
            "else nothing would be seen of the tails"
        )

    def test_where_less_is_better_it_is_the_mirror_image(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(local_limits, "RESAMPLES", 50)
        up, down = propose(made(), 1), propose(made(higher_is_better=False), 1)
        assert (down.limit, down.low, down.high) == (100_000 - up.limit, 100_000 - up.high, 100_000 - up.low)
        assert (down.area, down.sensitivity) == (up.area, up.sensitivity)

    @pytest.mark.parametrize("higher_is_better", [True, False])
    def test_nothing_is_proposed_beyond_the_scale(
        self, monkeypatch: pytest.MonkeyPatch, higher_is_better: bool
    ):
        """The interval ends there too; where a tenth of the cases have the best result, none finds nine of
        ten."""
        monkeypatch.setattr(local_limits, "RESAMPLES", 50)
        usual = made(higher_is_better=higher_is_better)
        limit = propose(usual, 1).limit
        found = propose(replace(usual, scale=(limit, limit)), 1)
        assert (found.low, found.limit, found.high) == (limit, limit, limit)
        best = limit - 1000 if higher_is_better else limit + 1000
        scale = (-1_000_000, best) if higher_is_better else (best, 1_000_000)
        with pytest.raises(Refused, match="hade bästa resultatet som finns"):
            propose(replace(usual, scale=scale), 1)

    def test_out_of_bag_is_what_those_left_out_say(self, monkeypatch: pytest.MonkeyPatch):
        """One resample, by hand."""
        monkeypatch.setattr(local_limits, "RESAMPLES", 1)
        material = made()
        drawn = np.random.default_rng(7).integers(300, size=300)
        limit = cut(material.points[drawn], material.is_case[drawn], 1000)
        left = np.setdiff1d(np.arange(300), drawn)
        under, case = material.points[left] < limit, material.is_case[left]
        found = propose(material, 7)
        assert (found.low, found.high) == (limit, limit)
        assert (found.sensitivity, found.specificity) == (under[case].mean(), (~under)[~case].mean())


def test_the_floor_and_the_resamples_are_those_decided():
    assert (local_limits.RESAMPLES, local_limits.FEWEST_OF_EACH, local_limits.SENSITIVITY) == (1000, 50, 0.90)


class TestRefusals:
    @pytest.mark.parametrize(
        ("cases", "others", "cohorts", "reasons"),
        [
            (50, 50, 2, []),
            (49, 50, 2, ["Det finns 40–49 elever som inte nådde målet. Det behövs minst 50."]),
            (50, 49, 2, ["Det finns 40–49 elever som nådde målet. Det behövs minst 50."]),
            (50, 50, 1, ["Antalet årskullar att följa är 1. Det behövs minst 2."]),
        ],
    )
    def test_too_few_are_named(self, cases: int, others: int, cohorts: int, reasons: list[str]):
        material = made(cases, others, cohorts=cohorts)
        assert reasons_against(material) == reasons
        if reasons:
            with pytest.raises(Refused) as refused:
                propose(material, 1)
            assert refused.value.reasons == reasons

    def test_a_result_that_foretells_nothing_gets_no_limit(self):
        with pytest.raises(Refused, match="ingen gräns"):
            propose(made(apart=0), 1)

    def test_a_result_that_foretells_the_contrary_gets_none_either(self):
        with pytest.raises(Refused, match="ingen gräns"):
            propose(replace(made(), higher_is_better=False), 1)


@settings(max_examples=10)
@given(st.randoms())
def test_the_order_of_the_pupils_means_nothing_to_area_and_limit(random):
    material = made()
    mixed = np.array(random.sample(range(300), 300))
    shuffled = (material.points[mixed], material.is_case[mixed])
    assert cut(*shuffled, 1000) == cut(material.points, material.is_case, 1000)
    assert area_under_curve(*shuffled).low == pytest.approx(
        area_under_curve(material.points, material.is_case).low
    )
