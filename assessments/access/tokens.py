"""Secrets that open doors, and what the database keeps of them."""

import hashlib
import hmac
import secrets

from flask import current_app


def new_token() -> str:
    """256 bits that nobody guesses, as letters for cookies and addresses."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What the database keeps of a token: enough to know it again, useless to whoever copies it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed(text: str) -> str:
    """A name or address, only to be counted: without the server's secret nobody can try names against it."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
