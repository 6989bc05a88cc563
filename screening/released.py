"""The ledger of releases: every table of shares that has left the house, to whom, and what it held back.

Asked before the next release, so that two tables side by side give no small group away.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded, db
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty
from assessments.words import function_of, moment

GROUPED = {"school": "skolor", "municipality": "kommuner"}


class ReleasedTable(Recorded, Model):
    """One release of a window's shares. Kept as it went out: a trigger lets nobody change or remove it."""

    __table_args__ = (
        sa.UniqueConstraint("window_id", "number"),
        sa.CheckConstraint("grouped_by IN ('school', 'municipality')", name="grouped_by_known"),
        sa.CheckConstraint("number >= 1", name="number_counts_from_one"),
        sa.CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    grouped_by: Mapped[str]  # school or municipality: what was printed of the table
    number: Mapped[int]  # of the window's releases, the first is 1
    cells: Mapped[dict[str, Any]]  # by cell the counts it went out with: under the goal, at it, without level
    lines: Mapped[dict[str, Any]]  # by line the cells that it summed
    hidden: Mapped[list[str]]  # lines that were not shown
    digest: Mapped[str]  # sha-256 of what was printed
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # None: the command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    window: Mapped[AssessmentWindow] = relationship()
    duty: Mapped[Duty | None] = relationship()

    @property
    def to_whom(self) -> str:
        """The function that asked, as the ledger tells it."""
        return function_of(self.duty) if self.duty else "kommandoraden"


def ledger() -> list[ReleasedTable]:
    """Every release, in the order they were made. One query."""
    rows = sa.select(ReleasedTable).options(joinedload(ReleasedTable.window), joinedload(ReleasedTable.duty))
    return list(db.session.scalars(rows.order_by(ReleasedTable.id)))


def told(releases: Sequence[ReleasedTable]) -> list[str]:
    """The ledger for people: which table, how much of it, when, to whom, and the hash of what was printed."""
    return [
        f"{moment(one.created_at)}  {one.window.code} nr {one.number}, {GROUPED[one.grouped_by]}: "
        f"{len(one.lines.keys() - set(one.hidden))} av {len(one.lines.keys() | set(one.hidden))} rader "
        f"visade, till {one.to_whom}, sha256 {one.digest[:16]}"
        for one in releases
    ]
