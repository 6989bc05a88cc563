"""Slows down whoever guesses passwords, and locks nobody out for good.

An attempt is written down before the password is tried, and taken away when it was right: however many are
tried at once, each counts those before it. Kept in the database, so that all processes count together.
"""

from datetime import timedelta

import sqlalchemy as sa

from assessments.access.accounts import as_username
from assessments.access.models import Account, FailedSignIn, SignInSession
from assessments.access.tokens import keyed
from assessments.clock import now
from assessments.database import db

WITHIN = timedelta(minutes=5)
MOST_PER_ACCOUNT = 10
MOST_PER_ADDRESS = 100  # a school's teachers share one
KEPT = timedelta(hours=1)
KNOWN_FOR = timedelta(days=90)


def attempt(username: str, address: str) -> FailedSignIn:
    """Write down that somebody tries; the caller commits before the password is looked at."""
    db.session.execute(sa.delete(FailedSignIn).where(FailedSignIn.created_at < now() - KEPT))
    tried = FailedSignIn(username_hash=keyed(as_username(username)), address_hash=keyed(address))
    db.session.add(tried)
    db.session.flush()
    db.session.expunge(tried)  # another sign-in may forgive it, and take the row away, at any moment
    return tried


def is_too_many(tried: FailedSignIn, account: Account | None) -> bool:
    """Whether too many have failed: at an address the account is known to come from only the failures made
    there count, so that a stranger elsewhere cannot keep a teacher out; anywhere else all of them do."""
    of_account = FailedSignIn.username_hash == tried.username_hash
    at_address = FailedSignIn.address_hash == tried.address_hash
    if account and _is_known_from(tried.address_hash, account):
        of_account = sa.and_(of_account, at_address)
    lately = FailedSignIn.created_at > tried.created_at - WITHIN
    counted = sa.select(sa.func.count().filter(of_account), sa.func.count().filter(at_address)).where(
        lately, sa.or_(of_account, at_address)
    )
    by_account, by_address = db.session.execute(counted).one()
    return bool(by_account > MOST_PER_ACCOUNT or by_address > MOST_PER_ADDRESS)


def forget(tried: FailedSignIn) -> None:
    """It was no failure; what the account missed at this address before is forgiven too."""
    db.session.execute(
        sa.delete(FailedSignIn).where(
            FailedSignIn.username_hash == tried.username_hash, FailedSignIn.address_hash == tried.address_hash
        )
    )


def take_back(tried: FailedSignIn) -> None:
    """The password was never looked at, so the attempt does not count: nobody stays out by knocking on."""
    db.session.execute(sa.delete(FailedSignIn).where(FailedSignIn.id == tried.id))


def _is_known_from(address_hash: str, account: Account) -> bool:
    """Whether the account has signed in from this address lately."""
    lately = SignInSession.created_at > now() - KNOWN_FOR
    found = sa.select(SignInSession.id).where(
        SignInSession.account_id == account.id, SignInSession.address_hash == address_hash, lately
    )
    return db.session.scalar(found.limit(1)) is not None


def let_go_of_old() -> None:
    """Where somebody signed in is known for 90 days and then gone; the trail says when, for good. Commits."""
    old = SignInSession.created_at < now() - KNOWN_FOR
    if db.session.scalar(sa.select(SignInSession.id).where(old).limit(1)) is not None:
        db.session.execute(sa.delete(SignInSession).where(old))
        db.session.commit()
    db.session.rollback()
