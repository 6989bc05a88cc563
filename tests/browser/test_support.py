"""Support from its start to its follow-up, and absence from a file, by those who do it."""

import re
from collections.abc import Callable

import pytest
from living_school import LivingSchool
from playwright.sync_api import Page, expect
from sheet_grid import nothing_for_axe


@pytest.mark.slow
def test_a_group_gets_support_is_measured_by_keyboard_and_followed_up(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("birgitta")
    page.goto(f"{school.site}/classes/{school.class_2b}/windows/{school.window}/overview")
    address = page.locator("a[data-panel]").filter(has_text="Abdi Åberg").get_attribute("href")
    page.goto(f"{school.site}{address}")
    page.get_by_role("link", name="Starta stödperiod").click()
    page.get_by_role("checkbox", name="Bo Ärlig").check()
    page.get_by_label("Första dagen").fill("2026-10-05")
    page.get_by_label("Målet ni har kommit överens om").fill("75")
    page.get_by_role("button", name="Räkna ut målen igen").click()
    expect(page.get_by_role("checkbox", name="Bo Ärlig")).to_be_checked()
    nothing_for_axe(page)
    page.get_by_role("button", name="Starta perioden").click()
    expect(page.get_by_role("heading", name="Abdi Åberg: intensivperiod")).to_be_visible()

    page.get_by_role("link", name="Fyll i resultat").click()
    page.get_by_label("Resultat för Abdi Åberg").focus()
    page.keyboard.type("65")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Resultat för Bo Ärlig")).to_be_focused()
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Spara resultaten")).to_be_focused()
    nothing_for_axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 resultat är sparade.")).to_be_visible()

    page.get_by_role("link", name="Stödperioden").click()
    picture = page.get_by_role("img", name=re.compile("Rätt lästa ord per minut, text, 2026-10-05 till"))
    expect(picture).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Avsluta med uppföljning").click()
    page.get_by_role("radio", name="Insatsen fungerade", exact=True).check()
    nothing_for_axe(page)
    page.get_by_role("button", name="Spara uppföljningen").click()
    expect(page.get_by_text("efter 65 (+1,0). Insatsen fungerade.")).to_be_visible()


@pytest.mark.slow
def test_absence_is_looked_over_and_taken_in(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("rut")
    page.goto(f"{school.site}/classes?window={school.window}")
    page.get_by_role("link", name="Läs in frånvaro").click()
    file = {"name": "frånvaro.csv", "mimeType": "text/csv", "buffer": "elev-id;frånvaro\n2106;22\n".encode()}
    page.get_by_label("Frånvaro (CSV eller Excel)").set_input_files(file)  # type: ignore[arg-type]  # a FilePayload
    page.get_by_role("button", name="Granska filen").click()
    expect(page.get_by_text("1 elev får frånvaro sparad.")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Spara frånvaron").click()
    expect(page.get_by_text("Frånvaron är inläst för 1 elev.")).to_be_visible()
    page.goto(f"{school.site}/classes/{school.class_2b}/windows/{school.window}/overview")
    expect(page.get_by_text("hög frånvaro, 22 %")).to_be_visible()
