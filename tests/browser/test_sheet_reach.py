"""The score sheet for everybody: by ear, magnified, by touch."""

from playwright.sync_api import Page, expect
from sheet_grid import Grid, nothing_for_axe

WORDS = "rätt lästa ord per minut, text"


def spoken(page: Page) -> dict[str, list[str]]:
    """The accessibility tree as Chromium gives it to screen readers: names by role."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    found: dict[str, list[str]] = {}
    for node in nodes:
        if not node.get("ignored"):
            role, name = node["role"]["value"], node.get("name", {}).get("value", "")
            found.setdefault(role, []).append(name)
    client.detach()
    return found


def test_a_screen_reader_hears_pupil_measure_value_and_level(grid: Grid) -> None:
    page = grid.page
    grid.type("20", "x")
    nothing_for_axe(page)
    assert "Olle, bokstavsljud" in spoken(page)["textbox"]
    grid.press("Escape")
    grid.go("Alva, rätt lästa ord per minut")
    grid.type("34")
    expect(grid.told).to_have_text("Alva, 34, nära målet")
    grid.saved()
    nothing_for_axe(page)
    heard = spoken(page)
    assert "Alva, rätt lästa ord per minut, text, 34, nära målet" in heard["gridcell"]
    assert len(heard["gridcell"]) == 100
    assert heard["rowheader"][0] == "Fatma Al-Hassan"
    assert heard["columnheader"][1].startswith("Bokstavsljud")
    assert heard["grid"] == ["Resultat för 2C, hösten 2026/27: en rad per elev, en kolumn per mått"]
    assert page.locator("table [tabindex='0']").count() == 1


def test_everything_is_within_reach_at_400_percent_and_by_touch(grid: Grid, site: str) -> None:
    page = grid.page
    page.set_viewport_size({"width": 320, "height": 256})
    grid.press("Control+End", "Control+Home", "PageDown", "ArrowRight", "ArrowRight")
    box, head, names, bar = (
        page.evaluate(
            "selector => document.querySelector(selector).getBoundingClientRect().toJSON()", selector
        )
        for selector in (".cell:focus", "thead", "thead th", ".sheet-bar")
    )
    assert box["left"] >= names["right"] - 1
    assert box["top"] >= head["bottom"] - 1
    assert head["top"] >= -1
    assert box["bottom"] <= bar["top"] + 1
    assert names["width"] <= 320 * 0.45
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    assert page.context.browser is not None
    tablet = page.context.browser.new_context(
        has_touch=True,
        is_mobile=True,
        viewport={"width": 800, "height": 1000},
        storage_state=page.context.storage_state(),
    )
    touched = tablet.new_page()
    touched.goto(grid.address)
    touched.locator('td[aria-label="Olle, bokstavsljud, tomt"]').tap()
    assert touched.evaluate("[document.activeElement.tagName, document.activeElement.inputMode]") == [
        "INPUT",
        "decimal",
    ]
    touched.keyboard.type("22")
    touched.keyboard.press("Enter")
    assert (
        touched.evaluate("document.activeElement.ariaLabel") == "Jon, bokstavsljud"
    )  # the keyboard stays up
    touched.get_by_role("button", name="frånvarande").tap()
    expect(touched.locator('td[aria-label="Jon, bokstavsljud, frånvarande"]')).to_have_count(1)
    assert touched.evaluate("document.activeElement.ariaLabel") == "Ruth, bokstavsljud"
    touched.keyboard.type("7")
    touched.get_by_role("button", name="avbrutet").tap()
    touched.keyboard.press("Enter")
    expect(touched.locator('td[aria-label^="Ruth, bokstavsljud, 7, avbrutet"]')).to_have_count(1)
    small = touched.evaluate(
        """[...document.querySelectorAll("td.cell, .sheet-bar button, .sheet-tools button, .day-button")]
            .filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"""
    )
    assert small == []
    expect(touched.locator(".saved")).to_have_text("Allt är sparat.")
    tablet.close()
