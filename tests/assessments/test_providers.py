"""Signing in through a municipality's own provider, and what is not believed of what one says."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey
from oidc_provider import Provider, instead_of_the_network, real_provider
from posting import post

from assessments.access import accounts
from assessments.access.models import AuditEntry, SignInSession
from assessments.access.providers import clients, identities, known
from assessments.access.sign_in_models import ProviderIdentity
from assessments.database import db
from assessments.refusals import Refused

THERE = "/sign-in/via/ekby"


@pytest.fixture(scope="module")
def ekby():
    return Provider()


@pytest.fixture
def oidc(app, ekby, ekbacken, monkeypatch):
    """The provider as it should be, in the settings; Astrid is written down as its "s-1"."""
    ekby.behave()
    instead_of_the_network(monkeypatch, ekby)
    told_of(app, ekby, monkeypatch)
    return ekby


def told_of(app, ekby, monkeypatch):
    settings = {
        "ISSUER": ekby.issuer,
        "CLIENT_ID": "lasspar",
        "CLIENT_SECRET": "hemligt",
        "LABEL": "Ekby kommun",
    }
    settings["ACR"] = "loa3"
    told = known.from_environment({f"LASSPAR_OIDC_EKBY_{name}": value for name, value in settings.items()})
    monkeypatch.setitem(app.config, known.CONFIG, told)
    monkeypatch.delitem(app.extensions, clients.CLIENTS, raising=False)
    identities.set_identity(accounts.known("astrid"), ekby.issuer, "s-1")
    db.session.commit()


def come(client, oidc, subject="s-1", **asked):
    """There, sign in, and back."""
    sent = client.get(THERE, query_string=asked)
    assert sent.status_code == 302
    return client.get(oidc.vouches_for(sent.headers["Location"], subject))


def is_in(client):
    return client.get("/my/sign-ins").status_code == 200


@pytest.fixture
def client(app):
    return app.test_client()


def test_whoever_is_written_down_comes_in_and_goes_on(client, oidc):
    assert "Logga in genom Ekby kommun" in client.get("/sign-in").text
    answer = come(client, oidc, next="/who-sees-what")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/who-sees-what")
    assert is_in(client)
    assert "account:signed_in" in db.session.scalars(sa.select(AuditEntry.action)).all()


def test_an_e_mail_address_opens_nothing(client, oidc, ekbacken):
    """The provider says email=sub: even a username that is the same is another person until it is told."""
    ekbacken.carl.username = "carl@ekby.example"
    db.session.commit()
    page = come(client, oidc, "carl@ekby.example")
    assert (page.status_code, is_in(client)) == (403, False)
    assert "<code>carl@ekby.example</code>" in page.text


def test_the_same_sub_at_another_provider_is_somebody_else(client, oidc):
    db.session.execute(sa.update(ProviderIdentity).values(issuer="https://login.tallby.example"))
    db.session.commit()
    assert come(client, oidc).status_code == 403


def claim(**more):
    return lambda claims: {**claims, **more}


@pytest.mark.parametrize(
    "tampered",
    [
        claim(iss="https://login.tallby.example"),
        claim(aud="another-app"),
        claim(aud=["another-app", "lasspar"], azp="another-app"),
        claim(nonce="another sign-in"),
        claim(exp=int(time.time()) - 600),
        claim(iat=int(time.time()) + 3600),
        claim(sub=None),
        lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    ],
)
def test_what_is_said_wrongly_is_not_believed(client, oidc, tampered):
    oidc.tamper = tampered
    page = come(client, oidc)
    assert (page.status_code, is_in(client)) == (403, False)
    assert "gick inte att lita på" in page.text


def test_a_signature_of_another_key_is_none(client, oidc):
    oidc.key = ECKey.generate_key("P-256")
    assert (come(client, oidc).status_code, is_in(client)) == (403, False)


def test_an_answer_belongs_to_the_browser_that_asked(app, client, oidc):
    back = oidc.vouches_for(client.get(THERE).headers["Location"], "s-1")
    stranger = app.test_client()
    assert (stranger.get(back).status_code, is_in(stranger)) == (403, False)
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 403  # and counts once
    assert client.get(f"{THERE}/back?code=x").status_code == 403
    assert "avbröts" in client.get(f"{THERE}/back?error=access_denied&state=x").text


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_provider_out_of_order_is_told_in_words(client, oidc, when):
    if when == "between":
        back = oidc.vouches_for(client.get(THERE).headers["Location"], "s-1")
    oidc.is_down = True
    page = client.get(THERE if when == "before" else back)
    assert page.status_code == 503
    assert "Inloggningen hos Ekby kommun svarar inte just nu." in page.text
    oidc.is_down = False
    assert come(client, oidc).status_code == 302


def test_one_that_calls_itself_something_else_is_left_alone(app, client, oidc, monkeypatch):
    other = f"{oidc.issuer}/"  # the same server, in other words
    told = known.from_environment(
        {"LASSPAR_OIDC_EKBY_ISSUER": other, "LASSPAR_OIDC_EKBY_CLIENT_ID": "lasspar"}
    )
    monkeypatch.setitem(app.config, known.CONFIG, told)
    assert client.get(THERE).status_code == 503


def test_a_code_is_asked_for_unless_the_provider_asked_for_more(app, client, oidc, ekbacken, monkeypatch):
    identities.set_identity(ekbacken.birgitta, oidc.issuer, "s-2")
    db.session.commit()
    monkeypatch.setitem(app.config, "LASSPAR_TOTP", True)
    sent = come(client, oidc, "s-2", next="/who-sees-what")
    assert (sent.status_code, is_in(client)) == (302, False)
    assert "Ställ in engångskoder" in client.get(sent.headers["Location"]).text
    oidc.tamper = claim(acr="loa3")
    assert come(client, oidc, "s-2").headers["Location"] == "/"
    assert is_in(client)
    vouched = sa.select(SignInSession.vouched_by).order_by(SignInSession.id.desc())
    assert db.session.scalars(vouched).first() == "ekby"


def test_signing_out_ends_the_session_and_shows_the_way_out_there(client, oidc):
    come(client, oidc)
    page = post(client, "/sign-out")
    assert (is_in(client), "Astrid" in page.text) == (False, False)
    address = page.text.partition('class="btn btn-primary" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert address.startswith(f"{oidc.issuer}/end_session?")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == (
        ["lasspar"],
        ["http://localhost/sign-in"],
    )


@pytest.mark.parametrize("closed", ["account", "duty"])
def test_who_is_shut_out_stays_out(client, oidc, ekbacken, closed):
    if closed == "account":
        ekbacken.astrid.disabled_at = ekbacken.astrid.created_at
    else:
        for duty in ekbacken.astrid.staff_member.duties:
            duty.ends_on = duty.starts_on
    db.session.commit()
    assert (come(client, oidc).status_code, is_in(client)) == (403, False)


def test_an_administrator_connects_and_disconnects(client, oidc, ekbacken, signed_in):
    ada, address = signed_in(ekbacken.ada), f"/staff/{ekbacken.rut.id}"
    ekbacken.rut.password_hash = None
    db.session.commit()
    assert "Id hos Ekby kommun" in ada.get(address).text
    fields = {"provider": "ekby", "subject": " s-9 "}
    assert "har inte valt lösenord än" in ada.get(address).text
    assert post(ada, f"{address}/identity", fields).status_code == 302
    assert "har inte valt lösenord än" not in ada.get(address).text + ada.get("/staff").text  # needs none
    assert come(client, oidc, "s-9").status_code == 302
    for subject, why in (
        ("s-1", "hör redan till ett annat konto"),
        ("å", "bokstäver, siffror"),
    ):  # s-1: Astrid
        refused = post(ada, f"{address}/identity", {**fields, "subject": subject})
        assert (refused.status_code, why in refused.text) == (422, True)
        assert 'id="subject-ekby-fault"' in refused.text
        assert f'name="subject" value="{subject}"' in refused.text
    assert post(ada, f"{address}/identity", {**fields, "subject": ""}).status_code == 302
    assert not is_in(client)
    assert come(client, oidc, "s-9").status_code == 403
    assert post(ada, f"{address}/identity", {"provider": "nowhere", "subject": "x"}).status_code == 404


def test_the_command_line_does_so_too(oidc, lasspar, ekbacken):
    assert "kopplad till Ekby kommun" in lasspar("staff", "identity", "cecilia", "EKBY", "s-7").stdout
    assert identities.account_of(oidc.issuer, "s-7").username == "cecilia"
    assert lasspar("staff", "identity", "cecilia", "EKBY").exit_code == 0
    assert identities.account_of(oidc.issuer, "s-7") is None
    assert lasspar("staff", "identity", "cecilia", "TALLBY", "x").exit_code == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"ISSUER": "http://login.ekby.se", "CLIENT_ID": "x"}, "https://"),
        ({"ISSUER": "https://login.ekby.se"}, "CLIENT_ID saknas"),
        ({"CLIENT_ID": "x"}, "ISSUER saknas"),
        ({"ISUER": "https://login.ekby.se"}, "ingen inställning"),
    ],
)
def test_settings_that_make_no_sense_are_told_at_the_start(told, why):
    with pytest.raises(Refused, match=why):
        known.from_environment({f"LASSPAR_OIDC_EKBY_{name}": value for name, value in told.items()})


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:get_jwt_config", "ignore:authlib.jose module is deprecated")
def test_a_real_provider_over_http(app, client, ekbacken, monkeypatch):
    with real_provider() as oidc:
        told_of(app, oidc, monkeypatch)
        assert come(client, oidc).status_code == 302
        assert is_in(client)
        assert f"{oidc.issuer}/oauth2/end_session?" in post(client, "/sign-out").text
        assert come(client, oidc, "astrid").status_code == 403
        for wrong in (claim(aud="another-app"), claim(nonce="x"), claim(exp=1)):
            oidc.tamper = wrong
            assert (come(client, oidc).status_code, is_in(client)) == (403, False)
        oidc.is_down = True
        app.extensions.pop(clients.CLIENTS)
        assert client.get(THERE).status_code == 503
    assert client.get(THERE).status_code == 503  # nobody listens there any more
