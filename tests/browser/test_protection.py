"""Skydda nu by keyboard alone, and what axe says of the pages that only a protected pupil has."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from axe_playwright_python.base import AXE_SCRIPT
from cast import Ekbacken
from living_school import LivingSchool
from playwright.sync_api import Page

from assessments.database import db
from assessments.roster.models import Pupil, QuarantinedRow, RosterImport

FOCUSED = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"


def axe(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [one["id"] for one in page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]]


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the field or button with that label has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == label:
            return
    raise AssertionError(f"no way to {label} by keyboard")


@pytest.mark.slow
def test_a_pupil_is_protected_without_a_mouse(
    school: LivingSchool, ekbacken: Ekbacken, sign_in: Callable[[str], Page]
) -> None:
    kim = ekbacken.kim.id
    db.session.rollback()
    page = sign_in("rut")
    page.goto(f"{school.site}/pupils/{kim}/protection")
    tab_to(page, "Alias")
    page.keyboard.type("Elev 7")
    tab_to(page, "Jag har läst vad som händer och vill skydda eleven nu")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Elev 7", exact=True).wait_for()
    assert axe(page) == []
    db.session.rollback()
    assert db.session.scalar(sa.select(Pupil.given_name).filter_by(id=kim)) == "Elev 7"


@pytest.mark.slow
def test_quarantined_rows_are_settled_without_a_mouse(
    school: LivingSchool, ekbacken: Ekbacken, sign_in: Callable[[str], Page]
) -> None:
    taken_in = RosterImport(file_digest="x", rows=1, effective_on=ekbacken.autumn.opens_on, file_name="k.csv")
    db.session.add(taken_in)
    db.session.flush()
    db.session.add(QuarantinedRow(roster_import_id=taken_in.id, school_id=ekbacken.school.id, row=14))
    db.session.commit()
    page = sign_in("ada")
    page.goto(f"{school.site}/quarantine")
    assert axe(page) == []
    tab_to(page, "Vad har hänt med rad 14, Ekbackens skola?")
    page.keyboard.type("Eleven börjar")
    tab_to(page, "Spara")
    page.keyboard.press("Enter")
    page.get_by_text("1 rad är ändrad.").wait_for()
    assert page.get_by_role("cell", name="Eleven börjar inte här").is_visible()
    assert axe(page) == []
