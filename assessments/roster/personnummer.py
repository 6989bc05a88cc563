"""Personnummer: optional, kept encrypted, matched by a keyed hash, never printed.

Both keys are made out of ``LASSPAR_DATA_KEY``, so a copied database alone tells nobody's number, not
even by trying all of them.
"""

import base64
import contextlib
import functools
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assessments.roster.cells import CellFault
from assessments.settings import instance_path, require_data_key

SHAPE = re.compile(r"(\d{2})?(\d{6})([-+]?)(\d{4}|TF\d{2})", re.ASCII)
CO_ORDINATION_DAYS = 60  # a samordningsnummer has its day plus 60
KEY_FILE = "data.key"


@dataclass(frozen=True)
class Personnummer:
    """Twelve characters, ``201503041234`` or ``20150304TF12``; ``is_checked``: the check digit holds."""

    twelve: str
    is_checked: bool

    def __repr__(self) -> str:
        return "Personnummer(…)"  # a number in a log or a traceback is a number printed


def parse(text: str, on: date) -> Personnummer:
    """Ten or twelve digits with or without hyphen, also samordningsnummer and TF; ``on`` gives the century.

    A failed check digit is told by ``is_checked``, never refused: two official example numbers fail it.
    """
    found = SHAPE.fullmatch(text.replace(" ", "").upper())
    if not found:
        if re.fullmatch(r"\d{9}|\d{11}", text, re.ASCII):
            raise CellFault(
                "personnumret har tappat en inledande nolla", "Formatera kolumnen som text i Excel"
            )
        raise CellFault(
            "personnumret är inte 10 eller 12 siffror", "Skriv ÅÅÅÅMMDD-NNNN eller lämna cellen tom"
        )
    century, six, sign, tail = found.groups()
    century = century or _century(six, sign, on)
    _refuse_impossible_day(century + six)
    return Personnummer(century + six + tail, "TF" in tail or _checks(six + tail))


def _century(six: str, sign: str, on: date) -> str:
    year = on.year - (on.year - int(six[:2])) % 100
    return str((year - 100 if sign == "+" else year) // 100)


def _refuse_impossible_day(eight: str) -> None:
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:])
    try:
        date(year, month, day - CO_ORDINATION_DAYS if day > CO_ORDINATION_DAYS else day)
    except ValueError:
        raise CellFault(
            "personnumret börjar inte med ett datum", "Rätta personnumret eller lämna cellen tom"
        ) from None


def _checks(ten: str) -> bool:
    """Luhn: every other digit doubled, from the first; the sum of all digits ends in 0."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def looks_like_one(text: str) -> bool:
    """Whether an identifier is a personnummer: with century or sign, a date, and the right check digit."""
    found = SHAPE.fullmatch(text)
    if not found or not (found[1] in ("19", "20") or found[3]) or "T" in text:
        return False
    try:
        return parse(text, date(2099, 12, 31)).is_checked
    except CellFault:
        return False


def data_key() -> bytes:
    """The 32 bytes stored secrets hang on: from the environment, else made once in the instance (0600).

    Raises Refused where neither is right: a database on a server is not this machine's alone.
    """
    told = os.environ.get("LASSPAR_DATA_KEY")
    require_data_key()
    return _stretched(told) if told else _stretched(_kept_key(instance_path() / KEY_FILE))


def _kept_key(path: Path) -> str:
    """The key in the instance. It comes there whole, by a link, so that two who make it at once agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text("ascii")


@functools.cache
def _stretched(told: str) -> bytes:
    return hashlib.sha256(b"lasspar data key\0" + told.encode()).digest()


def _key_for(purpose: bytes) -> bytes:
    return hmac.digest(data_key(), purpose, "sha256")


def hashed(number: Personnummer) -> str:
    """What a number is matched by: the same number always gives the same text, and only we can make it."""
    return hmac.new(_key_for(b"personnummer hash"), number.twelve.encode(), "sha256").hexdigest()


def made_up_code(number: Personnummer) -> str:
    """An elev-id where a file only has a personnummer: says nothing, and is the same next time."""
    return f"e-{hashed(number)[:10]}"


def protected_trace(hashed_number: str) -> str:
    """What a protected pupil's number is known by after it has been erased: made of ``hashed``, one way."""
    return hmac.new(_key_for(b"protected personnummer"), hashed_number.encode(), "sha256").hexdigest()


def encrypted(number: Personnummer) -> str:
    from cryptography.fernet import Fernet  # loads OpenSSL: only where a number is really stored

    key = base64.urlsafe_b64encode(_key_for(b"personnummer encryption"))
    return Fernet(key).encrypt(number.twelve.encode()).decode()


def decrypted(token: str) -> str:
    """The twelve characters again, for a pupil's own extract of what is kept."""
    from cryptography.fernet import Fernet

    key = base64.urlsafe_b64encode(_key_for(b"personnummer encryption"))
    return Fernet(key).decrypt(token.encode()).decode()
