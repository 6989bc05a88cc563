"""Words typed on a page: the browser asks before they are lost, and sends them once."""

from collections.abc import Callable

from living_school import LivingSchool
from playwright.sync_api import Dialog, Page, expect


def test_the_browser_asks_before_typed_words_are_lost(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page, asked = sign_in("astrid"), list[str]()

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    prints = f"{school.site}/classes/{school.places['class_id']}/windows/{school.window}/prints"
    page.goto(prints)
    page.get_by_role("link", name="Läs och ändra").first.click()
    comment = page.get_by_label("Kommentar")
    comment.click()
    page.keyboard.type("Läser gärna högt nu.")
    page.locator(".crumbs a, nav a").first.click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(comment).to_have_value("Läser gärna högt nu.")
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_text("Utkastet är sparat.")).to_be_visible()
    page.locator(".crumbs a, nav a").first.click()
    expect(comment).to_be_hidden()
    assert asked == ["beforeunload"]


def test_a_second_press_sends_nothing_more(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("astrid")
    page.goto(f"{school.site}/classes/{school.places['class_id']}/windows/{school.window}/prints")
    page.get_by_role("link", name="Läs och ändra").first.click()
    pressed_twice = """(button) => {
        const stopped = [];
        addEventListener("submit", (event) => {
            stopped.push(event.defaultPrevented);
            event.preventDefault(); // the answer is slow
        });
        button.click();
        button.click();
        return stopped;
    }"""
    assert page.get_by_role("button", name="Spara utkast").evaluate(pressed_twice) == [False, True]
