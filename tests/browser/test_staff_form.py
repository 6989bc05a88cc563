"""The form for a new person asks only what the chosen role needs."""

from collections.abc import Callable

import pytest
from living_school import LivingSchool
from playwright.sync_api import Page, expect


@pytest.mark.slow
def test_a_role_shows_the_fields_it_needs(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("ada")
    page.goto(f"{school.site}/staff")
    page.get_by_role("link", name="Lägg till en person").click()
    role, team, years = (page.get_by_label(name) for name in ("Roll", "Funktion utanför skolan", "årskurs"))
    for chosen, teams, shown in [("teacher", 0, 0), ("team", 1, 0), ("special_teacher", 0, 2)]:
        role.select_option(chosen)
        expect(team.locator("visible=true")).to_have_count(teams)
        expect(years.locator("visible=true")).to_have_count(shown)
