"""A support period that was started for the wrong pupil is taken back within a month."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import record

from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Role
from screening.models import StartFrom, SupportPeriod, SupportResult
from screening.support.functions import Function
from screening.support.models import SupportChange, SupportGroup, SupportLead, SupportPlan
from screening.support.planning import Plan, Way, start_periods
from screening.support.taking_back import take_back
from screening.support.ways import GoalWay, SupportKind

MONDAY = date(2026, 10, 12)
WAY = Way(Decimal(20), StartFrom.GIVEN, Decimal(35))


def started(ekbacken: Ekbacken, *others: int) -> list[SupportPeriod]:
    """For Kim, and for the others in a group with Kim."""
    led_by = Function(Role.SPECIAL_TEACHER, ekbacken.class_1a.school_id)
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, date(2026, 12, 18), led_by)
    group = SupportGroup(school_id=ekbacken.class_1a.school_id, name="Grupp 1") if others else None
    ways = dict.fromkeys((ekbacken.kim.id, *others), WAY)
    return start_periods("ord_per_minut", MONDAY, plan, ways, Recorder(), group)


def count(model: type) -> int | None:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_it_goes_with_its_plan_and_a_group_goes_with_the_last(ekbacken: Ekbacken) -> None:
    kims, noors = started(ekbacken, ekbacken.noor.id)
    assert take_back(kims) is True
    assert [count(model) for model in (SupportPeriod, SupportPlan, SupportLead, SupportChange)] == [1] * 4
    assert count(SupportGroup) == 1
    assert take_back(noors) is True
    assert count(SupportGroup) == 0


def test_it_can_be_started_anew_the_same_day(ekbacken: Ekbacken) -> None:
    (period,) = started(ekbacken)
    take_back(period)
    assert started(ekbacken)


def test_results_stay_until_somebody_takes_them_away(ekbacken: Ekbacken) -> None:
    (period,) = started(ekbacken)
    result = SupportResult(support_period_id=period.id, measured_on=MONDAY, points=Decimal(21))
    db.session.add(result)
    db.session.flush()
    with pytest.raises(Refused, match="Perioden har resultat"):
        take_back(period)
    db.session.delete(result)
    db.session.flush()
    assert take_back(period) is True


@pytest.mark.parametrize(("day", "is_late"), [("2026-11-14", False), ("2026-11-15", True)])
def test_it_is_history_after_a_month(
    ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch, day: str, is_late: bool
) -> None:
    (period,) = started(ekbacken)
    monkeypatch.setenv("LASSPAR_TODAY", day)
    with pytest.raises(Refused, match="mer än 30 dagar") if is_late else nullcontext():
        take_back(period)
    assert count(SupportPeriod) == is_late


def test_on_its_page_and_what_was_printed_is_told(
    ekbacken: Ekbacken, signed_in: Callable[[Account], FlaskClient]
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    (period,) = started(ekbacken)
    db.session.commit()
    page, told = f"/pupils/{ekbacken.kim.id}", {"period": period.id}
    address = f"{page}/support/taken-back"
    birgitta = signed_in(ekbacken.birgitta)
    assert f'action="{address}"' in birgitta.get(f"/support/{period.id}").text
    birgitta.get(f"{page}/windows/{ekbacken.autumn.slug}/staff-report.pdf")
    assert address not in signed_in(ekbacken.astrid).get(f"/support/{period.id}").text
    assert post(signed_in(ekbacken.astrid), address, told).status_code == 403
    post(birgitta, f"/pupils/{ekbacken.noor.id}/support/taken-back", told)
    assert count(SupportPeriod) == 1
    for said in ("Stödperioden är tillbakatagen.", "Stödperioden finns inte längre."):
        answer = post(birgitta, address, told)
        assert (answer.status_code, answer.location) == (303, f"{page}#support")
        shown = birgitta.get(page).text
        assert shown.index('id="support"') < shown.index(said)
        assert ("skrivits ut sedan dess: Underlag inför samråd 2026-10-15." in shown) is ("till" in said)
    (kept,) = db.session.scalars(sa.select(AuditEntry).filter_by(action="support:taken_back"))
    assert kept.details == {"pupil": ekbacken.kim.id, "measure": "ord_per_minut", "starts_on": "2026-10-12"}
