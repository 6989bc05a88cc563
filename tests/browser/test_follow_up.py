"""The inbox of a function in a browser: by keyboard, samråd there and back, and the principal's page."""

from collections.abc import Callable

import pytest
from living_school import LivingSchool
from playwright.sync_api import Locator, Page, expect

SignIn = Callable[[str], Page]


def signal_of(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def place(one: Locator) -> tuple[float, float]:
    """Its left and upper edge on the screen."""
    box = one.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def test_the_inbox_is_worked_through_by_keyboard(school: LivingSchool, sign_in: SignIn) -> None:
    page = sign_in("birgitta")
    page.goto(f"{school.site}/follow-up?show=signals")
    openers = page.locator(".signals > li > .acts > .act > summary")
    first, second = openers.first, openers.nth(1)
    name, after = " ".join(second.inner_text().split()), openers.nth(2).inner_text()
    for key in ("Tab", "Enter", "Tab", "Enter"):  # to the content, and from there to the first signal
        page.keyboard.press(key)
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".act[open] input[type=radio]:checked")).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".act[open] input[type=radio]:checked")).to_be_focused()
    page.keyboard.press("Enter")
    told = page.get_by_role("status")
    expect(told).to_contain_text(f"sparat för {name.split(' för ')[1].partition(':')[0]}.")
    expect(told).to_be_in_viewport(ratio=1)
    expect(page.locator(".act > summary").filter(has_text=after)).to_be_focused()  # not the first again
    beside = page.locator(".signal").filter(has=page.locator(".act > summary").filter(has_text=after))
    expect(beside.locator("xpath=preceding-sibling::li[1]")).to_contain_text("sparat för")
    expect(page.get_by_text(name, exact=True)).to_have_count(0)


def test_what_is_due_takes_its_next_step_and_samrad_comes_back(school: LivingSchool, sign_in: SignIn) -> None:
    page = sign_in("birgitta")
    page.goto(f"{school.site}/follow-up")
    late = signal_of(page, "Elif Yıldız")
    expect(late).to_contain_text("försenad, skulle följas upp 2026-10-10")
    late.get_by_text("Nästa steg för Elif Yıldız").click()
    late.get_by_role("button", name="Spara nästa steg").click()
    expect(page.get_by_text("sparat för Elif Yıldız.")).to_be_in_viewport()
    expect(signal_of(page, "Elif Yıldız")).to_have_count(0)
    asked = signal_of(page, "Fatma Al-Hassan").filter(has_text="Vad hjälper?")
    asked.get_by_text("Dokumentera samrådet").click()
    asked.get_by_label("Vad ni kom fram till").fill("Korta texter.")
    asked.get_by_role("button", name="Spara samrådet").click()
    expect(page.get_by_text("Samrådet är dokumenterat.")).to_be_visible()


@pytest.mark.slow
def test_the_principal_notes_a_decision(school: LivingSchool, sign_in: SignIn) -> None:
    page = sign_in("rut")
    page.goto(school.site)
    page.get_by_role("link", name="Skolan", exact=True).click()
    case = signal_of(page, "Elif Yıldız")
    case.get_by_text("Skriv vad som har hänt").click()
    case.get_by_label("Beslut: åtgärdsprogram utarbetas", exact=True).check()
    case.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Ingen anmälan väntar på dig.")).to_be_visible()
    page.get_by_text("1 avslutad anmälan").click()
    expect(page.get_by_text("beslut: åtgärdsprogram utarbetas 2026-10-15")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 375])
def test_the_hint_of_a_step_stands_under_its_own_choice(
    school: LivingSchool, sign_in: SignIn, width: int
) -> None:
    page = sign_in("birgitta")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{school.site}/follow-up")
    signal = signal_of(page, "Göran Wik")
    signal.get_by_text("Nästa steg för Göran Wik").click()
    choice = signal.get_by_label("Intensivperiod", exact=True)
    closing = signal.get_by_label("Avsluta", exact=True)
    before, _ = place(closing)
    choice.check()
    left, top = place(signal.get_by_text("Spara steget, och planera sedan perioden"))
    own_left, own_top = place(choice)
    assert 0 < top - own_top < 40
    assert 0 <= own_left - left < 5
    assert place(closing)[0] == before  # nothing goes sideways when another is chosen
    wanted = "one => { one.style.width = 'max-content'; return one.offsetWidth }"
    select = signal.get_by_label("Specialpedagogisk kompetens")
    room = select.evaluate("one => one.offsetWidth")
    assert select.evaluate(wanted) <= room
