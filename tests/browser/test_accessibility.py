"""Every page, as every role meets it, in light and in dark: axe finds nothing."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from flask.testing import FlaskClient
from living_school import LivingSchool
from playwright.sync_api import Page
from werkzeug.routing import Rule

ROLES = ["astrid", "birgitta", "rut", "ada", "cecilia", "teo"]
NO_PAGE = {"static", "bootstrap.static", "own.healthz"}
ONLY_WITH_A_LINK = {"access.password_page"}
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


def addresses(app: Flask, school: LivingSchool) -> dict[str, str]:
    """Every address that answers GET, by endpoint, filled in with places at Ekbacken."""
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NO_PAGE | ONLY_WITH_A_LINK or is_file(rule):
            continue
        unknown = rule.arguments - set(school.places)
        assert not unknown, f"tests/living_school.py does not know what {unknown} is in {rule}"
        values = {name: school.places[name] for name in rule.arguments}
        found[rule.endpoint] = app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
    return found


def is_file(rule: Rule) -> bool:
    """Whether the address says that it gives a file: ``/reports/.../class.pdf``."""
    return "." in rule.rule.rpartition("/")[2] or rule.rule.startswith("/api/")


def faults(page: Page, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{one['id']}: {one['help']}: {node['html']}" for one in found for node in one["nodes"]]


def check(page: Page) -> dict[str, list[str]]:
    """Axe in light, and again the colours in dark."""
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light")
    in_light = faults(page, EVERYTHING)
    page.emulate_media(color_scheme="dark")
    return {"light": in_light, "dark": faults(page, COLOURS)}


def kinds_of_elements(html: str) -> set[str]:
    """Every opening tag with its attributes, numbers aside: what axe could have something to say about."""
    return set(re.findall(r"<[a-z][^>]*>", re.sub(r"\d+|[A-Za-z0-9_-]{40,}[.\w-]*", "", html)))


def test_axe_finds_nothing(
    app: Flask, school: LivingSchool, ekbacken: Any, signed_in: Any, sign_in: Callable[[str], Page]
) -> None:
    """Every page, and again for each role whose page holds an element that no page before has held."""
    found: dict[str, dict[str, list[str]]] = {}
    looked_at: set[str] = set()
    met: set[str] = set()
    for who in ROLES:
        client: FlaskClient = signed_in(getattr(ekbacken, who))
        page = sign_in(who)
        for endpoint, path in addresses(app, school).items():
            answer = client.get(path)
            kinds = kinds_of_elements(answer.text) if answer.status_code == 200 else set()
            if not kinds or (endpoint in met and kinds <= looked_at):
                continue
            page.goto(school.site + path)
            found[f"{who} {endpoint}"] = check(page)
            met.add(endpoint)
            looked_at |= kinds
    assert {where: told for where, told in found.items() if any(told.values())} == {}


@pytest.mark.parametrize("path", ["/sign-in", "/finns-inte", "/password/finns-inte"])
def test_axe_finds_nothing_before_signing_in(school: LivingSchool, page: Page, path: str) -> None:
    page.goto(school.site + path)
    assert check(page) == {"light": [], "dark": []}


def test_axe_finds_nothing_in_the_help(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    checked = {}
    for file in sorted(Path(app.root_path, "templates", "help").glob("*.html")):
        page.goto(f"{school.site}/help/{file.stem}")
        checked[file.stem] = check(page)
    assert len(checked) >= 5
    assert {name: told for name, told in checked.items() if any(told.values())} == {}


def test_every_page_is_met_by_somebody(
    app: Flask, school: LivingSchool, ekbacken: Any, signed_in: Callable[[Any], FlaskClient]
) -> None:
    clients = [signed_in(getattr(ekbacken, who)) for who in ROLES]
    unmet = dict(addresses(app, school))
    for client in clients:
        unmet = {name: path for name, path in unmet.items() if client.get(path).status_code >= 400}
    assert unmet == {}
