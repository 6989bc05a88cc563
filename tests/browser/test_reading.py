"""A minute of reading aloud on a tablet: clock, words to tap, the next pupil, a text that goes nowhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from living_school import LivingSchool
from playwright.sync_api import Locator, Page, Request, Route, expect
from sheet_grid import nothing_for_axe

from assessments.reading_aloud import Reading

pytestmark = pytest.mark.long

LOST = """() => {
    const ask = window.fetch;
    let isLost = false;
    window.fetch = async (address, how) => {
        const answer = await ask(address, how);
        if (how.method !== "POST" || isLost) return answer;
        isLost = true;
        throw new TypeError("no network");
    };
}"""
OWN_TEXT = "Kvällsrävens grävling åt ett surkart äpple bakom ladan medan regnet föll"
EIGHT = datetime(2026, 10, 15, 8, tzinfo=UTC)
STORED = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys()])"""


@pytest.fixture
def sent(page: Page) -> list[str]:
    """All that the browser asks for: address, headers and body."""
    asked: list[str] = []

    def note(request: Request) -> None:
        body = request.post_data_buffer or b""
        asked.append(f"{request.url} {request.headers} {body.decode('utf-8', 'replace')}")

    page.on("request", note)
    return asked


@pytest.fixture
def reading(school: LivingSchool, sign_in: Callable[[str], Page], sent: list[str]) -> Page:
    """2B, where Liv has not read."""
    page = sign_in("astrid")
    page.clock.install(time=EIGHT)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{school.site}/classes/{school.class_2b}/windows/{school.window}/reading")
    return page


def word(page: Page, said: str) -> Locator:
    return page.get_by_role("group", name="Textens ord").get_by_role("button", name=said)


def use_text(page: Page) -> None:
    page.get_by_label("Klistra in den text").fill(OWN_TEXT)
    page.get_by_role("button", name="Använd texten").click()


def test_taps_become_a_result_and_the_text_goes_nowhere(reading: Page, sent: list[str]) -> None:
    page = reading
    expect(page.get_by_role("heading", name="Liv Moe")).to_be_visible()
    use_text(page)
    page.get_by_role("button", name="Starta").click()
    word(page, "grävling").click()
    page.clock.run_for(61_000)
    expect(page.get_by_text("Tiden är ute.")).to_be_visible()
    word(page, "bakom").click()  # after the minute the next tap marks where the reading ended
    expect(page.get_by_label("Lästa ord", exact=True)).to_have_value("7")
    expect(page.get_by_label("Fel", exact=True)).to_have_value("1")
    expect(page.get_by_text("6 rätta ord per minut, träffsäkerhet 86 %")).to_be_visible()
    page.get_by_role("button", name="Spara och gå till nästa elev").click()
    expect(page.get_by_text("Liv Moe: 6 ord/min sparat.")).to_be_visible()
    expect(page.get_by_role("heading", name="Alla har läst")).to_be_focused()
    page.get_by_role("link", name="Disa Nyqvist").click()
    expect(page.get_by_role("heading", name="Disa Nyqvist")).to_be_visible()
    expect(word(page, "grävling")).to_have_attribute("aria-pressed", "false")
    assert "/reading" in page.url
    for piece in ("grävling", "Kvällsräven", "surkart", "gr%C3%A4vling"):
        assert not [one for one in sent if piece in one]
    assert "grävling" not in page.evaluate(STORED)
    page.reload()
    assert "grävling" not in page.content()
    expect(page.get_by_label("Klistra in den text")).to_have_value("")


def test_by_keyboard_alone(reading: Page) -> None:
    page = reading
    use_text(page)
    expect(word(page, "Kvällsrävens")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    expect(page.get_by_label("Lästa ord", exact=True)).to_have_value("4")
    expect(page.get_by_label("Fel", exact=True)).to_have_value("1")
    expect(word(page, "ett")).to_have_attribute("aria-current", "true")


def test_a_reading_that_was_interrupted_goes_on_and_one_that_ends_early_is_counted_to_a_minute(
    reading: Page,
) -> None:
    page = reading
    page.clock.pause_at(EIGHT + timedelta(hours=1))  # what a click takes is no part of the reading
    page.get_by_role("button", name="Starta").click()
    page.clock.run_for(20_000)
    page.get_by_role("button", name="Stopp").click()
    page.clock.run_for(300_000)  # somebody knocked at the door
    page.get_by_role("button", name="Fortsätt").click()
    page.clock.run_for(10_000)
    page.get_by_role("button", name="Stopp").click()
    expect(page.get_by_label("Tid, sekunder")).to_have_value("30")
    page.get_by_label("Lästa ord", exact=True).fill("40")
    page.get_by_label("Fel", exact=True).fill("2")
    expect(page.get_by_text("76 rätta ord per minut")).to_be_visible()
    page.get_by_role("button", name="Spara och gå till nästa elev").click()
    expect(page.get_by_text("Liv Moe: 76 ord/min sparat.")).to_be_visible()


def test_when_the_session_has_ended_everything_stands(reading: Page) -> None:
    page = reading
    use_text(page)
    page.get_by_label("Lästa ord", exact=True).fill("40")
    page.context.clear_cookies()
    page.get_by_role("button", name="Spara och gå till nästa elev").click()
    expect(page.get_by_role("alert")).to_contain_text("Inget har sparats.")
    expect(page.get_by_label("Lästa ord", exact=True)).to_have_value("40")
    expect(word(page, "grävling")).to_be_visible()


def test_whoever_was_chosen_last_reads_whatever_the_network_does(reading: Page) -> None:
    page = reading
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    readers = page.get_by_role("navigation", name="Elever").get_by_role("listitem").get_by_role("link")
    late, chosen = (readers.filter(has_text=name) for name in ("Disa Nyqvist", "Liv Moe"))
    page.route(f"**{late.get_attribute('href')}", hold)
    late.click()
    chosen.click()
    heading = page.get_by_role("heading", level=2).first
    expect(heading).to_be_focused()
    expect(heading).to_have_text(re.compile("Liv Moe"))
    page.get_by_role("button", name="Starta").click()
    held.pop().continue_()
    page.wait_for_timeout(200)
    expect(heading).to_have_text(re.compile("Liv Moe"))
    expect(page.get_by_role("button", name="Stopp")).to_be_visible()
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")
    readers.first.click()
    expect(page.get_by_role("alert")).to_have_text("Det gick inte att nå Lässpår. Försök igen om en stund.")


def test_an_answer_that_was_lost_is_not_called_a_loss(reading: Page) -> None:
    page = reading
    page.get_by_label("Lästa ord", exact=True).fill("40")
    page.evaluate(LOST)
    page.get_by_role("button", name="Spara och gå till nästa elev").click()
    expect(page.get_by_role("alert")).to_contain_text("Det är osäkert om resultatet sparades.")
    page.get_by_role("button", name="Spara och gå till nästa elev").click()
    expect(page.get_by_text("Liv Moe: 40 ord/min sparat.")).to_be_visible()


def test_the_page_sums_as_the_server_does(reading: Page) -> None:
    """What is shown before it is saved is what is saved."""
    tried = [
        (attempted, errors, seconds)
        for attempted in (0, 1, 3, 7, 40, 99, 250)
        for errors in (0, 1, 2, 5, 39)
        for seconds in (1, 7, 29, 45, 59, 60, 61, 600)
        if errors <= attempted
    ]
    module = reading.evaluate("document.querySelector('script[src*=\"reading/main.js\"]').src")
    counted = reading.evaluate(
        """async ([main, tried]) => {
            const {sum} = await import(new URL("./turn.js", main));
            return tried.map((one) => sum(...one)).map((one) => `${one.points} ${one.accuracy ?? "-"}`);
        }""",
        [module, tried],
    )
    assert counted == [Reading(*numbers).sum for numbers in tried]


def test_axe_finds_nothing_with_words_to_tap(reading: Page) -> None:
    page = reading
    use_text(page)
    word(page, "grävling").click()
    word(page, "äpple").press("s")
    nothing_for_axe(page)
