"""``benchmarks propose``: pupils followed from a result to a later goal, a limit for a draft."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from cast import Ekbacken
from click.testing import Result
from scoring import a_window

from assessments.clock import now
from assessments.database import db
from assessments.models import AssessmentWindow, Score, Season
from screening.benchmarks import adopting
from screening.benchmarks.drafting import content, draft_from_set, limit_at
from screening.levels import Certainty, Level
from screening.local_limits import CAUTION
from screening.models import Judgement

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
    ekbacken: Ekbacken, pair: tuple[AssessmentWindow, AssessmentWindow], *pupils: tuple[int | None, Level]
) -> None:
    """Pupils of year 2: words per minute in autumn, and the level in spring."""
    first, last = pair
    everybody = [ekbacken.pupil("Bo", "Ek", str(next(CODES)), year=2) for _ in pupils]
    db.session.flush()
    set_id = adopting.find("lasspar-bas-2026@1").id
    for pupil, (points, level) in zip(everybody, pupils, strict=True):
        for window, found in ((first, Level.NOT_DETERMINED), (last, level)):
            judged = {"benchmark_set_id": set_id, "certainty": Certainty.UNKNOWN.value, "judged_at": now()}
            where = {"pupil_id": pupil.id, "window_id": window.id, "year": 2}
            db.session.add(Judgement(**where, level=found, **judged))
        if points is not None:
            where = {"pupil_id": pupil.id, "window_id": first.id, "year": 2, "measure": "ord_per_minut"}
            db.session.add(Score(**where, points=Decimal(points), assessed_on=first.opens_on, version=1))
    db.session.commit()


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
        "Underlag: 160 elever i 2 årskullar, 38 % nådde inte målet våren i åk 2, 2 % saknas; AUC 0,9"
    )
    assert third == CAUTION


@pytest.mark.both_databases
def test_a_draft_takes_it_beside_what_it_says_already(ekbacken: Ekbacken, years, lasspar: Lasspar):
    enough(ekbacken, years)
    draft = draft_from_set(adopting.find("lasspar-bas-2026@1"), None)
    db.session.commit()
    place = ("ord_per_minut", 2, "autumn")
    before = limit_at(content(draft), place)
    done = lasspar("benchmarks", "propose", *WORDS, "--draft", str(draft.id))
    assert (done.exit_code, done.stderr) == (0, "")
    db.session.expire_all()
    after = limit_at(content(draft), place)
    assert (after["goal_from"], after["status"], after["near_from"]) == (47, "P", before["near_from"])
    assert after["source"].startswith("lokalt underlag: 160 elever i 2 årskullar")


def test_too_little_is_refused_with_every_reason(ekbacken: Ekbacken, years, lasspar: Lasspar):
    follow(ekbacken, years[0], (20, Level.BELOW_GOAL), (60, Level.AT_GOAL))
    done = lasspar("benchmarks", "propose", *WORDS, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Det finns 1 elever som inte nådde målet. Det behövs minst 50.",
        "Det finns 1 elever som nådde målet. Det behövs minst 50.",
        "Antalet årskullar att följa är 1. Det behövs minst 2.",
    ]


def test_without_anybody_it_says_so(ekbacken: Ekbacken, lasspar: Lasspar):
    assert "Det finns 0 elever" in lasspar("benchmarks", "propose", *WORDS).stderr


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
