"""Who gets in, who does not, and what whoever guesses learns."""

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cast import PASSWORD, TODAY
from posting import post, token_of

from assessments.access import accounts, passwords, throttle
from assessments.access.models import AuditEntry, FailedSignIn, OneTimeLink, SignInSession
from assessments.clock import now
from assessments.database import db
from assessments.roster.models import Duty

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def sign_in(client, username, password=PASSWORD, *, origin=None, **more):
    fields = {"username": username, "password": password, **more}
    return post(client, "/sign-in", fields, environ_base=origin or {})


def failures():
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(FailedSignIn.id)))


@pytest.fixture
def client(app):
    return app.test_client()


def test_the_right_password_lets_in_and_is_noted(ekbacken, client):
    assert sign_in(client, "astrid").status_code == 302
    assert client.get("/api/v1/session").json["person"]
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.account_id) == ("account:signed_in", ekbacken.astrid.id)


def test_a_username_is_the_same_in_capitals_and_with_spaces_around(ekbacken, client):
    assert sign_in(client, "  ASTRID ").status_code == 302


@pytest.mark.parametrize(
    ("username", "password"), [("astrid", "fel lösenord"), ("ingen", PASSWORD), ("astrid", "x" * 300)]
)
def test_a_wrong_name_and_a_wrong_password_say_the_same(ekbacken, client, username, password):
    answer = sign_in(client, username, password)
    assert answer.status_code == 401
    assert "Användarnamnet eller lösenordet stämmer inte." in answer.text
    assert client.get("/classes").status_code == 302


def test_an_unknown_name_costs_as_much_as_a_known_one(ekbacken, client, monkeypatch):
    hashed = []
    monkeypatch.setattr(passwords, "is_right", lambda kept, password: hashed.append(kept) or False)
    sign_in(client, "astrid")
    sign_in(client, "ingen")
    assert [bool(kept) for kept in hashed] == [True, False]


def test_empty_fields_are_asked_for_and_do_not_count_as_an_attempt(ekbacken, client):
    answer = sign_in(client, "", "")
    assert answer.status_code == 422
    assert "Skriv ditt användarnamn." in answer.text
    assert failures() == 0


def test_a_closed_account_is_told_so_only_after_the_right_password(ekbacken, client):
    accounts.disable(ekbacken.astrid)
    db.session.commit()
    assert "Kontot är avstängt." not in sign_in(client, "astrid", "fel").text
    answer = sign_in(client, "astrid")
    assert answer.status_code == 403
    assert "Kontot är avstängt." in answer.text


def test_without_a_duty_today_nobody_comes_in(ekbacken, client):
    db.session.execute(
        sa.update(Duty)
        .where(Duty.staff_member_id == ekbacken.astrid.staff_member_id)
        .values(ends_on=TODAY - timedelta(1))
    )
    db.session.commit()
    assert "inget uppdrag som gäller i dag" in sign_in(client, "astrid").text


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/finns-inte",
        "/staff\n",
        "evil",
    ],
)
def test_after_sign_in_one_only_goes_on_within_the_app(ekbacken, client, address):
    assert sign_in(client, "ada", next=address).headers["Location"] == "/"


def test_after_sign_in_one_goes_on_to_the_page_one_asked_for(ekbacken, client):
    asked = client.get("/who-sees-what?window=2026-27-autumn")
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"]).text
    assert 'name="next" value="/who-sees-what?window=2026-27-autumn"' in page
    assert (
        sign_in(client, "ada", next="/who-sees-what?window=2026-27-autumn")
        .headers["Location"]
        .startswith("/who-sees-what?")
    )


def test_the_eleventh_wrong_try_must_wait_and_so_must_the_right_password(ekbacken, client):
    answers = [sign_in(client, "astrid", f"fel {number}").status_code for number in range(11)]
    assert answers == [401] * 10 + [429]
    blocked = sign_in(client, "astrid")
    assert blocked.status_code == 429
    assert "Kontot är inte låst." in blocked.text


def test_knocking_on_does_not_keep_a_door_shut(ekbacken, client):
    for number in range(15):
        sign_in(client, "astrid", f"fel {number}")
    assert failures() == 10
    db.session.execute(sa.update(FailedSignIn).values(created_at=now() - timedelta(minutes=6)))
    db.session.commit()
    assert sign_in(client, "astrid").status_code == 302


def test_a_stranger_elsewhere_cannot_keep_a_teacher_out(ekbacken, client):
    sign_in(client, "astrid")
    for number in range(12):
        last = sign_in(client, "astrid", f"fel {number}", origin=ELSEWHERE)
    assert last.status_code == 429
    assert sign_in(client, "astrid").status_code == 302


def test_one_address_may_miss_a_hundred_times_with_different_names(ekbacken, client):
    db.session.add_all(
        FailedSignIn(username_hash=f"{number}", address_hash=throttle.keyed("127.0.0.1"))
        for number in range(100)
    )
    db.session.commit()
    assert sign_in(client, "astrid").status_code == 429
    assert sign_in(client, "astrid", origin=ELSEWHERE).status_code == 302


def test_a_right_password_forgives_the_misses_before_it(ekbacken, client):
    for number in range(5):
        sign_in(client, "astrid", f"fel {number}")
    sign_in(client, "astrid")
    assert failures() == 0


def test_attempts_keep_neither_names_nor_addresses(ekbacken, client):
    sign_in(client, "astrid", "fel")
    kept = db.session.scalars(sa.select(FailedSignIn)).one()
    assert "astrid" not in kept.username_hash
    assert "127.0.0.1" not in kept.address_hash


def test_many_guesses_at_once_get_no_more_than_ten_tries(ekbacken, app):
    tried, answers = [], []
    db.session.rollback()
    check = passwords.is_right

    def guess():
        client = app.test_client()
        with app.app_context():
            answers.append(
                client.post(
                    "/sign-in", data={"username": "astrid", "password": "fel", "csrf_token": token_of(client)}
                ).status_code
            )

    def counted(kept, password):
        tried.append(password)
        return check(kept, password)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "is_right", counted)
        guesses = [threading.Thread(target=guess) for _ in range(24)]
        for one in guesses:
            one.start()
        for one in guesses:
            one.join()
    assert len(answers) == 24
    assert len(tried) <= 10


def link_for(account):
    token = accounts.make_link(account)
    db.session.commit()
    return f"/password/{token}"


def test_a_link_sets_a_password_once(ekbacken, client):
    address = link_for(ekbacken.astrid)
    assert "Ditt användarnamn är astrid." in client.get(address).text
    assert post(client, address, {"password": "ny nyckel till ladan"}).status_code == 302
    assert post(client, address, {"password": "en till som inte tas"}).status_code == 404
    assert client.get(address).status_code == 404
    assert sign_in(client, "astrid").status_code == 401
    assert sign_in(client, "astrid", "ny nyckel till ladan").status_code == 302


def test_looking_at_a_link_does_not_use_it_up(ekbacken, client):
    address = link_for(ekbacken.astrid)
    for _ in range(3):
        assert client.get(address).status_code == 200


def test_a_weak_password_leaves_the_link_and_the_old_password(ekbacken, client):
    address = link_for(ekbacken.astrid)
    answer = post(client, address, {"password": "astrid2026"})
    assert answer.status_code == 422
    assert "liknar ditt namn" in answer.text
    assert client.get(address).status_code == 200
    assert sign_in(client, "astrid").status_code == 302


def test_a_link_is_dead_after_72_hours(ekbacken, client):
    address = link_for(ekbacken.astrid)
    db.session.execute(sa.update(OneTimeLink).values(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()
    assert client.get(address).status_code == 404
    assert post(client, address, {"password": "ny nyckel till ladan"}).status_code == 404


def test_a_newer_link_replaces_an_older_one_and_closing_the_account_both(ekbacken, client):
    older, newer = link_for(ekbacken.astrid), link_for(ekbacken.astrid)
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200
    accounts.disable(ekbacken.astrid)
    db.session.commit()
    assert client.get(newer).status_code == 404


def test_a_password_that_is_too_short_is_told_first_and_one_that_is_kept_leads_on(ekbacken, client):
    address = link_for(ekbacken.astrid)
    refused = post(client, address, {"password": "kort"}).text
    assert re.search(r'<div class="notice notice-error"[^>]* autofocus', refused)
    assert "Inget har sparats." in refused
    assert "Det du skrev står kvar" not in refused  # a password never does
    post(client, address, {"password": "ny nyckel till ladan"})
    assert 'value="astrid"' in client.get("/sign-in").text
    assert 'value="astrid"' not in client.get("/sign-in").text


def test_a_new_password_signs_out_everywhere(ekbacken, client, signed_in):
    old = signed_in(ekbacken.astrid)
    post(client, link_for(ekbacken.astrid), {"password": "ny nyckel till ladan"})
    assert old.get("/my/sign-ins").status_code == 302


def test_the_database_holds_no_token_that_opens_anything(ekbacken, client):
    address = link_for(ekbacken.astrid)
    sign_in(client, "astrid")
    kept = [link.token_hash for link in db.session.scalars(sa.select(OneTimeLink))]
    kept += [row.token_hash for row in db.session.scalars(sa.select(SignInSession))]
    for token in kept:
        assert client.get(f"/password/{token}").status_code == 404
        assert token not in address


def test_an_empty_database_says_what_to_do_first(database, client):
    page = client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "lasspar staff add" in page.text


def test_odd_tokens_are_no_links(database, client):
    for token in ("x", "å", "%00", "x" * 5000, "%F0%9F"):
        assert client.get(f"/password/{token}").status_code == 404
