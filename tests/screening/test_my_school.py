"""Skolan: what the principal sees, and what she notes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import class_2b, flag, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.recording import Recorder
from screening.models import NextStep
from screening.reviewing import Decision, record_next_step
from screening.steps.models import CaseNote

SignIn = Callable[[Any], FlaskClient]
REPORT = Decision("report_to_principal", line="Behöver utredas.", follow_up_weeks=4)


def page_of(client: FlaskClient) -> str:
    answer = client.get("/my-school")
    assert answer.status_code == 200
    return str(answer.text)


@pytest.fixture
def assessed(ekbacken: Ekbacken) -> Ekbacken:
    """Kim and Noor have results, Siv has none; two signals there, one in 2B next door."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, fonologisk_medvetenhet=40)
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25, fonologisk_medvetenhet=40)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    class_2b(ekbacken, [5, 60])
    return ekbacken


def report_kim(cast: Ekbacken) -> NextStep:
    [step] = record_next_step([flag(cast.kim)], REPORT, Recorder())
    db.session.commit()
    return step


@pytest.mark.parametrize("who", ["astrid", "birgitta", "carl", "ada", "cecilia", "teo"])
def test_it_is_the_principals(ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
    assert signed_in(getattr(ekbacken, who)).get("/my-school").status_code == 403


def test_who_is_assessed_stands_by_class_with_the_age_of_signals(
    assessed: Ekbacken, signed_in: SignIn
) -> None:
    page = page_of(signed_in(assessed.rut))
    assert sentence(page).startswith("4 av 5 elever är kartlagda")
    assert [row.split()[:5] for row in texts(page, "//tbody/tr")[:3]] == [
        ["1A", "3", "2", "1", "2"],
        ["2B", "2", "2", "0", "1"],
        ["Alla", "5", "4", "1", "3"],
    ]


def test_one_signal_is_told_as_one(assessed: Ekbacken, signed_in: SignIn) -> None:
    told = texts(page_of(signed_in(assessed.rut)), "//td/a/span[contains(., 'signal')]")
    assert told == [
        "signaler i 1A utan nästa steg högst 5 skoldagar",
        "signal i 2B utan nästa steg högst 5 skoldagar",
    ]


def test_ten_school_days_without_a_next_step_are_loud(
    assessed: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, loud in (
        ("2026-11-05", []),
        ("2026-11-06", ["3 signaler utan nästa steg är äldre än 10 skoldagar"]),
    ):
        monkeypatch.setenv("LASSPAR_TODAY", day)
        page = page_of(signed_in(assessed.rut))
        assert texts(page, "//div[contains(@class, 'notice-warning')]/h2") == loud


def test_a_late_step_is_listed_with_its_function(
    assessed: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_next_step([flag(assessed.kim)], Decision("adaptations", due_on=date(2026, 10, 20)), Recorder())
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-21")
    page = page_of(signed_in(assessed.rut))
    assert "Kim Berg 1A, åk 1 Extra anpassningar 2026-10-20 från kommandoraden" in texts(page, "//tbody/tr")
    assert "1 steg är försenat" in sentence(page)


def test_a_report_waits_for_her_until_she_has_decided(
    assessed: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    step_id = report_kim(assessed).id
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-20")
    client = signed_in(assessed.rut)
    told = text(page_of(client), "//h2[@id='reported']/following-sibling::ol[1]/li")
    assert "Kim Berg 1A, åk 1 3 skoldagar sedan anmälan" in told
    assert "Behöver utredas." in told
    address = f"/follow-up/steps/{step_id}/case?from=school"
    refused = post(client, address, {"kind": "action_programme", "noted_on": "2027-01-01", "line": "Dnr 7."})
    assert refused.status_code == 422
    assert "Dagen ligger i framtiden." in refused.text
    assert 'value="Dnr 7."' in refused.text
    answer = post(client, address, {"kind": "action_programme", "noted_on": "2026-10-19", "line": "Dnr 7."})
    assert (answer.status_code, answer.location) == (303, "/my-school#reported")
    page = page_of(client)
    assert "Ingen anmälan väntar på dig." in page
    assert "beslut: åtgärdsprogram utarbetas 2026-10-19" in page
    note = db.session.scalars(sa.select(CaseNote)).one()
    [trace] = db.session.scalars(sa.select(AuditEntry).filter_by(action="case:noted"))
    assert note.duty_id == trace.duty_id == assessed.rut.staff_member.duties[0].id


def test_a_protected_pupil_is_counted_and_not_named(assessed: Ekbacken, signed_in: SignIn) -> None:
    record(assessed.autumn, assessed.siv, bokstavsljud=3)
    record_next_step([flag(assessed.siv)], REPORT, Recorder())
    db.session.commit()
    page = page_of(signed_in(assessed.rut))
    assert "Elev S" not in page
    told = text(page, "//h2[@id='reported']/following-sibling::p[1]")
    assert told.startswith("1 anmälan gäller elev med skyddade personuppgifter och visas i Att följa upp")
    assert "Ingen anmälan väntar på dig" not in page
    assert "1 anmälan väntar på dig" in sentence(page)
    chosen = {"class": assessed.class_1a.id, "show": "handled"}
    assert "Elev S" in signed_in(assessed.rut).get("/follow-up", query_string=chosen).text


def test_a_late_step_of_a_protected_pupil_is_told_under_the_list_it_is_not_in(
    assessed: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three are counted as late and two stand in the list: the rektor must see why there and then."""
    record(assessed.autumn, assessed.siv, bokstavsljud=3)
    for pupil in (assessed.kim, assessed.siv):
        record_next_step([flag(pupil)], Decision("adaptations", due_on=date(2026, 10, 20)), Recorder())
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-21")
    client = signed_in(assessed.rut)
    page = page_of(client)
    assert "2 steg är försenade" in sentence(page)
    after = texts(page, "//h2[.='Försenade steg']/following-sibling::*")
    assert "Kim Berg" in after[0]
    assert after[1].startswith("1 försenat steg gäller elev med skyddade personuppgifter och visas i Att")
    chosen = {"class": assessed.class_1a.id, "show": "due"}
    assert "Elev S" in client.get("/follow-up", query_string=chosen).text


def test_each_class_that_is_named_leaves_a_trace(assessed: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(assessed.rut)
    page_of(client)
    assert db.session.scalars(sa.select(AuditEntry).filter_by(action="my_school:shown")).all() == []
    report_kim(assessed)
    page_of(client)
    [trace] = db.session.scalars(sa.select(AuditEntry).filter_by(action="my_school:shown"))
    assert trace.subject == f"schoolclass:{assessed.class_1a.id}"
