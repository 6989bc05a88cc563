"""Help is found by role first, from every page."""

import re
from collections.abc import Callable
from typing import Any

from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient

from assessments.roster.models import Role
from assessments.views.help import GUIDES


def test_whoever_has_a_duty_meets_that_role_first(
    ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> None:
    page = signed_in(ekbacken.birgitta).get("/help").text.split("<main")[1]
    assert re.findall(r'href="/help/([\w-]+)"', page)[:2] == ["special-teacher", "teacher"]
    assert page.count(">din roll<") == 1


def test_every_role_has_a_page_and_every_page_leads_there(app: Flask, database: None) -> None:
    assert {one.role for one in GUIDES} == set(Role)
    client = app.test_client()
    for page in ("/help/windows", "/help/quick-guide", "/help/documents/supplier-agreement"):
        foot = client.get(page).text.partition("help-roles")[2]
        assert [one.slug for one in GUIDES if f'href="/help/{one.slug}"' not in foot] == []
    assert 'href="/help"' in client.get("/nothing-here").text


def test_the_quick_guide_says_on_the_page_what_it_says_on_paper(app: Flask, database: None) -> None:
    from reports.figures.quick_guide import CODES, HELP, STEPS

    client = app.test_client()
    page, paper = client.get("/help/quick-guide").text, client.get("/help/quick-guide.pdf")
    said = [*(line for step in STEPS for line in (step.title, step.shows, *step.lines)), *HELP]
    assert [one for one in (*said, *(word for _, word in CODES)) if one not in page] == []
    assert paper.mimetype == "application/pdf"
