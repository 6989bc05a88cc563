"""Notes of the elevhälsa and the log of who has read and written them.

A note belongs to a function at a school and is kept encrypted: nothing in the database can be searched, and
whoever copies a file reads none of it.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Pupil, Role, School


class HealthNote(Recorded, Model):
    """One note. A corrected note is a new row that names the one it replaces; both stay."""

    __table_args__ = (one_of("role", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    role: Mapped[Role] = mapped_column(Word(Role))  # with the school: the function whose note it is
    sealed: Mapped[str]  # the text, encrypted
    noted_on: Mapped[date]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("health_note.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    taken_back_at: Mapped[datetime | None]
    taken_back_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class NoteLog(Recorded, Model):
    """Who read or wrote notes about a pupil, by which duty. Rows are only added (a trigger sees to it)."""

    __table_args__ = (
        sa.CheckConstraint("action IN ('read', 'written', 'corrected', 'taken_back')", name="action_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    health_note_id: Mapped[int | None] = mapped_column(sa.ForeignKey(HealthNote.id))
    action: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
