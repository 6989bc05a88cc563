"""Filling in after the window has closed: asked for by teachers, answered by the coordinator."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import legible, sentence, texts

from assessments import late_entry
from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import LateEntry, Score
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Role, SchoolClass

SignIn = Callable[[Any], FlaskClient]
CLOSED = "2026-12-01"  # the window closed on 13 November, its make-up days ended on the 27th
LETTERS = "bokstavsljud"


@pytest.fixture(autouse=True)
def after_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", CLOSED)


def sheet(ekbacken: Ekbacken) -> str:
    return f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"


def ask(ekbacken: Ekbacken, client: FlaskClient, line: str = "Halva klassen var sjuk vecka 46") -> str:
    here = sheet(ekbacken).replace("/sheet", "/late-entry")
    return post(client, here, {"line": line}, follow_redirects=True).text


def asked(ekbacken: Ekbacken) -> LateEntry:
    """A request that waits."""
    return late_entry.ask(ekbacken.class_1a, ekbacken.autumn, "Sjukt", Recorder(ekbacken.astrid.id))


def stored(ekbacken: Ekbacken) -> Decimal | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Score.points).filter_by(pupil_id=ekbacken.kim.id))


def fill_in(ekbacken: Ekbacken, client: FlaskClient, text: str = "12") -> str:
    return post(
        client, sheet(ekbacken), {f"value-{ekbacken.kim.id}-{LETTERS}": text}, follow_redirects=True
    ).text


class TestAClosedSheet:
    def test_is_read_only_with_the_reason_and_a_way_to_ask(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.astrid).get(sheet(ekbacken)).text
        assert "Perioden stängde 2026-11-13 och uppsamlingen slutade 2026-11-27." in page
        assert "Be om att få fylla i i efterhand" in page
        assert f'name="value-{ekbacken.kim.id}' not in page

    def test_offers_the_principal_nothing_to_ask_for(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        assert "Be om att" not in signed_in(ekbacken.rut).get(sheet(ekbacken)).text

    def test_offers_nothing_while_the_window_is_open(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-20")
        client = signed_in(ekbacken.astrid)
        assert "Be om att" not in client.get(sheet(ekbacken)).text
        assert "Perioden är inte stängd" in ask(ekbacken, client)

    def test_stores_nothing(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        assert "1 resultat är inte sparat" in fill_in(ekbacken, signed_in(ekbacken.astrid))
        assert stored(ekbacken) is None


class TestAsking:
    def test_tells_on_the_sheet_that_it_waits(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = ask(ekbacken, signed_in(ekbacken.astrid))
        assert "Begäran är skickad till samordnaren." in page
        assert "skickades 2026-12-01 och väntar på svar: ”Halva klassen var sjuk vecka 46”" in page
        db.session.rollback()
        trace = db.session.scalars(sa.select(AuditEntry).filter_by(action="late_entry:asked")).one()
        assert trace.account_id == ekbacken.astrid.id

    def test_twice_is_one_request(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        ask(ekbacken, signed_in(ekbacken.astrid))
        assert "Begäran från 2026-12-01 väntar på svar." in ask(ekbacken, signed_in(ekbacken.birgitta))
        db.session.rollback()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LateEntry)) == 1

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("", "Skriv på en rad varför."),
            ("x" * 301, "Högst 300 tecken, nu 301."),
            ("Vi\u202eväntar", "Otillåtet tecken: RIGHT-TO-LEFT OVERRIDE (U+202E)."),
            ("Kims prov kom bort", "Skriv utan elevers namn (Kims)"),
            ("familjen Alm var borta", "Skriv utan elevers namn (Alm)"),
        ],
    )
    def test_with_a_line_that_will_not_do_says_why(
        self, ekbacken: Ekbacken, signed_in: SignIn, line: str, told: str
    ) -> None:
        assert told in ask(ekbacken, signed_in(ekbacken.astrid), line)
        db.session.rollback()
        assert db.session.scalar(sa.select(LateEntry.id)) is None

    @pytest.mark.parametrize(("who", "status"), [("rut", 403), ("carl", 404), ("cecilia", 404), ("ada", 403)])
    def test_is_for_those_who_record(
        self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
    ) -> None:
        here = sheet(ekbacken).replace("/sheet", "/late-entry")
        assert post(signed_in(getattr(ekbacken, who)), here, {"line": "Sjukt"}).status_code == status

    @pytest.mark.both_databases
    def test_two_at_the_same_moment_are_one_request(self, ekbacken: Ekbacken) -> None:
        asked(ekbacken)
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.add(LateEntry(school_class=ekbacken.class_1a, window=ekbacken.autumn, line="Igen"))
        assert len(db.session.scalars(sa.select(LateEntry)).all()) == 1


class TestAnswering:
    @pytest.mark.both_databases
    def test_shows_the_request_and_no_pupil(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        ask(ekbacken, signed_in(ekbacken.astrid))
        page = signed_in(ekbacken.cecilia).get("/late-entry").text
        assert sentence(page) == "1 begäran väntar på svar."
        [row] = texts(page, "//table//tbody/tr")
        assert "Halva klassen var sjuk vecka 46" in row
        assert "klasslärare 1A, Ekbackens skola" in row
        assert "Kim" not in legible(page)
        assert "Astrid" not in page

    @pytest.mark.both_databases
    def test_opens_the_class_until_a_day_and_no_longer(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = asked(ekbacken)
        db.session.commit()
        answer = post(
            signed_in(ekbacken.cecilia),
            f"/late-entry/{request.id}",
            {"answer": "grant", "until": "2026-12-04"},
            follow_redirects=True,
        )
        assert "1A är öppen till och med 2026-12-04." in answer.text
        client = signed_in(ekbacken.astrid)
        assert "klassen kan fyllas i till och med 2026-12-04." in client.get(sheet(ekbacken)).text
        assert "1 resultat sparat." in fill_in(ekbacken, client)
        assert stored(ekbacken) == 12
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-04")
        assert late_entry.why_closed(ekbacken.class_1a, ekbacken.autumn) is None
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-05")
        assert late_entry.why_closed(ekbacken.class_1a, ekbacken.autumn) is not None

    def test_no_is_told_with_its_reason_and_can_be_asked_again(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        request = asked(ekbacken)
        db.session.commit()
        post(
            signed_in(ekbacken.cecilia),
            f"/late-entry/{request.id}",
            {"answer": "refuse", "refusal": "Siffrorna är redovisade"},
        )
        client = signed_in(ekbacken.astrid)
        page = client.get(sheet(ekbacken)).text
        assert "fick nej: Siffrorna är redovisade" in page
        assert "väntar på svar" in ask(ekbacken, client)

    def test_can_be_taken_back(self, ekbacken: Ekbacken) -> None:
        request = asked(ekbacken)
        late_entry.grant(request, date(2026, 12, 20), None)
        assert late_entry.why_closed(ekbacken.class_1a, ekbacken.autumn) is None
        late_entry.refuse(request, "Det räcker", None)
        assert late_entry.why_closed(ekbacken.class_1a, ekbacken.autumn) is not None

    @pytest.mark.parametrize(
        ("form", "told"),
        [
            ({"answer": "grant"}, "Ange sista dagen klassen ska vara öppen."),
            ({"answer": "grant", "until": "2026-11-30"}, "Sista dagen 2026-11-30 har redan varit."),
            ({"answer": "grant", "until": "2027-06-01"}, "Högst 60 dagar framåt: senast 2027-01-30."),
            ({"answer": "grant", "until": "i morgon"}, "Något behöver rättas"),
            ({"answer": "refuse"}, "Skriv på en rad varför det inte går."),
        ],
    )
    def test_that_will_not_do_says_why(
        self, ekbacken: Ekbacken, signed_in: SignIn, form: dict[str, str], told: str
    ) -> None:
        request = asked(ekbacken)
        db.session.commit()
        answer = post(signed_in(ekbacken.cecilia), f"/late-entry/{request.id}", form)
        assert answer.status_code == 422
        assert told in answer.text
        db.session.rollback()
        assert db.session.get_one(LateEntry, request.id).answered_at is None

    @pytest.mark.parametrize(
        ("who", "status"), [("cecilia", 200), ("rut", 404), ("astrid", 404), ("ada", 403), ("carl", 404)]
    )
    def test_is_the_coordinator_s(self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int) -> None:
        request = asked(ekbacken)
        db.session.commit()
        client = signed_in(getattr(ekbacken, who))
        assert client.get(f"/late-entry/{request.id}").status_code == status

    def test_reaches_no_further_than_the_coordinator_s_municipality(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        theirs = ekbacken.staff(
            "Tage Tid", "tage", Role.COORDINATOR, municipality=ekbacken.other_municipality
        )
        request = asked(ekbacken)
        db.session.commit()
        client = signed_in(theirs)
        assert client.get(f"/late-entry/{request.id}").status_code == 404
        assert "Sjukt" not in client.get("/late-entry").text
        here = {"window": ekbacken.autumn.slug, "until": "2026-12-10", "school_class": ekbacken.class_1a.id}
        post(client, "/late-entry/new", here)
        assert late_entry.why_closed(ekbacken.class_1a, ekbacken.autumn) is not None


class TestOpeningUnasked:
    def test_answers_a_request_that_waits(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        request = asked(ekbacken)
        db.session.commit()
        here = {"window": ekbacken.autumn.slug, "until": "2026-12-10", "school_class": ekbacken.class_1a.id}
        answer = post(signed_in(ekbacken.cecilia), "/late-entry/new", here, follow_redirects=True)
        assert "1A är öppen till och med 2026-12-10." in answer.text
        db.session.rollback()
        assert db.session.get_one(LateEntry, request.id).open_until == date(2026, 12, 10)
        assert late_entry.why_closed(ekbacken.class_1a, ekbacken.autumn) is None

    def test_opens_one_class_and_no_other(self, ekbacken: Ekbacken) -> None:
        beside = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(beside)
        late_entry.open_unasked(ekbacken.class_1a, ekbacken.autumn, date(2026, 12, 10), Recorder())
        assert late_entry.why_closed(beside, ekbacken.autumn) is not None
        assert set(late_entry.open_until(ekbacken.autumn, [beside.id, ekbacken.class_1a.id])) == {
            ekbacken.class_1a.id
        }

    def test_of_a_class_of_another_year_is_refused(self, ekbacken: Ekbacken) -> None:
        former = SchoolClass(name="FA", academic_year="2025/26", school=ekbacken.school)
        db.session.add(former)
        with pytest.raises(Refused, match="2025/26"):
            late_entry.open_unasked(former, ekbacken.autumn, date(2026, 12, 10), Recorder())

    def test_says_so_when_no_window_is_closed(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-15")
        assert "Ingen period är stängd" in signed_in(ekbacken.cecilia).get("/late-entry/new").text


def test_an_open_class_may_be_handed_in_too(ekbacken: Ekbacken) -> None:
    with pytest.raises(Refused):
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    late_entry.open_unasked(ekbacken.class_1a, ekbacken.autumn, date(2026, 12, 10), Recorder())
    assert hand_in(ekbacken.class_1a, ekbacken.autumn, None)


def test_the_api_lets_an_open_class_write(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(ekbacken.astrid)
    address = f"/api/v1{sheet(ekbacken)}"
    assert client.get(address).json["closed"].startswith("Perioden stängde 2026-11-13")
    late_entry.open_unasked(ekbacken.class_1a, ekbacken.autumn, date(2026, 12, 10), Recorder())
    db.session.commit()
    assert client.get(address).json["closed"] is None


def test_a_file_fills_in_open_classes_only(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    beside = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
    db.session.add(beside)
    ekbacken.pupil("Tove", "Tall", "1010", school_class=beside)
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    address = f"/windows/{ekbacken.autumn.slug}/scores/import"
    assert "Perioden tar inte emot resultat" in client.get(address).text
    late_entry.open_unasked(ekbacken.class_1a, ekbacken.autumn, date(2026, 12, 10), Recorder())
    db.session.commit()
    assert "Perioden tar inte emot resultat" not in client.get(address).text
    both = preview(client, address, "1001;12\n1010;13")
    [fault] = texts(both, "//table//tbody/tr")
    assert fault.startswith("3 elev-id")  # whose class is closed is not there
    mine = preview(client, address, "1001;12")
    token = mine.partition('name="upload" value="')[2].partition('"')[0]
    post(client, f"{address}/confirm", {"upload": token})
    assert stored(ekbacken) == 12


def preview(client: FlaskClient, address: str, rows: str) -> str:
    content = f"elev-id;bokstavsljud\n{rows}\n".encode()
    return post(client, address, {"file": (io.BytesIO(content), "resultat.csv")}).text
