"""A cell from the key that leaves it to the tick that says "stored", and saves of 1, 6 and 100 cells.

Run with ``pytest tests/benchmarks/test_sheet_saving.py``. The browser types 120 cells on a server of its own;
the saves of different sizes take turns in one run. Goals: tick p95 at most 400 ms, a row of six cells at most
1.3 x one cell, and a level in the cell within 50 ms of leaving it.
"""

import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser.live_server import LiveServer
from browser.typist import Typist
from cast import Ekbacken
from flask.testing import FlaskClient
from playwright.sync_api import Page, sync_playwright

from assessments.clock import today
from assessments.database import db

ROUNDS = 25
MEASURES = ("bokstavsljud", "avstamning_a", "ord_per_minut", "fonologisk_medvetenhet")
WATCH = """() => {
    window.ticks = []; window.levels = [];
    document.addEventListener("keydown", (event) => {
        const td = event.target.closest("td.cell");
        if (event.key !== "Enter" || !td) return;
        const begun = performance.now();
        const since = (list) => list.push(performance.now() - begun);
        let hasLevel = false;
        const watcher = new MutationObserver(() => {
            if (!hasLevel && td.querySelector(".level")) { hasLevel = true; since(window.levels); }
            if (td.textContent.includes("\\u2713")) { watcher.disconnect(); since(window.ticks); }
        });
        watcher.observe(td, {childList: true, subtree: true, characterData: true, attributes: true});
    }, true);
}"""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * len(values)))]


def test_the_tick_comes_soon_after_the_key(tmp_path: Path) -> None:
    server = LiveServer(tmp_path)
    try:
        with sync_playwright() as playwright:
            arguments = {"executable_path": shutil.which("chromium"), "args": ["--disable-gpu"]}
            browser = playwright.chromium.launch(**arguments)
            typist = Typist(browser.new_context(locale="sv-SE"), server)
            ticks, levels = type_and_watch(typist)
            browser.close()
    finally:
        server.kill()
    told = [f"{name} {percentile(ticks, share):.0f} ms" for name, share in (("p50", 0.5), ("p95", 0.95))]
    print(f"\ntick over {len(ticks)} cells: {', '.join(told)}; level p95 {percentile(levels, 0.95):.0f} ms")
    assert typist.lost() == {}


def type_and_watch(typist: Typist) -> tuple[list[float], list[float]]:
    page: Page = typist.open()
    page.evaluate(WATCH)
    for height in range(10):  # twelve pupils, ten times over, as fast as a person types two digits
        typist.height = height
        typist.cell(0).focus()
        for row in range(12):
            page.keyboard.type(str(10 + height), delay=60)
            page.keyboard.press("Enter")
            typist.typed[typist.names[row]] = 10 + height
            page.wait_for_timeout(250)
        typist.wait_until_stored()
    return page.evaluate("() => window.ticks"), page.evaluate("() => window.levels")


@pytest.fixture
def save(ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]) -> Callable[[int], None]:
    """Save so many cells of a class of 25, each with a new value."""
    for number in range(25):
        ekbacken.pupil(f"P{number}", "Ek", f"88{number:02}")
    db.session.commit()
    client = signed_in(ekbacken.astrid)
    address = f"/api/v1/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    token = client.get("/api/v1/session").json["csrf_token"]
    rows = [row["row"] for row in client.get(address).json["rows"]][:25]
    cells = [(row, measure) for row in rows for measure in MEASURES]
    versions, number = dict.fromkeys(cells, 0), iter(range(1_000_000))

    def some(count: int) -> None:
        writes = [
            {
                "client_id": f"{row}{next(number)}",
                "pupil": row,
                "measure": measure,
                "value": versions[row, measure] % 2,
                "expected_version": versions[row, measure],
            }
            for row, measure in cells[:count]
        ]
        answer = client.patch(address, json={"writes": writes}, headers={"X-CSRFToken": token})
        results = answer.json["results"]
        assert {one["status"] for one in results} == {"stored"}, results[0]
        for write, result in zip(writes, results, strict=True):
            versions[str(write["pupil"]), str(write["measure"])] = result["version"]

    return some


def test_six_cells_cost_about_as_much_as_one(save: Callable[[int], None]) -> None:
    sizes = (1, 6, 100)
    clocks: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "processor": time.process_time}
    taken: dict[tuple[str, int], list[float]] = {(name, size): [] for name in clocks for size in sizes}
    for _ in range(ROUNDS):
        for size in sizes:
            begun = {name: clock() for name, clock in clocks.items()}
            save(size)
            for name, clock in clocks.items():
                taken[name, size].append((clock() - begun[name]) * 1000)
    print(f"\n{today()}: milliseconds a save, the middle of {ROUNDS} rounds")
    for name in clocks:
        middle = {size: statistics.median(taken[name, size][3:]) for size in sizes}
        told = (f"{size} cells {middle[size]:.1f} ({middle[size] / middle[1]:.2f} x)" for size in sizes)
        print(f"{name}: {', '.join(told)}")
