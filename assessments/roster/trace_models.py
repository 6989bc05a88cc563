"""What a class list wrote, while it can be undone: ids, days, and words it put in place of others."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.database import Model
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Enrolment, Pupil, RosterImport


class Wrote(enum.StrEnum):
    """What a class list did with a row."""

    PUPIL_ADDED = "pupil_added"  # with the first enrolment
    PUPIL_CHANGED = "pupil_changed"
    ENROLMENT_ADDED = "enrolment_added"
    ENROLMENT_CHANGED = "enrolment_changed"


class RosterTrace(Model):
    """That a class list can be undone, or has been. ``places``: ids of what it made, and names it changed."""

    __table_args__ = (
        sa.CheckConstraint("undone_at IS NOT NULL OR undone_duty_id IS NULL", name="undone_by_somebody"),
    )

    roster_import_id: Mapped[int] = mapped_column(sa.ForeignKey(RosterImport.id), primary_key=True)
    places: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class RosterChange(Model):
    """A row that a class list wrote. ``before`` and ``after`` hold the columns that it changed; of a pupil
    whom it added only a digest is kept. Gone with the row itself, and when it is too late to undo."""

    __table_args__ = (
        one_of("kind", Wrote),
        sa.CheckConstraint("(kind = 'pupil_changed') = (enrolment_id IS NULL)", name="names_its_row"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_import_id: Mapped[int] = mapped_column(sa.ForeignKey(RosterImport.id), index=True)
    kind: Mapped[Wrote] = mapped_column(Word(Wrote))
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id, ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Enrolment.id, ondelete="CASCADE"), index=True
    )
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
