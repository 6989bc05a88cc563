"""Sending a form as a browser does: with the token of the page it was on."""

from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse


def token_of(client: FlaskClient) -> str:
    """The CSRF token of this browser: as a page would print it, asked for only where it has none."""
    app = client.application
    cookie = client.get_cookie("lasspar")
    serializer = app.session_interface.get_signing_serializer(app)
    kept = serializer.loads(cookie.value).get("csrf_token") if cookie else None
    if kept is None:
        return str(client.get("/api/v1/session").json["csrf_token"])
    return URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(kept)


def post(
    client: FlaskClient, address: str, fields: dict[str, Any] | None = None, **more: Any
) -> TestResponse:
    """Post a form to the address."""
    return client.post(address, data={**(fields or {}), "csrf_token": token_of(client)}, **more)
