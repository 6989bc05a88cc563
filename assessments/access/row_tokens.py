"""What the score sheet calls its rows where no name or id may stand: in the browser's queue.

A token says the same row to the same person next week, and nothing to anybody else: it is a keyed hash of the
account, the class and the pupil, found again by making the tokens of the pupils who are on the sheet.
"""

import base64
import hmac
from collections.abc import Iterable

from flask import current_app

from assessments.access.models import Account
from assessments.roster.models import SchoolClass

BYTES = 16  # nobody meets two rows with one token, nobody guesses one


def row_token(account: Account, school_class: SchoolClass, pupil_id: int) -> str:
    """22 letters for one row of one class's sheets, as one person knows it."""
    return _letters(_keyed(f"row {account.id} {school_class.id} {pupil_id}")[:BYTES])


def rows_by_token(account: Account, school_class: SchoolClass, pupil_ids: Iterable[int]) -> dict[str, int]:
    """The pupils by what this person's browser calls them."""
    return {row_token(account, school_class, pupil_id): pupil_id for pupil_id in pupil_ids}


def person_token(account: Account) -> str:
    """Tells one person's queue from another's in a shared browser, without saying who it is."""
    return _letters(_keyed(f"person {account.id}")[:BYTES])


def queue_key(account: Account) -> str:
    """256 bits that lock what this person has typed into a browser: only a page of hers brings the key."""
    return _letters(_keyed(f"queue {account.id}"))


def _keyed(text: str) -> bytes:
    return hmac.digest(str(current_app.secret_key).encode(), text.encode(), "sha256")


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
