"""The one-minute reading: what is counted, what is saved, whose turn it is, and what never leaves a page."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from lxml import html
from posting import post
from reading_pages import legible, sentence, text, texts
from scoring import class_2b, counted_queries, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import AgreedText, Score
from assessments.reading_aloud import Reading, read
from assessments.recording import Recorder, Write, record_scores
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass

STATIC = Path(__file__).parents[2] / "static"
SignIn = Callable[[Any], FlaskClient]


@pytest.mark.parametrize(
    ("attempted", "errors", "seconds", "points", "accuracy"),
    [(50, 4, 60, 46, 92), (0, 0, 60, 0, None), (40, 0, 45, 53, 100), (3, 1, 60, 2, 67), (9, 9, 60, 0, 0)],
)
def test_right_words_a_minute_and_accuracy(
    attempted: int, errors: int, seconds: int, points: int, accuracy: int | None
) -> None:
    reading = Reading(attempted, errors, seconds)
    assert reading.points == points
    assert reading.accuracy == accuracy


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"attempted": "10", "errors": "11"}, "fler fel än lästa ord"),
        ({"attempted": "tio"}, "Skriv antalet lästa ord som ett helt tal."),
        ({"attempted": "١٢"}, "Skriv antalet lästa ord"),
        ({"seconds": "0"}, "mellan 1 och 600"),
        ({"seconds": "601"}, "mellan 1 och 600"),
        ({"attempted": "9999"}, "Högst 2000 ord."),
        ({"errors": "-1"}, "Skriv antalet fel"),
    ],
)
def test_numbers_that_cannot_be_are_refused(typed: dict[str, str], why: str) -> None:
    with pytest.raises(Refused) as refused:
        read({"attempted": "20", "errors": "2", "seconds": "60"} | typed)
    assert why in str(refused.value)


@pytest.fixture
def school_class(ekbacken: Ekbacken) -> SchoolClass:
    """2B: Abdi has 40, Bo and Cilla have not read."""
    found, _pupils = class_2b(ekbacken, [40, None, None])
    return found


@pytest.fixture
def client(ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass) -> FlaskClient:
    return signed_in(ekbacken.birgitta)


def address(ekbacken: Ekbacken, school_class: SchoolClass) -> str:
    return f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}/reading"


def of(name: str) -> Pupil:
    return db.session.scalars(sa.select(Pupil).where(Pupil.given_name == name)).one()


def fields(name: str, **more: str) -> dict[str, str]:
    usual = {"attempted": "50", "errors": "4", "seconds": "60", "seen": "0", "step": "save", "sum": "46 92"}
    return {"pupil": str(of(name).id), "measure": "ord_per_minut", **usual, **more}


def score(name: str, measure: str = "ord_per_minut") -> Score | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Score).filter_by(pupil_id=of(name).id, measure=measure))


def points(name: str) -> Decimal | None:
    found = score(name)
    return found.points if found else None


class TestWhoseTurnItIs:
    @pytest.mark.slow
    def test_the_first_without_a_result(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        page = client.get(address(ekbacken, school_class)).text
        assert text(page, "//h2[@id='turn-name']") == "Bo Ek01"
        assert sentence(page) == "2 av 3 elever har inget resultat ännu."

    def test_or_who_is_chosen(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        page = client.get(f"{address(ekbacken, school_class)}?pupil={of('Abdi').id}").text
        assert text(page, "//h2[@id='turn-name']") == "Abdi Ek00"
        assert "Det står redan" in page

    def test_a_reading_that_was_broken_off_keeps_its_number_in_the_list(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        broken = Write(of("Bo").id, "ord_per_minut", Decimal(12), is_discontinued=True)
        record_scores(ekbacken.autumn, [broken], Recorder())
        db.session.commit()
        page = client.get(f"{address(ekbacken, school_class)}?pupil={of('Bo').id}").text
        assert page.count("12 avbrutet") == 2

    def test_a_pupil_of_another_class_is_nobody_s_turn(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        page = client.get(f"{address(ekbacken, school_class)}?pupil={ekbacken.olle.id}").text
        assert "Olle" not in page
        answer = post(client, address(ekbacken, school_class), {"pupil": str(ekbacken.olle.id)})
        assert answer.status_code == 404

    def test_when_all_have_read_that_is_told(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        for name in ("Bo", "Cilla"):
            record(ekbacken.autumn, of(name), ord_per_minut=50)
        db.session.commit()
        assert "Alla har läst" in client.get(address(ekbacken, school_class)).text

    def test_measures_are_those_in_words_a_minute(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        page = client.get(address(ekbacken, school_class)).text
        assert texts(page, "//p[@class='switch']/a") == [
            "Rätt lästa ord per minut, text",
            "Rätt lästa ord per minut, ordlista",
        ]

    def test_the_text_agreed_for_the_period_is_named(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        agreed = AgreedText(
            window_id=ekbacken.autumn.id, year=2, measure="ord_per_minut", name="Sommarlovet",
            decided_on=date(2026, 9, 1),
        )  # fmt: skip
        db.session.add(agreed)
        db.session.commit()
        page = client.get(address(ekbacken, school_class)).text
        assert "Text: Sommarlovet, bestämd 2026-09-01." in page

    def test_takes_as_many_questions_whatever_the_class(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        asked = []
        for _ in range(2):
            with counted_queries() as statements:
                client.get(address(ekbacken, school_class))
            asked.append(len(statements))
            for place in range(12):
                code = f"{len(asked)}9{place:02}"
                ekbacken.pupil("Ny", f"E{place}", code, school_class=school_class, year=2)
            db.session.commit()
        assert asked[0] == asked[1]

    @pytest.mark.parametrize(
        ("who", "status"), [("birgitta", 200), ("rut", 403), ("ada", 403), ("carl", 404)]
    )
    def test_for_those_who_fill_in(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass, who: str, status: int
    ) -> None:
        client = signed_in(getattr(ekbacken, who))
        assert client.get(address(ekbacken, school_class)).status_code == status


class TestSaving:
    def test_puts_points_words_and_errors_in_the_sheet_and_goes_to_the_next(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        answer = post(client, address(ekbacken, school_class), fields("Bo"), follow_redirects=True)
        saved = score("Bo")
        assert saved is not None
        assert (saved.points, saved.attempted, saved.errors) == (Decimal(46), 50, 4)
        assert "Bo Ek01: 46 ord/min sparat." in answer.text
        assert text(answer.text, "//h2[@id='turn-name']") == "Cilla Ek02"
        (row,) = db.session.scalars(sa.select(AuditEntry).filter_by(action="scores:recorded"))
        assert row.details["stored"] == 1

    def test_no_name_lies_in_a_cookie_or_an_address(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        answer = post(client, address(ekbacken, school_class), fields("Bo"))
        assert "Bo" not in legible(answer.headers["Location"])
        with client.session_transaction() as kept:
            assert "Ek01" not in str(dict(kept))

    def test_the_sum_stands_before_anything_is_saved(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        for step, told in (("sum", "46 92"), ("save", "-"), ("save", "47 92")):
            answer = post(client, address(ekbacken, school_class), fields("Bo", step=step, sum=told))
            assert answer.status_code == 200
            assert "46 rätta ord per minut , träffsäkerhet 92 %" in text(answer.text, "//output")
            assert 'name="sum" value="46 92"' in answer.text
        assert score("Bo") is None

    def test_accuracy_is_saved_where_the_class_has_it(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        record(ekbacken.autumn, of("Abdi"), traffsakerhet=95)
        db.session.commit()
        post(client, address(ekbacken, school_class), fields("Bo"))
        saved = score("Bo", "traffsakerhet")
        assert saved is not None
        assert saved.points == 92

    def test_a_value_somebody_else_wrote_meanwhile_is_not_overwritten(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        record(ekbacken.autumn, of("Bo"), ord_per_minut=60)
        db.session.commit()
        answer = post(client, address(ekbacken, school_class), fields("Bo"))
        assert answer.status_code == 409
        assert "Rutan har ändrats sedan du öppnade sidan" in answer.text
        assert 'name="seen" value="1"' in answer.text
        assert points("Bo") == 60
        assert post(client, address(ekbacken, school_class), fields("Bo", seen="1")).status_code == 303
        assert points("Bo") == 46

    def test_what_cannot_be_is_told_and_stands(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        answer = post(client, address(ekbacken, school_class), fields("Bo", attempted="3", errors="4"))
        assert answer.status_code == 422
        assert "fler fel än lästa ord" in answer.text
        assert 'name="errors" min="0" max="2000" required value="4"' in answer.text
        too_many = fields("Bo", attempted="300", errors="0", sum="300 100")
        answer = post(client, address(ekbacken, school_class), too_many)
        assert answer.status_code == 409
        assert "går från 0 till 250" in answer.text
        assert score("Bo") is None

    def test_a_closed_window_takes_nothing(
        self,
        ekbacken: Ekbacken,
        signed_in: SignIn,
        school_class: SchoolClass,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
        answer = post(signed_in(ekbacken.birgitta), address(ekbacken, school_class), fields("Bo"))
        assert answer.status_code == 422
        assert "Perioden stängde 2026-11-13" in answer.text
        assert score("Bo") is None


def test_the_field_for_the_text_belongs_to_no_form_and_has_no_name(
    ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
) -> None:
    page = html.fromstring(client.get(address(ekbacken, school_class)).text)
    (field,) = page.xpath("//textarea")
    assert field.get("name") is None
    assert not field.xpath("ancestor::form")
    assert (field.get("autocomplete"), field.get("spellcheck")) == ("off", "false")


def test_the_module_of_the_text_neither_sends_nor_stores() -> None:
    said = (STATIC / "reading" / "words.js").read_text("utf-8")
    for word in ("fetch", "Storage", "indexedDB", "XMLHttpRequest", "sendBeacon", "cookie", "import"):
        assert word not in said
