"""Decided rules, pupils whose records wait, what was disposed of, and the sums that outlive the pupils."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Municipality, Pupil, School


class Basis(enum.StrEnum):
    """From when the years of a rule are counted."""

    LEFT = "left"  # the pupil's last day in a class of the municipality
    SCHOOL_YEAR = "school_year"  # the end of the academic year that the record is of

    @property
    def label(self) -> str:
        return {"left": "efter att eleven slutade", "school_year": "efter läsåret"}[self.value]


class RetentionRule(Recorded, Model):
    """What the municipality has decided about a kind of record. Rows are only added: the latest one holds.

    ``years`` None: the kind is kept for good. ``kind`` is a code of kinds.toml.
    """

    __table_args__ = (
        one_of("basis", Basis),
        sa.CheckConstraint("years BETWEEN 1 AND 99", name="years_are_counted"),
        sa.CheckConstraint("length(decision) BETWEEN 1 AND 200", name="decision_is_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    kind: Mapped[str]
    years: Mapped[int | None]
    basis: Mapped[Basis] = mapped_column(Word(Basis))
    decision: Mapped[str]  # who decided, and where it is written: "Barn- och utbildningsnämnden § 45"
    decided_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: the command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class RetentionHold(Recorded, Model):
    """Nothing about the pupil is disposed of while this stands: an appeal, a request, an inspection."""

    __table_args__ = (sa.CheckConstraint("length(reason) BETWEEN 1 AND 200", name="reason_is_short"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    reason: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    released_at: Mapped[datetime | None]
    released_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class Disposal(Recorded, Model):
    """A gallringsprotokoll: what was disposed of, how many, by which rules. No names, no ids of pupils.

    A trigger lets nobody change or remove it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    pupils: Mapped[int]  # about whom something was disposed of
    held: Mapped[int]  # who were left out because of a hold
    kinds: Mapped[list[dict[str, Any]]]  # as assessments.retention.disposing writes them
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    municipality: Mapped[Municipality] = relationship()
    duty: Mapped[Duty | None] = relationship()


class DisposedPupil(Model):
    """The pupil's results up to a day are gone: nobody is judged, or called missing, for want of them."""

    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), primary_key=True)
    until: Mapped[date]


class AbsenceSum(Model):
    """Of the pupils whose absence is gone: how many it was known of, and how many had much of it."""

    __table_args__ = (sa.CheckConstraint("much BETWEEN 0 AND known", name="much_is_a_part"),)

    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    known: Mapped[int]
    much: Mapped[int]
