"""That a school's classes moved up, and what it takes to take it back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.roster.models import Duty, School


class NewYear(Recorded, Model):
    """The classes of one school moved up. ``trace`` holds ids and days of what was written, never names."""

    __table_args__ = (sa.CheckConstraint("length(academic_year) = 7", name="academic_year_like_2026_27"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    academic_year: Mapped[str]  # the new one
    trace: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    taken_back_at: Mapped[datetime | None]

    school: Mapped[School] = relationship()
