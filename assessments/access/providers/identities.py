"""Who somebody is to a provider: issuer and sub, written down beforehand by whoever looks after accounts.

Never an e-mail address: they are lent to others, and some providers let people choose their own.
"""

import sqlalchemy as sa

from assessments.access import accounts
from assessments.access.models import Account
from assessments.access.sign_in_models import ProviderIdentity
from assessments.database import db
from assessments.refusals import Refused

LONGEST = 255  # characters, says OpenID Connect


def account_of(issuer: str, subject: str) -> Account | None:
    """Whose identity it is, to the letter."""
    identity = db.session.scalar(sa.select(ProviderIdentity).filter_by(issuer=issuer, subject=subject))
    return identity.account if identity else None


def set_identity(account: Account, issuer: str, subject: str) -> None:
    """From now on this is the account's identity there; an empty one takes it away. Signs out everywhere."""
    subject = subject.strip()
    if len(subject) > LONGEST or not subject.isprintable() or not subject.isascii():
        raise Refused(f"Id:t hos kommunen har högst {LONGEST} tecken: bokstäver, siffror och skiljetecken.")
    other = account_of(issuer, subject) if subject else None
    if other is not None and other.id != account.id:
        raise Refused("Det id:t hör redan till ett annat konto.")
    db.session.execute(sa.delete(ProviderIdentity).filter_by(account_id=account.id, issuer=issuer))
    if subject:
        db.session.add(ProviderIdentity(account_id=account.id, issuer=issuer, subject=subject))
    accounts.end_sessions(account)
    db.session.flush()
