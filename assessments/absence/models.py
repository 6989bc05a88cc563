"""Absence as context: a share per pupil and window, and the limit from which it is worrying.

Never a signal of its own, and no register of attendance: one number per window, taken in from a file.
"""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil


class AbsenceShare(Recorded, Model):
    """How much of the time before a window a pupil was away, in percent."""

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "window_id"),
        # Kept in thousandths, so that "0 to 100 percent" is said in them.
        sa.CheckConstraint("percent BETWEEN 0 AND 100000", name="percent_of_the_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    percent: Mapped[Decimal]


class AbsenceLimit(Recorded, Model):
    """From so many percent absence is worrying, in windows that open on the day or later. Of two with one
    day the later row counts."""

    __table_args__ = (sa.CheckConstraint("percent BETWEEN 1000 AND 100000", name="percent_of_the_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    percent: Mapped[Decimal]
    valid_from: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: came built in
