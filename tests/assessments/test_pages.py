"""Headers on every page, and what people read when something goes wrong."""

import pytest
import sqlalchemy as sa
from flask import Blueprint, abort
from posting import token_of

from app import create_app
from assessments.access import audit
from assessments.access.models import AuditEntry
from assessments.access.permissions import public, signed_in
from assessments.access.transport import is_loopback
from assessments.database import db
from assessments.refusals import Refused


@pytest.mark.parametrize(
    "address", ["/sign-in", "/healthz", "/finns-inte", "/api/v1/session", "/static/page.css"]
)
def test_every_answer_has_the_headers_that_protect(ekbacken, app, address):
    with app.test_client().get(address) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered_by_the_browser(ekbacken, app):
    headers = app.test_client().get("/sign-in", base_url="https://lasspar.example").headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000"


def test_personal_pages_are_not_kept_and_static_files_may_be(ekbacken, app, signed_in):
    assert signed_in(ekbacken.astrid).get("/my/sign-ins").headers["Cache-Control"] == "no-store"
    with app.test_client().get("/static/page.css") as answer:
        assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_nobody_signs_in_over_plain_http_from_elsewhere(ekbacken, app):
    answer = app.test_client().get("/sign-in", base_url="http://lasspar.example")
    assert answer.status_code == 403
    assert "https" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_load_balancer_may_ask_on_plain_http_whether_we_live(database, app):
    assert app.test_client().get("/healthz", base_url="http://10.0.0.7:5000").text == "ok\n"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "127.0.0.1:5000", "127.1.2.3", "[::1]:5000", "[::1]"]
)
def test_this_machine_goes_by_many_names(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["lasspar.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "[::2]", ""]
)
def test_other_machines_are_not_this_one(host):
    assert not is_loopback(host)


@pytest.fixture
def proxied(ekbacken, app):
    """An app behind one proxy, that answers to one name."""
    config = {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
        "LASSPAR_PROXIES": 1,
    }
    return create_app({**config, "TRUSTED_HOSTS": ["lasspar.example"]})


def test_a_proxy_that_says_https_is_believed_when_told_to(proxied):
    client = proxied.test_client()
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    answer = client.get("/sign-in", base_url="http://lasspar.example", headers=told)
    assert answer.status_code == 200
    assert "Secure" in answer.headers["Set-Cookie"]
    assert client.get("/sign-in", base_url="http://lasspar.example").status_code == 403


def test_without_being_told_nobody_s_word_is_taken_for_https(ekbacken, app):
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}
    answer = app.test_client().get("/sign-in", base_url="http://lasspar.example", headers=told)
    assert answer.status_code == 403


def test_a_server_whose_database_holds_nothing_is_not_well(app, database, tmp_path):
    """SQLite opens no file for a question that reads none."""
    elsewhere = {**app.config, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/tom.sqlite"}
    client = create_app(elsewhere).test_client()
    assert client.get("/healthz").status_code == 503
    (tmp_path / "tom.sqlite").write_bytes(b"ingen databas" * 100)
    assert client.get("/healthz").status_code >= 500


def test_a_host_we_do_not_answer_to_is_refused(proxied):
    answer = proxied.test_client().get("/healthz", base_url="https://evil.example")
    assert answer.status_code == 400
    assert "svarar inte på den adressen" in answer.text
    assert "LASSPAR_TRUSTED_HOSTS" in answer.text


@pytest.mark.slow
def test_plain_http_is_refused_in_words_of_its_own(proxied):
    client = proxied.test_client()
    page = client.get("/sign-in", base_url="http://lasspar.example").text
    assert "<h1>Lässpår svarar bara på https</h1>" in page
    assert "LASSPAR_PROXIES" in page
    assert "ingår inte i ditt uppdrag" not in page
    told = client.get("/api/v1/session", base_url="http://lasspar.example").json
    assert told["title"] == "Lässpår svarar bara på https"


ODD = Blueprint("odd", __name__)


@ODD.route("/odd/<what>", methods=["GET", "POST"])
@public
def odd(what):
    if what.isdigit():
        abort(int(what))
    if what == "refused":
        raise Refused(["Klassen finns redan.", "Året saknas."])
    if what == "reason":
        abort(403, "Bara rektor får göra det här.")
    if what == "gone":
        raise sa.exc.OperationalError("SELECT name FROM pupil", {}, Exception("unable to open database file"))
    if what == "twice":
        raise sa.exc.IntegrityError(
            "INSERT INTO pupil VALUES ('Kim')", {}, Exception("UNIQUE constraint failed")
        )
    raise ValueError("Kim Berg har 12 rätt")


@ODD.get("/odd/undeclared")
def undeclared():
    return "Kim Berg"


@ODD.get("/odd/reads")
@signed_in
def reads():
    from flask import g

    audit.note_read("test:read", g.account)
    return "Kim Berg"


@pytest.fixture(scope="module")
def odd_app(app):
    """The same database, with pages that go wrong; errors become pages, as when serving."""
    other = create_app({"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"]})
    other.register_blueprint(ODD)
    return other


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_every_error_page_is_swedish_and_says_what_is_safe(odd_app, status):
    answer = odd_app.test_client().get(f"/odd/{status}")
    assert answer.status_code == status
    assert "Inget har" in answer.text or "är kvar" in answer.text
    assert f"Felkod {status}" in answer.text
    assert "The " not in answer.text


@pytest.mark.parametrize(
    ("what", "status"), [("refused", 409), ("gone", 503), ("twice", 409), ("crash", 500), ("undeclared", 404)]
)
def test_what_goes_wrong_inside_tells_no_secrets(odd_app, what, status, capsys):
    answer = odd_app.test_client().get(f"/odd/{what}")
    assert answer.status_code == status
    printed = "".join(capsys.readouterr())
    for told in (answer.text, printed):
        assert "Kim" not in told
        assert "SELECT" not in told


def test_an_unexpected_error_is_logged_by_type_and_place(odd_app, capsys):
    odd_app.test_client().get("/odd/crash")
    logged = capsys.readouterr().err
    assert '"error": "ValueError"' in logged
    assert "test_pages.py" in logged
    assert "/odd/<what>" in logged


def test_the_log_of_requests_says_which_account_and_kind_of_page_and_no_pupil(ekbacken, signed_in, capsys):
    client = signed_in(ekbacken.birgitta)
    capsys.readouterr()
    assert client.get(f"/pupils/{ekbacken.kim.id}?name=Kim").status_code == 200
    logged = capsys.readouterr().err
    assert f'"account": {ekbacken.birgitta.id},' in logged
    assert "<int(max=9223372036854775807):pupil_id>" in logged
    assert f"/pupils/{ekbacken.kim.id}" not in logged
    assert "Kim" not in logged


def test_a_refusal_shows_every_reason(odd_app):
    page = odd_app.test_client().get("/odd/refused").text
    assert "Klassen finns redan." in page
    assert "Året saknas." in page


def test_a_reason_of_ours_is_shown(odd_app):
    page = odd_app.test_client().get("/odd/reason").text
    assert "Bara rektor får göra det här." in page
    assert "ingår inte i ditt uppdrag" not in page  # nobody who keeps accounts can help


def test_scripts_get_their_errors_as_json(odd_app):
    answer = odd_app.test_client().get("/odd/refused", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "status": 409,
        "title": "Det krockar med något som redan finns",
        "detail": "Klassen finns redan. Året saknas.",
        "reasons": ["Klassen finns redan.", "Året saknas."],
    }


def test_a_wrong_method_says_which_are_right(database, app):
    answer = app.test_client().delete("/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_too_much_is_too_much(database, app):
    client = app.test_client()
    answer = client.post("/sign-in", data={"username": "x" * 7_000_000, "csrf_token": token_of(client)})
    assert answer.status_code == 413


def test_a_page_whose_reading_cannot_be_written_down_is_not_sent(ekbacken, app, odd_app, signed_in):
    client = odd_app.test_client()
    client.set_cookie("lasspar", signed_in(ekbacken.astrid).get_cookie("lasspar").value)
    odd_app.secret_key = app.secret_key
    db.session.rollback()
    assert client.get("/odd/reads").text == "Kim Berg"
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    try:
        answer = client.get("/odd/reads")
    finally:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
    assert answer.status_code == 503
    assert "Kim Berg" not in answer.text


def test_the_page_that_reads_leaves_a_trace_with_its_duty(ekbacken, app, odd_app, signed_in):
    client = odd_app.test_client()
    client.set_cookie("lasspar", signed_in(ekbacken.astrid).get_cookie("lasspar").value)
    odd_app.secret_key = app.secret_key
    db.session.rollback()
    client.get("/odd/reads")
    db.session.rollback()
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(action="test:read")).one()
    assert entry.account_id == ekbacken.astrid.id
    assert entry.duty_id is not None
