"""That a municipality's class lists were fetched, how it ended, and whom it has set aside before."""

import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Municipality, RosterImport

CALLED = "SS 12000"  # how the name of a fetched list begins


class PullOutcome(enum.StrEnum):
    LOOKED_OVER = "looked_over"  # fetched and shown, not confirmed
    TAKEN_IN = "taken_in"
    NOTHING_NEW = "nothing_new"
    FAULTY = "faulty"  # fetched, but what it says cannot be taken in
    FAILED = "failed"  # not fetched: ``reason`` says why


class RosterPull(Recorded, Model):
    """One time that class lists were fetched. Never a name: counts, and in words what went wrong."""

    __table_args__ = (
        one_of("outcome", PullOutcome),
        sa.CheckConstraint("(outcome = 'failed') = (reason IS NOT NULL)", name="failed_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: by command
    outcome: Mapped[PullOutcome] = mapped_column(Word(PullOutcome))
    reason: Mapped[str | None]
    pupils: Mapped[int] = mapped_column(default=0)
    marked: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)  # persons that the administration says it has removed
    roster_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey(RosterImport.id))


class PulledMark(Recorded, Model):
    """A keyed trace of somebody who was set aside: the same person is not set aside at every pull.

    It knows the id again and tells nothing.
    """

    __table_args__ = (sa.UniqueConstraint("municipality_id", "trace"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id))
    trace: Mapped[str]
