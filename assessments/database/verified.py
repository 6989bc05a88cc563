"""The restores that were tried: a copy is worth what was last brought back from it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.clock import now
from assessments.database import Model, Recorded, db

LONGEST_DAYS = 8  # a week's copy, and a day to notice


class VerifiedRestore(Recorded, Model):
    """A copy was restored in a place apart and held, row for row, what it was made of."""

    __table_args__ = (
        sa.CheckConstraint("milliseconds >= 0", name="time_went_forwards"),
        sa.CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    copied_at: Mapped[datetime]  # the moment the copy holds
    rows: Mapped[int]
    milliseconds: Mapped[int]  # that the restore took
    digest: Mapped[str]  # of all tables


def latest() -> VerifiedRestore | None:
    return db.session.scalar(sa.select(VerifiedRestore).order_by(VerifiedRestore.id.desc()).limit(1))


def days_since(restore: VerifiedRestore) -> int:
    """Whole days since the restore was tried."""
    return (now() - restore.created_at).days
