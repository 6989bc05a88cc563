"""Which languages a school prints, and what each home gets."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from invented_figures import page_count, pages
from posting import post
from scoring import record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.cells import OTHER_LANGUAGE
from reports.gathering.guardian import class_set
from reports.home_languages import turn_on
from reports.models import HomeLanguage
from reports.queries.home_languages import homes_told
from reports.wording import in_language, translations, wording

AUTUMN = "2026-27-autumn"
WINDOW = ("--window", "2026/27-autumn")


@pytest.fixture
def kim_reads_arabic(ekbacken: Ekbacken) -> Ekbacken:
    """At one home; at the other Swedish."""
    ekbacken.kim.letter_language, ekbacken.kim.second_letter_language = "ar", "sv"
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=28)
    db.session.commit()
    return ekbacken


@pytest.fixture
def arabic_is_on(kim_reads_arabic: Ekbacken) -> Ekbacken:
    turn_on(kim_reads_arabic.school, "ar", Recorder())
    db.session.commit()
    return kim_reads_arabic


def kims(ekbacken: Ekbacken) -> Any:
    return class_set(ekbacken.class_1a, ekbacken.autumn).sheets[1]


def languages_page(ekbacken: Ekbacken) -> str:
    return f"/schools/{ekbacken.school.id}/home-languages"


def test_a_translation_that_is_off_leaves_the_swedish_page_and_the_question_about_an_interpreter(
    kim_reads_arabic: Ekbacken,
):
    first, second = kims(kim_reads_arabic).papers
    assert [(page.language, page.offers_interpreter) for page in (*first, *second)] == [
        ("sv", True), ("sv", False),
    ]  # fmt: skip


def test_so_does_a_language_that_we_lack(kim_reads_arabic: Ekbacken):
    kim_reads_arabic.kim.letter_language = OTHER_LANGUAGE
    db.session.commit()
    assert homes_told(kims(kim_reads_arabic)) == "svenska med frågan om tolk och svenska"


def test_a_translation_that_is_on_has_the_swedish_page_on_its_back(arabic_is_on: Ekbacken):
    first, second = kims(arabic_is_on).papers
    assert [page.language for page in first] == ["ar", "sv"]
    assert [page.language for page in second] == ["sv"]
    front, back = first
    assert [one.area for one in front.rows] == [one.area for one in back.rows]
    assert front.rows[0].told == "28 من 29 صوتا"
    assert front.can == tuple(in_language(said, "ar") for said in back.can)
    assert front.name == back.name == "Kim Berg"


def test_everybody_else_gets_what_they_got_before(arabic_is_on: Ekbacken):
    noor = class_set(arabic_is_on.class_1a, arabic_is_on.autumn).sheets[0]
    assert noor.homes == ()
    assert noor.papers == ((noor,),)


@pytest.mark.parametrize(("who", "status"), [("rut", 200), ("birgitta", 403), ("astrid", 404), ("carl", 404)])
def test_only_the_principal_sees_the_languages(ekbacken: Ekbacken, signed_in: Any, who: str, status: int):
    client = signed_in(getattr(ekbacken, who))
    assert client.get(languages_page(ekbacken)).status_code == status


def test_the_page_says_that_nothing_is_reviewed_and_how_many_homes_read_it(
    kim_reads_arabic: Ekbacken, signed_in: Any
):
    page = signed_in(kim_reads_arabic.rut).get(languages_page(kim_reads_arabic)).text
    assert f"0 av {len(translations())} översättningar är påslagna" in page
    assert page.count('<td data-label="Granskad">Nej</td>') == len(translations())
    assert '<td data-label="Hem på skolan" class="amount">1</td>' in page


def test_the_principal_turns_a_language_on_and_off_and_both_are_noted(ekbacken: Ekbacken, signed_in: Any):
    client = signed_in(ekbacken.rut)
    for field in ("on", "on", "off"):
        assert post(client, languages_page(ekbacken), {field: "ti"}).status_code == 303
    rows = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.like("home_language:%")).order_by(AuditEntry.id)
    )
    assert [(row.action, row.details["language"], row.school_id) for row in rows] == [
        ("home_language:turned_on", "ti", ekbacken.school.id),
        ("home_language:turned_off", "ti", ekbacken.school.id),
    ]
    assert db.session.scalars(sa.select(HomeLanguage)).all() == []


@pytest.mark.parametrize("code", ["sv", "xx", ""])
def test_a_language_that_is_no_translation_is_never_turned_on(ekbacken: Ekbacken, signed_in: Any, code: str):
    assert post(signed_in(ekbacken.rut), languages_page(ekbacken), {"on": code}).status_code == 303
    assert db.session.scalars(sa.select(HomeLanguage)).all() == []


def test_a_translation_can_be_read_before_it_is_turned_on(ekbacken: Ekbacken, signed_in: Any):
    client, address = signed_in(ekbacken.rut), f"{languages_page(ekbacken)}.pdf"
    front, back = pages(client.get(address, query_string={"language": "ti"}).data)
    assert wording("ti")["page"]["title"] in front
    assert "Så går det med läsningen" in back
    assert "Kim Ek" in front
    assert client.get(address, query_string={"language": "sv"}).status_code == 404


def test_the_class_says_what_each_home_gets_and_how_many_sheets_there_are(
    arabic_is_on: Ekbacken, signed_in: Any
):
    page = signed_in(arabic_is_on.astrid).get(f"/classes/{arabic_is_on.class_1a.id}/windows/{AUTUMN}/prints")
    assert "Hemmen får 3 ark: 2 på svenska och 1 på arabiska, bladen utan resultat inräknade." in page.text
    assert "arabiska med svenska på baksidan och svenska" in page.text


def test_a_page_says_that_its_translation_is_not_reviewed(arabic_is_on: Ekbacken, signed_in: Any):
    address = f"/pupils/{arabic_is_on.kim.id}/windows/{AUTUMN}/home-page"
    page = signed_in(arabic_is_on.astrid).get(address).text
    assert "Ingen utanför projektet har granskat översättningen till arabiska; det står på bladet." in page


def test_the_command_prints_what_the_homes_read(arabic_is_on: Ekbacken, lasspar: Any, tmp_path: Path):
    paper = tmp_path / "ut.pdf"
    code = arabic_is_on.kim.code
    done = lasspar("report", "pupil", code, *WINDOW, "--out", paper)
    assert done.exit_code == 0, done.output
    assert page_count(paper.read_bytes()) == 3
    done = lasspar("report", "classset", "10000001/1A", *WINDOW, "--out", paper)
    assert "3 ark: 2 på svenska och 1 på arabiska. En översättning har den svenska sidan" in done.output
    assert page_count(paper.read_bytes()) == 5


def test_the_command_prints_one_language_where_the_school_prints_it(
    arabic_is_on: Ekbacken, lasspar: Any, tmp_path: Path
):
    paper = tmp_path / "ut.pdf"
    arguments = ("report", "pupil", arabic_is_on.kim.code, *WINDOW, "--out", paper, "--language")
    assert lasspar(*arguments, "sv").exit_code == 0
    assert page_count(paper.read_bytes()) == 1
    assert lasspar(*arguments, "ar").exit_code == 0
    front, back = pages(paper.read_bytes())
    assert "Så går det med läsningen" in back
    assert "Så går det med läsningen" not in front
    refused = lasspar(*arguments, "ti")
    assert refused.exit_code == 1
    assert "Tigrinska är inte påslaget på Ekbackens skola" in refused.stderr
