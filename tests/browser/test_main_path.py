"""What Lässpår is for, as people do it: scores in, a signal out, a next step taken, papers printed."""

from collections.abc import Callable
from io import BytesIO

import pdfplumber
from cast import PASSWORD
from living_school import LivingSchool
from playwright.sync_api import Browser, Locator, Page, expect
from reading_pages import legible


def text_of(page: Page, link: str) -> str:
    """The text of the PDF behind a link, fetched as the person who is signed in."""
    address = page.get_by_role("link", name=link).first.evaluate("link => link.href")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    with pdfplumber.open(BytesIO(answer.body())) as paper:
        return "\n".join(sheet.extract_text() for sheet in paper.pages)


def by_the_form(page: Page, school: LivingSchool, username: str) -> None:
    """From the sign-in page to one's own first page."""
    page.context.clear_cookies()
    page.goto(f"{school.site}/sign-in")
    page.get_by_label("Användarnamn").fill(username)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def test_three_scores_by_hand_become_levels_a_signal_and_papers(school: LivingSchool, page: Page) -> None:
    by_the_form(page, school, "astrid")
    page.get_by_role("link", name="Fyll i 1A").click()
    for cell, value in (
        ("Kim, bokstavsljud", "4"),
        ("Noor, bokstavsljud", "24"),
        ("Elev S, bokstavsljud", "16"),
    ):
        page.get_by_role("gridcell", name=cell).click()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.get_by_role("gridcell", name="Kim, bokstavsljud, 4, nära målet")).to_be_visible()
    expect(page.get_by_role("gridcell", name="Noor, bokstavsljud, 24, når målet")).to_be_visible()
    expect(page.locator(".saved", has_text="Allt är sparat.")).to_be_visible()
    page.get_by_role("link", name="Lämna in klassen").click()
    page.get_by_role("button", name="Lämna in klassen").click()
    expect(page.get_by_text("1A är inlämnad.")).to_be_visible()

    by_the_form(page, school, "birgitta")
    page.get_by_role("link", name="Att följa upp", exact=True).click()
    signal = signal_of(page, "Kim Berg")
    for part_of_the_reason in ("Bokstavsljud", "4", "11", "Sigmundsson"):
        expect(signal).to_contain_text(part_of_the_reason)
    signal.get_by_role("link", name="Kim Berg").click()
    assert "Kim Berg" in text_of(page, "Skriv ut underlag inför samråd")
    page.get_by_role("link", name="Rapporter").click()
    page.get_by_role("link", name="1A").click()
    assert "Noor Alm" in text_of(page, "Skriv ut klassrapport")


def test_without_script_the_sheet_is_a_form(school: LivingSchool, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    by_the_form(page, school, "astrid")
    page.get_by_role("link", name="Fyll i 1A").click()
    for name, value in (("Kim Berg", "4"), ("Noor Alm", "hej"), ("Elev S", "f")):
        page.get_by_role("textbox", name=f"{name} Bokstavsljud").fill(value)
    page.get_by_role("combobox", name="Kim Berg Avstämning A").fill("Delvis")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1 resultat är inte sparat")
    expect(page.get_by_role("textbox", name="Noor Alm Bokstavsljud")).to_have_value("hej")
    expect(page.get_by_role("row", name="Kim Berg").get_by_role("img", name="Nära målet")).to_be_visible()
    page.close()


def test_a_next_step_takes_two_clicks(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("birgitta")
    page.goto(school.site)
    page.get_by_role("link", name="Att följa upp", exact=True).click()
    signal = signal_of(page, "Göran Wik")
    signal.get_by_text("Nästa steg för Göran Wik").click()
    signal.get_by_role("button", name="Spara nästa steg").click()
    expect(page.get_by_text("sparat för")).to_be_visible()
    expect(signal_of(page, "Göran Wik")).to_have_count(0)


def signal_of(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def test_another_schools_class_is_not_there(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("carl")
    answer = page.goto(f"{school.site}/classes/{school.class_1a}/windows/{school.window}/sheet")
    assert answer is not None
    assert answer.status == 404
    assert "Kim" not in legible(page.content())
