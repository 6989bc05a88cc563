"""Kartläggningsperioder and the measures of schools: the coordinator's pages."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import legible

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import AssessmentWindow, SchoolMeasure, Season

SignIn = Callable[[Any], FlaskClient]
WINTER = {
    "academic_year": "2026/27", "season": "winter", "opens_on": "2027-01-11", "closes_on": "2027-02-12",
    "makeup_days": "21",
}  # fmt: skip


class Desk:
    """Cecilia at her desk."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = client.get("/windows").text.split('name="csrf_token" value="')[1].split('"')[0]

    def get(self, address: str) -> str:
        return re.sub(r"\s+", " ", self.client.get(address).text)

    def post(self, address: str, status: int = 200, **form: Any) -> str:
        answer = self.client.post(address, data={"csrf_token": self.token, **form}, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return re.sub(r"\s+", " ", answer.text)


@pytest.fixture
def desk(ekbacken: Ekbacken, signed_in: SignIn) -> Desk:
    return Desk(signed_in(ekbacken.cecilia))


def windows() -> list[tuple[str, date, date, int]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(AssessmentWindow).order_by(AssessmentWindow.opens_on))
    return [(row.code, row.opens_on, row.closes_on, row.makeup_days) for row in rows]


def test_the_list_says_where_each_window_stands(ekbacken: Ekbacken, desk: Desk) -> None:
    page = desk.get("/windows")
    assert '<p class="sentence">Hösten 2026/27. Stänger 2026-11-13.</p>' in page
    assert "2026-11-27" in page, "make-up days are told as a date"


def test_a_window_is_opened(desk: Desk) -> None:
    page = desk.post("/windows/new", **WINTER)
    assert "Vintern 2026/27 är öppnad." in page
    assert windows()[-1] == ("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12), 21)
    entry = db.session.scalar(sa.select(AuditEntry).filter_by(action="window:opened"))
    assert entry is not None
    assert entry.details["opens_on"] == "2027-01-11"


def test_a_window_is_moved_and_its_make_up_days_changed(ekbacken: Ekbacken, desk: Desk) -> None:
    form = {"opens_on": "2026-09-07", "closes_on": "2026-10-30", "makeup_days": "10"}
    assert "Hösten 2026/27 har fått nya datum." in desk.post("/windows/2026-27-autumn/dates", **form)
    assert windows() == [("2026/27-autumn", date(2026, 9, 7), date(2026, 10, 30), 10)]
    assert "Inget var ändrat." in desk.post("/windows/2026-27-autumn/dates", **form)


@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [("2026-09-07", "9999-12-31"), ("0001-01-01", "0001-01-02"), ("2026-09-07", "2062-10-30")],
)
def test_dates_mistyped_by_decades_are_refused(
    ekbacken: Ekbacken, desk: Desk, opens_on: str, closes_on: str
) -> None:
    form = {"opens_on": opens_on, "closes_on": closes_on, "makeup_days": "10"}
    page = desk.post("/windows/2026-27-autumn/dates", status=422, **form)
    assert "ligger för långt bort. Kontrollera datumen." in page
    assert windows() == [("2026/27-autumn", date(2026, 9, 1), date(2026, 11, 13), 14)]


def test_doubtful_dates_are_told_and_still_saved(desk: Desk) -> None:
    form = WINTER | {"opens_on": "2026-10-20", "closes_on": "2026-12-11"}
    page = desk.post("/windows/new", **form)
    assert "är öppnad." in page
    assert "Perioden överlappar hösten 2026/27" in page
    assert "Det är efter terminens slut 2026-12-19." in page
    assert page.count("<b>Obs.</b>") >= 2


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"closes_on": "2027-01-01"}, "före öppningen"),
        ({"opens_on": ""}, "Ange när perioden öppnar."),
        ({"opens_on": "den elfte"}, "datum"),
        ({"makeup_days": "-1"}, "Mellan 0 och 120 dagar."),
        ({"makeup_days": "många"}, "heltal"),
        ({"season": "summer"}, "val"),
        ({"academic_year": "1999/00"}, "val"),
        ({"season": "autumn"}, "Den perioden finns redan."),
    ],
)
def test_a_window_that_cannot_be_is_refused_with_the_form_kept(
    desk: Desk, changed: dict[str, str], told: str
) -> None:
    page = desk.post("/windows/new", 422, **(WINTER | changed))
    assert told in page
    assert len(windows()) == 1


def test_a_first_window_is_asked_for(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    db.session.delete(ekbacken.autumn)
    db.session.commit()
    assert "Ingen period är öppnad" in signed_in(ekbacken.cecilia).get("/windows").text
    assert "Samordnaren för satsningen öppnar perioderna." in signed_in(ekbacken.astrid).get("/windows").text


@pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "teo"])
def test_others_read_the_list_and_change_nothing(ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
    client = signed_in(getattr(ekbacken, who))
    page = client.get("/windows").text
    assert "Hösten 2026/27" in page
    assert "Flytta" not in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    school = f"/municipalities/{ekbacken.municipality.id}/schools/{ekbacken.school.id}/measures"
    for address in ("/windows/new", "/windows/2026-27-autumn/dates", school):
        assert client.post(address, data={"csrf_token": token, **WINTER}).status_code in (403, 404)
    assert len(windows()) == 1


def test_a_window_we_lack_is_not_there(desk: Desk) -> None:
    for slug in ("2026-27-spring", "nonsense", "2026-99-autumn"):
        assert desk.client.get(f"/windows/{slug}/dates").status_code == 404


def test_the_measures_of_a_school_are_chosen_and_taken_back(ekbacken: Ekbacken, desk: Desk) -> None:
    assert "0 av 2 skolor har valt egna mått" in desk.get("/school-measures")
    address = f"/municipalities/{ekbacken.municipality.id}/schools/{ekbacken.school.id}/measures"
    page = desk.post(address, measures=["legilexi_avkodning", "bokstavsljud"])
    assert "Måtten för Ekbackens skola är sparade." in page
    assert "Bokstavsljud; LegiLexi avkodning" in page
    db.session.rollback()
    chosen = sa.select(SchoolMeasure.measure).order_by(SchoolMeasure.measure)
    assert list(db.session.scalars(chosen)) == ["bokstavsljud", "legilexi_avkodning"]
    desk.post(address, measures=["legilexi_avkodning"])
    db.session.rollback()
    assert list(db.session.scalars(chosen)) == ["legilexi_avkodning"]
    desk.post(address)
    db.session.rollback()
    assert list(db.session.scalars(chosen)) == []


def test_the_page_of_a_school_says_what_is_expected_and_which_year_is_left_bare(
    ekbacken: Ekbacken, desk: Desk
) -> None:
    address = f"/municipalities/{ekbacken.municipality.id}/schools/{ekbacken.school.id}/measures"
    page = legible(desk.get(address))
    assert "Det här väntar sig riktmärkena (Hösten 2026/27):" in page
    assert "åk 1: Bokstavsljud" in page
    assert "inget mått väntas nu i åk 1" in desk.post(address, measures=["lus"])
    assert "inget mått väntas nu" not in desk.post(address, measures=["bokstavsljud"])


def test_a_measure_or_a_school_that_is_not_there(ekbacken: Ekbacken, desk: Desk) -> None:
    address = f"/municipalities/{ekbacken.municipality.id}/schools/{ekbacken.school.id}/measures"
    assert "Något behöver rättas" in desk.post(address, 422, measures=["påhittat"])
    other = address.replace(f"/schools/{ekbacken.school.id}/", f"/schools/{ekbacken.other_school.id}/")
    assert desk.client.get(other).status_code == 404
    assert (
        desk.client.get(address.replace(f"/schools/{ekbacken.school.id}/", "/schools/99999/")).status_code
        == 404
    )


def test_a_coordinator_of_one_municipality_chooses_only_there(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    from assessments.roster.models import Duty, Role

    duty = db.session.scalar(sa.select(Duty).filter_by(role=Role.COORDINATOR))
    assert duty is not None
    duty.municipality = ekbacken.municipality
    db.session.commit()
    client = signed_in(ekbacken.cecilia)
    page = client.get("/school-measures").text
    assert "Ekbackens skola" in page
    assert "Tallbackens skola" not in page
    other = f"/municipalities/{ekbacken.other_municipality.id}/schools/{ekbacken.other_school.id}/measures"
    assert client.get(other).status_code == 404


def test_the_picker_lists_every_window_with_its_dates(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    spring = AssessmentWindow(
        academic_year="2025/26", season=Season.SPRING,
        opens_on=date(2026, 4, 1), closes_on=date(2026, 5, 12), makeup_days=14,
    )  # fmt: skip
    db.session.add(spring)
    db.session.commit()
    picker = signed_in(ekbacken.astrid).get("/classes").text.split("window-picker")[1].split("</details>")[0]
    assert re.findall(r'href="([^"]+)"', picker) == [
        "/classes?window=2026-27-autumn",
        "/classes?window=2025-26-spring",
    ]
    assert "2026-04-01 till 2026-05-12" in picker
    assert 'aria-current="true"' in picker.split("2025-26-spring")[0]


@pytest.mark.parametrize(
    ("who", "sent", "page"),
    [
        ("birgitta", "/pupils/{kim}/observations", "/pupils/{kim}"),
        ("birgitta", "/pupils/{kim}/support/new", "/pupils/{kim}/support/new"),
        ("ada", "/pupils/{kim}/move", "/classes"),  # the page above it is not for those who administer
        ("cecilia", "/windows/new", "/windows/new"),
    ],
)
def test_a_refused_form_changes_its_window_where_it_stands(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, sent: str, page: str
) -> None:
    client, kim = signed_in(getattr(ekbacken, who)), ekbacken.kim.id
    answer = post(client, sent.format(kim=kim))
    assert answer.status_code == 422
    picker = answer.text.split("window-picker")[1].split("</details>")[0]
    assert f'href="{page.format(kim=kim)}?window=' in picker
