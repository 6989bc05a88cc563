"""Files between the page that previews them and the one that confirms: encrypted, one person's, for an hour.

The key is in the token the browser sends back and nowhere else: whoever reads the database reads nothing.
"""

import base64
import contextlib
import functools
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, after_this_request, current_app
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from assessments.clock import now
from assessments.database import connections, db
from assessments.logs import log
from assessments.upload_models import WaitingFile

KEPT_SECONDS = 60 * 60


@dataclass(frozen=True)
class Upload:
    """A file with what was told along with it: options, and what the preview promised."""

    name: str
    content: bytes
    told: dict[str, str]


def keep(upload: Upload, account_id: int) -> str:
    """Put the file by before the page is sent, and not at all where it is not; the token opens it again."""
    token, row = sealed(upload, account_id)
    after_this_request(functools.partial(_put_by, row))
    return token


def sealed(upload: Upload, account_id: int) -> tuple[str, WaitingFile]:
    """The row, and the token that opens it."""
    from cryptography.fernet import Fernet  # loads OpenSSL: only where a file is really kept

    token = secrets.token_urlsafe(32)
    head = json.dumps({"name": upload.name, "told": upload.told, "account": account_id}).encode()
    content = Fernet(_key(token)).encrypt(head + b"\n" + upload.content)
    return token, WaitingFile(name_hash=_name(token), content=content)


def fetch(token: str, account_id: int) -> Upload | None:
    """The file again, for the person who put it by; None when it is too old, somebody else's or not there."""
    from cryptography.fernet import Fernet, InvalidToken

    kept = db.session.scalar(sa.select(WaitingFile.content).filter_by(name_hash=_name(token)))
    with contextlib.suppress(InvalidToken, ValueError):
        told = Fernet(_key(token)).decrypt(kept or b"", ttl=KEPT_SECONDS)
        head, _, content = told.partition(b"\n")
        said: dict[str, Any] = json.loads(head)
        if said["account"] == account_id:
            return Upload(said["name"], content, said["told"])
    return None


def forget(token: str) -> None:
    """The file goes with the commit."""
    db.session.execute(sa.delete(WaitingFile).filter_by(name_hash=_name(token)))


def forget_all(*_told: Any, **_more: Any) -> None:
    """No file waits any longer: a pupil whose name may stand in one of them has just been protected."""
    db.session.execute(sa.delete(WaitingFile))


def _put_by(row: WaitingFile, response: Response) -> Response:
    """A page that previews changes nothing else. Files that nobody confirmed in time go."""
    db.session.rollback()
    too_old = WaitingFile.created_at < now() - timedelta(seconds=KEPT_SECONDS)
    try:
        with connections.writing(), Session(db.engine) as session, session.begin():
            session.execute(sa.delete(WaitingFile).where(too_old))
            session.add(row)
    except sa.exc.SQLAlchemyError as error:
        log.error("a file could not be put by", exc_info=error)
        return current_app.make_response(current_app.handle_user_exception(ServiceUnavailable()))
    return response


def _name(token: str) -> str:
    return hashlib.sha256(b"name" + token.encode("utf-8", "replace")).hexdigest()


def _key(token: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"key" + token.encode("utf-8", "replace")).digest())
