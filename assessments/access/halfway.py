"""Whoever has shown who they are and has yet to show a code: remembered by the browser for a while.

The cookie is signed: it says that the password was right (or that the municipality vouched) and opens nothing
by itself.
"""

import time
from dataclasses import dataclass
from typing import Any

from flask import session

from assessments.access.models import Account
from assessments.access.tokens import fingerprint
from assessments.database import db

HALF = "half_signed_in"
PROVIDER = "provider"
LASTS = 600  # seconds: somebody fetches the telephone, or installs the app


@dataclass(frozen=True)
class Halfway:
    account: Account
    provider: str | None  # who vouched, when it was not the password


def begin(account: Account, provider: str | None = None) -> None:
    """Remember the person. Nothing else of the sign-in is done yet."""
    session[HALF] = {
        "account": account.id, "at": int(time.time()), "seal": _seal(account), "provider": provider,
    }  # fmt: skip


def found() -> Halfway | None:
    """Who stands there, while it is not too long ago and neither password nor account has changed."""
    told: Any = session.get(HALF)
    if not isinstance(told, dict) or not 0 <= time.time() - told["at"] <= LASTS:
        return None
    account = db.session.get(Account, told["account"])
    if account is None or account.disabled_at or _seal(account) != told["seal"]:
        return None
    return Halfway(account, told["provider"])


def remember_provider(provider: str | None) -> None:
    """In the new session's cookie: who vouched, so that one can sign out there too."""
    if provider:
        session[PROVIDER] = provider


def provider() -> str | None:
    """Who vouched for whoever is signed in here, when it was not the password."""
    told = session.get(PROVIDER)
    return str(told) if told else None


def forget() -> None:
    """Start over."""
    session.pop(HALF, None)


def _seal(account: Account) -> str:
    return fingerprint(account.password_hash or "")[:16]
