"""Every page, as every role meets it, in light and in dark: axe finds nothing."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from flask.testing import FlaskClient
from living_school import LivingSchool
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.routing import Rule

from assessments.database import db
from assessments.roster.models import Municipality
from screening.open_support.models import OpenSupport

ROLES = ["astrid", "birgitta", "rut", "ada", "cecilia", "teo"]
MAIN_PATH = [
    "sheets.show",
    "screening.class_overview",
    "screening.pupil",
    "screening.inbox",
    "reports.overview",
]
NO_PAGE = {"static", "bootstrap.static", "own.healthz", "metrics.show"}
NO_PAGE |= {"providers.there", "providers.back"}  # on the way to somebody else's: test_second_steps.py
ONLY_WITH_A_LINK = {"access.password_page"}
VIOLATIONS = {"resultTypes": ["violations"], "selectors": False}
BUT_COLOURS = {**VIOLATIONS, "rules": {"color-contrast": {"enabled": False}}}
COLOURS = {**VIOLATIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}, "preload": False}
FEW = 3  # of a look on one page: what lies over one of them may not lie over the next
# Whatever has words of its own and is seen, by what its colours come from: its own and all it stands on.
LOOKS = """few => {
    const seen = new Map()
    const ground = node => {
        if (!node) return ""
        if (!seen.has(node)) {
            const {backgroundColor, backgroundImage, opacity, filter, mixBlendMode} = getComputedStyle(node)
            const own = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join(" ")
            const isOff = node.matches(":disabled, [aria-disabled=true]") ? "off" : ""
            const under = ground(node.parentElement)
            const isBare = own === "rgba(0, 0, 0, 0) none 1 none normal" && !isOff
            seen.set(node, isBare ? under : `${own} ${isOff} < ${under}`)
        }
        return seen.get(node)
    }
    window.looks = new Map()
    for (const node of document.body.querySelectorAll("*")) {
        const speaks = [...node.childNodes].some(one => one.nodeType === Node.TEXT_NODE && one.data.trim())
        if (!speaks && !node.matches("input, select, textarea")) continue
        if (!node.checkVisibility({visibilityProperty: true})) continue
        const {color, fontSize, fontWeight, textShadow} = getComputedStyle(node)
        const look = [color, fontSize, fontWeight, textShadow, ground(node)].join(" ")
        const alike = window.looks.get(look) ?? []
        if (alike.length < few) window.looks.set(look, [...alike, node])
    }
    return [...window.looks.keys()]
}"""
LOOSE = """() => {
    const told = [...document.querySelectorAll("[aria-describedby]")].flatMap(
        one => one.getAttribute("aria-describedby").split(" "))
    const beside = [...document.querySelectorAll(".hint, form .fault")].filter(one => !told.includes(one.id))
    const twice = told.filter(id => document.querySelectorAll(`[id="${id}"]`).length > 1)
    return [...beside.map(one => one.outerHTML), ...twice]
}"""
# What comes into a status after the page: only that is said by screen readers.
HEARD = """addEventListener("load", () => new MutationObserver(changes => {
    const came = changes.filter(one => one.addedNodes.length && one.target.closest("[role=status]"))
    document.documentElement.dataset.heard = came.map(one => one.target.textContent).join()
}).observe(document.body, {subtree: true, childList: true}))"""
TOLD = """.then(({violations}) => violations.flatMap(one => one.nodes.map(
    ({html}) => `${one.id}: ${one.help}: ${html}`)))"""  # what is right is long, and nobody reads it
RUN = f"options => axe.run(options){TOLD}"
ALIKE = "{include: looks.flatMap(look => window.looks.get(look))}"
RUN_ON = f"([looks, options]) => axe.run({ALIKE}, options){TOLD}"
# The next page with the same head in place of this one, without loading all that stays.
IN_ITS_PLACE = """html => {
    const next = new DOMParser().parseFromString(html, "text/html")
    document.title = next.title
    document.body.replaceWith(next.body)
}"""
LOADS = re.compile(r"<(?:link|script)\b[^>]*")  # a page that loads more than others has work of its own to do


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
    is_for_programs = rule.rule.startswith("/api/") and rule.endpoint != "api_docs.page"
    return "." in rule.rule.rpartition("/")[2] or is_for_programs


@pytest.fixture(scope="module")
def coloured() -> set[str]:
    """Looks of words whose colours axe has seen."""
    return set()


@pytest.fixture(autouse=True)
def axe_in_every_page(context: BrowserContext) -> None:
    context.add_init_script(AXE_SCRIPT)


def check(page: Page, coloured: set[str]) -> dict[str, list[str]]:
    """All that axe has to say of a page; of its colours where nothing on a page before has looked so. And the
    hints that only the eye finds beside their fields."""
    found = {"page": page.evaluate(RUN, BUT_COLOURS), "loose": page.evaluate(LOOSE)}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        fresh = [look for look in page.evaluate(LOOKS, FEW) if look not in coloured]
        if fresh:
            found[scheme] = page.evaluate(RUN_ON, [fresh, COLOURS])
            coloured.update(fresh)
    return found


def kinds_of_elements(html: str) -> set[str]:
    """Every opening tag with its attributes: what axe could have something to say about. Numbers aside, and
    where links lead and what fields hold: that is never asked."""
    alike = re.sub(r' (href|action|value)="[^"#][^"]*"', r" \1", html)
    return set(re.findall(r"<[a-z][^>]*>", re.sub(r"\d+|[A-Za-z0-9_-]{40,}[.\w-]*", "", alike)))


def test_axe_finds_nothing_from_results_to_signals(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page], coloured: set[str]
) -> None:
    page = sign_in("birgitta")
    for endpoint in MAIN_PATH:
        page.goto(school.site + addresses(app, school)[endpoint])
        assert not any(check(page, coloured).values()), endpoint


@pytest.mark.slow
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
        page, stands = sign_in(who), None
        plain = set(LOADS.findall(client.get("/help").text))
        for endpoint, path in addresses(app, school).items():
            answer = client.get(path)
            if answer.status_code < 400:
                unmet.pop(endpoint, None)
            kinds = kinds_of_elements(answer.text) if answer.status_code == 200 else set()
            if not kinds or (endpoint in met and kinds <= looked_at):
                continue
            loads = set(LOADS.findall(answer.text))
            if stands == loads == plain:
                page.evaluate(IN_ITS_PLACE, answer.text)
            else:
                page.goto(school.site + path)
            stands = loads
            found[f"{who} {endpoint}"] = check(page, coloured)
            met.add(endpoint)
            looked_at |= kinds
    assert {where: what for where, what in found.items() if any(what.values())} == {}
    assert unmet == {}


def test_axe_sees_colours_that_are_too_close(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("astrid")
    page.goto(school.site)
    page.evaluate("document.querySelector('main').style.color = document.body.style.background = '#888'")
    found = check(page, set())
    assert any("color-contrast" in fault for fault in found["light"])
    assert any("color-contrast" in fault for fault in found["dark"])


@pytest.mark.slow
def test_what_was_saved_comes_into_the_next_page_and_is_heard(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    page.add_init_script(HEARD)
    page.goto(school.site + addresses(app, school)["screening.pupil"])
    page.get_by_text("Skriv en iakttagelse").click()
    page.get_by_label("Vad har ni sett?").fill("Läser gärna skyltar.")
    page.get_by_role("button", name="Spara iakttagelse").click()
    expect(page.locator("html")).to_have_attribute("data-heard", re.compile("Iakttagelsen är sparad"))
    expect(page.get_by_role("status")).to_contain_text("Iakttagelsen är sparad")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_contrast_theme_shows_what_is_chosen_and_where_one_is(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page], scheme: Literal["light", "dark"]
) -> None:
    page = sign_in("birgitta")
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(school.site + addresses(app, school)["screening.inbox"])
    for kind in ("radio", "checkbox"):
        box = page.locator(f"main input[type={kind}]").first
        box.evaluate("box => { box.closest('details')?.setAttribute('open', ''); box.checked = false }")
        empty = box.screenshot()
        box.evaluate("box => { box.checked = true }")
        assert box.screenshot() != empty, kind
    lines = "links => links.map(link => getComputedStyle(link).borderBottomColor)"
    here = page.locator("header nav [aria-current]").evaluate_all(lines)
    elsewhere = page.locator("header nav a:not([aria-current])").evaluate_all(lines)
    assert len(here) == 1
    assert not set(here) & set(elsewhere)


@pytest.mark.slow
def test_a_long_name_of_a_place_breaks_where_letters_stand_far_apart(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    with app.app_context():
        told = {"name": "Föräldrarådgivningen", "what": "Råd.", "web": f"https://{'forskola' * 8}.se"}
        municipality = db.session.scalars(sa.select(Municipality).order_by(Municipality.id)).first()
        db.session.add(OpenSupport(municipality=municipality, **told))
        db.session.commit()
    page = sign_in("birgitta")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(school.site + addresses(app, school)["open_support.tips"])
    expect(page.get_by_role("heading", name=told["name"])).to_be_visible()
    page.evaluate("document.querySelectorAll('main *').forEach(one => one.style.letterSpacing = '0.12em')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.slow
def test_magnified_four_times_a_result_is_seen_beside_its_measure(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("birgitta")
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(school.site + addresses(app, school)["screening.pupil"])
    width = "box => box.offsetWidth"
    frame = page.get_by_role("region", name="Alla perioder och mått")
    assert frame.locator("tbody th").first.evaluate(width) < frame.evaluate(width) / 2


@pytest.mark.parametrize("path", ["/sign-in", "/finns-inte", "/password/finns-inte"])
def test_axe_finds_nothing_before_signing_in(
    school: LivingSchool, page: Page, path: str, coloured: set[str]
) -> None:
    page.goto(school.site + path)
    assert not any(check(page, coloured).values())


@pytest.mark.slow
def test_axe_finds_nothing_in_the_help(
    app: Flask, school: LivingSchool, sign_in: Callable[[str], Page], coloured: set[str]
) -> None:
    page = sign_in("astrid")
    checked = {}
    page.goto(f"{school.site}/help")
    for file in sorted(Path(app.root_path, "templates", "help").glob("*.html")):
        answer = page.request.get(f"{school.site}/help/{file.stem}")
        assert answer.ok
        page.evaluate(IN_ITS_PLACE, answer.text())
        checked[file.stem] = check(page, coloured)
    assert len(checked) >= 5
    assert {name: what for name, what in checked.items() if any(what.values())} == {}
