"""Every level says which version judged it, every limit what it rests on, also while judging again."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from reading_pages import text, texts
from scoring import class_2b, counted_queries

from assessments.calendar import year_label
from assessments.database import db
from assessments.jobs.running import work_off
from assessments.roster.models import Pupil, SchoolClass
from screening import adoption
from screening.adoption import Decision
from screening.benchmarks import drafting
from screening.benchmarks.drafting import Author
from screening.models import BenchmarkSet

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def class_and_pupil(ekbacken: Ekbacken) -> tuple[SchoolClass, Pupil]:
    school_class, pupils = class_2b(ekbacken, [20, 60])
    return school_class, pupils[0]


def adopt_stricter() -> None:
    """Version 2, whose goal for year 2 in autumn is higher; nobody is judged by it yet."""
    default = db.session.scalars(sa.select(BenchmarkSet)).one()
    draft = drafting.draft_from_set(default, None)
    limits = {"near_from": 26, "goal_from": 100, "status": "N", "near_status": "P", "source": "En studie"}
    drafting.change_limit(draft, ("ord_per_minut", 2, "autumn"), limits, Author(None, 1))
    made = drafting.publish_draft(draft, Author(None, 2))
    adoption.decide(made, Decision(date(2026, 8, 20), reason="Ny studie"), [])
    db.session.commit()


def pupil_page(ekbacken: Ekbacken, signed_in: SignIn, pupil: Pupil) -> str:
    return signed_in(ekbacken.birgitta).get(f"/pupils/{pupil.id}").text


JUDGED_BY = "//tr[th='Bedömt efter']"
SOURCES = "//details[summary='Gränser, status och källor']//li"


def test_a_pupil_s_page_names_version_day_and_what_was_said_before(
    ekbacken: Ekbacken, class_and_pupil: tuple[SchoolClass, Pupil], signed_in: SignIn
) -> None:
    _, pupil = class_and_pupil
    page = pupil_page(ekbacken, signed_in, pupil)
    assert text(page, JUDGED_BY) == "Bedömt efter Lässpår bas 2026, version 1, 2026-10-15"
    adopt_stricter()
    waiting = text(pupil_page(ekbacken, signed_in, pupil), JUDGED_BY)
    assert waiting == (
        "Bedömt efter Lässpår bas 2026, version 1, 2026-10-15; räknas om efter Lässpår bas 2026, version 2"
    )
    work_off("a")
    done = text(pupil_page(ekbacken, signed_in, pupil), JUDGED_BY)
    assert done == (
        "Bedömt efter Lässpår bas 2026, version 2, 2026-10-15 "
        "Tidigare: Under målet efter Lässpår bas 2026, version 1, 2026-10-15 till 2026-10-15"
    )


def test_every_limit_on_the_pages_has_status_and_source(
    ekbacken: Ekbacken, class_and_pupil: tuple[SchoolClass, Pupil], signed_in: SignIn
) -> None:
    school_class, pupil = class_and_pupil
    adopt_stricter()
    work_off("a")
    overview = f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}/overview"
    expected = (
        "Rätt lästa ord per minut, text, åk 2 höst: nära 26, mål 100 (eget förslag och publicerad norm). "
        "Källa: En studie"
    )
    client, here = signed_in(ekbacken.birgitta), f"/windows/{ekbacken.autumn.slug}"
    for address in (
        f"/pupils/{pupil.id}",
        overview,
        f"/pupils/{pupil.id}{here}/panel.html",
        f"/classes/{school_class.id}{here}/sheet",
        f"{here}/measures/ord_per_minut/sheet?class={school_class.id}",
    ):
        assert expected in texts(client.get(address).text, SOURCES), address


def test_an_overview_says_that_levels_are_judged_again(
    ekbacken: Ekbacken, class_and_pupil: tuple[SchoolClass, Pupil], signed_in: SignIn
) -> None:
    school_class, _ = class_and_pupil
    overview = f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}/overview"
    client = signed_in(ekbacken.birgitta)
    assert "Nivåerna räknas om" not in client.get(overview).text
    adopt_stricter()
    assert "Nivåerna räknas om" in client.get(overview).text
    work_off("a")
    assert "Nivåerna räknas om" not in client.get(overview).text


def test_a_page_asks_no_more_however_often_a_pupil_has_been_judged_again(
    ekbacken: Ekbacken, class_and_pupil: tuple[SchoolClass, Pupil], signed_in: SignIn
) -> None:
    _, pupil = class_and_pupil
    client, asked = signed_in(ekbacken.birgitta), []
    for _ in range(2):
        with counted_queries() as statements:
            client.get(f"/pupils/{pupil.id}")
        asked.append(len(statements))
        adopt_stricter() if len(asked) == 1 else None
        work_off("a")
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("year", "academic_year", "label"),
    [(0, "2027/28", "F"), (0, "2028/29", "åk 1"), (2, "2027/28", "åk 2"), (2, "2028/29", "åk 3")],
)
def test_a_cohort_keeps_its_limits_when_the_ten_year_school_renames_it(
    year: int, academic_year: str, label: str
) -> None:
    """The index is what limits, scores and judgements store; only the label follows the academic year."""
    assert year_label(year, academic_year) == label


def test_pages_of_sets_say_both_labels_when_the_names_change(
    ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = db.session.scalars(sa.select(BenchmarkSet)).one()
    now = signed_in(ekbacken.cecilia).get(f"/benchmarks/{default.id}").text
    assert "Från läsår 2028/29 heter varje årskurs ett steg högre" in now
    monkeypatch.setenv("LASSPAR_TODAY", "2028-09-01")
    later = signed_in(ekbacken.cecilia).get(f"/benchmarks/{default.id}").text
    row = texts(later, "//div[starts-with(@aria-label, 'Gränser för Rätt lästa ord')]//tbody/tr")[0]
    assert row.startswith("åk 2 vinter")
    assert "Före läsår 2028/29 hette varje årskurs ett steg lägre" in later
