"""Files of absence that were taken in, and what it takes to undo one."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Pupil, School


class AbsenceFile(Recorded, Model):
    """A file of absence that changed something. ``duty``: by whose function; none is the command line."""

    __table_args__ = (
        sa.CheckConstraint("length(file_digest) = 64", name="digest_is_sha256"),
        sa.CheckConstraint("new >= 0 AND replaced >= 0", name="counts_not_negative"),
        sa.CheckConstraint("undone_at IS NOT NULL OR undone_duty_id IS NULL", name="undone_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    file_name: Mapped[str]
    file_digest: Mapped[str]
    new: Mapped[int]
    replaced: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    window: Mapped[AssessmentWindow] = relationship()


class AbsenceFileSchool(Model):
    """A school whose pupils the file spoke of: whoever has them all sees the import."""

    absence_file_id: Mapped[int] = mapped_column(sa.ForeignKey(AbsenceFile.id), primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), primary_key=True, index=True)


class AbsenceFileChange(Model):
    """A pupil's share that the file wrote. ``before``: what stood there; none, nothing did.

    ``is_taken_back``: as if the file had never said it.
    """

    absence_file_id: Mapped[int] = mapped_column(sa.ForeignKey(AbsenceFile.id), primary_key=True)
    pupil_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Pupil.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    before: Mapped[Decimal | None]
    after: Mapped[Decimal]
    is_taken_back: Mapped[bool] = mapped_column(default=False)
