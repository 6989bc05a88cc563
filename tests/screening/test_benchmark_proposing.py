"""Limits of one's own results: pupils followed from a result to a later goal, a limit for a draft."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import a_window

from assessments.clock import now
from assessments.database import db
from assessments.governing.members import leave
from assessments.models import AssessmentWindow, Score, Season
from assessments.roster.models import Curriculum, SchoolClass
from assessments.writes import Recorder
from screening import rejudging
from screening.benchmarks import adopting
from screening.benchmarks.drafting import (
    Author,
    change_limit,
    content,
    draft_from_set,
    limit_at,
    publish_draft,
)
from screening.benchmarks.models import BenchmarkDraft
from screening.levels import Certainty, Level
from screening.local_limits import CAUTION
from screening.models import Adoption, Judgement
from screening.rollup.models import CountedPupil

SignIn = Callable[..., FlaskClient]
Lasspar = Callable[..., Result]
CODES = count(9000)
WORDS = ("ord_per_minut", "--year", "2", "--season", "autumn", "--goal-year", "2", "--goal-season", "spring")


@pytest.fixture
def years(ekbacken: Ekbacken) -> list[tuple[AssessmentWindow, AssessmentWindow]]:
    """Autumn and spring of two academic years, and an autumn whose spring has not been."""
    told = []
    for year in (2024, 2025):
        academic_year = f"{year}/{year - 1999}"
        autumn = a_window(academic_year, Season.AUTUMN, date(year, 9, 1), date(year, 10, 10))
        told.append(
            (autumn, a_window(academic_year, Season.SPRING, date(year + 1, 4, 1), date(year + 1, 5, 9)))
        )
    return told


def follow(
    ekbacken: Ekbacken,
    pair: tuple[AssessmentWindow, AssessmentWindow],
    *pupils: tuple[int | None, Level],
    school_class: SchoolClass | None = None,
) -> None:
    """Pupils of year 2: words per minute in autumn, and the level in spring."""
    first, last = pair
    school_class = school_class or ekbacken.class_1a
    everybody = [
        ekbacken.pupil("Bo", "Ek", str(next(CODES)), year=2, school_class=school_class) for _ in pupils
    ]
    db.session.flush()
    set_id = adopting.find("lasspar-bas-2026@1").id
    for pupil, (points, level) in zip(everybody, pupils, strict=True):
        for window, found in ((first, Level.NOT_DETERMINED), (last, level)):
            judged = {"benchmark_set_id": set_id, "certainty": Certainty.UNKNOWN.value, "judged_at": now()}
            where = {"pupil_id": pupil.id, "window_id": window.id, "year": 2}
            db.session.add(Judgement(**where, level=found, **judged))
            db.session.add(
                CountedPupil(
                    **where, school_id=school_class.school_id, curriculum=Curriculum.SWEDISH,
                    judged_by=set_id, levels={},
                )
            )  # fmt: skip
        if points is not None:
            where = {"pupil_id": pupil.id, "window_id": first.id, "year": 2, "measure": "ord_per_minut"}
            db.session.add(Score(**where, points=Decimal(points), assessed_on=first.opens_on, version=1))
    db.session.commit()


@pytest.fixture
def draft(ekbacken: Ekbacken) -> BenchmarkDraft:
    """Of the default set."""
    made = draft_from_set(adopting.find("lasspar-bas-2026@1"), None)
    db.session.commit()
    return made


def enough(ekbacken: Ekbacken, years: list[tuple[AssessmentWindow, AssessmentWindow]]) -> None:
    """Thirty each year who do not reach the goal, with 20 to 49 words, and fifty who do, with 40 to 89."""
    for pair in years:
        under = [(20 + place, Level.NEAR_GOAL if place % 2 else Level.BELOW_GOAL) for place in range(30)]
        follow(ekbacken, pair, *under, *((40 + place, Level.AT_GOAL) for place in range(50)))
        follow(ekbacken, pair, (None, Level.AT_GOAL), (50, Level.NOT_DETERMINED))


def test_the_limit_finds_nine_of_ten_of_them_and_is_told_with_the_caution(
    ekbacken: Ekbacken, years, lasspar: Lasspar
):
    enough(ekbacken, years)
    done = lasspar("benchmarks", "propose", *WORDS, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["limit"]["goal_from"] == 47  # 27 of each 30 have 46 words or fewer
    assert told["limit"]["low"] <= 47 <= told["limit"]["high"]
    assert (told["pupils"], told["cases"], told["cohorts"]) == (160, 60, 2)
    assert (told["base_rate"], told["share_missing"]) == (0.375, pytest.approx(4 / 164))
    assert told["auc"]["low"] < told["auc"]["value"] < told["auc"]["high"]
    assert told["caution"] == CAUTION
    first, second, third = lasspar("benchmarks", "propose", *WORDS).stdout.splitlines()
    assert first == "Förslag: mål från 47 på ord_per_minut. Inget har ändrats."
    assert second.startswith(
        "Underlag: 160–169 elever i 2 årskullar, 38 % nådde inte målet våren i åk 2, 2 % saknas; AUC 0,9"
    )
    assert third == CAUTION


@pytest.mark.both_databases
def test_a_draft_takes_it_beside_what_it_says_already(
    ekbacken: Ekbacken, years, draft: BenchmarkDraft, lasspar: Lasspar
):
    enough(ekbacken, years)
    place = ("ord_per_minut", 2, "autumn")
    before = limit_at(content(draft), place)
    done = lasspar("benchmarks", "propose", *WORDS, "--draft", str(draft.id))
    assert (done.exit_code, done.stderr) == (0, "")
    db.session.expire_all()
    after = limit_at(content(draft), place)
    assert (after["goal_from"], after["status"]) == (47, "P")
    assert all(after[key] == before[key] for key in ("near_from", "near_status", "typical"))
    assert after["source"].startswith("lokalt underlag: 160–169 elever i 2 årskullar")
    assert after["source"].endswith(f"; i övrigt: {before['source']}")


def test_too_little_is_refused_with_every_reason(ekbacken: Ekbacken, years, lasspar: Lasspar):
    follow(ekbacken, years[0], (20, Level.BELOW_GOAL), (60, Level.AT_GOAL))
    done = lasspar("benchmarks", "propose", *WORDS, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Det finns 0–9 elever som inte nådde målet. Det behövs minst 50.",
        "Det finns 0–9 elever som nådde målet. Det behövs minst 50.",
        "Antalet årskullar att följa är 1. Det behövs minst 2.",
    ]


def test_without_anybody_it_says_so(ekbacken: Ekbacken, lasspar: Lasspar):
    assert "Det finns 0–9 elever" in lasspar("benchmarks", "propose", *WORDS).stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("ord_per_minutt", *WORDS[1:]), "Menade du ord_per_minut?"),
        ((*WORDS[:-1], "autumn"), "Målet ska ligga efter resultatet i tiden."),
        ((*WORDS[:6], "1", *WORDS[7:]), "Målet ska ligga efter resultatet i tiden."),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    ekbacken: Ekbacken, lasspar: Lasspar, words: tuple[str, ...], reason: str
):
    done = lasspar("benchmarks", "propose", *words)
    assert (done.exit_code, reason in done.stderr) == (1, True)


def test_a_draft_that_is_not_there_is_named(ekbacken: Ekbacken, lasspar: Lasspar):
    done = lasspar("benchmarks", "propose", *WORDS, "--draft", "77")
    assert (done.exit_code, done.stderr) == (1, "Utkast 77 finns inte.\n")


def test_a_goal_that_lies_ahead_makes_nobody_missing(ekbacken: Ekbacken, years, lasspar: Lasspar):
    enough(ekbacken, years)
    autumn = ekbacken.autumn
    coming = a_window(autumn.academic_year, Season.SPRING, date(2027, 4, 1), date(2027, 5, 9))
    follow(ekbacken, (autumn, coming), *[(50, Level.NOT_DETERMINED)] * 20)
    told = json.loads(lasspar("benchmarks", "propose", *WORDS, "--json").stdout)
    assert (told["cohorts"], told["share_missing"]) == (2, pytest.approx(4 / 164))


def test_who_took_no_part_when_the_window_closed_is_not_followed(ekbacken: Ekbacken, years, lasspar: Lasspar):
    enough(ekbacken, years)
    follow(ekbacken, years[1], *[(1, Level.AT_GOAL)] * 20, school_class=ekbacken.other_class)
    asked = ("benchmarks", "propose", *WORDS, "--json")
    assert json.loads(lasspar(*asked).stdout)["pupils"] == 180
    with pytest.MonkeyPatch.context() as then:
        then.setenv("LASSPAR_TODAY", "2026-05-01")
        leave(ekbacken.other_municipality, years[1][1].closes_on - timedelta(days=1), "Slut", Recorder())
        db.session.commit()
    told = json.loads(lasspar(*asked).stdout)
    assert (told["pupils"], told["share_missing"]) == (160, pytest.approx(24 / 184))


def test_none_while_anybody_is_judged_again(ekbacken: Ekbacken, years, lasspar: Lasspar):
    enough(ekbacken, years)
    rejudging.order_rejudging()
    db.session.commit()
    done = lasspar("benchmarks", "propose", *WORDS)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Kom tillbaka när omräkningen är klar" in done.stderr


ADDRESS = "/benchmarks/proposal"
ASKED = f"{ADDRESS}?measure=ord_per_minut&result=2-autumn&goal=2-spring"


class TestThePage:
    def test_asks_first(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = signed_in(ekbacken.cecilia).get(ADDRESS).text
        assert texts(page, "//select[@name='result']/option")[:2] == ["åk 1, hösten", "åk 1, vintern"]
        assert texts(page, "//dl") == []

    def test_tells_the_limit_beside_the_one_today_and_a_draft_takes_it(
        self, ekbacken: Ekbacken, years, draft: BenchmarkDraft, signed_in: SignIn
    ) -> None:
        enough(ekbacken, years)
        cecilia = signed_in(ekbacken.cecilia)
        page = cecilia.get(ASKED).text
        assert sentence(page) == (
            "Rätt lästa ord per minut, text (åk 2, hösten): gränsen 47 hittar nio av tio av dem som "
            "våren i åk 2 inte nådde målet. Inget har ändrats."
        )
        told = dict(zip(texts(page, "//dl//dt"), texts(page, "//dl//dd"), strict=True))
        assert told["Föreslagen gräns"].startswith("mål 47; ")
        assert told["Gränsen i dag"].startswith("nära 26, mål 35 (beräknad ur publicerade värden), ")
        assert told["Underlag"] == (
            "160–169 elever i 2 årskullar; 38 % nådde inte målet; 2 % saknar resultat eller nivå"
        )
        assert CAUTION in page

        answer = post(cecilia, ASKED, {"draft": f"{draft.id}-{draft.version}"})
        assert (answer.status_code, answer.location) == (303, f"/benchmarks/drafts/{draft.id}")
        db.session.expire_all()
        assert limit_at(content(draft), ("ord_per_minut", 2, "autumn"))["goal_from"] == 47

    def test_says_why_there_is_none_and_no_small_number(
        self, ekbacken: Ekbacken, years, signed_in: SignIn
    ) -> None:
        follow(ekbacken, years[0], *[(20, Level.BELOW_GOAL)] * 3, *[(60, Level.AT_GOAL)] * 48)
        page = signed_in(ekbacken.cecilia).get(ASKED).text
        assert texts(page, "//div[contains(@class, 'notice-info')]//li") == [
            "Det finns 0–9 elever som inte nådde målet. Det behövs minst 50.",
            "Det finns 40–49 elever som nådde målet. Det behövs minst 50.",
            "Antalet årskullar att följa är 1. Det behövs minst 2.",
        ]

    def test_keeps_what_a_draft_cannot_hold_out_of_it(
        self, ekbacken: Ekbacken, years, draft: BenchmarkDraft, signed_in: SignIn
    ) -> None:
        """The limit for near the goal may not lie above the goal."""
        enough(ekbacken, years)
        place = ("ord_per_minut", 2, "autumn")
        near = {"near_from": Decimal(60), "goal_from": Decimal(70), "status": "P", "source": "S"}
        change_limit(draft, place, near, Author(None, draft.version))
        db.session.commit()
        answer = post(signed_in(ekbacken.cecilia), ASKED, {"draft": f"{draft.id}-{draft.version}"})
        assert (answer.status_code, "Utkastet är som det var." in answer.text) == (422, True)
        db.session.expire_all()
        assert limit_at(content(draft), place)["goal_from"] == 70

    @pytest.mark.parametrize(
        "wrong",
        [
            "measure=x&result=2-autumn&goal=2-spring",
            "measure=ord_per_minut&result=2-&goal=9-spring",
            "goal=2-spring",
        ],
    )
    def test_knows_a_question_that_makes_no_sense(
        self, ekbacken: Ekbacken, signed_in: SignIn, wrong: str
    ) -> None:
        cecilia = signed_in(ekbacken.cecilia)
        assert cecilia.get(f"{ADDRESS}?{wrong}").status_code == 422
        assert post(cecilia, f"{ADDRESS}?{wrong}", {"draft": "1-1"}).status_code == 422

    def test_does_not_take_the_window_of_the_header_for_a_question(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        assert signed_in(ekbacken.cecilia).get(f"{ADDRESS}?window={ekbacken.autumn.slug}").status_code == 200

    def test_twice_is_once_and_not_over_what_another_wrote(
        self, ekbacken: Ekbacken, years, signed_in: SignIn
    ) -> None:
        enough(ekbacken, years)
        draft, place = (
            draft_from_set(adopting.find("lasspar-bas-2026@1"), None),
            ("ord_per_minut", 2, "autumn"),
        )
        db.session.commit()
        cecilia, seen = signed_in(ekbacken.cecilia), {"draft": f"{draft.id}-{draft.version}"}
        post(cecilia, ASKED, seen)
        db.session.expire_all()
        once = limit_at(content(draft), place)
        stale = post(cecilia, ASKED, seen)
        assert (stale.status_code, "Någon har ändrat utkastet" in stale.text) == (422, True)
        assert post(cecilia, ASKED, {"draft": f"{draft.id}-{draft.version}"}).status_code == 303
        db.session.expire_all()
        assert limit_at(content(draft), place) == once
        for wrong in ("", "x", "1", "1-", "-1-1", "1-1-1"):
            assert post(cecilia, ASKED, {"draft": wrong}).status_code == 422

    def test_is_beside_the_limit_of_the_window_to_work_in(
        self, ekbacken: Ekbacken, years, signed_in: SignIn
    ) -> None:
        enough(ekbacken, years)
        draft, place = (
            draft_from_set(adopting.find("lasspar-bas-2026@1"), None),
            ("ord_per_minut", 2, "autumn"),
        )
        limits = {"goal_from": Decimal(60), "status": "P", "source": "S"}
        change_limit(draft, place, limits, Author(None, draft.version))
        adopting.adopt(publish_draft(draft, Author(None, draft.version)), date(2027, 8, 1))
        a_window("2027/28", Season.AUTUMN, date(2027, 9, 1), date(2027, 10, 1))
        db.session.commit()
        page = signed_in(ekbacken.cecilia).get(ASKED).text
        told = dict(zip(texts(page, "//dl//dt"), texts(page, "//dl//dd"), strict=True))
        assert "mål 35" in told["Gränsen i dag"]

    def test_knows_a_draft_that_is_not_there(self, ekbacken: Ekbacken, years, signed_in: SignIn) -> None:
        enough(ekbacken, years)
        assert "Det finns inget utkast" in signed_in(ekbacken.cecilia).get(ASKED).text
        assert post(signed_in(ekbacken.cecilia), ASKED, {"draft": "77-1"}).status_code == 404

    def test_says_what_is_first_where_nothing_is_judged(
        self, app: Flask, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        db.session.execute(sa.delete(Adoption))
        db.session.commit()
        assert "Ingen period bedöms ännu" in signed_in(ekbacken.cecilia).get(ADDRESS).text
