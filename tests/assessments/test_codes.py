"""Codes of the telephone: whom they are asked of, how one begins, and what lets nobody in."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
import sqlalchemy as sa
from cast import PASSWORD, TODAY
from posting import post

from assessments.access import codes, throttle
from assessments.access.models import AuditEntry, FailedSignIn, SignInSession
from assessments.access.persons import duties_today
from assessments.access.sign_in_models import RecoveryCode, SecondFactor
from assessments.database import db
from assessments.roster.models import Duty, Role

DONE = 302


@pytest.fixture(autouse=True)
def asked_for(app, monkeypatch):
    """As it is outside tests and the example."""
    monkeypatch.setitem(app.config, "LASSPAR_TOTP", True)


@pytest.fixture
def moment(monkeypatch):
    """Half minutes pass when the test says so."""
    at = [time.time() // 30 * 30 + 5]
    monkeypatch.setattr(codes.time, "time", lambda: at[0])

    def pass_by(steps=1):
        at[0] += 30 * steps

    return pass_by


def with_password(client, username="birgitta", **more):
    return post(client, "/sign-in", {"username": username, "password": PASSWORD, **more})


def with_code(client, code):
    return post(client, "/sign-in", {"code": code})


def key_on(page):
    return re.search(r'class="key">([^<]+)<', page.text)[1].replace(" ", "")


def shown_by(key):
    return pyotp.TOTP(key).at(int(codes.time.time()))


@pytest.fixture
def enrolled(app, ekbacken, moment):
    """Birgitta's key, and her codes on paper; the half minute of her first code is over."""
    key = codes.secret_of(codes.begin(ekbacken.birgitta))
    paper = codes.confirm(ekbacken.birgitta, shown_by(key))
    db.session.commit()
    moment()
    return key, paper


def is_in(client):
    return client.get("/my/sign-ins").status_code == 200


def test_a_class_teacher_needs_no_code(app, ekbacken):
    assert with_password(app.test_client(), "astrid").status_code == DONE


def test_everybody_beyond_own_classes_does(app, ekbacken):
    client = app.test_client()
    page = with_password(client)
    assert (page.status_code, is_in(client)) == (401, False)
    assert page.text.count('src="data:image/svg+xml') == 1
    for who in (ekbacken.birgitta, ekbacken.rut, ekbacken.ada, ekbacken.cecilia, ekbacken.teo):
        assert codes.is_asked_of(duties_today(who.staff_member_id))


def test_neither_in_the_example_nor_where_tests_are_about_something_else(app, ekbacken, monkeypatch):
    duties = duties_today(ekbacken.ada.staff_member_id)
    asked = [codes.is_asked_of(duties)]
    monkeypatch.delitem(app.config, "LASSPAR_TOTP")
    asked += [codes.is_asked_of(duties)]
    monkeypatch.setattr(app, "testing", False)
    asked += [codes.is_asked_of(duties)]
    monkeypatch.setitem(app.config, "LASSPAR_IS_DEMO", True)
    assert [*asked, codes.is_asked_of(duties)] == [True, False, True, False]


def test_the_first_right_code_lets_in_and_shows_ten_codes_once(app, ekbacken, moment):
    client = app.test_client()
    key = key_on(with_password(client))
    assert key_on(with_code(client, "000000")) == key  # the picture that was scanned still holds
    page = with_code(client, shown_by(key))
    assert len(set(re.findall(r"<code>([A-Z2-7-]{19})</code>", page.text))) == 10
    assert is_in(client)
    kept = str(db.session.execute(sa.text("SELECT * FROM second_factor")).all())
    assert key not in kept
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["account:signed_in", "account:totp_confirmed"]


@pytest.fixture
def another_key(monkeypatch):
    """As after a restore on a machine that was not given the key: another is made up, or set."""
    return lambda: monkeypatch.setenv("LASSPAR_DATA_KEY", "en annan nyckel än den som gällde förut")


def test_with_another_data_key_the_codes_on_paper_still_let_in(app, enrolled, another_key):
    key, paper = enrolled
    another_key()
    first, second = app.test_client(), app.test_client()
    with_password(first)
    page = with_code(first, shown_by(key))
    assert (page.status_code, is_in(first)) == (401, False)
    assert "säg till den som sköter servern" in page.text
    with_password(second)
    assert (with_code(second, paper[0]).status_code, is_in(second)) == (DONE, True)


def test_with_another_data_key_an_app_that_was_never_confirmed_is_begun_anew(
    app, ekbacken, moment, another_key
):
    before = key_on(with_password(app.test_client()))
    another_key()
    client = app.test_client()
    key = key_on(with_password(client))
    assert key != before
    assert "<code>" in with_code(client, shown_by(key)).text


def test_another_data_key_is_told_of_before_anybody_signs_in(app, enrolled, another_key, capsys):
    codes.tell_of_another_key(app)
    assert capsys.readouterr().err == ""
    another_key()
    codes.tell_of_another_key(app)
    told = capsys.readouterr().err
    assert "för 1 av 1 konton" in told
    assert "staff reset ANVÄNDARNAMN --totp" in told


def test_a_code_lets_in_once(app, enrolled):
    key, _paper = enrolled
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        assert "Skriv koden från appen" in with_password(client).text
    code = shown_by(key)
    assert with_code(first, f" {code[:3]} {code[3:]} ").status_code == DONE
    assert with_code(second, code).status_code == 401
    assert (is_in(first), is_in(second)) == (True, False)


def test_of_two_who_show_one_code_at_once_one_comes_in(app, enrolled):
    code, clients = shown_by(enrolled[0]), [app.test_client() for _ in range(3)]
    db.session.rollback()

    def show(client):
        with app.app_context():
            return with_password(client, code=code).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(show, clients)) == [DONE, 401, 401]


def test_scripts_send_it_with_the_password(app, enrolled, moment):
    client = app.test_client()
    assert with_password(client, code="123456").status_code == 401
    assert with_password(client, code=shown_by(enrolled[0])).status_code == DONE
    assert db.session.scalars(sa.select(SignInSession.vouched_by).order_by(SignInSession.id.desc())).first()


@pytest.mark.parametrize("steps", [-3, 2])
def test_a_code_of_another_time_is_none(app, enrolled, steps):
    later = int(codes.time.time()) + 30 * steps
    assert with_password(app.test_client(), code=pyotp.TOTP(enrolled[0]).at(later)).status_code == 401


def test_a_code_on_paper_lets_in_once_and_only_its_owner(app, enrolled):
    _key, (first, *_rest) = enrolled
    assert with_password(app.test_client(), code=first.lower()).status_code == DONE
    assert with_password(app.test_client(), code=first).status_code == 401
    assert with_password(app.test_client(), "rut", code=_rest[0]).status_code == 401
    assert first.replace("-", "") not in str(db.session.execute(sa.text("SELECT * FROM recovery_code")).all())


@pytest.mark.slow
def test_ten_new_codes_on_paper_are_made_with_the_app_and_the_old_ones_end(app, enrolled, moment):
    key, paper = enrolled
    client, renew = app.test_client(), "/my/sign-ins/recovery-codes"
    with_password(client)
    with_code(client, shown_by(key))
    assert "Du har 10 av 10 koder kvar" in client.get("/my/sign-ins").text
    for wrong in ("", "000000", paper[0], shown_by(key)):  # and not the one that has just been used
        assert post(client, renew, {"code": wrong}).status_code == 422
    moment()
    page = post(client, renew, {"code": shown_by(key)})
    made = re.findall(r"<code>([A-Z2-7-]{19})</code>", page.text)
    assert (len(set(made)), set(made) & set(paper), "no-store" in page.headers["Cache-Control"]) == (
        10,
        set(),
        True,
    )
    later = app.test_client()
    with_password(later)
    assert [with_code(later, one).status_code for one in (paper[1], made[1])] == [401, DONE]
    assert "Du har 9 av 10 koder kvar" in later.get("/my/sign-ins").text
    assert db.session.scalars(sa.select(AuditEntry).filter_by(action="account:recovery_codes_made")).one()


def test_a_right_password_forgives_no_wrong_codes(app, enrolled, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_PER_ACCOUNT", 2)  # of ten
    client = app.test_client()
    answers = []
    for number in range(3):
        with_password(client)
        answers.append(with_code(client, f"00000{number}").status_code)
    assert answers == [401, 401, 429]
    assert with_password(client, code=shown_by(enrolled[0])).status_code == 429


@pytest.mark.parametrize("changed", ["time", "password", "closed"])
def test_whoever_waits_too_long_begins_again(app, ekbacken, enrolled, moment, changed):
    client = app.test_client()
    with_password(client)
    if changed == "time":
        moment(21)
    else:
        ekbacken.birgitta.password_hash = "x" if changed == "password" else ekbacken.birgitta.password_hash
        ekbacken.birgitta.disabled_at = ekbacken.birgitta.created_at if changed == "closed" else None
        db.session.commit()
    page = with_code(client, shown_by(enrolled[0]))
    assert (page.status_code, "Det tog för lång tid" in page.text) == (401, True)


def test_a_code_alone_or_an_empty_one_opens_nothing(app, ekbacken):
    client = app.test_client()
    assert with_code(client, "123456").status_code == 401
    with_password(client)
    assert with_code(client, "").status_code == 422
    assert "Skriv ditt användarnamn" not in client.get("/sign-in?again=1").text
    assert "Ställ in engångskoder" in client.get("/sign-in").text


def test_a_duty_that_asks_for_more_ends_the_session_that_showed_less(app, ekbacken):
    client = app.test_client()
    with_password(client, "astrid")
    assert is_in(client)
    member = ekbacken.astrid.staff_member_id
    db.session.add(
        Duty(staff_member_id=member, role=Role.PRINCIPAL, school_id=ekbacken.school.id, starts_on=TODAY)
    )
    db.session.commit()
    assert not is_in(client)


def test_an_administrator_lets_somebody_choose_a_new_telephone(app, ekbacken, enrolled, signed_in):
    birgitta, address = app.test_client(), f"/staff/{ekbacken.birgitta.id}"
    assert with_password(birgitta, code=shown_by(enrolled[0])).status_code == DONE
    app.config["LASSPAR_TOTP"] = False  # how Ada signs in is not asked about here
    ada = signed_in(ekbacken.ada)
    assert "10 återställningskoder kvar" in ada.get(address).text
    assert post(ada, f"{address}/codes").status_code == DONE
    assert post(ada, f"/staff/{ekbacken.ada.id}/codes").status_code == 409
    assert not is_in(birgitta)
    assert not db.session.scalars(sa.select(SecondFactor)).all()
    assert not db.session.scalars(sa.select(RecoveryCode)).all()


def test_the_command_line_does_so_too(ekbacken, enrolled, lasspar):
    told = lasspar("staff", "reset", "birgitta", "--totp")
    assert "Engångskoderna för birgitta är borttagna" in told.stdout
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SecondFactor)) == 0
    assert db.session.scalars(sa.select(AuditEntry.action)).all()[-1] == "account:totp_reset"


def test_the_way_one_was_going_goes_on_after_the_codes(app, ekbacken, moment):
    client = app.test_client()
    page = with_password(client, next="/who-sees-what")
    assert 'name="next" value="/who-sees-what"' in page.text
    told = post(client, "/sign-in", {"code": shown_by(key_on(page)), "next": "/who-sees-what"})
    assert 'href="/who-sees-what"' in told.text
    assert db.session.scalar(sa.select(sa.func.count(FailedSignIn.id))) == 0
