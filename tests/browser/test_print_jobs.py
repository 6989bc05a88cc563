"""A large print from the page of reports to the file, followed without a hand on the page."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from living_school import LivingSchool
from playwright.sync_api import Page, expect

from assessments.database import db
from assessments.jobs.running import work_off
from reports.print_jobs.models import PrintOrder


@pytest.mark.slow
def test_a_print_is_ordered_followed_and_opened(school: LivingSchool, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("astrid")
    page.goto(f"{school.site}/reports")
    page.get_by_role("link", name="Skriv ut flera klasser").click()
    page.get_by_role("checkbox", name="1A").uncheck()
    page.get_by_role("button", name="Skriv ut klasserna").click()
    heading = page.get_by_role("status")
    expect(heading).to_have_text("Utskriften väntar: 0 av 12 elever klara.")
    page.evaluate("window.isTheSame = true")
    job_id = db.session.scalars(sa.select(PrintOrder.job_id).order_by(PrintOrder.id.desc())).first()
    db.session.rollback()
    assert work_off("somebody", job_id) == 1
    expect(heading).to_contain_text("Utskriften är klar:", timeout=20_000)
    assert not page.evaluate("window.isTheSame"), "when it has ended the whole page says something else"
    opened = page.request.get(
        f"{school.site}{page.get_by_role('link', name='Öppna alla blad (PDF)').get_attribute('href')}"
    )
    assert opened.body().startswith(b"%PDF")
