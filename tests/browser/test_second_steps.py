"""The steps beside the password in a browser: codes of the telephone, and a municipality's sign-in with a
real provider. axe looks at every page that is met on the way."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from cast import PASSWORD, Ekbacken
from flask import Flask
from oidc_provider import real_provider
from playwright.sync_api import Page, expect

from assessments.access.alarm_models import Alarm, AlarmKind
from assessments.access.providers import clients, known
from assessments.database import db

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:get_jwt_config", "ignore:authlib.jose module is deprecated"),
]


@pytest.fixture
def looked_at(page: Page) -> Callable[[], None]:
    page.add_init_script(AXE_SCRIPT)

    def look() -> None:
        told = page.evaluate(
            "axe.run().then(({violations}) => violations.map(one => one.id + one.nodes[0].html))"
        )
        assert told == [], page.url

    return look


def with_password(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_label("Användarnamn").fill(username)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()


def test_from_the_first_code_to_an_alarm_that_is_acknowledged(
    app: Flask,
    site: str,
    ekbacken: Ekbacken,
    page: Page,
    looked_at: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "LASSPAR_TOTP", True)
    alarm = Alarm(account_id=ekbacken.rut.id, municipality_id=ekbacken.municipality.id, number=163)
    alarm.kind = AlarmKind.MANY_PUPILS
    db.session.add(alarm)
    db.session.commit()
    with_password(page, site, "ada")
    looked_at()
    key = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("Kod").fill(pyotp.TOTP(key).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="-")).to_have_count(10)
    looked_at()
    page.get_by_role("link", name="Jag har skrivit ut dem, fortsätt").click()
    page.get_by_role("link", name="Vem har sett vad 1 larm").click()
    looked_at()
    page.get_by_label("Vad berodde det på?").fill("Skrev ut bladen hem.")
    page.get_by_role("button", name="Kvittera larmet").click()
    expect(page.get_by_text("Inga larm väntar.")).to_be_visible()


def test_through_the_municipality_and_out_again(
    app: Flask, site: str, ekbacken: Ekbacken, page: Page, looked_at: Callable[[], None], monkeypatch: Any
) -> None:
    with real_provider() as oidc:
        told = {"ISSUER": oidc.issuer, "CLIENT_ID": "lasspar", "CLIENT_SECRET": "x", "LABEL": "Ekby kommun"}
        settings = {f"LASSPAR_OIDC_EKBY_{name}": value for name, value in told.items()}
        monkeypatch.setitem(app.config, known.CONFIG, known.from_environment(settings))
        monkeypatch.delitem(app.extensions, clients.CLIENTS, raising=False)
        page.goto(f"{site}/sign-in")
        page.get_by_role("link", name="Logga in genom Ekby kommun").click()
        page.get_by_role("textbox").fill("s-1")
        page.get_by_role("button", name="Authorize").click()
        expect(page.get_by_role("heading", name="Kontot är inte kopplat")).to_be_visible()
        looked_at()
        from assessments.access.providers.identities import set_identity

        set_identity(ekbacken.astrid, oidc.issuer, "s-1")
        db.session.commit()
        page.goto(f"{site}/sign-in/via/ekby")
        page.get_by_role("textbox").fill("s-1")
        page.get_by_role("button", name="Authorize").click()
        expect(page.get_by_role("heading", name="Mina klasser")).to_be_visible()
        page.locator("details.person summary").click()
        page.get_by_role("button", name="Logga ut").click()
        expect(page.get_by_role("link", name="Logga ut hos Ekby kommun")).to_be_visible()
        looked_at()
        page.get_by_role("link", name="Logga ut hos Ekby kommun").click()
        assert page.url.startswith(oidc.issuer)
        page.goto(f"{site}/sign-in/via/ekby")
        page.get_by_role("button", name="Deny").click()
        expect(page.get_by_text("Inloggningen hos Ekby kommun avbröts.")).to_be_visible()
        looked_at()
