"""Reading through a class's pages for the home: with the keyboard, without script, and axe finds nothing."""

from collections.abc import Callable

import pytest
from living_school import LivingSchool
from playwright.sync_api import Browser, Page, expect
from sheet_grid import nothing_for_axe


def prints_of(school: LivingSchool) -> str:
    return f"{school.site}/classes/{school.places['class_id']}/windows/{school.window}/prints"


def read_first(page: Page, school: LivingSchool) -> None:
    """The first page of the class list."""
    page.goto(prints_of(school))
    page.get_by_role("link", name="Läs och ändra").first.click()


def test_a_page_is_read_and_reviewed_with_the_keyboard_only(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    read_first(page, school)
    heading = page.get_by_role("heading", level=1)
    first = heading.inner_text()
    page.get_by_label("Kommentar").focus()
    page.keyboard.type("Läser gärna högt nu.")
    expect(page.get_by_text("280 kvar.")).to_be_visible()
    for _button in ("Spara utkast", "Förhandsgranska", "Granska klart"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bladet är granskat. Här är nästa.")).to_be_visible()
    assert heading.inner_text() != first
    page.get_by_role("link", name="Föregående blad").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_text(first)
    expect(page.get_by_label("Kommentar")).to_have_value("Läser gärna högt nu.")


@pytest.mark.long
def test_a_changed_sentence_is_a_chosen_one(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("astrid")
    read_first(page, school)
    home = page.get_by_role("group", name="Det här kan ni göra hemma")
    box = home.get_by_role("checkbox", checked=False).first
    words = page.locator(f"#{box.get_attribute('id')}-words")
    words.fill("Läs högt för varandra.")
    expect(page.locator(f"#{words.get_attribute('id').removesuffix('-words')}")).to_be_checked()


@pytest.mark.long
def test_words_in_doubt_are_asked_about_on_a_page_axe_finds_nothing_on(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    read_first(page, school)
    page.get_by_label("Kommentar").fill("Vi ses. Bo hos oss.")
    page.get_by_role("button", name="Granska klart").click()
    expect(page.get_by_role("group", name="Är det en annan elev?")).to_contain_text("Bo")
    nothing_for_axe(page)
    page.get_by_label("Nej, texten handlar inte om någon annan elev").check()
    page.get_by_role("button", name="Granska klart").click()
    expect(page.get_by_text("Bladet är granskat.")).to_be_visible()


@pytest.mark.long
def test_a_class_is_reviewed_without_script(
    school: LivingSchool, sign_in: Callable[[str], Page], browser: Browser
) -> None:
    state = sign_in("astrid").context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(prints_of(school))
    page.get_by_role("button", name="blad på en gång").click()
    expect(page.get_by_text("blad är granskade.")).to_be_visible()
    read_first(page, school)
    page.get_by_label("Kommentar").fill("Utan skript.")
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_label("Kommentar")).to_have_value("Utan skript.")
    page.context.close()
