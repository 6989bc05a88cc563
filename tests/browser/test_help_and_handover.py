"""A request travels to the team and back; a handover is made and accepted. Axe looks at every page once."""

from collections.abc import Callable
from datetime import date

import pytest
from cast import TERM_START, Ekbacken
from living_school import LivingSchool
from playwright.sync_api import Page, expect
from sheet_grid import nothing_for_axe

from assessments.database import db
from assessments.roster import editing
from assessments.roster.models import Duty, Pupil, Role, School, SchoolClass


@pytest.mark.slow
def test_a_request_travels_to_the_team_and_back(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    pupil_id = school.places["pupil_id"]
    page = sign_in("birgitta")
    page.goto(f"{school.site}/pupils/{pupil_id}/help")
    nothing_for_axe(page)
    page.get_by_role("link", name="Begär hjälp", exact=True).click()
    page.get_by_label("Vad behöver ni hjälp med?").fill("Hur når vi hemmet?")
    page.get_by_role("checkbox", name="Resultat", exact=True).check()
    page.get_by_label("Antal vårdnadshavare").fill("1")
    nothing_for_axe(page)
    page.get_by_role("button", name="Spara utkastet").click()
    expect(page.get_by_text("Vårdnadshavare 1 är inte tillfrågad.")).to_be_visible()
    nothing_for_axe(page)
    page.locator("#said-1").select_option("yes")  # nobody's answer is chosen beforehand
    page.get_by_role("button", name="Spara svaret från vårdnadshavare 1").click()
    page.get_by_role("button", name="Skicka begäran").click()
    expect(page.get_by_text("Begäran är skickad till Skolsocialt team.")).to_be_visible()
    address = page.url

    page = sign_in("teo")
    page.goto(address)
    expect(page.get_by_text("Hur når vi hemmet?")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Markera som mottagen").click()
    page.get_by_label("Svar", exact=True).fill("Vi ringer i morgon.")
    page.get_by_role("button", name="Spara svaret").click()
    expect(page.get_by_text("Det är sparat, och skolan ser det.")).to_be_visible()

    page = sign_in("birgitta")
    page.goto(f"{school.site}/follow-up")
    page.get_by_role("link", name="Öppna begäran om hjälp för Göran Wik").click()
    expect(page.get_by_text("Vi ringer i morgon.")).to_be_visible()
    page.get_by_role("button", name="Svaret är läst: avsluta").click()
    expect(page.get_by_text("Begäran är avslutad.")).to_be_visible()


@pytest.mark.slow
def test_a_handover_is_made_and_accepted(
    school: LivingSchool, ekbacken: Ekbacken, sign_in: Callable[[str], Page]
) -> None:
    pupil_id = int(str(school.places["pupil_id"]))
    _move_to_granbacken(ekbacken, pupil_id)
    page = sign_in("birgitta")
    page.goto(f"{school.site}/handovers")
    nothing_for_axe(page)
    page.get_by_role("link", name="Lämna över Göran Wik").click()
    nothing_for_axe(page)
    page.get_by_label("Bra att veta").fill("Läser gärna med en kamrat.")
    page.get_by_label("Vårdnadshavarna informerades").fill("2026-10-14")
    page.get_by_role("button", name="Gör överlämningen").click()
    expect(page.get_by_text("Överlämningen är gjord.")).to_be_visible()

    page = sign_in("carl")
    page.goto(f"{school.site}/pupils/{pupil_id}")
    expect(page.get_by_text("Det som var före det visas när")).to_be_visible()
    page.get_by_role("link", name="Överlämningar", exact=True).first.click()
    page.get_by_role("link", name="Göran Wik").click()
    expect(page.get_by_text("Läser gärna med en kamrat.")).to_have_count(0)
    nothing_for_axe(page)
    page.get_by_role("button", name="Ta emot överlämningen").click()
    expect(page.get_by_text("Läser gärna med en kamrat.")).to_be_visible()
    page.goto(f"{school.site}/pupils/{pupil_id}")
    expect(page.get_by_text("Det som var före det visas när")).to_have_count(0)


def _move_to_granbacken(ekbacken: Ekbacken, pupil_id: int) -> None:
    """Göran goes there from today, in the class that Carl has too."""
    granbacken = School(name="Granbackens skola", code="10000009", municipality_id=ekbacken.municipality.id)
    db.session.add(granbacken)
    db.session.flush()
    class_2c = SchoolClass(name="2C", academic_year="2026/27", school_id=granbacken.id)
    db.session.add(class_2c)
    db.session.flush()
    carl = ekbacken.carl.staff_member_id
    teaches = Duty(role=Role.TEACHER, starts_on=TERM_START, school_class_id=class_2c.id, staff_member_id=carl)
    db.session.add(teaches)
    editing.move_pupil(db.session.get_one(Pupil, pupil_id), class_2c, 2, date(2026, 10, 15))
    db.session.commit()
