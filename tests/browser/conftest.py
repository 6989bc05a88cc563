"""A real browser against a real server on this machine.

Where there is no Chromium these tests are left out, and ``tests/conftest.py`` says so.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser.live_server import LiveServer
from browser.typist import Typist, let_in
from cast import Ekbacken
from chromium import CHROMIUM
from click.testing import Result
from flask import Flask
from keeping import Keeper
from living_school import LivingSchool, bring_to_life
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request
from sheet_grid import Grid, a_class_of_25
from werkzeug.serving import make_server

from assessments.database import db

SMALL = ["--disable-gpu", "--in-process-gpu"]
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking"]
SILENT = ["--disable-component-update", "--disable-sync"]
# Beside every page Chromium would open the suggestions of its address bar, which are a page of their own and
# cost more than ours. The switch replaces Playwright's own, whose words are therefore here too.
UNUSED = [
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning", "Translate",
]  # fmt: skip
HERE = ("http://127.0.0.1:", "data:", "blob:", "about:")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which left alone asks the network for news. (As root: Playwright has no sandbox.)"""
    args = [*SMALL, *QUIET, *SILENT, f"--disable-features={','.join(UNUSED)}"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    still = {"reduced_motion": "reduce"}  # colours are looked at when they stand, not on their way
    return {**browser_context_args, **still, "locale": "sv-SE", "timezone_id": "Europe/Stockholm"}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses here are whole. (The plugin's own fixture is of a kind that pytest warns about.)"""


@pytest.fixture
def site(app: Flask, database: None) -> Iterator[str]:
    """The app served on this machine, as many requests at a time as come."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def built(app: Flask, ekbacken: Ekbacken) -> Callable[[str, Callable[[], Any]], Any]:
    """What stands on top of Ekbacken, built once and put back for each test after. Plain values only."""
    keeper: Keeper = app.config["KEEPER"]

    def from_(name: str, build: Callable[[], Any]) -> Any:
        if not keeper.stands_at("ekbacken"):  # a test has something of its own already
            return build()
        if keeper.keeps(name):
            keeper.put_back(name)
        else:
            app.config[name] = build()
            db.session.rollback()  # no test holds the database while a page is asked
            keeper.keep(name)
        return app.config[name]

    return from_


@pytest.fixture
def school(
    site: str, ekbacken: Ekbacken, built: Callable[..., Any], lasspar: Callable[..., Result], tmp_path: Path
) -> LivingSchool:
    school = built("living school", lambda: bring_to_life(ekbacken, site, lasspar, tmp_path))
    return replace(school, site=site)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    server = LiveServer(tmp_path_factory.mktemp("live"))
    yield server
    server.kill()


@pytest.fixture
def astrid(context: BrowserContext, live: LiveServer) -> Typist:
    """She is about to type in an empty sheet, on a server of its own."""
    live.forget_scores()
    return Typist(context, live)


@pytest.fixture(autouse=True)
def nothing_to_complain_about(context: BrowserContext) -> Iterator[None]:
    """Nothing is asked of other servers, and the browser's console stays empty but for refused pages."""
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(HERE):
            complaints.append(f"a page asked for {request.url}")

    context.on("console", said)
    context.on("request", asked)
    yield
    assert complaints == []


@pytest.fixture
def sign_in(page: Page, site: str) -> Callable[[str], Page]:
    """Sign in as the form does, without looking at it: that is for test_main_path.py."""

    def as_(username: str) -> Page:
        page.context.clear_cookies()
        let_in(page.context, site, username)
        return page

    return as_


@pytest.fixture
def class_2c(ekbacken: Ekbacken, built: Callable[..., int]) -> int:
    return built("2C", lambda: a_class_of_25(ekbacken))


@pytest.fixture
def grid(class_2c: int, ekbacken: Ekbacken, sign_in: Callable[[str], Page], site: str) -> Grid:
    slug = ekbacken.autumn.slug
    db.session.rollback()  # as above
    page = sign_in("astrid")
    page.set_viewport_size({"width": 1280, "height": 800})
    return Grid(page, f"{site}/classes/{class_2c}/windows/{slug}/sheet")
