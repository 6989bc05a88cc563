"""What people show beside their password, or instead of it: codes of their telephone, their municipality."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded


class SecondFactor(Recorded, Model):
    """The app that makes an account's codes. Its secret is sealed: a copied database makes no codes."""

    __table_args__ = (sa.CheckConstraint("last_step >= 0", name="step_is_a_time"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[str]
    confirmed_at: Mapped[datetime | None]  # none until a code of the app has been right
    last_step: Mapped[int] = mapped_column(default=0)  # of the latest code that let in


class RecoveryCode(Recorded, Model):
    """A code on paper for the day the telephone is gone; the row holds its hash."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class ProviderIdentity(Recorded, Model):
    """Who an account is to a municipality's own sign-in: written down beforehand, never guessed."""

    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("account_id", "issuer"),
        sa.CheckConstraint("length(subject) BETWEEN 1 AND 255", name="subject_fits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id))
    issuer: Mapped[str]
    subject: Mapped[str]

    account: Mapped[Account] = relationship()
