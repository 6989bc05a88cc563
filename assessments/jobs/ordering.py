"""Ordering work, letting what failed be tried again, laying it aside. Verbs flush; after the commit: ring."""

from collections.abc import Collection, Sequence
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


def try_again(job: Job, among: sa.Select[int] | None = None) -> int:
    """Let the parts that failed, or those of them ``among`` some subjects, wait for a worker once more;
    returns how many."""
    failed = JobPart.state == PartState.FAILED
    return _begin_anew(job, failed if among is None else sa.and_(failed, JobPart.subject_id.in_(among)))


def begin_anew(job: Job, subject_ids: Collection[int]) -> int:
    """Let these parts be done once more, whatever has become of them: who works on one of them loses it."""
    return _begin_anew(job, JobPart.subject_id.in_(subject_ids))


def _begin_anew(job: Job, which: sa.ColumnElement[bool]) -> int:
    parts = db.session.scalars(sa.select(JobPart).where(JobPart.job_id == job.id, which)).all()
    for part in parts:
        part.state, part.fault, part.ended_at, part.attempts = PartState.WAITING, None, None, 0
        part.lease_until = None
    if parts and job.state == JobState.DONE:
        job.state, job.ended_at = JobState.WAITING, None
    db.session.flush()
    return len(parts)


def open_about(name: str, row_id: int) -> list[int]:
    """Ids of the jobs that have not ended and whose details name the row, oldest first. One query."""
    rows = sa.select(Job.id, Job.details).where(Job.state.in_(OPEN)).order_by(Job.id)
    return [job_id for job_id, details in db.session.execute(rows) if details.get(name) == row_id]


def open_jobs(kind: str) -> list[Job]:
    """The jobs of a kind that have not ended, oldest first. One query."""
    rows = sa.select(Job).where(Job.kind == kind, Job.state.in_(OPEN)).order_by(Job.id)
    return list(db.session.scalars(rows))
