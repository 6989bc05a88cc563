"""The score sheet for everybody: by ear, magnified, by touch."""

import re

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from playwright.sync_api import Page, Route, expect
from sheet_grid import WHY_NOT, Grid, nothing_for_axe

from assessments.database import db
from assessments.roster.models import Pupil

pytestmark = pytest.mark.long

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


def test_a_screen_reader_hears_what_is_odd(grid: Grid) -> None:
    grid.go("Fatma, rätt lästa ord per minut")
    grid.type("29")
    expect(grid.told).to_have_text("Fatma, 29, nära målet. Ovanligt: 29 mot 50 våren 2025/26.")
    grid.saved()


def edge(page: Page, selector: str, side: str) -> float:
    """Where it ends on the screen."""
    box = "([one, side]) => document.querySelector(one).getBoundingClientRect()[side]"
    place: float = page.evaluate(box, [selector, side])
    return place


def hidden(page: Page) -> str | None:
    """The cell that has the focus, unless all of it is in sight in the picture that is drawn next."""
    name: str | None = page.evaluate(
        """async () => {
            await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
            const box = (selector) => document.querySelector(selector).getBoundingClientRect();
            const [cell, frame, names] = [box(".cell:focus-within"), box(".sheet-frame"), box("thead th")];
            const isInFrame = cell.left >= names.right - 1 && cell.right <= frame.right + 1;
            const isClear = cell.top >= names.bottom - 1 && cell.bottom <= box(".sheet-bar").top + 1;
            return isInFrame && isClear ? null : document.activeElement.closest("td").ariaLabel;
        }"""
    )
    return name


OTHER_SCREENS = [
    pytest.param(*size, marks=pytest.mark.long) for size in ((1366, 768), (1024, 500), (700, 600))
]


@pytest.mark.parametrize(("width", "height"), [(320, 640), *OTHER_SCREENS])
def test_the_cell_that_has_the_focus_is_never_behind_anything(grid: Grid, width: int, height: int) -> None:
    """From the opening on, also where somebody left off far down, and in the field while she types."""
    page = grid.page
    page.set_viewport_size({"width": width, "height": height})
    grid.press("Control+Home")
    grid.paste("21\n" * 20)
    grid.press("Enter")
    grid.saved()
    page.reload()
    expect(page.locator(".cell:focus")).to_have_attribute("aria-label", re.compile(", bokstavsljud, tomt"))
    assert hidden(page) is None
    grid.press("2")
    assert hidden(page) is None
    there_and_back = ("Enter", "End", "ArrowDown", "Control+End", "PageUp", "Home", "Control+Home")
    for key in (*there_and_back, *["ArrowDown"] * 12):
        grid.press(key)
        assert hidden(page) is None, key


def test_why_not_is_in_sight_at_the_last_row_and_no_name_lies_over_a_score(
    grid: Grid, ekbacken: Ekbacken
) -> None:
    """And on paper no heading lies where the sheet was scrolled to."""
    page = grid.page
    last = db.session.scalars(sa.select(Pupil).where(Pupil.family_name == "Öman")).one()
    last.given_name, last.family_name = "Maria-Alexandra Wilhelmina", "von Schwerin-Löwenhielm af Ädelkrantz"
    db.session.commit()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()
    grid.press("Control+End", "Home", *"999", "Enter")
    expect(page.locator(".cell.writing .fault")).to_be_visible()
    assert edge(page, ".cell.writing .fault", "bottom") <= edge(page, ".sheet-bar", "top") + 1
    wide = "[...document.querySelectorAll('tbody th')].filter((th) => th.scrollWidth > th.clientWidth).length"
    assert page.evaluate(wide) == 0
    page.emulate_media(media="print")
    box = "(one) => document.querySelector(one).getBoundingClientRect()"
    over = page.evaluate(
        f"() => {{ const box = {box}; return box('thead th').bottom - box('td.cell').top; }}"
    )
    assert over <= 1  # both at one moment: what is printed may be scrolled


RESTS = """() => [document.querySelector(".cell:focus-within").getBoundingClientRect().toJSON(), scrollY,
    document.querySelector(".sheet-frame").scrollTop, document.querySelector(".sheet-frame").scrollLeft]"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (375, 667), (320, 640)])
def test_why_not_is_whole_wherever_the_cell_is_and_moves_nothing(
    grid: Grid, ekbacken: Ekbacken, site: str, width: int, height: int
) -> None:
    """On the last column of several, and where one measure is all there is; at the first row and the last."""
    page = grid.page
    page.set_viewport_size({"width": width, "height": height})
    alone = f"{site}/windows/2026-27-autumn/measures/bokstavsljud/sheet?class={ekbacken.class_1a.id}"
    db.session.rollback()  # no test holds the database while a page is asked
    several = ((["Control+Home", "End"], "End"), (["Control+End"], "Home"), ([], "ArrowUp"))
    one = ((["Control+Home"], "Home"), (["Control+End"], "Home"), ([], "ArrowUp"))
    for columns, places in (("several", several), ("one", one)):
        if columns == "one":
            page.goto(alone)
            expect(page.get_by_role("grid")).to_be_visible()
        for keys, last in places:
            grid.press(*keys, last, *"zz")
            before = page.evaluate(RESTS)
            grid.press("Enter")
            assert page.evaluate(WHY_NOT) == [[], True], (columns, keys)
            assert page.evaluate(RESTS) == before
            grid.press("Escape")


def test_a_notice_over_the_sheet_leaves_the_cell_in_sight(grid: Grid) -> None:
    """The sheet moves down as it comes, and the row would lie under the bar."""
    page = grid.page
    grid.press("Control+Home", *["ArrowDown"] * 3)
    assert page.evaluate("scrollY") == 0  # or the browser would keep the row where it is
    page.context.clear_cookies()
    grid.press(*"12", "Enter")
    expect(page.get_by_role("heading", name="Du är utloggad")).to_be_attached()
    assert hidden(page) is None


def test_the_cell_stays_in_sight_when_the_tablet_is_turned(grid: Grid) -> None:
    page = grid.page
    page.set_viewport_size({"width": 820, "height": 1180})
    grid.press("Control+End", *"zz", "Enter")
    page.set_viewport_size({"width": 820, "height": 600})
    expect(page.locator(".cell.writing")).to_be_in_viewport(ratio=1)
    assert hidden(page) is None
    assert page.evaluate(WHY_NOT) == [[], True]


def test_an_answer_leaves_the_focus_under_the_sheet(grid: Grid) -> None:
    page = grid.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/classes/*/windows/*/sheet", hold)
    grid.press("Control+Home", *"7", "Enter")
    page.locator(".sheet-foot summary").press("Enter")
    link = page.locator(".sheet-foot .missing a").nth(3)
    link.focus()
    page.wait_for_timeout(400)
    held.pop().continue_()
    grid.saved()
    expect(link).to_be_focused()
    page.unroute_all()
    other = page.context.new_page()
    other.goto(grid.address)
    other.keyboard.press("Control+Home")
    other.keyboard.press("ArrowRight")
    other.keyboard.type("40")
    other.keyboard.press("Enter")
    expect(page.locator(".sheet-foot summary")).to_have_text("24 resultat för 24 elever")
    expect(page.locator(".sheet-foot .missing a").nth(2)).to_be_focused()


def test_everything_is_within_reach_at_400_percent_and_by_touch(grid: Grid, site: str) -> None:
    page = grid.page
    page.set_viewport_size({"width": 320, "height": 256})
    grid.press("Control+End", "Control+Home", "PageDown", "ArrowRight", "ArrowRight")
    box, head, names, bar = (
        page.evaluate(
            "selector => document.querySelector(selector).getBoundingClientRect().toJSON()", selector
        )
        for selector in (".cell:focus", "thead th + th", "thead th", ".sheet-bar")
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
    touched.set_viewport_size({"width": 740, "height": 360})  # a telephone on its side has no letters either
    touched.locator('td[aria-label="Liv, bokstavsljud, tomt"]').tap()
    touched.get_by_role("button", name="kan inte genomföras ännu").tap()
    expect(touched.locator('td[aria-label^="Liv, bokstavsljud, kan inte genomföras ännu"]')).to_have_count(1)
    assert hidden(touched) is None
    expect(touched.locator(".saved")).to_have_text("Allt är sparat.")
    tablet.close()


KEYBOARD = """() => {
    const seen = new EventTarget();
    Object.assign(seen, { scale: 1, offsetTop: 0, width: innerWidth, height: innerHeight });
    Object.defineProperty(window, "visualViewport", { value: seen });
    window.keys = (high) => { seen.height = innerHeight - high; seen.dispatchEvent(new Event("resize")); };
}"""


def test_a_keyboard_over_the_page_covers_neither_the_bar_nor_the_cell(grid: Grid, site: str) -> None:
    """As an iPad has it: the window stays as high as it was, and only the part that is seen is lower."""
    page = grid.page.context.new_page()
    page.add_init_script(f"({KEYBOARD})()")
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(grid.address)
    page.locator("td.cell").last.click()
    page.keyboard.type("2")
    before = edge(page, ".sheet-bar", "bottom")
    page.evaluate("window.keys(500)")
    page.wait_for_function("document.querySelector('.sheet-bar').getBoundingClientRect().bottom <= 681")
    assert hidden(page) is None
    assert edge(page, ".sheet-bar", "bottom") - edge(page, ".sheet-bar", "top") < 120
    page.evaluate("window.keys(0)")
    assert abs(edge(page, ".sheet-bar", "bottom") - before) < 1
