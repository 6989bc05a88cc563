"""A pupil who has left can still get papers, as of the last window here, from whoever had the pupil."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from scoring import record
from supporting import followed_up

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import Enrolment

PAPERS = ("home", "staff", "support")


@pytest.fixture
def left(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Ekbacken:
    """Kim left at Christmas, with results and support; it is February."""
    kim, birgitta = ekbacken.kim, ekbacken.birgitta
    by = Recorder(birgitta.id, birgitta.staff_member.duties[0].id)
    record(ekbacken.autumn, kim, by, bokstavsljud=7, ord_per_minut=11)
    followed_up(ekbacken, kim.id)
    ended = sa.update(Enrolment).where(Enrolment.pupil_id == kim.id)
    db.session.execute(ended.values(ends_on=date(2026, 12, 18)))
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2027-02-10")
    return ekbacken


@pytest.mark.slow
def test_papers_are_printed_as_of_the_last_window(left: Ekbacken, signed_in: Callable[..., Any]) -> None:
    astrid, kim = signed_in(left.astrid), left.kim.id
    page = astrid.get("/reports").text
    assert "1 elev har slutat" in page
    assert f"/pupils/{kim}" not in page
    for paper in PAPERS:
        answer = astrid.get(f"/leavers/{kim}/{paper}.pdf")
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-"), paper
        assert "2026-27-autumn" in answer.headers["Content-Disposition"]
    printed = sa.select(AuditEntry.details).where(AuditEntry.action == "report:printed")
    assert [one["document"] for one in db.session.scalars(printed)] == ["guardian", "staff", "support_period"]


def test_after_a_year_or_without_a_window_there_is_no_paper(
    left: Ekbacken, signed_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.execute(sa.update(Enrolment).values(ends_on=date(2026, 9, 20)))
    db.session.commit()
    astrid = signed_in(left.astrid)
    assert astrid.get(f"/leavers/{left.kim.id}/home.pdf").status_code == 404
    assert astrid.get(f"/leavers/{left.siv.id}/home.pdf").status_code == 404  # protected
    monkeypatch.setenv("LASSPAR_TODAY", "2028-06-01")
    assert signed_in(left.birgitta).get(f"/leavers/{left.kim.id}/home.pdf").status_code == 404


def test_the_register_extract_is_made_of_who_has_left(left: Ekbacken, lasspar: Callable[..., Any]) -> None:
    told = json.loads(lasspar("pupil", "export", "1001").stdout)
    assert told["skolgång"][0]["till"] == "2026-12-18"
    assert len(told["resultat"]) == 2
