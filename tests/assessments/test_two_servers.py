"""Two servers on one database, each with a folder of its own: what one knows the other knows at once.

The short form is two apps in one process; the long ones are two gunicorns on PostgreSQL.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from machines import Caller, Machine, own_database, school_on
from posting import post

from app import create_app
from assessments.access.throttle import MOST_PER_ACCOUNT
from assessments.database import db

SHEET = "/classes/{}/windows/2026-27-autumn/sheet"
SCORES = "/windows/2026-27-autumn/scores/import"
LIST = """kommun;skola;skolenhetskod;klass;årskurs;elev-id;förnamn;efternamn
Ekby;Ekbackens skola;10000001;1A;1;1001;Kim;Berg
Ekby;Ekbackens skola;10000001;1A;1;1002;Noor;Alm
Ekby;Ekbackens skola;10000001;1A;1;1100;Alva;Ek
"""


@pytest.fixture(scope="module")
def place(
    instance: Path, postgresql_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Ekbacken, int, int, str]]:
    """The school, the ports of the two servers, and the address of what they share."""
    with own_database(postgresql_url, "two_servers") as url:
        cast = school_on(url.replace("postgresql:", "postgresql+psycopg:"))
        here, there = (
            Machine(tmp_path_factory.mktemp(name), {"LASSPAR_DATABASE_URL": url}) for name in ("a", "b")
        )
        with here.server() as one, there.server() as other:
            yield cast, one, other, url


def test_two_apps_share_who_is_signed_in_and_what_waits_to_be_confirmed(
    app: Flask, ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path))
    other = create_app(
        {name: app.config[name] for name in ("SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "TESTING")}
    )
    here, there = signed_in(ekbacken.ada), other.test_client()
    there.set_cookie("lasspar", here.get_cookie("lasspar").value)
    page = post(here, "/roster/import", {"file": (io.BytesIO(LIST.encode()), "k.csv"), "on": "2026-10-15"})
    upload = page.text.split('name="upload" value="')[1].split('"')[0]
    assert post(there, "/roster/import/confirm", {"upload": upload}).headers["Location"] != "/roster/import"
    assert post(there, "/sign-out").status_code == 302
    assert here.get("/roster").status_code == 302
    with other.app_context():
        db.engine.dispose()


@pytest.mark.long
def test_who_signs_in_at_one_goes_on_at_the_other_and_who_signs_out_is_out_at_both(
    place: tuple[Ekbacken, int, int, str],
) -> None:
    _cast, one, other, _url = place
    browser = Caller(one)
    assert browser.sign_in("astrid") == 302
    copied = Caller(other, browser.cookie)
    assert copied.is_signed_in()
    browser.port = other
    assert browser.is_signed_in()
    assert browser.post("/sign-out").status == 302
    assert not Caller(one, copied.cookie).is_signed_in()


@pytest.mark.long
def test_wrong_passwords_at_either_count_together(place: tuple[Ekbacken, int, int, str]) -> None:
    _cast, one, other, _url = place
    tries = [Caller((one, other)[number % 2]).sign_in("carl", "fel lösen") for number in range(12)]
    assert tries == [401] * MOST_PER_ACCOUNT + [429] * (12 - MOST_PER_ACCOUNT)


@pytest.mark.long
def test_of_two_who_save_one_cell_with_one_version_exactly_one_wins(
    place: tuple[Ekbacken, int, int, str],
) -> None:
    cast, one, other, url = place
    sheet, here = SHEET.format(cast.class_1a.id), Caller(one)
    here.sign_in("astrid")
    there = Caller(other, here.cookie)
    row = here.json(f"/api/v1{sheet}")["rows"][0]["row"]
    for version in range(10):

        def write(browser: Caller, version: int = version) -> dict[str, Any]:
            value = 2 * version + (browser is there)
            own = {"client_id": f"{version} at {browser.port}", "value": value, "expected_version": version}
            return browser.write(sheet, pupil=row, measure="bokstavsljud", **own)

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(write, (here, there)))
        assert sorted(told["status"] for told in outcomes) == ["conflict", "stored"]
        assert {told["version"] for told in outcomes} == {version + 1}
        assert len({told["value"] for told in outcomes}) == 1
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        told = connection.exec_driver_sql("SELECT count(*), max(version) FROM score_change").one()
    assert tuple(told) == (10, 10)


@pytest.mark.long
def test_a_file_looked_over_at_one_is_confirmed_at_the_other(place: tuple[Ekbacken, int, int, str]) -> None:
    _cast, one, other, _url = place
    browser = Caller(one)
    browser.sign_in("astrid")
    token, edge = browser.json("/api/v1/session")["csrf_token"], "--edge"
    parts = {'"csrf_token"': token, '"file"; filename="r.csv"': "elev-id;ord_per_minut\n1002;9\n"}
    body = "".join(
        f"--{edge}\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n"
        for name, value in parts.items()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    page = browser.ask("POST", SCORES, f"{body}--{edge}--\r\n", **kind).text
    upload = page.split('name="upload" value="')[1].split('"')[0]
    browser.port = other
    answer = browser.post(f"{SCORES}/confirm", upload=upload)
    assert (answer.status, answer.headers["Location"].startswith("/classes")) == (303, True)


@pytest.mark.long
def test_the_same_stylesheet_has_one_address_at_both(place: tuple[Ekbacken, int, int, str]) -> None:
    _cast, one, other, _url = place
    pages = [Caller(port).ask("GET", "/sign-in").text for port in (one, other)]
    named = [[word for word in page.split('"') if ".css?v=" in word] for page in pages]
    assert named[0] == named[1] != []
