"""The page of judging again follows by itself, and says when it is done."""

from collections.abc import Callable

import pytest
from living_school import LivingSchool
from playwright.sync_api import Page, expect

from assessments.jobs.running import take, work_off


@pytest.mark.slow
def test_the_page_follows_the_job_until_it_is_done(
    school: LivingSchool, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("cecilia")
    page.goto(f"{school.site}/benchmarks/rejudging/{school.places['rejudging_id']}")
    heading = page.get_by_role("status")
    expect(heading).to_have_text("Omräkningen väntar: 0 av 2 skolor.")
    page.evaluate("window.isTheSame = true")
    assert take("somebody") is not None
    expect(heading).to_have_text("Omräkningen pågår: 0 av 2 skolor.", timeout=20_000)
    assert page.evaluate("window.isTheSame"), "what differs is replaced, the page stays"
    assert work_off("another"), "the other school, beside all that others have ordered"
    expect(heading).to_have_text("Omräkningen pågår: 1 av 2 skolor.", timeout=20_000)
