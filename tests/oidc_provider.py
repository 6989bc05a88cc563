"""OpenID Connect providers that can be told to misbehave: one that answers within this process, and a real
one on this machine (package oidc-provider-mock)."""

import base64
import hashlib
import io
import json
import re
import secrets
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import flask
import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

Claims = dict[str, Any]


class Provider:
    """Answers for an issuer instead of the network. ``tamper`` changes the claims before they are signed;
    ``key`` signs instead of its own."""

    def __init__(self, issuer: str = "https://login.ekby.example") -> None:
        self.issuer = issuer
        self.own = ECKey.generate_key("P-256", auto_kid=True)
        self.asked: dict[str, dict[str, str]] = {}  # by code
        self.behave()

    def behave(self) -> None:
        self.tamper: Callable[[Claims], Claims] = dict
        self.key: Any = None
        self.is_down = False

    def vouches_for(self, address: str, subject: str) -> str:
        """A person signs in there: where the browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.asked[code] = asked | {"sub": subject}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def send(self, request: requests.PreparedRequest, **_more: Any) -> requests.Response:
        answer = requests.Response()
        answer.request, answer.url = request, str(request.url)
        body = self._said(urlsplit(answer.url).path, dict(parse_qsl(str(request.body or ""))))
        answer.status_code = 503 if self.is_down else 200 if body else 400
        answer.raw = io.BytesIO(json.dumps(body or {"error": "invalid_grant"}).encode())
        return answer

    def _said(self, path: str, form: dict[str, str]) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                **{
                    f"{name}_endpoint": f"{self.issuer}/{name}"
                    for name in ("authorization", "token", "end_session")
                },
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["ES256", "none"],
            }
        if path == "/keys":
            return {"keys": [self.own.as_dict(private=False)]}
        asked = self.asked.pop(form.get("code", ""), None)
        if asked is None or challenge_of(form["code_verifier"]) != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": asked["client_id"], "sub": asked["sub"], "nonce": asked["nonce"]}
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": self.signed(claims | {"iat": now, "exp": now + 60}),
        }

    def signed(self, claims: Claims) -> str:
        key = self.key or self.own
        return jwt.encode({"alg": "ES256", "kid": self.own.kid}, self.tamper(claims), key)


def challenge_of(verifier: str) -> str:
    """S256 of PKCE."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def instead_of_the_network(monkeypatch: pytest.MonkeyPatch, one: Provider) -> None:
    monkeypatch.setattr(requests.Session, "get_adapter", lambda _session, url: one)


class RealProvider:
    """Over HTTP. It signs as it likes; that it sees the right PKCE verifier is looked at here."""

    def __init__(self) -> None:
        self.issuer, self.challenge, self.is_down = "", "", False
        self.tamper: Callable[[Claims], Claims] = dict

    def vouches_for(self, address: str, subject: str) -> str:
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]

    def before(self) -> Any:
        if self.is_down:
            return "out of order", 503
        if flask.request.path.endswith("/authorize"):
            self.challenge = flask.request.args["code_challenge"]
        if flask.request.path.endswith("/token"):
            assert challenge_of(flask.request.form["code_verifier"]) == self.challenge
        return None

    def after(self, answer: flask.Response) -> flask.Response:
        if answer.mimetype == "text/html" and not answer.is_streamed:
            answer.set_data(
                re.sub(r"<link[^>]*>", "", answer.get_data(as_text=True))
            )  # a style from elsewhere
        body = answer.get_json(silent=True) or {}
        if "id_token" in body:
            own = RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
            known = jwt.decode(body["id_token"], own)
            body["id_token"] = jwt.encode(known.header, self.tamper(dict(known.claims)), own)
            answer.set_data(json.dumps(body))
        return answer


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    """One that listens on this machine until it is no longer needed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its libraries say to each other about their next versions
        import oidc_provider_mock

    one = RealProvider()
    with oidc_provider_mock.run_server_in_thread() as server:
        server.app.before_request(one.before)
        server.app.after_request(one.after)
        one.issuer = f"http://127.0.0.1:{server.server_port}"
        yield one
