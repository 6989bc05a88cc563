"""Vem har sett vad, and the alarms: what is counted, who hears of it, and what stands on the log's page."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bearer import Program, token_for
from flask import g
from posting import post
from reading_pages import legible

from assessments.access import audit
from assessments.access.alarm_models import Alarm, AlarmKind, RefusedObject
from assessments.access.models import ApiToken, AuditEntry
from assessments.access.persons import person_of
from assessments.access.trail import alarms
from assessments.access.trail.words import said
from assessments.clock import now
from assessments.database import db
from assessments.roster.models import School

PAGE = "/trail"


@pytest.fixture
def few(monkeypatch):
    """Two pupils an hour are enough."""
    monkeypatch.setattr(alarms, "MOST_PUPILS", 1)


def raised():
    db.session.rollback()
    return [(one.kind, one.number) for one in db.session.scalars(sa.select(Alarm).order_by(Alarm.id))]


@pytest.fixture
def meet(app):
    """As pages about these pupils do just before they are sent."""

    def shown(account, *pupils):
        person = person_of(account)
        school_id = db.session.scalar(sa.select(School.id).order_by(School.id))
        with app.test_request_context("/"):
            g.account = person
            for pupil in pupils:
                audit.note_read("pupil:seen", pupil, school_id=school_id)
                audit.write_reads()

    return shown


def test_one_pupil_too_many_within_an_hour_raises_one_alarm(ekbacken, meet, few):
    meet(ekbacken.astrid, ekbacken.kim, ekbacken.kim)
    assert raised() == []
    meet(ekbacken.astrid, ekbacken.noor, ekbacken.siv)
    assert raised() == [(AlarmKind.MANY_PUPILS, 2)]


def test_the_limit_is_one_hundred_and_fifty():
    assert (alarms.MOST_PUPILS, alarms.REFUSED_OBJECTS) == (150, 3)


def test_what_was_seen_an_hour_ago_is_not_counted(ekbacken, meet, few):
    old = now() - timedelta(minutes=61)
    db.session.add(AuditEntry(account_id=ekbacken.astrid.id, action="x", subject="pupil:9", created_at=old))
    db.session.commit()
    meet(ekbacken.astrid, ekbacken.kim)
    assert raised() == []


@pytest.mark.both_databases
def test_the_third_door_within_a_minute_raises_an_alarm(ekbacken, signed_in):
    astrid, elsewhere = signed_in(ekbacken.astrid), ekbacken.olle.id
    for address in (f"/pupils/{elsewhere}", f"/pupils/{elsewhere}", f"/classes/{ekbacken.other_class.id}"):
        astrid.get(address)
    assert raised() == []
    db.session.execute(sa.update(RefusedObject).values(created_at=now() - timedelta(seconds=61)))
    db.session.commit()
    for pupil_id in (elsewhere, 999, 998):
        assert astrid.get(f"/pupils/{pupil_id}").status_code == 404
    assert raised() == [(AlarmKind.REFUSED, 3)]


def test_an_alarm_says_that_a_program_has_asked_in_the_persons_name(ekbacken, app, signed_in, lasspar):
    token = token_for(ekbacken.astrid)
    for pupil_id in (997, 998, 999):
        path = f"/api/v1/reports/pupils/{pupil_id}/windows/2026-27-autumn/home-page.pdf"
        Program(app, token).get(path)
    assert raised() == [(AlarmKind.REFUSED, 3)]
    key = db.session.scalars(sa.select(ApiToken)).one()
    told = f"Ett program har frågat i personens namn, med nyckel {key.id}"
    assert told in legible(signed_in(ekbacken.ada).get(PAGE).text)
    assert f"med nyckel {key.id})" in lasspar("audit", "alarms").stdout
    key.last_used_at = now() - timedelta(hours=2)
    db.session.commit()
    assert told not in legible(signed_in(ekbacken.ada).get(PAGE).text)


def test_days_the_wrong_way_round_are_told(ekbacken, signed_in):
    page = signed_in(ekbacken.ada).get(f"{PAGE}?from=2026-10-20&to=2026-10-10").text
    assert "Den sista dagen ligger före den första." in page


@pytest.mark.parametrize("asked", ["from=0001-01-01", "to=9999-12-31", "to=9999-12-31&as=csv"])
def test_a_day_that_is_too_far_away_is_told(ekbacken, signed_in, asked):
    page = signed_in(ekbacken.ada).get(f"{PAGE}?{asked}")
    assert page.status_code == 200
    assert "ligger för långt bort." in page.text


def test_an_administrator_sees_it_everywhere_and_says_what_it_was(ekbacken, signed_in, meet, few):
    meet(ekbacken.astrid, ekbacken.kim, ekbacken.noor)
    ada = signed_in(ekbacken.ada)
    assert '<span class="waiting">1 larm</span>' in ada.get("/staff").text
    page = ada.get(PAGE).text
    assert "Astrid Ask (astrid) har öppnat eller skrivit ut 2 olika elever inom en timme" in page
    alarm = db.session.scalars(sa.select(Alarm)).one()
    address = f"/alarms/{alarm.id}/acknowledge"
    assert post(ada, address, {"note": " "}).status_code == 409
    assert post(ada, address, {"note": "Föräldramöte"}).status_code == 302
    assert post(ada, address, {"note": "Igen"}).status_code == 409
    assert "waiting" not in ada.get("/staff").text
    db.session.expire_all()
    assert (alarm.note, alarm.acknowledged_by_id) == ("Föräldramöte", ekbacken.ada.id)
    meet(ekbacken.astrid, ekbacken.kim)  # what came before is not counted again
    assert len(raised()) == 1


def test_nobody_looks_away_from_an_alarm_about_herself(ekbacken, signed_in):
    ada = signed_in(ekbacken.ada)
    for account_id in (91, 92, 93):
        ada.get(f"/staff/{account_id}")
    assert raised() == [(AlarmKind.REFUSED, 3)]
    alarm = db.session.scalars(sa.select(Alarm)).one()
    answer = post(ada, f"/alarms/{alarm.id}/acknowledge", {"note": "Jag"})
    assert answer.status_code == 409
    assert "ditt eget konto" in answer.text


def test_the_command_line_lists_and_acknowledges(ekbacken, lasspar):
    assert "Inga larm väntar." in lasspar("audit", "alarms").stdout
    db.session.add(Alarm(account_id=ekbacken.cecilia.id, kind=AlarmKind.REFUSED, number=4))
    db.session.commit()
    told = lasspar("audit", "alarms").stdout
    assert "cecilia har nekats 4 olika sidor inom en minut" in told
    assert lasspar("audit", "acknowledge", told.split(":")[0], "--note", "Gamla länkar").exit_code == 0
    assert lasspar("audit", "acknowledge", 999, "--note", "x").exit_code == 1


@pytest.fixture
def seen(ekbacken):
    for pupil in (ekbacken.kim, ekbacken.noor, ekbacken.siv, ekbacken.olle):
        school = ekbacken.other_school if pupil is ekbacken.olle else ekbacken.school
        audit.note("pupil:seen", pupil, school_id=school.id)
    audit.note("pupil:moved", ekbacken.noor, school_id=ekbacken.school.id)
    db.session.commit()
    return ekbacken


def test_the_page_tells_who_has_seen_whom_at_home_and_nobody_protected(seen, signed_in):
    page = signed_in(seen.ada).get(PAGE).text
    assert "Kim Berg" in page
    assert "såg elevens sida" in page
    assert not [word for word in ("Olle", "Siv", "Elev S", "flyttade", f"rad {seen.siv.id}") if word in page]
    assert "flyttade elevens sida" in signed_in(seen.ada).get(f"{PAGE}?all=1").text


@pytest.mark.both_databases
def test_one_asks_by_pupil_person_and_day(seen, signed_in, meet):
    meet(seen.astrid, seen.kim)
    ada = signed_in(seen.ada)

    def asked(question):
        db.session.rollback()
        page = ada.get(f"{PAGE}?{question}").text
        return {name for name in ("Kim Berg", "Noor Alm") if f">{name}<" in page}

    assert asked("code=1001") == asked(f"pupil={seen.kim.id}") == {"Kim Berg"}
    assert asked(f"person={seen.astrid.id}") == {"Kim Berg"}
    assert asked("from=2026-10-15&to=2026-10-15") == {"Kim Berg", "Noor Alm"}
    assert asked("to=2026-10-14") == asked("code=1003") == asked("code=2001") == set()
    assert asked("from=x") == asked("code=finns-inte") == set()
    assert asked("person=x&pupil=%C2%B2&before=99999999999999999999") == {"Kim Berg", "Noor Alm"}


def test_older_rows_are_a_page_away_and_the_file_holds_them_all_guarded(seen, signed_in, monkeypatch):
    monkeypatch.setattr("assessments.access.trail.queries.PAGE", 1)
    seen.kim.given_name, seen.kim.preferred_name = "=Kim", None
    db.session.commit()
    ada = signed_in(seen.ada)
    first = ada.get(PAGE).text
    assert (">Noor Alm<" in first, "Äldre rader" in first) == (True, True)
    last = ada.get(f"{PAGE}?before={db.session.scalar(sa.select(sa.func.min(AuditEntry.id))) + 1}").text
    assert ">=Kim Berg<" in last
    file = ada.get(f"{PAGE}?as=csv")
    assert file.mimetype == "text/csv"
    assert ";'=Kim Berg;" in file.get_data(as_text=True)
    noted = sa.select(AuditEntry.action).where(AuditEntry.action.startswith("trail:")).distinct()
    assert set(db.session.scalars(noted)) == {"trail:shown", "trail:exported"}


def test_an_action_without_words_is_shown_by_its_code():
    assert said("pupil:seen") == "såg elevens sida"
    assert said("something:new") == "something:new"
