"""Handovers, and the history that a school does not see before it has accepted one."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Pupil, School, SchoolClass, new_external_id


class HandoverKind(enum.StrEnum):
    """To whom: within the school (skollagen 3:4 b) or to the next one (3:12 j)."""

    NEXT_TEACHER = "next_teacher"
    NEXT_SCHOOL = "next_school"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    HandoverKind.NEXT_TEACHER: "Till nästa lärare (3 kap. 4 b §)",
    HandoverKind.NEXT_SCHOOL: "Till nästa skola (3 kap. 12 j §)",
}


class Handover(Recorded, Model):
    """What was chosen of a pupil on a day, frozen: paper and JSON are drawn from ``content`` only.

    The content holds no name: whoever prints it takes the name from the pupil.
    """

    __table_args__ = (
        one_of("kind", HandoverKind),
        sa.CheckConstraint("(to_school_id IS NULL) <> (elsewhere IS NULL)", name="one_receiver"),
        sa.CheckConstraint("line IS NULL OR length(line) BETWEEN 1 AND 300", name="line_is_one_line"),
        sa.CheckConstraint(
            "elsewhere IS NULL OR length(elsewhere) BETWEEN 1 AND 100", name="elsewhere_is_short"
        ),
        sa.CheckConstraint(
            "(accepted_on IS NULL) = (accepted_pupil_id IS NULL)", name="accepted_for_a_pupil"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True, default=new_external_id)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    kind: Mapped[HandoverKind] = mapped_column(Word(HandoverKind))
    from_school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    from_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id), index=True)
    to_school_id: Mapped[int | None] = mapped_column(sa.ForeignKey(School.id), index=True)
    elsewhere: Mapped[str | None]  # a school outside the initiative: paper and file
    parts: Mapped[list[str]]
    line: Mapped[str | None]
    content: Mapped[dict[str, Any]]
    guardian_informed_on: Mapped[date | None]
    made_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    taken_back_at: Mapped[datetime | None]
    taken_back_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    accepted_on: Mapped[date | None]
    accepted_at: Mapped[datetime | None]  # what the school hands on after that may tell of it
    accepted_pupil_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    accepted_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    accepted_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    pupil: Mapped[Pupil] = relationship(foreign_keys=pupil_id)
    from_school: Mapped[School] = relationship(foreign_keys=from_school_id)
    from_class: Mapped[SchoolClass] = relationship()
    to_school: Mapped[School | None] = relationship(foreign_keys=to_school_id)


class HeldHistory(Model):
    """A time at other schools that stays closed at ``to_school``, where the pupil goes or has gone, until
    that school has accepted a handover.

    From ``since_on``, or from the beginning, up to the day before ``before_on``. ``from_school``: where the
    pupil went last of that time.
    """

    __table_args__ = (sa.CheckConstraint("since_on IS NULL OR since_on < before_on", name="some_time"),)

    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), primary_key=True)
    to_school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), primary_key=True)
    before_on: Mapped[date] = mapped_column(primary_key=True)
    since_on: Mapped[date | None]
    from_school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
