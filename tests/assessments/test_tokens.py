"""Tokens: made and shown once, good for what they say, dead when they end, and never for people's pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bearer import Program, token_for
from cast import TODAY, Ekbacken
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from posting import post

from assessments.access import throttle
from assessments.access.models import ApiToken, AuditEntry, FailedSignIn
from assessments.access.programs.making import LONGEST, PREFIX
from assessments.access.programs.scopes import GIVES, TokenScope
from assessments.clock import now
from assessments.database import db
from assessments.roster.models import Duty, Role

SignIn = Callable[[Any], FlaskClient]
S = TokenScope


def sheet_of(ekbacken: Ekbacken) -> str:
    return f"/api/v1/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"


def form(**more: Any) -> dict[str, Any]:
    last = (TODAY + timedelta(days=100)).isoformat()
    return {"name": "Statistik", "duty": "", "scopes": ["scores:read"], "ends_on": last} | more


def secret_on(page: str) -> str:
    return PREFIX + page.partition(f'value="{PREFIX}')[2].partition('"')[0]


def test_a_token_says_who_asks_and_by_which_duties(app: Flask, ekbacken: Ekbacken):
    answer = Program(app, token_for(ekbacken.astrid, [S.SCORES_READ])).get("/api/v1/session")
    assert answer.json["token"] == {"name": "Prov", "scopes": ["scores:read"], "to": "2026-11-14"}
    assert [one["function"] for one in answer.json["duties"]] == ["klasslärare 1A, Ekbackens skola"]
    assert answer.json["csrf_token"] is answer.json["queue_key"] is None
    assert "Set-Cookie" not in answer.headers


def test_a_token_reads_what_its_person_may_and_leaves_its_number(app: Flask, ekbacken: Ekbacken):
    program = Program(app, token_for(ekbacken.astrid))
    assert program.get(sheet_of(ekbacken)).status_code == 200
    elsewhere = sheet_of(ekbacken).replace(f"/{ekbacken.class_1a.id}/", f"/{ekbacken.other_class.id}/")
    assert program.get(elsewhere).status_code == 404
    row = db.session.scalars(sa.select(ApiToken)).one()
    trace = db.session.scalars(sa.select(AuditEntry).filter_by(action="sheet:shown")).one()
    assert (trace.account_id, trace.details["token"]) == (ekbacken.astrid.id, row.id)
    assert row.last_used_at is not None


def test_a_token_whose_last_day_has_been_opens_nothing(app: Flask, ekbacken: Ekbacken):
    assert Program(app, token_for(ekbacken.astrid, days=0)).get("/api/v1/classes").status_code == 200
    answer = Program(app, token_for(ekbacken.astrid, days=-1)).get("/api/v1/classes")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def ended(ekbacken: Ekbacken) -> None:
    db.session.scalars(sa.select(ApiToken)).one().revoked_at = now()


def closed(ekbacken: Ekbacken) -> None:
    ekbacken.astrid.disabled_at = now()


def without_duty(ekbacken: Ekbacken) -> None:
    ekbacken.astrid.staff_member.duties[0].ends_on = TODAY - timedelta(days=1)


@pytest.mark.parametrize("happens", [ended, closed, without_duty])
def test_a_token_ends_with_what_it_rests_on(app: Flask, ekbacken: Ekbacken, happens: Callable[..., None]):
    program = Program(app, token_for(ekbacken.astrid))
    assert program.get("/api/v1/classes").status_code == 200
    happens(ekbacken)
    db.session.commit()
    assert program.get("/api/v1/classes").status_code == 401


def test_a_token_for_one_duty_acts_by_that_alone(app: Flask, ekbacken: Ekbacken):
    there = Duty(
        staff_member=ekbacken.astrid.staff_member, role=Role.TEACHER, school_class=ekbacken.other_class,
        starts_on=TODAY,
    )  # fmt: skip
    db.session.add(there)
    db.session.commit()
    program = Program(app, token_for(ekbacken.astrid, duty=there))
    shown = program.get("/api/v1/classes").json["classes"]
    assert [one["id"] for one in shown] == [ekbacken.other_class.id]
    assert program.get(sheet_of(ekbacken)).status_code == 404


def test_a_token_does_only_what_it_is_for(app: Flask, ekbacken: Ekbacken):
    program = Program(app, token_for(ekbacken.astrid, [S.SIGNALS_READ]))
    answer = program.ask("PATCH", sheet_of(ekbacken), json={"writes": []})
    assert answer.status_code == 403
    assert "scores:write" in answer.json["detail"]
    assert program.get("/api/v1/flags").status_code == 200


def test_scopes_take_away_and_never_give(app: Flask, ekbacken: Ekbacken):
    program = Program(app, token_for(ekbacken.rut))  # a principal enters no results
    assert program.ask("PATCH", sheet_of(ekbacken), json={"writes": []}).status_code == 403


def test_pages_for_people_take_no_token(app: Flask, ekbacken: Ekbacken):
    program = Program(app, token_for(ekbacken.ada))
    for path in ("/", "/staff", "/follow-up", "/my/sign-ins"):
        answer = program.get(path)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_token_and_cookie_together_are_nobody(app: Flask, ekbacken: Ekbacken, signed_in: SignIn):
    token, carl = token_for(ekbacken.astrid), signed_in(ekbacken.carl)
    answer = carl.get(sheet_of(ekbacken), headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 400
    assert "både nyckel och kaka" in answer.json["detail"]


def test_a_cookie_still_needs_the_csrf_token_whatever_is_shown_beside_it(
    ekbacken: Ekbacken, signed_in: SignIn
):
    for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        answer = signed_in(ekbacken.astrid).patch(sheet_of(ekbacken), json={"writes": []}, headers=header)
        assert answer.status_code == 400


def test_what_is_no_token_is_told_so(app: Flask, ekbacken: Ekbacken):
    for shown in ("", "x", "lasspar_" + "x" * 43, "å", "x" * 5000, "a b", 'realm="x"'):
        assert Program(app, shown).get("/api/v1/classes").status_code == 401, shown


def test_guessing_is_slowed_down_and_a_good_token_is_not(app: Flask, ekbacken: Ekbacken):
    good, bad = Program(app, token_for(ekbacken.astrid)), Program(app, "lasspar_gissat")
    answers = [bad.get("/api/v1/classes") for _ in range(throttle.MOST_PER_ACCOUNT + 2)]
    assert [one.status_code for one in answers] == [401] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "300"
    assert good.get("/api/v1/classes").status_code == 200
    assert len(db.session.scalars(sa.select(FailedSignIn)).all()) == throttle.MOST_PER_ACCOUNT


def test_a_token_is_shown_once_and_kept_as_a_digest(
    app: Flask, ekbacken: Ekbacken, signed_in: SignIn, capsys: pytest.CaptureFixture[str]
):
    ada, address = signed_in(ekbacken.ada), f"/staff/{ekbacken.astrid.id}/tokens"
    secret = secret_on(post(ada, address, form()).text)
    assert Program(app, secret).get("/api/v1/classes").status_code == 200
    with app.app_context(), db.engine.connect() as connection:
        kept = "\n".join(connection.connection.driver_connection.iterdump())
    pages = ada.get(address).text + ada.get("/tokens").text
    assert "Statistik" in pages
    assert secret not in kept + pages + "".join(capsys.readouterr())
    made = db.session.scalars(sa.select(AuditEntry).filter_by(action="token:made")).one()
    assert made.account_id == ekbacken.ada.id


MAKES_NONE = [
    ({"name": " "}, "Skriv vad nyckeln är till för"),
    ({"name": "a\u202eb"}, "tillåtet tecken"),
    ({"scopes": []}, "Välj minst en sak"),
    ({"scopes": ["metrics:read"]}, "Något behöver rättas"),
    ({"duty": "999999"}, "Något behöver rättas"),
    ({"ends_on": "2026-10-14"}, "Sista dagen har redan varit"),
    ({"ends_on": (TODAY + LONGEST + timedelta(days=1)).isoformat()}, "högst ett år"),
]


def test_what_makes_no_token(ekbacken: Ekbacken, signed_in: SignIn):
    ada, address = signed_in(ekbacken.ada), f"/staff/{ekbacken.astrid.id}/tokens"
    for wrong, told in MAKES_NONE:
        answer = post(ada, address, form(**wrong))
        assert (answer.status_code, told in answer.text) == (422, True), wrong
    assert db.session.scalars(sa.select(ApiToken)).all() == []


def test_nobody_makes_a_token_for_rights_that_another_municipality_gave(
    ekbacken: Ekbacken, signed_in: SignIn
):
    there = Duty(
        staff_member=ekbacken.astrid.staff_member, role=Role.TEACHER, school_class=ekbacken.other_class,
        starts_on=TODAY,
    )  # fmt: skip
    db.session.add(there)
    db.session.commit()
    ada, address = signed_in(ekbacken.ada), f"/staff/{ekbacken.astrid.id}/tokens"
    here = next(
        one.id for one in ekbacken.astrid.staff_member.duties if one.school_class_id != there.school_class_id
    )
    for duty, status in (("", 422), (str(there.id), 422), (str(here), 200)):
        assert post(ada, address, form(duty=duty)).status_code == status


def test_the_administrator_and_the_person_each_end_a_token_and_nobody_else(
    app: Flask, ekbacken: Ekbacken, signed_in: SignIn
):
    programs = [Program(app, token_for(ekbacken.astrid)) for _ in range(2)]
    first, second = db.session.scalars(sa.select(ApiToken.id).order_by(ApiToken.id)).all()
    assert post(signed_in(ekbacken.birgitta), "/my/tokens/end", {"token": str(first)}).status_code == 404
    ada = signed_in(ekbacken.ada)
    assert post(ada, f"/staff/{ekbacken.birgitta.id}/tokens/end", {"token": str(first)}).status_code == 404
    assert post(ada, f"/staff/{ekbacken.astrid.id}/tokens/end", {"token": str(first)}).status_code == 302
    astrid = signed_in(ekbacken.astrid)
    assert "Prov" in astrid.get("/my/sign-ins").text
    assert post(astrid, "/my/tokens/end", {"token": str(second)}).status_code == 302
    assert [one.get("/api/v1/classes").status_code for one in programs] == [401, 401]


def test_what_is_no_number_ends_no_token(ekbacken: Ekbacken, signed_in: SignIn):
    astrid = signed_in(ekbacken.astrid)
    for told in ("", "-1", "1_0", "１", str(2**63), "9" * 30):
        assert post(astrid, "/my/tokens/end", {"token": told}).status_code == 404, told


def test_the_command_says_the_token_alone_on_stdout(
    app: Flask, ekbacken: Ekbacken, lasspar: Callable[..., Result]
):
    done = lasspar("token", "add", "astrid", "Nattlig", "--scope", "scores:read", "--duty", "1A")
    assert done.exit_code == 0
    assert Program(app, done.stdout.strip()).get("/api/v1/classes").status_code == 200
    listed = lasspar("token", "list").output
    assert "Klasslärare 1A, Ekbackens skola" in listed
    assert done.stdout.strip() not in listed
    number = db.session.scalars(sa.select(ApiToken.id)).one()
    assert lasspar("token", "revoke", number).exit_code == 0
    assert Program(app, done.stdout.strip()).get("/api/v1/classes").status_code == 401


CANNOT = [
    (("add", "nobody", "x", "--scope", "scores:read"), 1, "finns inte"),
    (("add", "astrid", "x", "--scope", "scores:read", "--duty", "9Z"), 1, "klasslärare 1A"),
    (("add", "astrid", "x", "--scope", "scores:read", "--to", "2026-10-01"), 1, "redan varit"),
    (("add", "astrid", "x"), 2, "--scope"),
    (("revoke", "99"), 1, "lasspar token list"),
]


def test_the_command_says_what_it_cannot_do(ekbacken: Ekbacken, lasspar: Callable[..., Result]):
    for words, code, told in CANNOT:
        done = lasspar("token", *words)
        assert (done.exit_code, done.stdout, told in done.stderr) == (code, "", True), done.stderr


def test_every_scope_says_what_it_opens():
    assert set(GIVES) == set(TokenScope)
    assert all(one.label for one in TokenScope)
