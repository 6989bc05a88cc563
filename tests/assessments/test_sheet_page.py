"""What the score sheet's page carries for its script: the sheet as data, light, and asked for at once."""

import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from scoring import counted_queries
from sheet_grid import MEASURES
from workbooks import workbook

from assessments.access import halfway
from assessments.access.providers import known
from assessments.database import db
from assessments.models import SchoolMeasure
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import SchoolClass

SignIn = Callable[[Any], FlaskClient]
LIGHT = 150 * 1024  # bytes with everything the page loads
MORE = ["ordavkodning_stanine", "lasforstaelse_stanine", "avstamning_a", "lasintresse"]
OVER_HTTPS, OVER_HTTP = "gzip, deflate, br", "gzip, deflate"  # what browsers take


def a_full_class(ekbacken: Ekbacken, pupils: int, measures: list[str]) -> str:
    """A class where everybody has a result of everything; its sheet's address."""
    one = SchoolClass(name=f"2-{pupils}", academic_year="2026/27", school=ekbacken.school)
    db.session.add(one)
    going = [
        ekbacken.pupil("Alexandra", f"Wiśniewska{number}", f"{pupils}{number:02}", school_class=one, year=2)
        for number in range(pupils)
    ]
    db.session.flush()
    points = {"avstamning_a": 2, "avstamning_b": 1, "ordavkodning_stanine": 5, "lasintresse": 3}
    writes = [Write(pupil.id, code, Decimal(points.get(code, 8))) for pupil in going for code in measures]
    record_scores(ekbacken.autumn, writes, Recorder())
    db.session.commit()
    return f"/classes/{one.id}/windows/{ekbacken.autumn.slug}/sheet"


@pytest.fixture
def chosen(ekbacken: Ekbacken) -> None:
    """Ekbacken uses eight measures."""
    for code in [*MEASURES, *MORE]:
        db.session.add(SchoolMeasure(school_id=ekbacken.school.id, measure=code))


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="sheet-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def weight(client: FlaskClient, address: str, taken: str) -> int:
    """Bytes of the page with its stylesheets and modules, as they are sent."""
    page = client.get(address)
    files = set(re.findall(r'(?:src|href)="(/(?:static|bootstrap)/[^"]+)"', page.text))
    assert len(files) > 30  # the modules are there
    return len(page.data) + sum(
        len(client.get(unescape(file), headers={"Accept-Encoding": taken}, buffered=True).data)
        for file in files
    )


@pytest.mark.slow
def test_a_full_sheet_is_a_light_page(ekbacken: Ekbacken, chosen: None, signed_in: SignIn) -> None:
    address = a_full_class(ekbacken, 25, [*MEASURES, *MORE])
    client = signed_in(ekbacken.birgitta)
    assert weight(client, address, OVER_HTTPS) <= weight(client, address, OVER_HTTP) <= LIGHT


def test_a_class_of_30_with_8_measures_asks_as_little_as_a_small_one(
    ekbacken: Ekbacken, chosen: None, signed_in: SignIn
) -> None:
    addresses = [a_full_class(ekbacken, pupils, [*MEASURES, *MORE]) for pupils in (3, 30)]
    client, asked = signed_in(ekbacken.birgitta), []
    client.get(addresses[0])  # what is looked up once a process
    for address in addresses:
        with counted_queries() as queries:
            page = client.get(address).text
        asked.append(len(queries))
    assert len(data_of(page)["rows"]) == 30
    assert [len(row["cells"]) for row in data_of(page)["rows"]] == [8] * 30
    assert asked[0] == asked[1] <= 40


def test_names_in_the_data_are_data(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    ekbacken.kim.given_name, ekbacken.noor.given_name = "</script><b>", "<!--<script>'\"&"
    db.session.commit()
    page = signed_in(ekbacken.astrid).get(
        f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    )
    assert {row["name"] for row in data_of(page.text)["rows"]} >= {
        "</script><b> Berg",
        "<!--<script>'\"& Alm",
    }
    assert "</script><b>" not in page.text


def test_what_goes_without_saying_is_left_out(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    record_scores(ekbacken.autumn, [Write(ekbacken.kim.id, "bokstavsljud", Decimal(12))], Recorder())
    db.session.commit()
    page = signed_in(ekbacken.astrid).get(
        f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    )
    cells = {row["name"]: row["cells"][0] for row in data_of(page.text)["rows"]}
    assert cells["Kim Berg"] == ["12", "M"]
    assert cells["Noor Alm"] == {}


@pytest.fixture
def read(ekbacken: Ekbacken, signed_in: SignIn) -> Callable[..., Any]:
    """Astrid sends a file to be read for the preview."""
    client = signed_in(ekbacken.astrid)
    sheet = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    page = client.get(sheet).text
    address = re.findall('data-files="([^"]+)"', page)[0]
    token = re.findall('data-csrf="([^"]+)"', page)[0]

    def send(name: str, content: bytes, token: str = token) -> Any:
        return client.post(
            address,
            data={"file": (io.BytesIO(content), name)},
            headers={"X-CSRFToken": token, "Accept": "application/json"},
        )

    return send


def test_a_file_comes_back_as_cells(read: Callable[..., Any]) -> None:
    rows = [["Namn", "LUS"], ["Kim Berg", "12,5"]]
    assert read("r.csv", "Namn;LUS\r\nKim Berg;12,5\r\n".encode("cp1252")).get_json() == {"rows": rows}
    found = read("r.xlsx", workbook([["Namn", "LUS"], ["Åsa Öberg", 7]]))
    assert found.get_json() == {"rows": [["Namn", "LUS"], ["Åsa Öberg", "7"]]}


def test_an_elev_id_of_the_class_becomes_a_name(read: Callable[..., Any], ekbacken: Ekbacken) -> None:
    """The protected pupil's is the alias; somebody else's class stays a number."""
    found = read("r.csv", b"elev-id;LUS\n1001;7\n1003;8\n2001;9\n").get_json()["rows"]
    assert [row[0] for row in found] == ["elev-id", "Kim Berg", "Elev S", "2001"]


def test_of_a_workbook_with_a_sheet_for_each_class_the_own_comes_back(read: Callable[..., Any]) -> None:
    """Where none is called as the class is, the first: the others may be of other periods."""
    own, others = [["elev-id", "namn"], ["1001", "Kim Berg"]], [["elev-id", "namn"], ["2001", "Kim Berg"]]

    def with_second(name: str, rows: list[list[str]]) -> Callable[[Any], None]:
        def add(book: Any) -> None:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)

        return add

    found = read("r.xlsx", workbook(others, with_second("1 a", own))).get_json()["rows"]
    assert found == [["elev-id", "namn"], ["Kim Berg", "Kim Berg"]]
    found = read("r.xlsx", workbook(own, with_second("VT", others))).get_json()["rows"]
    assert found == [["elev-id", "namn"], ["Kim Berg", "Kim Berg"]]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("r.pdf", b"%PDF-1.7", "Filen är en PDF, inte en tabell."),
        ("r.csv", b"", "Filen är tom."),
        ("r.csv", b"a;b\n" + b"1;2\n" * 300, "Filen har fler än 200 rader."),
        ("r.csv", b"a;b\n1;#N/A\n", "Cellen visar felet #N/A."),
    ],
)
def test_a_file_that_is_no_class_is_told_why(
    read: Callable[..., Any], name: str, content: bytes, reason: str
) -> None:
    answer = read(name, content)
    assert answer.status_code == 422
    assert answer.get_json()["reasons"][0].startswith(reason)


def test_a_file_needs_the_token_and_the_class(
    read: Callable[..., Any], ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    assert read("r.csv", b"a\n1\n", token="").status_code == 400
    other = f"/api/v1/classes/{ekbacken.other_class.id}/windows/{ekbacken.autumn.slug}/sheet/table"
    client = signed_in(ekbacken.astrid)
    token = re.findall('name="csrf_token" value="([^"]+)"', client.get("/classes").text)[0]
    assert client.post(other, headers={"X-CSRFToken": token}).status_code == 404


def test_whoever_came_by_the_municipality_is_shown_that_way_in_again(
    ekbacken: Ekbacken, app: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the box over the sheet (static/sheet/resume.js): she may have no password."""
    settings = {"ISSUER": "https://login.ekby.se", "CLIENT_ID": "lasspar", "LABEL": "Ekby & Co"}
    told = known.from_environment({f"LASSPAR_OIDC_EKBY_{name}": value for name, value in settings.items()})
    monkeypatch.setitem(app.config, known.CONFIG, told)
    address = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    client = signed_in(ekbacken.astrid)
    assert "data-provider" not in client.get(address).text
    with client.session_transaction() as session:
        session[halfway.PROVIDER] = "ekby"
    way = 'data-provider="Ekby &amp; Co" data-provider-address="/sign-in/via/ekby"'
    assert way in client.get(address).text
