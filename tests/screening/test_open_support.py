"""Tipsa om öppet stöd: the municipality keeps contact details, schools print them, and nothing is stored."""

import io
from collections.abc import Callable
from typing import Any

import pdfplumber
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post

from assessments.access.models import AuditEntry
from assessments.database import db
from screening.open_support.models import OpenSupport

SignIn = Callable[[Any], FlaskClient]
PLACE = {
    "name": "Familjecentralen Åkern",
    "what": "Råd och stöd för föräldrar med barn 0 till 12 år.",
    "address": "Storgatan 1, Ekby",
    "phone": "0531-12 34 56",
}


@pytest.fixture
def address(ekbacken: Ekbacken) -> str:
    return f"/municipalities/{ekbacken.municipality.id}/open-support"


def test_what_the_administrator_writes_is_printed_and_nothing_is_stored_of_who_gets_it(
    ekbacken: Ekbacken, signed_in: SignIn, address: str
) -> None:
    assert post(signed_in(ekbacken.ada), address, PLACE).status_code == 303
    astrid, before = signed_in(ekbacken.astrid), _traces()
    assert "1 ställe dit familjer kan vända sig själva" in astrid.get("/open-support").text
    with pdfplumber.open(io.BytesIO(astrid.get("/open-support/tips.pdf").data)) as pdf:
        text = " ".join(pdf.pages[0].extract_text().split())
    for said in ("Familjecentralen Åkern", "Telefon 0531-12 34 56", "Skolan sparar inget"):
        assert said in text
    assert "Öppet" not in text.replace("Öppet stöd", "")  # no hours were told
    assert _traces() == before
    assert signed_in(ekbacken.carl).get("/open-support/tips.pdf").status_code == 404  # elsewhere


def _traces() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


@pytest.mark.both_databases
def test_a_place_is_put_right_and_removed(ekbacken: Ekbacken, signed_in: SignIn, address: str) -> None:
    ada = signed_in(ekbacken.ada)
    post(ada, address, PLACE)
    place = db.session.scalars(sa.select(OpenSupport.id)).one()
    post(ada, address, {**PLACE, "place": place, "phone": "0531-99 99 99"})
    db.session.expire_all()
    assert db.session.scalars(sa.select(OpenSupport.phone)).all() == ["0531-99 99 99"]
    assert post(ada, f"{address}/remove", {"place": place}).status_code == 303
    assert db.session.scalars(sa.select(OpenSupport.id)).all() == []
    gone = post(ada, f"{address}/remove", {"place": place})
    assert (gone.status_code, "Stället finns inte längre." in gone.text) == (422, True)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name": " "}, "Skriv vad stället heter."),
        ({"phone": "", "address": ""}, "Skriv telefon eller adress."),
        ({"what": "x" * 301}, "Högst 300 tecken."),
        ({"place": 2**62}, "Stället finns inte längre."),
    ],
)
def test_what_is_wrong_is_told_with_everything_still_typed(
    ekbacken: Ekbacken, signed_in: SignIn, address: str, more: dict[str, Any], reason: str
) -> None:
    refused = post(signed_in(ekbacken.ada), address, {**PLACE, **more})
    assert refused.status_code == 422
    assert reason in refused.text
    assert db.session.scalars(sa.select(OpenSupport.id)).all() == []


def test_two_places_of_one_name_are_refused(ekbacken: Ekbacken, signed_in: SignIn, address: str) -> None:
    ada = signed_in(ekbacken.ada)
    post(ada, address, PLACE)
    refused = post(ada, address, PLACE)
    assert (refused.status_code, "redan ett ställe" in refused.text) == (422, True)
    assert 'value="0531-12 34 56"' in refused.text
