"""Uppgifter: the administrator decides, looks at what has had its time, and disposes of just that."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from every_document import disposed
from flask import Flask
from invented_figures import pages
from posting import post
from reading_pages import legible
from scoring import record

from assessments.access.models import AuditEntry
from assessments.clock import now
from assessments.database import db
from assessments.database.verified import VerifiedRestore
from assessments.retention.models import Disposal
from assessments.roster.models import Enrolment
from reports.documents import disposal


def test_the_age_of_the_last_restore_that_was_tried(
    ekbacken: Ekbacken, signed_in: Callable[..., Any]
) -> None:
    ada, page = signed_in(ekbacken.ada), f"/municipalities/{ekbacken.municipality.id}/records"
    assert "Ingen kopia har återställts på prov än" in ada.get(page).text
    for days, words in [(9, "prövad på 9 dagar"), (8, "Senast återställd på prov")]:
        told = {"rows": 3, "milliseconds": 1, "digest": "0" * 64, "copied_at": now()}
        db.session.add(VerifiedRestore(**told, created_at=now() - timedelta(days=days, minutes=1)))
        db.session.commit()
        assert words in ada.get(page).text


def test_the_page_says_that_the_server_goes_by_a_day_that_was_set(
    ekbacken: Ekbacken, signed_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    """What is disposed of is counted from that day. The example has its own, and says so elsewhere."""
    ada, page = signed_in(ekbacken.ada), f"/municipalities/{ekbacken.municipality.id}/records"
    told = "Servern går efter en dag som är ställd för hand"
    assert told in ada.get(page).text
    assert "Den tror att det är 2026-10-15" in ada.get(page).text
    monkeypatch.setitem(app.config, "LASSPAR_IS_DEMO", True)
    assert told not in ada.get(page).text


def test_a_rule_is_decided_what_goes_is_seen_and_the_protocol_fetched(
    ekbacken: Ekbacken, signed_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.execute(sa.update(Enrolment).values(ends_on=date(2026, 12, 18)))
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2034-09-01")
    ada, page = signed_in(ekbacken.ada), f"/municipalities/{ekbacken.municipality.id}/records"
    rule = {
        "kind": "results",
        "years": "5",
        "basis": "left",
        "decision": "<b>§ 45",
        "decided_on": "2027-01-01",
    }
    assert post(ada, f"{page}/rules", {**rule, "years": "0"}).status_code == 422
    assert post(ada, f"{page}/rules", rule).status_code == 303
    assert "&lt;b&gt;§ 45" in ada.get(page).text
    assert post(ada, f"{page}/holds", {"code": "1003", "reason": "Tillsyn"}).status_code == 422  # protected
    assert post(ada, f"{page}/holds", {"code": "1001", "reason": "Tillsyn"}).status_code == 303
    assert "Det finns inget att gallra" in ada.get(f"{page}/disposal").text
    assert post(ada, f"{page}/holds", {"code": "1001", "release": "1"}).status_code == 303
    shown = ada.get(f"{page}/disposal").text
    assert "om 1 elev har passerat sin frist" in shown
    assert "Kim" not in legible(shown)
    assert post(ada, f"{page}/disposal", {"seen": "otherwise"}).status_code == 422
    (seen,) = re.findall(r'name="seen" value="(\w+)"', shown)
    assert post(ada, f"{page}/disposal", {"seen": seen}).status_code == 303
    (number,) = db.session.scalars(sa.select(Disposal.id))
    table = ada.get(f"/disposals/{number}/protocol.csv").data.decode("utf-8-sig")
    assert "resultat;1;0\r\n" in table
    assert "administratör Ekby" in table
    assert ada.get(f"/disposals/{number}/protocol.pdf").data.startswith(b"%PDF")
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"retention:decided", "retention:held", "retention:released", "retention:disposed"} <= actions


@pytest.mark.parametrize("kinds", range(1, 12))
def test_who_keeps_the_archive_signs_on_a_page_that_says_something(kinds: int) -> None:
    told = disposed()
    last = pages(disposal.pdf(replace(told, kinds=told.kinds[:1] * kinds)))[-1]
    assert "Underskrift av arkivansvarig:" in last
    assert "Vad som finns kvar" in last
