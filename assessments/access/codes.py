"""Codes of an app on the telephone (TOTP, RFC 6238), and ten on paper for the day it is gone.

Asked of everybody who reaches beyond own classes. The secret is sealed with the data key; of the codes on
paper only hashes are kept.
"""

import base64
import secrets
import time
from collections.abc import Iterable

import click
import sqlalchemy as sa
from flask import Flask, current_app

from assessments.access import accounts
from assessments.access.models import Account
from assessments.access.persons import HeldDuty
from assessments.access.sign_in_models import RecoveryCode, SecondFactor
from assessments.access.tokens import fingerprint
from assessments.clock import now
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Role
from assessments.roster.sealing import sealed, unsealed

OWN_CLASSES = {Role.TEACHER}  # a password is enough for these
PURPOSE = "totp"
STEP = 30  # seconds that a code is shown
SLACK = (0, -1, 1)  # steps: clocks differ, and people type
ON_PAPER, BYTES = 10, 10  # 80 bits each: nobody guesses one, so a plain hash keeps it
WRONG = "Koden stämmer inte. Vänta tills appen visar nästa kod och skriv den."
ANOTHER_KEY = (
    "Servern kan inte läsa nyckeln till appen, så appens koder går inte att pröva. Skriv en av"
    " återställningskoderna, eller säg till den som sköter servern."
)


def is_asked_of(duties: Iterable[HeldDuty]) -> bool:
    """Whether somebody with these duties shows a code beside the password: not in the example, nor in tests
    that are about something else."""
    setting = current_app.config.get("LASSPAR_TOTP")
    is_on = not (current_app.config["LASSPAR_IS_DEMO"] or current_app.testing) if setting is None else setting
    return bool(is_on) and any(duty.role not in OWN_CLASSES for duty in duties)


def factor_of(account: Account) -> SecondFactor | None:
    """The account's app, confirmed or not."""
    return db.session.get(SecondFactor, account.id)


def begin(account: Account) -> SecondFactor:
    """The app to be confirmed: the same as the last time the account got this far. Flushes."""
    factor = factor_of(account)
    if factor and (factor.confirmed_at or _opens(factor)):
        return factor
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    factor = factor or SecondFactor(account_id=account.id)
    factor.sealed_secret = sealed(secret, PURPOSE)
    db.session.add(factor)
    db.session.flush()
    return factor


def secret_of(factor: SecondFactor) -> str:
    """The key that the app is given, in letters and digits. Refused where another data key sealed it."""
    from cryptography.fernet import InvalidToken

    try:
        return unsealed(factor.sealed_secret, PURPOSE)
    except InvalidToken:
        raise Refused(ANOTHER_KEY) from None


def tell_of_another_key(_app: Flask, **_more: object) -> None:
    """Say on stderr that the data key is not the one that the database was written with, before anybody who
    signs in is told. A key that is lost stops nothing else, so neither do we."""
    factors = db.session.scalars(sa.select(SecondFactor)).all()
    if closed := [factor for factor in factors if not _opens(factor)]:
        click.echo(
            "Obs: nyckeln till data är inte den som databasen skrevs med. Den öppnar inte engångskoderna"
            f" för {len(closed)} av {len(factors)} konton, och inte heller personnummer och elevhälsans"
            " anteckningar från samma tid. Sätt LASSPAR_DATA_KEY till den förra nyckeln (det som står i den"
            " förra instansens data.key) och starta om servern. Är den borta, för var och en av dem:"
            " lasspar staff reset ANVÄNDARNAMN --totp",
            err=True,
        )


def _opens(factor: SecondFactor) -> bool:
    try:
        return bool(secret_of(factor))
    except Refused:
        return False


def picture_of(secret: str, username: str) -> str:
    """The key as a QR code that the app reads: an address of data for ``<img>``."""
    import segno  # only the first time that somebody signs in
    from pyotp import TOTP

    address = TOTP(secret).provisioning_uri(name=username, issuer_name=accounts.PRODUCT)
    return str(segno.make(address, error="m").svg_data_uri(scale=5, light="white"))


def takes(account: Account, code: str) -> bool:
    """Whether the code lets in: the app's, later than any before it, or one on paper, once. Flushes.

    Raises Refused where the app's codes cannot be tried.
    """
    factor, typed = factor_of(account), _plain(code)
    if factor is None or factor.confirmed_at is None:
        return False
    return _is_on_paper(account, typed) or _is_new_code(factor, typed)


def confirm(account: Account, code: str) -> list[str]:
    """The app has shown its first right code: the ten codes on paper, told only now. Refused when wrong."""
    factor = factor_of(account)
    if factor is None or not _is_new_code(factor, _plain(code)):
        raise Refused(WRONG)
    factor.confirmed_at = now()
    return _new_paper(account)


def renew_paper(account: Account, code: str) -> list[str]:
    """Ten new codes on paper, told only now; the old ones end. Refused where the code is not the app's: one
    on paper would let a lost paper make the next."""
    factor = factor_of(account)
    if factor is None or factor.confirmed_at is None or not _is_new_code(factor, _plain(code)):
        raise Refused(WRONG)
    return _new_paper(account)


def _new_paper(account: Account) -> list[str]:
    forget_paper(account)
    made = [base64.b32encode(secrets.token_bytes(BYTES)).decode() for _ in range(ON_PAPER)]
    db.session.add_all(RecoveryCode(account_id=account.id, digest=fingerprint(one)) for one in made)
    db.session.flush()
    return ["-".join(one[start : start + 4] for start in range(0, len(one), 4)) for one in made]


def left_on_paper(account_id: int) -> int | None:
    """How many codes on paper have not been used; None where no app is set up."""
    factor = db.session.get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at is None:
        return None
    unused = sa.select(sa.func.count(RecoveryCode.id)).filter_by(account_id=account_id, used_at=None)
    return db.session.scalar(unused) or 0


def reset(account: Account) -> None:
    """The telephone is gone: signed out everywhere, the account sets up a new one when it signs in."""
    forget_paper(account)
    db.session.execute(sa.delete(SecondFactor).where(SecondFactor.account_id == account.id))
    accounts.end_sessions(account)


def forget_paper(account: Account) -> None:
    """No code on paper opens anything any more."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _is_new_code(factor: SecondFactor, typed: str) -> bool:
    """Of two who show one code at the same moment the database lets one through."""
    step = _step_of(secret_of(factor), typed)
    if step is None:
        return False
    later = sa.update(SecondFactor).where(
        SecondFactor.account_id == factor.account_id, SecondFactor.last_step < step
    )
    return bool(db.session.scalars(later.values(last_step=step).returning(SecondFactor.account_id)).all())


def _step_of(secret: str, typed: str) -> int | None:
    """The half minute whose code this is, by the real clock, as the telephone's: whatever day is set."""
    from pyotp import TOTP  # only where somebody shows a code
    from pyotp.utils import strings_equal

    codes, this = TOTP(secret), int(time.time()) // STEP
    steps = (this + slack for slack in SLACK)
    return next((step for step in steps if strings_equal(typed, codes.generate_otp(step))), None)


def _is_on_paper(account: Account, typed: str) -> bool:
    one = sa.update(RecoveryCode).where(
        RecoveryCode.account_id == account.id,
        RecoveryCode.digest == fingerprint(typed),
        RecoveryCode.used_at.is_(None),
    )
    return bool(db.session.scalars(one.values(used_at=now()).returning(RecoveryCode.id)).all())


def _plain(code: str) -> str:
    """Without the spaces and hyphens that make it easy to read."""
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
