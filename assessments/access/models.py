"""Accounts, sessions, single-use links, and the trail of who saw and did what."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Municipality, School, StaffMember


class Account(Recorded, Model):
    """How a staff member signs in. It carries no rights: those come from duties.

    The administrators of its municipality look after it; an account of no municipality (a coordinator of the
    whole initiative) is looked after on the command line only.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(sa.ForeignKey(StaffMember.id), unique=True)
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    username: Mapped[str] = mapped_column(unique=True)  # kept in lower case
    password_hash: Mapped[str | None]  # none until the first link has been used
    disabled_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember] = relationship()
    municipality: Mapped[Municipality | None] = relationship()


class SignInSession(Recorded, Model):
    """A signed-in browser: the cookie holds a secret, the row its hash: a copied database opens nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str | None]  # "Firefox, Windows": what its owner knows it by
    address_hash: Mapped[str | None]  # keyed, as in FailedSignIn: where the account is known to come from
    vouched_by: Mapped[str | None]  # "code", or the provider; none: the password alone

    account: Mapped[Account] = relationship()


class LinkPurpose(enum.StrEnum):
    FIRST_PASSWORD = "first_password"  # noqa: S105 - a purpose, no password
    RESET = "reset"


class OneTimeLink(Recorded, Model):
    """A link that sets a password once, within 72 hours."""

    __table_args__ = (one_of("purpose", LinkPurpose),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class ApiToken(Recorded, Model):
    """What a program shows instead of signing in: a secret seen once, of which the row holds the hash.

    It acts for an account and carries no rights: those come from the account's duties (or the one duty it is
    for), narrowed to ``scopes`` (words of ``TokenScope`` with spaces between).
    """

    __table_args__ = (
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_is_a_line"),
        sa.CheckConstraint("length(scopes) > 0", name="scopes_are_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id), index=True)
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)  # none: all of today's
    name: Mapped[str]  # what it is used for, in the words of whoever made it
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[str]
    ends_on: Mapped[date]  # the last day
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    duty: Mapped[Duty | None] = relationship()


class FailedSignIn(Recorded, Model):
    """One failed attempt. Username and address are kept as keyed hashes: enough to count."""

    __table_args__ = (
        sa.Index("ix_failed_sign_in_username", "username_hash", "created_at"),
        sa.Index("ix_failed_sign_in_address", "address_hash", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username_hash: Mapped[str]
    address_hash: Mapped[str]


class AuditEntry(Recorded, Model):
    """What was done with whose data, by whom, by which duty. Rows are only ever added (a trigger sees to it).

    ``subject`` is a kind and a row id (``pupil:17``), never a name, so that disposal can be complete.
    Each row is a link of its school's chain (trail/chain.py): its ``digest`` is taken over what it says and
    over the digest of the link before it.
    """

    __table_args__ = (
        sa.Index("ix_audit_entry_subject", "subject", "created_at"),
        sa.Index("ix_audit_entry_account", "account_id", "created_at"),
        sa.Index("ix_audit_entry_link", "chain", "number", unique=True),
        sa.Index("ix_audit_entry_day", "chain", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: by command
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))  # the duty that opened the door
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey(School.id))
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chain: Mapped[int | None]  # none: from before there were chains
    number: Mapped[int | None]  # of the link in its chain, from 1
    digest: Mapped[str | None]


class TrailAnchor(Recorded, Model):
    """The last link of a chain that was disposed of: what is left goes on from it (trail/disposing.py).

    Rows are only ever added, and the one furthest on holds. A trigger lets a row of the trail go only where
    an anchor is at it or past it.
    """

    __table_args__ = (
        sa.UniqueConstraint("chain", "number"),
        sa.CheckConstraint("number >= 0", name="number_of_a_link"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]
    number: Mapped[int]  # 0: only rows from before there were chains
    digest: Mapped[str]
    # The protocol's table is on a floor above: named, not imported.
    disposal_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal.id"), index=True)
