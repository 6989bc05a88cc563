"""A program at Ekbacken: what it shows, and what it asks with it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from cast import TODAY
from flask import Flask
from werkzeug.test import TestResponse

from assessments.access.models import Account
from assessments.access.programs.making import make_token
from assessments.access.programs.scopes import TokenScope
from assessments.database import db
from assessments.roster.models import Duty


def token_for(
    account: Account, scopes: Iterable[TokenScope] = TokenScope, duty: Duty | None = None, days: int = 30
) -> str:
    """A token that acts for the account; whatever days back from today it ends has been."""
    row, secret = make_token(account, "Prov", list(scopes), TODAY + timedelta(days=max(days, 0)), duty)
    row.ends_on = TODAY + timedelta(days=days)
    db.session.commit()
    return secret


class Program:
    """Asks with its token, and keeps no cookies."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app, self.headers = app, {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        db.session.rollback()
        headers = self.headers | more.pop("headers", {})
        return self.app.test_client(use_cookies=False).open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)
