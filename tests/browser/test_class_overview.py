"""The side panel of the class overview, by keyboard and by mouse."""

from collections.abc import Callable

import pytest
from living_school import LivingSchool
from playwright.sync_api import Page, Route, expect
from sheet_grid import nothing_for_axe


def overview(school: LivingSchool, page: Page) -> None:
    page.goto(f"{school.site}/classes/{school.class_2b}/windows/{school.window}/overview")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


@pytest.mark.slow
def test_the_keyboard_opens_closes_and_is_back_where_it_was(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    overview(school, page)
    first = page.locator("a[data-panel]").first
    first.focus()
    page.keyboard.press("ArrowDown")
    name = focused(page)
    assert name != first.text_content()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name=name)
    expect(panel.get_by_role("heading", name=name)).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert focused(page) == name


@pytest.mark.slow
def test_on_paper_no_heading_is_parted_from_its_pictures_and_no_signal_from_itself(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    page.emulate_media(media="print")
    overview(school, page)
    for one in ("h2:has(+ .quiet + .drawings)", "h2 + .quiet:has(+ .drawings)"):
        expect(page.locator(one)).to_have_css("break-after", "avoid")
    expect(page.locator(".drawings > .drawn").first).to_have_css("break-inside", "avoid")
    page.goto(f"{school.site}/follow-up?show=signals")
    expect(page.locator(".signals > .signal").first).to_have_css("break-inside", "avoid")


@pytest.mark.long
def test_the_mouse_opens_it_anywhere_in_the_row_and_goes_from_pupil_to_pupil(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    overview(school, page)
    names = [name.strip() for name in page.locator("a[data-panel]").all_text_contents()]
    page.get_by_role("row").filter(has_text=names[0]).get_by_role("cell").last.click()
    expect(page.get_by_role("dialog", name=names[0])).to_be_visible()
    expect(page.get_by_role("button", name="Föregående")).to_be_disabled()
    page.get_by_role("button", name="Nästa elev").click()
    panel = page.get_by_role("dialog", name=names[1])
    expect(panel).to_contain_text("Områden")
    nothing_for_axe(page)
    page.get_by_role("button", name="Stäng").click()
    expect(page.get_by_role("link", name=names[1])).to_be_focused()  # once the dialog has told that it closed


@pytest.mark.long
def test_what_was_closed_meanwhile_does_not_open_again(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    overview(school, page)
    name = str(page.locator("a[data-panel]").first.text_content()).strip()
    page.locator("a[data-panel]").first.click()
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/panel*", hold)
    page.get_by_role("button", name="Nästa elev").click()
    page.keyboard.press("Escape")
    with page.expect_response("**/panel*"):
        held.pop().continue_()
    page.wait_for_timeout(100)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page).strip() == name


def test_without_script_the_name_leads_to_the_pupil_s_page(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("astrid")
    page.route("**/panel.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    overview(school, page)
    name = page.locator("a[data-panel]").first
    said = name.text_content()
    name.click()
    expect(page.get_by_role("heading", level=1, name=str(said))).to_be_visible()
