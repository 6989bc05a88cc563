"""Work that outlives a request: what was ordered, and each part of it with the lease of who works on it."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Municipality


class JobState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"  # with or without parts that failed
    CANCELLED = "cancelled"


class PartState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Recorded, Model):
    """Somebody ordered it. What its kind needs to know stands in ``details``: ids and dates, never names."""

    __table_args__ = (
        one_of("state", JobState),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting', 'running'))", name="ended_or_still_open"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # a name in the register of kinds (assessments.jobs.kinds)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id))  # none: everywhere
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(Word(JobState), default=JobState.WAITING, index=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()


class JobPart(Model):
    """A part of a job: a school to judge, a pupil to print. Who works on it holds it until the lease ends."""

    __table_args__ = (
        sa.UniqueConstraint("job_id", "position"),
        one_of("state", PartState),
        sa.CheckConstraint("(lease_until IS NOT NULL) = (state = 'running')", name="held_while_running"),
        sa.CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name="failed_says_why"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting', 'running'))", name="ended_or_still_open"
        ),
        sa.Index(  # the next part is asked for after every part: what has ended is not gone through again
            "ix_job_part_open",
            "job_id",
            "position",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(  # few, and asked for at every page that tells of several pupils
            "ix_job_part_failed",
            "job_id",
            sqlite_where=sa.text("fault IS NOT NULL"),
            postgresql_where=sa.text("fault IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey(Job.id))
    position: Mapped[int]
    subject_id: Mapped[int]  # the row the part is about: of what table is the kind's matter
    state: Mapped[PartState] = mapped_column(Word(PartState), default=PartState.WAITING)
    size: Mapped[int] = mapped_column(default=0)  # how much was done, in the kind's own unit
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]  # who has, or last had, the lease
    lease_until: Mapped[datetime | None]
    fault: Mapped[str | None]  # in words for people, without names
    ended_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship()
