"""Sending a form as a browser does: with the token of the page it was on."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_of(client: FlaskClient) -> str:
    """The CSRF token of this browser."""
    return str(client.get("/api/v1/session").json["csrf_token"])


def post(
    client: FlaskClient, address: str, fields: dict[str, Any] | None = None, **more: Any
) -> TestResponse:
    """Post a form to the address."""
    return client.post(address, data={**(fields or {}), "csrf_token": token_of(client)}, **more)
