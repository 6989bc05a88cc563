"""Files of results that were taken in, and what it takes to undo one: never a row or a name of the file."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.models import AssessmentWindow, ScoreChange
from assessments.roster.models import Duty, SchoolClass


class ScoreFile(Recorded, Model):
    """A file of results that changed something. ``duty``: by whose function; none is the command line."""

    __table_args__ = (
        sa.CheckConstraint("length(file_digest) = 64", name="digest_is_sha256"),
        sa.CheckConstraint("new_scores >= 0 AND replaced >= 0", name="counts_not_negative"),
        sa.CheckConstraint("undone_at IS NOT NULL OR undone_duty_id IS NULL", name="undone_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    file_name: Mapped[str]
    file_digest: Mapped[str]
    rows: Mapped[int] = mapped_column(default=0)
    pupils: Mapped[int] = mapped_column(default=0)
    new_scores: Mapped[int] = mapped_column(default=0)
    replaced: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None]
    undone_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    window: Mapped[AssessmentWindow] = relationship()


class ScoreFileClass(Model):
    """A class whose pupils the file spoke of: whoever has them all sees the import."""

    score_file_id: Mapped[int] = mapped_column(sa.ForeignKey(ScoreFile.id), primary_key=True)
    school_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id), primary_key=True, index=True)


class ScoreFileChange(Model):
    """A change that a file made, with what its cell held before beside the value that the history keeps.

    ``is_taken_back``: as if the file had never said it. By a change of its own (``undone_by_id``), or by
    none where the value of another file stands in the cell.
    """

    __table_args__ = (
        sa.CheckConstraint("is_taken_back OR undone_by_id IS NULL", name="undone_is_taken_back"),
    )

    change_id: Mapped[int] = mapped_column(
        sa.ForeignKey(ScoreChange.id, ondelete="CASCADE"), primary_key=True
    )
    score_file_id: Mapped[int] = mapped_column(sa.ForeignKey(ScoreFile.id), index=True)
    attempted: Mapped[int | None]
    errors: Mapped[int | None]
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    is_taken_back: Mapped[bool] = mapped_column(default=False)
    undone_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(ScoreChange.id, ondelete="CASCADE"), unique=True
    )
