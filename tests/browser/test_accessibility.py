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
VIOLATIONS = {"resultTypes": ["violations"], "selectors": False}
BUT_COLOURS = {**VIOLATIONS, "rules": {"color-contrast": {"enabled": False}}}
COLOURS = {**VIOLATIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}, "preload": False}
FEW = 3  # of a kind on one page: the first, and those that a stripe may tell from it
# Whatever has words of its own, by how it and all it stands in are marked: what its colours come from.
SPEAKING = """few => {
    const apart = /^(id|href|action|for|name|value|title|aria-(label|labelledby|describedby|controls))$/
    const marks = node => [...node.attributes].filter(one => !apart.test(one.name))
        .map(one => `${one.name}=${one.value.replace(/[0-9]+/g, "")}`).sort().join(" ")
    window.speaking = new Map()
    for (const node of document.body.querySelectorAll("*")) {
        const speaks = [...node.childNodes].some(one => one.nodeType === Node.TEXT_NODE && one.data.trim())
        if (!speaks && !node.matches("input, select, textarea")) continue
        let kind = ""
        for (let one = node; one; one = one.parentElement) kind += `${one.tagName} ${marks(one)} < `
        const alike = window.speaking.get(kind) ?? []
        if (alike.length < few) window.speaking.set(kind, [...alike, node])
    }
    return [...window.speaking.keys()]
}"""
RUN_ON = "([kinds, options]) => axe.run({include: kinds.flatMap(kind => window.speaking.get(kind))}, options)"


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


@pytest.fixture(scope="module")
def coloured() -> set[str]:
    """Kinds of elements with words whose colours have been looked at, in light and in dark."""
    return set()


def told(answer: dict[str, Any]) -> list[str]:
    return [
        f"{one['id']}: {one['help']}: {node['html']}" for one in answer["violations"] for node in one["nodes"]
    ]


def check(page: Page, coloured: set[str]) -> dict[str, list[str]]:
    """All that axe has to say of a page; of its colours where no page before had such an element."""
    page.evaluate(AXE_SCRIPT)
    found = {"page": told(page.evaluate("options => axe.run(options)", BUT_COLOURS))}
    fresh = [kind for kind in page.evaluate(SPEAKING, FEW) if kind not in coloured]
    for scheme in ("light", "dark") if fresh else ():
        page.emulate_media(color_scheme=scheme)
        found[scheme] = told(page.evaluate(RUN_ON, [fresh, COLOURS]))
    coloured.update(fresh)
    return found


def kinds_of_elements(html: str) -> set[str]:
    """Every opening tag with its attributes, numbers aside: what axe could have something to say about."""
    return set(re.findall(r"<[a-z][^>]*>", re.sub(r"\d+|[A-Za-z0-9_-]{40,}[.\w-]*", "", html)))


def test_axe_finds_nothing(
    app: Flask,
    school: LivingSchool,
    ekbacken: Any,
    signed_in: Any,
    sign_in: Callable[[str], Page],
    coloured: set[str],
) -> None:
    """Every page, and again for each role whose page holds an element that no page before has held."""
    found: dict[str, dict[str, list[str]]] = {}
    looked_at: set[str] = set()
    met: set[str] = set()
    unmet = addresses(app, school)
    for who in ROLES:
        client: FlaskClient = signed_in(getattr(ekbacken, who))
        page = sign_in(who)
        for endpoint, path in addresses(app, school).items():
            answer = client.get(path)
            if answer.status_code < 400:
                unmet.pop(endpoint, None)
            kinds = kinds_of_elements(answer.text) if answer.status_code == 200 else set()
            if not kinds or (endpoint in met and kinds <= looked_at):
                continue
            page.goto(school.site + path)
            found[f"{who} {endpoint}"] = check(page, coloured)
            met.add(endpoint)
            looked_at |= kinds
    assert {where: what for where, what in found.items() if any(what.values())} == {}
    assert unmet == {}


def test_axe_sees_colours_that_are_too_close(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("astrid")
    page.evaluate("document.querySelector('main').style.color = document.body.style.background = '#888'")
    found = check(page, set())
    assert any("color-contrast" in fault for fault in found["light"])
    assert any("color-contrast" in fault for fault in found["dark"])


@pytest.mark.parametrize("path", ["/sign-in", "/finns-inte", "/password/finns-inte"])
def test_axe_finds_nothing_before_signing_in(
    school: LivingSchool, page: Page, path: str, coloured: set[str]
) -> None:
    page.goto(school.site + path)
    assert not any(check(page, coloured).values())


def test_axe_finds_nothing_in_the_help(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page], coloured: set[str]
) -> None:
    page = sign_in("astrid")
    checked = {}
    for file in sorted(Path(app.root_path, "templates", "help").glob("*.html")):
        page.goto(f"{school.site}/help/{file.stem}")
        checked[file.stem] = check(page, coloured)
    assert len(checked) >= 5
    assert {name: what for name, what in checked.items() if any(what.values())} == {}
