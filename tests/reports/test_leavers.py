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
from assessments.roster.models import Enrolment, Role, School
from screening.models import SupportPeriod
from screening.support.ending import Told, end_period, open_again
from screening.support.ways import WhatWorked

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


class TestSupportAtTheNextSchool:
    """Kim goes at Granbacken since January, where the handover has been accepted."""

    @pytest.fixture
    def period(self, left: Ekbacken) -> SupportPeriod:
        return db.session.scalars(sa.select(SupportPeriod)).one()

    @pytest.fixture
    def siri(self, left: Ekbacken) -> Recorder:
        granbacken = School(name="Granbackens skola", code="10000009", municipality=left.municipality)
        siri = left.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
        db.session.flush()
        return Recorder(siri.id, siri.staff_member.duties[0].id)

    def told(self, left: Ekbacken, signed_in: Callable[..., Any]) -> bool:
        """Whether the school before is offered the paper; its address says the same as the list."""
        db.session.commit()
        birgitta, paper = signed_in(left.birgitta), f"/leavers/{left.kim.id}/support.pdf"
        is_offered = paper in birgitta.get("/reports").text
        assert birgitta.get(paper).status_code == (200 if is_offered else 404)
        return is_offered

    def test_is_not_told_of_by_what_is_written_there(
        self, left: Ekbacken, period: SupportPeriod, siri: Recorder, signed_in: Callable[..., Any]
    ) -> None:
        assert self.told(left, signed_in)
        open_again(period, 1)
        end_period(period, Told(date(2026, 12, 18), WhatWorked.NO, "Läser med Siri nu", 0), siri)
        assert not self.told(left, signed_in)

    def test_is_not_told_of_by_what_began_there(
        self, left: Ekbacken, period: SupportPeriod, signed_in: Callable[..., Any]
    ) -> None:
        period.starts_on, period.goal_on = date(2027, 1, 18), date(2027, 3, 18)
        assert not self.told(left, signed_in)
