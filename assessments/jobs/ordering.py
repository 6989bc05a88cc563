"""Ordering work, letting what failed be tried again, laying it aside. Verbs flush; after the commit: ring."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.jobs.models import Job, JobPart, JobState, PartState

OPEN = (JobState.WAITING, JobState.RUNNING)


def order(kind: str, subjects: Sequence[int], **more: Any) -> Job:
    """A new job with one part for each subject, in their order. ``more`` are columns of the job.

    Without subjects it is done at once.
    """
    job = Job(kind=kind, **more)
    if not subjects:
        job.state, job.ended_at = JobState.DONE, now()
    db.session.add(job)
    db.session.flush()
    rows = [{"job_id": job.id, "position": n, "subject_id": one} for n, one in enumerate(subjects)]
    if rows:
        db.session.execute(sa.insert(JobPart), rows)
    return job


def cancel(job: Job) -> bool:
    """Nothing more is begun; a part that somebody works on is finished. False when it had ended already."""
    if job.state not in OPEN:
        return False
    job.state, job.ended_at = JobState.CANCELLED, now()
    db.session.flush()
    return True


def try_again(job: Job) -> int:
    """Let the parts that failed wait for a worker once more; returns how many."""
    rows = sa.select(JobPart).where(JobPart.job_id == job.id, JobPart.state == PartState.FAILED)
    failed = db.session.scalars(rows).all()
    for part in failed:
        part.state, part.fault, part.ended_at, part.attempts = PartState.WAITING, None, None, 0
    if failed and job.state == JobState.DONE:
        job.state, job.ended_at = JobState.WAITING, None
    db.session.flush()
    return len(failed)


def open_jobs(kind: str) -> list[Job]:
    """The jobs of a kind that have not ended, oldest first. One query."""
    rows = sa.select(Job).where(Job.kind == kind, Job.state.in_(OPEN)).order_by(Job.id)
    return list(db.session.scalars(rows))
