"""Files between the page that previews them and the one that confirms: encrypted, one person's, for an hour.

The key is in the token the browser sends back and nowhere else: whoever reads the disk reads nothing.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessments.settings import instance_path

KEPT_SECONDS = 60 * 60


@dataclass(frozen=True)
class Upload:
    """A file with what was told along with it: options, and what the preview promised."""

    name: str
    content: bytes
    told: dict[str, str]


def keep(upload: Upload, account_id: int) -> str:
    """Put the file by; the token opens it again."""
    from cryptography.fernet import Fernet  # loads OpenSSL: only where a file is really kept

    _sweep()
    token = secrets.token_urlsafe(32)
    head = json.dumps({"name": upload.name, "told": upload.told, "account": account_id}).encode()
    path = _path(token)
    path.touch(mode=0o600)
    path.write_bytes(Fernet(_key(token)).encrypt(head + b"\n" + upload.content))
    return token


def fetch(token: str, account_id: int) -> Upload | None:
    """The file again, for the person who put it by; None when it is too old, somebody else's or not there."""
    from cryptography.fernet import Fernet, InvalidToken

    with contextlib.suppress(InvalidToken, OSError, ValueError):
        kept = Fernet(_key(token)).decrypt(_path(token).read_bytes(), ttl=KEPT_SECONDS)
        head, _, content = kept.partition(b"\n")
        said: dict[str, Any] = json.loads(head)
        if said["account"] == account_id:
            return Upload(said["name"], content, said["told"])
    return None


def forget(token: str) -> None:
    _path(token).unlink(missing_ok=True)


def forget_all(*_told: Any, **_more: Any) -> None:
    """No file waits any longer: a pupil whose name may stand in one of them has just been protected."""
    for path in _folder().iterdir():
        path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = instance_path() / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _path(token: str) -> Path:
    return _folder() / hashlib.sha256(b"name" + token.encode("utf-8", "replace")).hexdigest()


def _key(token: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"key" + token.encode("utf-8", "replace")).digest())


def _sweep() -> None:
    """Files that nobody confirmed in time go when the next one comes."""
    for path in _folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()
