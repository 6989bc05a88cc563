"""Only what the same measure decided, on the same text, stands side by side."""

from decimal import Decimal
from typing import Any

import pytest
from cast import Ekbacken
from coordinating import alone, pupils

from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Pupil, School
from reports.gathering.initiative import initiative_report
from screening.benchmarks.catalogue import Benchmarks, Plan
from screening.comparable import OTHER_MEASURES, OTHER_TEXTS, Comparability, Used, comparability, unlike
from screening.coordination import follow_up
from screening.coordination.comparison import comparison, rows
from screening.initiative import compare, lines
from screening.initiative_counts import Place, places

WINTER = AssessmentWindow(academic_year="2026/27", season=Season.WINTER)
PLAN = Plan(decides=(("words", "sentences"),), also=(("text",),))
PLACES = [Place(number, f"S{number}", None, 1 + (number > 2), "K") for number in (1, 2, 3)]


def found(results: dict[int, dict[str, int]], **more: Any) -> Comparability:
    """Of schools with 40 pupils each in year 1; the first two are in one municipality."""
    at = {(school, 1): counts for school, counts in results.items()}
    others = {(school, 1): counts for school, counts in more.get("other_text", {}).items()}
    sizes = more.get("sizes", {})
    used = Used({place: sizes.get(place[0], 40) for place in at}, at, others)
    return comparability(WINTER, Benchmarks(plans={(1, Season.WINTER): PLAN}), used, PLACES)


ALIKE = {"words": 40}


def test_schools_that_use_the_same_measures_are_compared():
    assert found({1: ALIKE, 2: {**ALIKE, "sentences": 40}, 3: ALIKE}).reasons == {}


def test_a_school_decided_by_another_measure_is_not_and_neither_is_its_municipality():
    told = found(
        {
            1: ALIKE,
            2: {"sentences": 40},
            3: {"words": 40},
        }
    ).reasons
    assert told == {"school 2": OTHER_MEASURES, "municipality 1": OTHER_MEASURES}


def test_the_first_measure_speaks_where_both_are_and_the_next_for_who_is_left():
    assert found({1: ALIKE, 2: {"words": 25, "sentences": 40}, 3: ALIKE}).reasons == {}
    assert "school 2" in found({1: ALIKE, 2: {"words": 15, "sentences": 40}, 3: ALIKE}).reasons


def test_a_measure_that_counts_when_present_is_another_choice():
    told = found({1: ALIKE, 2: {"words": 40, "text": 35}, 3: ALIKE}).reasons
    assert told["school 2"] == OTHER_MEASURES
    assert found({1: ALIKE, 2: {"words": 40, "text": 20}, 3: ALIKE}).reasons == {}


@pytest.mark.parametrize(("few", "is_told"), [(4, False), (5, True)])
def test_a_tenth_of_a_group_may_have_read_another_text(few: int, is_told: bool):
    told = found({1: ALIKE, 3: ALIKE}, other_text={1: {"words": few}}).reasons
    assert told.get("school 1") == (OTHER_TEXTS if is_told else None)


def test_a_small_school_does_not_take_its_municipality_away():
    told = found({1: ALIKE, 2: {"sentences": 4}, 3: ALIKE}, sizes={2: 4}).reasons
    assert told == {"school 2": OTHER_MEASURES}


def test_most_pupils_decide_what_is_usual_and_each_year_has_its_own():
    told = found({1: {"sentences": 40}, 2: {"sentences": 40}, 3: ALIKE})
    assert told.reasons == {"school 3": OTHER_MEASURES, "municipality 2": OTHER_MEASURES}
    assert not told.is_like(found({1: ALIKE}))
    assert told.is_like(Comparability({}, {2: ("words", None)}))


def test_a_composite_leaves_nothing_to_choose():
    plans = Benchmarks(plans={(1, Season.WINTER): Plan(composite="index")})
    used = Used({(1, 1): 40, (3, 1): 40}, {(1, 1): ALIKE, (3, 1): {"sentences": 40}})
    assert comparability(WINTER, plans, used, PLACES).reasons == {}


class TestInTheComparison:
    @pytest.fixture
    def cast(self, ekbacken: Ekbacken) -> Ekbacken:
        return alone(ekbacken)

    @pytest.mark.slow
    @pytest.mark.both_databases
    def test_other_measures_and_other_texts_are_told_and_have_no_numbers(self, cast: Ekbacken):
        third = School(name="Granbackens skola", municipality=cast.other_municipality)
        db.session.add(third)
        for school, measure, other in (
            (cast.school, "ord_per_minut", {}),
            (cast.other_school, "legilexi_avkodning", {}),
            (third, "ord_per_minut", {"is_on_agreed_text": False}),
        ):
            for count, points in ((20, 120 if measure == "ord_per_minut" else 5), (15, 1)):
                of = pupils(cast, school, 0, 0, count, year=2)
                taken(cast.autumn, of, measure, Decimal(points), **other)
        answer = compare(cast.autumn, "school")
        told = {group["name"]: group for group in answer["groups"]}
        assert "not_compared" not in told["Ekbackens skola"]
        assert told["Ekbackens skola"]["under_goal"] == 15
        for name, why in (("Tallbackens skola", "olika mått"), ("Granbackens skola", "olika texter")):
            assert (told[name]["not_compared"], told[name]["suppressed"]) == (why, True)
            assert told[name]["under_goal"] is told[name]["share"] is None
        assert "Granbackens skola: jämförs inte (olika texter)" in lines(answer)
        page = comparison(cast.autumn, "", places())
        assert page is not None
        assert {(line.name, line.not_compared, line.shares.under_goal) for line in page.schools.lines} == {
            ("Ekbackens skola", "", 15),
            ("Granbackens skola", "olika texter", None),
            ("Tallbackens skola", "olika mått", None),
        }
        assert {row[-1] for row in rows(page) if row[2] == "Granbackens skola"} == {"nej (olika texter)"}
        follow_up.release(cast.autumn, Recorder())
        paper = initiative_report(cast.autumn, places())
        for name, why in (("Tallbackens skola", "olika mått"), ("Granbackens skola", "olika texter")):
            [line] = [one for one in paper.lines if one.name == name]
            assert (line.not_compared, line.pooled) == (why, None)
            assert line.shares is not None
            assert (line.shares.assessed, line.shares.under_goal) == (35, None)
        assert {one.name: one.not_compared for one in paper.curricula}["Tallby"] != ""
        both = (f"school {third.id}", f"municipality {third.municipality_id}")
        assert unlike(cast.autumn, "ord_per_minut") == dict.fromkeys(both, OTHER_TEXTS)


def taken(window: AssessmentWindow, of: list[Pupil], measure: str, points: Decimal, **more: Any) -> None:
    """The same result for everybody."""
    writes = [Write(pupil.id, measure, points, **more) for pupil in of]
    assert {outcome.status.value for outcome in record_scores(window, writes, Recorder())} == {"stored"}
    db.session.commit()
