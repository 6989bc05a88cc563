"""What every page has in common: colours that can be told apart, small files, help, nothing inline."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient

SignIn = Callable[[Any], FlaskClient]
PROJECT = Path(__file__).parents[2]
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
READABLE = 4.5  # WCAG 2.2, 1.4.3
VISIBLE = 3.0  # 1.4.11, outlines of fields
SMALL = {"Accept-Encoding": "gzip"}
# Pages that are their own explanation.
NEEDS_NO_HELP = ("errors.html", "first_steps.html", "link_gone.html", "password.html", "resume.html")
LEVELS = ("above_goal", "at_goal", "near_goal", "below_goal", "missing")


def colours() -> dict[str, dict[str, str]]:
    """The custom properties by scheme; the dark ones lie on top of the light."""
    text = (PROJECT / "static" / "colours.css").read_text("utf-8")
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)")
    dark = dark.split("/* Bootstrap")[0]
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_ink_can_be_read_on_its_paper(scheme: str) -> None:
    found = colours()[scheme]
    pairs = [(level, f"{level}-soft") for level in LEVELS]
    pairs += [
        (ink, paper) for ink in ("ink", "muted", "accent") for paper in ("paper", "ground", "accent-soft")
    ]
    pairs += [("on-accent", "accent"), ("on-accent", "accent-strong"), ("accent-strong", "accent-soft")]
    pairs += [
        ("ink", "warn-soft"),
        ("ink", "fault-soft"),
        ("fault", "fault-soft"),
        ("fault", "paper"),
        ("warn", "paper"),
    ]
    poor = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: told for pair, told in poor.items() if told < READABLE} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_outline_of_a_field_can_be_seen(scheme: str) -> None:
    found = colours()[scheme]
    assert contrast(found["edge"], found["paper"]) >= VISIBLE
    assert contrast(found["accent"], found["ground"]) >= VISIBLE


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    data = r'\stype="application/json"'  # no script, though it stands in one
    assert not re.search(rf"\sstyle=|<style|\son\w+=|<script(?![^>]*(?:\ssrc=|{data}))", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_page_that_names_its_help_has_it(path: Path) -> None:
    for slug in re.findall(
        r'^\{% set help_page = "([\w-]+)" %\}', path.read_text("utf-8"), flags=re.MULTILINE
    ):
        assert (PROJECT / "templates" / "help" / f"{slug}.html").is_file()


def test_every_page_names_its_help() -> None:
    pages = [path for path in TEMPLATES if '{% extends "base.html" %}' in path.read_text("utf-8")]
    told = [
        path
        for path in pages
        if path.parent.name not in ("help", "macros") and path.name not in NEEDS_NO_HELP
    ]
    assert [path.name for path in told if "set help_page" not in path.read_text("utf-8")] == []


def test_every_help_page_can_be_read_by_anybody(app: Flask, database: None) -> None:
    client = app.test_client()
    contents = client.get("/help").text
    addresses = set(re.findall(r'href="(/help/[\w-]+)"', contents))
    slugs = {path.stem for path in (PROJECT / "templates" / "help").glob("*.html")} - {"contents"}
    assert addresses == {f"/help/{slug}" for slug in slugs}
    for address in sorted(addresses):
        page = client.get(address)
        assert page.status_code == 200, address
        own = page.text.split("<main")[1].partition('<nav class="help-roles')[0]  # on every page
        assert len(re.sub(r"<[^>]+>", "", own).split()) < 320, f"{address} is long"


@pytest.mark.parametrize("slug", ["nonsense", "my-classes.html", "..%2Fmy-classes", "å"])
def test_help_that_is_not_there_is_not_found(app: Flask, database: None, slug: str) -> None:
    assert app.test_client().get(f"/help/{slug}").status_code == 404


def test_the_first_page_weighs_at_most_150_kib(app: Flask, ekbacken: Ekbacken) -> None:
    client = app.test_client()
    page = client.get("/sign-in")
    files = re.findall(r'(?:src|href)="(/(?:static|bootstrap)/[^"]+)"', page.text)
    assert len(files) >= 5
    weights = {file: len(client.get(file, headers=SMALL, buffered=True).data) for file in files}
    assert sum(weights.values()) + len(page.data) < 150 * 1024, weights


def test_a_file_is_kept_until_it_changes(app: Flask, ekbacken: Ekbacken) -> None:
    client = app.test_client()
    file = re.findall(r'href="(/static/page.css[^"]*)"', client.get("/sign-in").text)[0]
    kept = client.get(file, headers=SMALL, buffered=True)
    assert kept.headers["Cache-Control"] == "max-age=31536000, immutable"
    assert kept.headers["Content-Encoding"] == "gzip"
    over_https = client.get(file, headers={"Accept-Encoding": "gzip, deflate, br"}, buffered=True)
    assert over_https.headers["Content-Encoding"] == "br"
    assert len(over_https.data) < len(kept.data)
    elsewhere = client.get("/static/page.css?v=0123456789ab", headers=SMALL, buffered=True)
    assert elsewhere.headers["Cache-Control"] == "no-cache"  # another machine's, before or after an upgrade
    plain = client.get("/static/page.css", buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Cache-Control"] == "no-cache"


def test_a_page_about_people_is_never_compressed(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    page = signed_in(ekbacken.astrid).get("/classes", headers=SMALL)
    assert "Content-Encoding" not in page.headers


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("astrid", ["Mina klasser", "Att följa upp", "Stödinsatser", "Rapporter", "Lässatsningen"]),
        ("ada", ["Lässatsningen", "Klasslistor", "Karantän", "Uppgifter", "Personal", "Vem har sett vad"]),
        ("cecilia", ["Överblick", "Lässatsningen", "Perioder", "Styrning"]),
    ],
)
def test_the_navigation_shows_what_the_person_may_open(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, words: list[str]
) -> None:
    client = signed_in(getattr(ekbacken, who))
    menu = client.get("/help").text.split('aria-label="Huvudmeny"')[1].split("</nav>")[0]
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', menu)
    assert [word for _, word in links] == words
    opened = [client.get(address, follow_redirects=True).status_code for address, _ in links]
    assert opened == [200] * len(links)


def test_the_chosen_window_follows_to_the_next_page(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    page = signed_in(ekbacken.astrid).get(f"/classes?window={ekbacken.autumn.slug}").text
    assert "Hösten 2026/27" in page.split("</header>")[0]
    assert signed_in(ekbacken.astrid).get("/classes?window=2026-27-winter").status_code == 404


def test_a_thing_has_one_name_on_every_page() -> None:
    """Files are read in and fetched; what a page calls by another word is looked for in vain in the help."""
    other = re.compile(
        r"\b([Ii]mporter(?:a|ad|as|at|ing|na)?|[Ll]adda (?:ner|ned|upp)|[Nn]edladd\w+|[Uu]ppladd\w+)\b"
    )
    said = {
        path.name: re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text("utf-8"), flags=re.DOTALL)
        for path in TEMPLATES
    }
    assert {name: found[0] for name, text in said.items() if (found := other.search(text))} == {}
