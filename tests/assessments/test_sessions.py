"""A session lives in the database: what ends there is over, whatever the browser still holds."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cast import PASSWORD, TODAY
from posting import post, token_of

from assessments.access import accounts, throttle
from assessments.access.models import SignInSession
from assessments.clock import now
from assessments.database import db
from assessments.roster.models import Duty

MINE = "/my/sign-ins"


def is_in(client):
    return client.get(MINE).status_code == 200


def change_rows(**values):
    db.session.execute(sa.update(SignInSession).values(**values))
    db.session.commit()


def copy_of(client, app):
    """Another browser with the same cookie."""
    thief = app.test_client()
    thief.set_cookie("lasspar", client.get_cookie("lasspar").value)
    return thief


def test_a_copied_cookie_is_dead_after_sign_out(ekbacken, signed_in, app):
    astrid = signed_in(ekbacken.astrid)
    thief = copy_of(astrid, app)
    assert is_in(thief)
    assert post(astrid, "/sign-out").status_code == 302
    assert not is_in(thief)
    assert not is_in(astrid)


def test_every_sign_in_has_a_new_secret_and_a_new_token(ekbacken, signed_in, app):
    client = app.test_client()
    token = token_of(client)
    before = client.get_cookie("lasspar").value
    client.post("/sign-in", data={"username": "astrid", "password": PASSWORD, "csrf_token": token})
    assert client.get_cookie("lasspar").value != before
    refused = client.post("/sign-out", data={"csrf_token": token})
    assert refused.status_code == 400
    assert is_in(client)


def test_signing_in_again_ends_the_session_before(ekbacken, signed_in, app):
    astrid = signed_in(ekbacken.astrid)
    old = copy_of(astrid, app)
    post(astrid, "/sign-in", {"username": "astrid", "password": PASSWORD})
    assert is_in(astrid)
    assert not is_in(old)


def test_closing_the_account_ends_its_sessions_at_once(ekbacken, signed_in):
    astrid = signed_in(ekbacken.astrid)
    accounts.disable(ekbacken.astrid)
    db.session.commit()
    assert not is_in(astrid)
    accounts.enable(ekbacken.astrid)
    db.session.commit()
    assert not is_in(astrid)


def test_the_day_after_the_last_duty_nobody_is_signed_in(ekbacken, signed_in):
    astrid = signed_in(ekbacken.astrid)
    duty = db.session.scalars(
        sa.select(Duty).filter_by(staff_member_id=ekbacken.astrid.staff_member_id)
    ).one()
    duty.ends_on = TODAY
    db.session.commit()
    assert is_in(astrid)
    duty.ends_on = TODAY - timedelta(days=1)
    db.session.commit()
    assert not is_in(astrid)


@pytest.mark.parametrize(("minutes", "lives"), [(29, True), (31, False)])
def test_a_session_nobody_uses_ends_after_half_an_hour(ekbacken, signed_in, minutes, lives):
    astrid = signed_in(ekbacken.astrid)
    change_rows(last_seen_at=now() - timedelta(minutes=minutes))
    assert is_in(astrid) is lives


@pytest.mark.parametrize(("hours", "lives"), [(11.9, True), (12.1, False)])
def test_no_session_lives_for_more_than_twelve_hours(ekbacken, signed_in, hours, lives):
    astrid = signed_in(ekbacken.astrid)
    change_rows(created_at=now() - timedelta(hours=hours))
    assert is_in(astrid) is lives


def test_using_it_keeps_a_session_alive(ekbacken, signed_in):
    astrid = signed_in(ekbacken.astrid)
    change_rows(last_seen_at=now() - timedelta(minutes=29))
    assert is_in(astrid)
    db.session.rollback()
    assert now() - db.session.scalars(sa.select(SignInSession)).one().last_seen_at < timedelta(minutes=1)


def test_one_sees_and_ends_one_s_own_sessions(ekbacken, signed_in):
    here, there = signed_in(ekbacken.astrid), signed_in(ekbacken.astrid)
    assert "Du är inloggad på 2 ställen." in here.get(MINE).text
    rows = db.session.scalars(sa.select(SignInSession).order_by(SignInSession.id)).all()
    assert post(here, f"{MINE}/{rows[1].id}/end").status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_nobody_ends_somebody_else_s_session(ekbacken, signed_in):
    astrid, birgitta = signed_in(ekbacken.astrid), signed_in(ekbacken.birgitta)
    theirs = db.session.scalars(sa.select(SignInSession).filter_by(account_id=ekbacken.astrid.id)).one()
    assert post(birgitta, f"{MINE}/{theirs.id}/end").status_code == 404
    assert is_in(astrid)


def test_all_but_this_one_can_be_ended_at_once(ekbacken, signed_in):
    here, there, carl = signed_in(ekbacken.astrid), signed_in(ekbacken.astrid), signed_in(ekbacken.carl)
    post(here, f"{MINE}/end-others")
    assert [is_in(client) for client in (here, there, carl)] == [True, False, True]


def test_a_write_without_the_token_is_refused(ekbacken, signed_in, app):
    astrid = signed_in(ekbacken.astrid)
    assert astrid.post("/sign-out").status_code == 400
    stranger = token_of(app.test_client())
    assert astrid.post("/sign-out", data={"csrf_token": stranger}).status_code == 400
    assert astrid.post("/sign-out", headers={"X-CSRFToken": stranger}).status_code == 400
    assert is_in(astrid)


def test_scripts_send_the_token_in_a_header(ekbacken, signed_in):
    astrid = signed_in(ekbacken.astrid)
    assert astrid.post(f"{MINE}/end-others", headers={"X-CSRFToken": token_of(astrid)}).status_code == 302


def test_scripts_learn_who_is_signed_in_and_by_which_duties(ekbacken, signed_in):
    told = signed_in(ekbacken.astrid).get("/api/v1/session").json
    assert (len(told["person"]), len(told["queue_key"])) == (22, 43)
    assert "Astrid" not in str(told)
    [duty] = told["duties"]
    assert (duty["role"], duty["class_id"]) == ("teacher", ekbacken.class_1a.id)
    assert duty["function"] == "klasslärare 1A, Ekbackens skola"


def test_on_plain_http_at_this_machine_the_cookie_is_closed_to_scripts_and_to_other_sites(ekbacken, app):
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("lasspar=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(ekbacken, app):
    cookie = app.test_client().get("/sign-in", base_url="https://lasspar.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-lasspar=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_what_was_typed_when_the_session_ended_is_kept_through_a_new_sign_in(ekbacken, signed_in):
    ada = signed_in(ekbacken.ada)
    address = f"/municipalities/{ekbacken.municipality.id}/staff/new"
    typed = {"name": "Åsa <Öst>", "username": "asa", "role": "administrator", "starts_on": "2026-10-15"}
    typed["place"] = f"municipality:{ekbacken.municipality.id}"
    token = token_of(ada)
    change_rows(last_seen_at=now() - timedelta(hours=1))
    asked = ada.post(address, data={**typed, "csrf_token": token})
    assert asked.status_code == 401
    assert "spara det du skrev" in asked.text
    kept = hidden(asked.text)
    again = post(
        ada, "/sign-in", {"username": "ada", "password": PASSWORD, "next": kept["next"], "kept": kept["kept"]}
    )
    assert again.status_code == 200
    saved = ada.post(address, data=hidden(again.text))
    assert saved.status_code == 200
    assert accounts.find("asa").staff_member.name == "Åsa <Öst>"


def hidden(page):
    """The hidden fields of the last form of the page."""
    from lxml import html

    form = html.fromstring(page).forms[-1]
    return {field.name: field.value for field in form.inputs if field.type == "hidden"}


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/finns-inte", ""])
def test_typed_fields_are_never_carried_to_another_place(ekbacken, app, address):
    client = app.test_client()
    fields = {"username": "ada", "password": PASSWORD, "next": address, "kept": '[["name", "x"]]'}
    answer = post(client, "/sign-in", fields)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("kept", ["{", "1", "[1]", '[["a"]]', "[" * 100_000, '{"a": 1}'])
def test_carried_fields_that_make_no_sense_are_left_behind(ekbacken, app, kept):
    fields = {"username": "ada", "password": PASSWORD, "next": "/sign-out", "kept": kept}
    assert post(app.test_client(), "/sign-in", fields).status_code == 302


def test_another_site_cannot_have_its_fields_carried_through_a_sign_in(ekbacken, signed_in):
    ada = signed_in(ekbacken.ada)
    change_rows(last_seen_at=now() - timedelta(hours=1))
    asked = ada.post(f"/staff/{ekbacken.astrid.id}/disable", data={"x": "y"})
    assert asked.status_code == 400
    assert "kept" not in asked.text


def test_scripts_without_a_session_get_401(ekbacken, app):
    answer = app.test_client().get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.json["status"] == 404


def test_where_somebody_signed_in_is_known_for_ninety_days(ekbacken, signed_in):
    signed_in(ekbacken.ada)
    for days, left in ((89, 1), (91, 0)):
        change_rows(created_at=now() - timedelta(days=days))
        throttle.let_go_of_old()
        assert db.session.scalar(sa.select(sa.func.count(SignInSession.id))) == left
