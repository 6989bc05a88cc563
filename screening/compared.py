"""The ledger of comparisons: what two sets were said to make of a window, to whom, and what was held back.

A draft can be compared as often as it can be changed, one limit a step at a time. Two comparisons side by
side would then tell how many pupils stand on one score: so each is kept as it went out, and the next is asked
beside all of them (``screening.comparing``).
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty
from screening.models import BenchmarkSet

Json = dict[str, Any]


class ReleasedComparison(Recorded, Model):
    """One comparison of a window. Kept as it went out: a trigger lets nobody change or remove it."""

    __table_args__ = (
        sa.CheckConstraint("fewest >= 1", name="fewest_counts_from_one"),
        sa.CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    against_id: Mapped[int | None] = mapped_column(sa.ForeignKey(BenchmarkSet.id))  # None: nothing is adopted
    digest: Mapped[str]  # sha-256 of how the candidate judges
    fewest: Mapped[int]  # the smallest group that was shown
    before: Mapped[Json]  # by cell the counts it went out with: under the goal, at it, without level
    after: Mapped[Json]  # the same by the candidate
    changed: Mapped[Json]  # by cell those who change level, and those who do not
    lines: Mapped[Json]  # by line the cells that it summed; untold: by table the lines that it kept to itself
    hidden: Mapped[list[str]]  # lines whose levels were not shown
    hidden_changed: Mapped[list[str]]  # lines whose changes were not shown
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # None: the command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
