"""Tokens by which programs ask: made, shown once, ended. Verbs flush; views and commands commit."""

import unicodedata
from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa

from assessments.access.models import Account, ApiToken
from assessments.access.programs.scopes import TokenScope
from assessments.access.tokens import fingerprint, new_token
from assessments.clock import now, today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.characters import name_fault
from assessments.roster.models import Duty
from assessments.words import day

PREFIX = "lasspar_"  # who finds one in a log or a repository knows what it opens
USUAL = timedelta(days=365)
LONGEST = timedelta(days=366)


def make_token(
    account: Account, name: str, scopes: Collection[TokenScope], ends_on: date, duty: Duty | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can show again. ``duty``: of the account's, the only one it
    acts by; none: all that hold on the day it is used."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if reasons := [*_name_faults(name), *_faults(account, scopes, ends_on, duty)]:
        raise Refused(reasons)
    secret = PREFIX + new_token()
    row = ApiToken(
        account=account, duty=duty, name=name, token_hash=fingerprint(secret),
        scopes=" ".join(scope for scope in TokenScope if scope in scopes), ends_on=ends_on,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row, secret


def revoke(token_id: int) -> None:
    """It opens nothing from now on; what it has done stays written down."""
    db.session.execute(
        sa.update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now())
    )


def _name_faults(name: str) -> list[str]:
    if not name:
        return ["Skriv vad nyckeln är till för."]
    fault = name_fault(name)
    return [f"{fault[0].upper()}{fault[1:]}."] if fault else []


def _faults(account: Account, scopes: Collection[TokenScope], ends_on: date, duty: Duty | None) -> list[str]:
    wrong = [] if scopes else ["Välj minst en sak som nyckeln får användas till."]
    if account.disabled_at:
        wrong.append(f"Kontot {account.username} är avstängt. Öppna det först.")
    if ends_on < today():
        wrong.append("Sista dagen har redan varit.")
    if ends_on > today() + LONGEST:
        wrong.append(f"En nyckel gäller högst ett år, alltså längst till {day(today() + LONGEST)}.")
    if duty and duty.staff_member_id != account.staff_member_id:
        wrong.append("Uppdraget är någon annans.")
    return wrong
