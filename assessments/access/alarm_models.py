"""What somebody should look at: unusually many pupils, or doors that were not the person's."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Municipality


class AlarmKind(enum.StrEnum):
    MANY_PUPILS = "many_pupils"
    REFUSED = "refused"


class RefusedObject(Recorded, Model):
    """A signed-in person asked for what is not open, or not there: ``pupil:17``. Kept to be counted."""

    __table_args__ = (sa.Index("ix_refused_object_account", "account_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id))
    subject: Mapped[str]


class Alarm(Recorded, Model):
    """One account went over a limit. The administrators of its municipality see it until one of them has
    written what it was; until then there is no second one of the kind."""

    __table_args__ = (
        one_of("kind", AlarmKind),
        sa.CheckConstraint("number > 0", name="number_is_positive"),
        sa.CheckConstraint("(acknowledged_at IS NULL) = (note IS NULL)", name="acknowledged_with_a_note"),
        sa.CheckConstraint("note IS NULL OR length(note) BETWEEN 1 AND 300", name="note_is_short"),
        sa.Index(
            "ix_alarm_open", "account_id", "kind", unique=True,
            sqlite_where=sa.text("acknowledged_at IS NULL"),
            postgresql_where=sa.text("acknowledged_at IS NULL"),
        ),
        sa.Index("ix_alarm_municipality", "municipality_id", "acknowledged_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id), index=True)
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id))
    kind: Mapped[AlarmKind] = mapped_column(Word(AlarmKind))
    number: Mapped[int]  # pupils within the hour, or refused objects within the minute, as it was raised
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    note: Mapped[str | None]
