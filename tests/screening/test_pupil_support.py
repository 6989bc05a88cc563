"""Support periods on the pupil's page: the plain answer, the plan and its pace, the results day by day."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from cast import Ekbacken
from flask.testing import FlaskClient
from scoring import a_window, counted_queries

from assessments.database import db
from assessments.models import Season
from assessments.roster.models import Enrolment, Pupil
from screening.models import StartFrom, SupportPeriod, SupportResult
from screening.queries.pupil_support import pupil_support
from screening.support.models import SupportPlan
from screening.support.ways import GoalWay, SupportKind

STARTED = date(2026, 8, 24)


def period(
    pupil: Pupil, *points: int, goal: int = 35, measure: str = "ord_per_minut", **plan: object
) -> None:
    found = SupportPeriod(
        pupil_id=pupil.id, measure=measure, starts_on=STARTED, start=Decimal(20), start_from=StartFrom.GIVEN,
        goal_on=STARTED + timedelta(weeks=10), goal=Decimal(goal),
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    if plan:
        db.session.add(SupportPlan(support_period_id=found.id, **plan))
    for week, value in enumerate(points):
        day = STARTED + timedelta(weeks=week)
        db.session.add(SupportResult(support_period_id=found.id, measured_on=day, points=Decimal(value)))
    db.session.commit()


@pytest.fixture
def tova(ekbacken: Ekbacken) -> Pupil:
    """In year 2, with last year's winter and spring declared, so that a typical rate is known."""
    pupil = ekbacken.pupil("Tova", "Tvåa", "1010", year=2)
    a_window("2025/26", Season.WINTER, date(2026, 1, 12), date(2026, 2, 13))
    a_window("2025/26", Season.SPRING, date(2026, 4, 6), date(2026, 5, 15))
    db.session.commit()
    return pupil


def test_who_has_no_support_asks_one_question(tova: Pupil):
    assert tova.id
    with counted_queries() as asked:
        assert pupil_support(tova) == ()
    assert [one for one in asked if not one.startswith("BEGIN")] == asked[-1:]


def test_the_answer_comes_with_what_it_rests_on(tova: Pupil):
    period(
        tova, 20, 21, 19, 23, 22, 24, 22, 25,
        kind=SupportKind.INTENSIVE_PERIOD, goal_way=GoalWay.BENCHMARK, minutes=20, times_a_week=4,
    )  # fmt: skip
    (found,) = pupil_support(tova)
    assert (found.kind, found.weeks, found.how_often) == (
        "Intensivperiod", "10 veckor", "20 minuter, 4 gånger i veckan",
    )  # fmt: skip
    assert (found.verdict, found.is_behind) == ("Utvecklas långsammare än planerat", True)
    assert found.evidence == (
        "8 resultat på 7 veckor. Takten är 0,64 i veckan. Svaret är preliminärt. "
        "De 7 senaste resultaten ligger under planerat."
    )
    assert found.goal == "Från 20 till målet 35 (ord/min). Målet är satt efter riktmärket för perioden."
    (source,) = [line for line in found.sources if "mål" in line.limits and line.place.endswith("vinter")]
    assert source.limits.startswith("nära ")
    assert "Sävsjös skolprojekt" in source.source
    first, *_, last = found.results
    assert (first.points, first.planned, first.is_under) == ("20", "20,0", False)
    assert (last.day, last.points, last.planned, last.is_under) == (date(2026, 10, 12), "25", "30,5", True)


def test_too_early_is_said_with_what_is_needed(tova: Pupil):
    period(tova, 20, 22)
    (found,) = pupil_support(tova)
    assert (found.kind, found.verdict, found.is_behind) == (
        "Stöd som följs upp",
        "För tidigt att säga",
        False,
    )
    assert found.evidence == "2 resultat på 1 vecka. Det behövs minst 6 resultat över fem veckor."


def test_a_way_that_is_too_steep_gets_an_interim_goal(tova: Pupil):
    """Typical in year 2: from 49 in autumn to 65 in spring, 28.6 weeks between the middles of the windows."""
    period(tova)
    (found,) = pupil_support(tova)
    assert found.pace == (
        "Planerat är 1,5 i veckan. Vanligt i årskursen är 0,56. Målet kräver 2,7 gånger så mycket. "
        "Sätt hellre ett delmål: 28 till samma dag. Linjen i bilden går dit; svaret och resultaten jämförs "
        "med målet."
    )
    assert found.evidence.startswith("0 resultat")


def test_a_pace_like_that_of_others_needs_no_word(tova: Pupil):
    period(tova, goal=27)
    (found,) = pupil_support(tova)
    assert found.pace == "Planerat är 0,70 i veckan. Vanligt i årskursen är 0,56."


def test_without_a_year_that_autumn_nothing_is_typical(tova: Pupil):
    db.session.query(Enrolment).filter_by(pupil_id=tova.id).delete()
    period(tova)
    (found,) = pupil_support(tova)
    assert found.pace == "Planerat är 1,5 i veckan."


def test_several_take_no_more_questions_and_the_latest_stands_first(tova: Pupil):
    period(tova, 20, 22)
    with counted_queries() as few:
        pupil_support(tova)
    period(tova, 50, 60, measure="bokstavsljud", goal=29)
    with counted_queries() as many:
        found = pupil_support(tova)
    assert len(many) == len(few)
    assert len(found) == 2


def test_the_page_tells_it(ekbacken: Ekbacken, tova: Pupil, signed_in: Callable[..., FlaskClient]):
    period(tova, 20, 21, 19, kind=SupportKind.SPECIAL_SUPPORT, goal_way=GoalWay.AGREED)
    page = signed_in(ekbacken.astrid).get(f"/pupils/{tova.id}").text
    for words in (
        "Stödinsatser",
        "Särskilt stöd: ",
        "För tidigt att säga.",
        "som ni har kommit överens om",
        "under planerat",
    ):
        assert words in page
