"""What the queue keeps in the browser: locked, for one person, for as long as it takes, and told honestly."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from browser.typist import LETTERS, Typist
from playwright.sync_api import BrowserContext, Page, Route, expect

pytestmark = pytest.mark.long

FULL = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
KEPT = """async () => {
    const opened = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
    const database = await opened(indexedDB.open("lasspar-queue"));
    const records = await opened(database.transaction("cells").objectStore("cells").getAll());
    return JSON.stringify(records.filter(({id, stored}) => id !== "flushed" && !stored));
}"""


@pytest.fixture(autouse=True)
def nothing_to_complain_about() -> None:
    """Here the browser has every reason to."""


def kept(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(page.evaluate(KEPT))
    return found


@pytest.fixture
def offline(astrid: Typist) -> Typist:
    """She has typed three cells that could not be sent."""
    astrid.open()
    astrid.context.set_offline(True)
    astrid.type(0, [11, 12, 13])
    astrid.is_told("Ingen kontakt med Lässpår just nu.")
    return astrid


def test_whoever_heard_that_nothing_could_be_saved_hears_that_it_is(offline: Typist) -> None:
    heard = offline.page.locator("#main > [role=status]").last
    expect(heard).not_to_have_text("Allt är sparat.")
    offline.context.set_offline(False)
    expect(heard).to_have_text("Allt är sparat.")


def test_what_is_kept_is_locked_and_gone_when_she_has_signed_out(offline: Typist) -> None:
    page, records = offline.page, kept(offline.page)
    assert len(records) == 3
    assert {key for record in records for key in record} == {"id", "version", "tried", "first", "next"}
    assert {key for record in records for key in record["first"]} == {"client_id", "at", "iv", "sealed"}
    assert not {"Noor", "Kim", "12"} & set(json.dumps(records).split())
    person, address, row, measure = str(records[0]["id"]).split()
    assert (len(person), address, len(row), measure) == (22, f"/api/v1{offline.server.sheet}", 22, LETTERS)

    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    expect(page.get_by_text(re.compile("^3 rutor "))).to_be_visible()
    assert asked == ["beforeunload"]

    sign_out = page.locator("form[action$='/sign-out']")
    sign_out.evaluate("form => form.requestSubmit()")
    question = page.get_by_role("dialog", name="Allt är inte sparat")
    expect(question).to_contain_text("3 resultat är inte sparade")
    question.get_by_role("button", name="Stanna kvar").click()
    offline.context.set_offline(False)
    sign_out.evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/sign-in")
    assert offline.lost() == {}
    assert json.loads(page.evaluate(KEPT.replace("&& !stored", ""))) == []


HOLD_UP = """() => {
    const { encrypt } = crypto.subtle;
    const wait = new Promise((go) => (window.letGo = go));
    crypto.subtle.encrypt = async (...what) => (await wait, encrypt.apply(crypto.subtle, what));
}"""


def test_a_dot_says_that_a_dead_tab_cannot_take_the_cell(astrid: Typist) -> None:
    page = astrid.open()
    page.evaluate(HOLD_UP)
    astrid.server.kill()
    astrid.type(0, [11, 12])
    expect(astrid.cell(1)).to_contain_text("12")
    expect(page.get_by_text("2 rutor väntar på att sparas")).to_be_visible()
    assert kept(page) == []
    assert page.locator(".sign").count() == 0
    page.evaluate("letGo()")
    astrid.wait_until_kept()
    assert len(kept(page)) == 2
    astrid.crash()
    astrid.server.start()
    astrid.open()
    astrid.wait_until_stored()
    assert astrid.lost() == {}


def test_somebody_else_in_the_box_sends_nothing_of_hers(astrid: Typist) -> None:
    page = astrid.open()
    astrid.server.ask("UPDATE sign_in_session SET ended_at = last_seen_at")
    astrid.type(0, [11, 12])
    astrid.fill_in_the_box("birgitta", "fel lösenord")
    expect(astrid.box).to_contain_text("Användarnamnet eller lösenordet stämmer inte.")
    astrid.fill_in_the_box("birgitta")
    expect(page.get_by_text("Någon annan är inloggad nu")).to_be_visible()
    assert astrid.server.ask("SELECT count(*) FROM score") == [(0,)]
    page.get_by_role("button", name="Öppna bladet som den som är inloggad").click()
    expect(page.locator(".saved", has_text="Allt är sparat")).to_be_visible()
    page.close()
    astrid.sign_in()
    astrid.open()
    astrid.wait_until_stored()
    assert astrid.lost() == {}


def test_typing_goes_on_beside_the_sign_in_box(astrid: Typist) -> None:
    page = astrid.open()
    astrid.server.ask("UPDATE sign_in_session SET ended_at = last_seen_at")
    astrid.type(0, [11])
    expect(astrid.box).to_be_visible()
    page.keyboard.type("12")  # she looks at her papers
    page.keyboard.press("Enter")
    astrid.typed[astrid.names[1]] = 12
    astrid.sign_in_again()
    astrid.wait_until_stored()
    assert astrid.lost() == {}
    expect(astrid.cell(2)).to_be_focused()


def test_whoever_signs_in_elsewhere_and_comes_back_goes_on(astrid: Typist) -> None:
    page = astrid.open()
    astrid.server.ask("UPDATE sign_in_session SET ended_at = last_seen_at")
    astrid.type(0, [11])
    expect(astrid.box).to_be_visible()
    astrid.sign_in()  # in a tab that is no sheet
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(astrid.box).to_have_count(0)
    astrid.wait_until_stored()
    assert astrid.lost() == {}


def test_a_browser_that_keeps_nothing_says_so_and_sends_all_the_same(astrid: Typist) -> None:
    astrid.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page = astrid.open()
    expect(page.get_by_text("Webbläsaren kan inte spara undan det du skriver")).to_be_visible()
    astrid.context.set_offline(True)
    astrid.type(0, [11, 12])
    astrid.is_told("Det du skriver finns bara på den här sidan: lämna den inte.")
    astrid.context.set_offline(False)
    astrid.wait_until_stored()
    assert astrid.lost() == {}


def test_a_full_disk_in_the_browser_is_told_when_it_fills(astrid: Typist) -> None:
    page = astrid.open()
    page.evaluate(FULL)
    astrid.type(0, [11, 12])
    expect(page.get_by_text("Webbläsaren kan inte spara undan det du skriver")).to_be_visible()
    astrid.wait_until_stored()
    assert astrid.lost() == {}


GONE = (
    "() => { IDBObjectStore.prototype.getAll = () => { throw new DOMException('', 'InvalidStateError'); }; }"
)


def test_a_store_that_is_lost_while_the_tablet_sleeps_keeps_nothing_from_being_sent(offline: Typist) -> None:
    offline.page.evaluate(GONE)
    offline.context.set_offline(False)
    offline.wait_until_stored()
    assert offline.lost() == {}


def test_signing_out_says_that_it_saves_first_and_asks_once(offline: Typist) -> None:
    page = offline.page
    page.locator("details.person > summary").click()
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_role("button", name="Sparar först …").click()  # nothing seems to happen
    question = page.get_by_role("dialog", name="Allt är inte sparat")
    question.get_by_role("button", name="Stanna kvar").click()
    expect(page.locator("form[action$='/sign-out'] button")).to_have_text("Logga ut")
    page.wait_for_timeout(300)
    expect(question).to_have_count(0)


def days_later(astrid: Typist, days: int) -> Page:
    astrid.page.close()
    astrid.context.set_offline(False)
    astrid.context.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
    return astrid.open()


def test_a_week_old_queue_is_sent_and_what_others_wrote_is_asked_about(
    offline: Typist, new_context: Callable[[], BrowserContext]
) -> None:
    birgitta = Typist(new_context(), offline.server, "birgitta")
    birgitta.open()
    birgitta.type(0, [21])
    birgitta.wait_until_stored()
    page = days_later(offline, 7)
    expect(page.get_by_text("1 krock att välja i")).to_be_visible()
    assert list(offline.lost()) == [offline.names[0]]
    offline.cell(0).focus()
    page.keyboard.press("1")
    offline.wait_until_stored()
    assert offline.lost() == {}


def test_what_somebody_else_wrote_is_asked_about_in_the_next_tab_too(
    astrid: Typist, new_context: Callable[[], BrowserContext]
) -> None:
    page = astrid.open()
    birgitta = Typist(new_context(), astrid.server, "birgitta")
    birgitta.open()
    birgitta.type(0, [14])
    birgitta.wait_until_stored()
    on_their_way: list[Route] = []

    def wait(route: Route) -> None:
        on_their_way.append(route)

    page.route("**/api/v1/classes/*/windows/*/sheet", wait)
    with page.expect_request("**/api/v1/classes/*/windows/*/sheet"):
        astrid.type(0, [21])
    astrid.type(0, [22])
    astrid.wait_until_kept()
    on_their_way[0].continue_()
    expect(page.get_by_text("1 krock att välja i")).to_be_visible()
    page.close()
    page = astrid.open()
    expect(page.get_by_text("1 krock att välja i")).to_be_visible()
    assert astrid.server.scores(LETTERS)[astrid.names[0]] == 14


def test_after_thirty_days_nothing_is_dropped_or_sent_without_a_word(offline: Typist) -> None:
    for days, answer in ((31, "Skicka nu"), (62, "Kasta")):
        page = days_later(offline, days)
        notice = page.get_by_text("3 resultat skrevs för mer än 30 dagar sedan och kunde aldrig sparas.")
        expect(notice).to_be_visible()
        assert len(offline.lost()) == 3
        page.get_by_role("button", name=answer).click()
        expect(notice).to_have_count(0)
        offline.wait_until_stored()
        if answer == "Kasta":
            break
        assert offline.lost() == {}
        offline.context.set_offline(True)
        offline.type(0, [21, 22, 23])
        offline.is_told("Ingen kontakt med Lässpår just nu.")
    assert len(offline.lost()) == 3
    page.wait_for_timeout(200)
    assert kept(page) == []


def test_cells_refused_keep_their_text_and_say_why(astrid: Typist) -> None:
    page = astrid.open()
    astrid.server.ask("UPDATE assessment_window SET closes_on = '2026-09-02', makeup_days = 0")
    astrid.type(0, [11])
    expect(page.get_by_text("1 ruta är inte sparad")).to_be_visible()
    expect(astrid.cell(0)).to_contain_text("11")
    astrid.server.ask("UPDATE assessment_window SET closes_on = '2026-11-13', makeup_days = 14")
    page.close()
    astrid.open()  # the coordinator has moved the window meanwhile
    astrid.wait_until_stored()
    assert astrid.lost() == {}


def test_what_is_given_up_in_one_tab_stands_in_no_other(astrid: Typist) -> None:
    first = astrid.open()
    other = astrid.open()
    astrid.server.ask("UPDATE assessment_window SET closes_on = '2026-09-02', makeup_days = 0")
    astrid.type(0, [11])
    astrid.page = first
    for page in (first, other):
        expect(page.get_by_text("1 ruta är inte sparad")).to_be_visible()
    expect(astrid.cell(0)).to_contain_text("11")
    other.bring_to_front()
    other.keyboard.press("ArrowUp")
    other.keyboard.press("Escape")
    expect(astrid.all_is_stored).to_be_visible()
    expect(astrid.cell(0)).to_have_text("")
    astrid.server.ask("UPDATE assessment_window SET closes_on = '2026-11-13', makeup_days = 14")
