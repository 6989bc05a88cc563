"""How far a job has come: of its parts, and whether anybody is working on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.jobs.models import Job, JobPart, JobState, PartState
from assessments.jobs.ordering import OPEN

SOON = timedelta(minutes=2)  # by then a worker that runs has come


@dataclass(frozen=True)
class Progress:
    """Counts of parts; ``size`` is how much the done ones hold, in the kind's own unit."""

    state: JobState
    parts: int
    ended: int
    failed: int
    size: int
    is_held: bool  # somebody has a lease that holds now

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def progress_of(job_ids: Collection[int]) -> dict[int, Progress]:
    """By job id. One query, however many."""
    failed = sa.case((JobPart.state == PartState.FAILED, 1), else_=0)
    ended = sa.case((JobPart.ended_at.is_not(None), 1), else_=0)
    held = sa.case((JobPart.lease_until > datetime.now(UTC), 1), else_=0)
    rows = db.session.execute(
        sa.select(
            Job.id,
            Job.state,
            sa.func.count(JobPart.id),
            *(sa.func.coalesce(sa.func.sum(one), 0) for one in (ended, failed, JobPart.size, held)),
        )
        .outerjoin(JobPart, JobPart.job_id == Job.id)
        .where(Job.id.in_(job_ids))
        .group_by(Job.id, Job.state)
    )
    return {
        job_id: Progress(state, parts, int(ended), int(failed), int(size), bool(held))
        for job_id, state, parts, ended, failed, size, held in rows
    }


def waits_in_vain(job: Job, progress: Progress) -> bool:
    """Nobody has come for it: no worker runs, or the one that did has died and no other has taken over."""
    return progress.is_open and not progress.is_held and now() - job.created_at > SOON
