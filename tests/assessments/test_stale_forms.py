"""A form that was open while its writer signed out, or in anew, in another tab: no word is lost, and none is
saved that nobody has confirmed."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from cast import PASSWORD, Ekbacken
from flask.testing import FlaskClient
from posting import token_of

from assessments.access.models import Account
from assessments.database import db
from screening.models import Observation

HERE = {"Sec-Fetch-Site": "same-origin"}
LINE = "Läser ”ord” & ändelser."


@pytest.fixture
def astrid(ekbacken: Ekbacken, signed_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    return signed_in(ekbacken.astrid)


def observations(ekbacken: Ekbacken) -> str:
    return f"/pupils/{ekbacken.kim.id}/observations?from=here"


def typed(token: str) -> dict[str, str]:
    return {"csrf_token": token, "observed_by": "teacher", "line": LINE, "observed_on": "2026-10-15"}


def hidden(page: str) -> dict[str, str]:
    form = page.split("<main")[1].rpartition("<form")[2]
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in fields}


def lines() -> list[str]:
    return list(db.session.scalars(db.select(Observation.line)))


def sign_in(client: FlaskClient, **more: str) -> str:
    """In the same browser."""
    fields = {"csrf_token": token_of(client), "username": "astrid", "password": PASSWORD, **more}
    return client.post("/sign-in", data=fields, follow_redirects=True).text


def sign_out(client: FlaskClient) -> None:
    client.post("/sign-out", data={"csrf_token": token_of(client)})


def test_signed_in_anew_in_another_tab_it_is_offered_once_more(
    ekbacken: Ekbacken, astrid: FlaskClient
) -> None:
    stale = token_of(astrid)
    sign_out(astrid)
    sign_in(astrid)
    answer = astrid.post(observations(ekbacken), data=typed(stale), headers=HERE)
    assert answer.status_code == 400
    assert "Det du skrev är kvar men inte sparat än. Du är inloggad som Astrid Ask." in answer.text
    assert f'action="{observations(ekbacken)}"' in answer.text
    assert lines() == []
    assert astrid.post(observations(ekbacken), data=hidden(answer.text)).status_code == 303
    assert lines() == [LINE]


def test_signed_out_in_another_tab_it_goes_along_through_the_sign_in(
    ekbacken: Ekbacken, astrid: FlaskClient
) -> None:
    stale = token_of(astrid)
    sign_out(astrid)
    answer = astrid.post(observations(ekbacken), data=typed(stale), headers=HERE)
    assert answer.status_code == 401
    resume = sign_in(astrid, **hidden(answer.text))
    assert f'action="{observations(ekbacken)}"' in resume
    astrid.post(observations(ekbacken), data=hidden(resume))
    assert lines() == [LINE]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_what_another_page_filled_in_is_not_offered(
    ekbacken: Ekbacken, astrid: FlaskClient, site: str | None
) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer = astrid.post(observations(ekbacken), data=typed("x"), headers=headers)
    assert answer.status_code == 400
    assert "Läser" not in answer.text


def test_no_password_is_offered(astrid: FlaskClient) -> None:
    fields = {"csrf_token": "x", "username": "astrid", "password": "hemligheten"}
    answer = astrid.post("/sign-in", data=fields, headers=HERE)
    assert answer.status_code == 400
    assert "hemligheten" not in answer.text
