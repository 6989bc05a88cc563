"""Working off what was ordered: take a part, hold it, do it, say so. Any number of workers, on any machines.

A part is taken with a lease that is written down before the work begins. A worker that dies lets go of it
when the lease ends, and another begins the part anew. What a part writes is committed together with what
it says of itself, so a part is never half done and told as done.
"""

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import contains_eager

from assessments.clock import now
from assessments.database import connections, db
from assessments.jobs.kinds import kind_named, kinds
from assessments.jobs.models import Job, JobPart, JobState, PartState
from assessments.jobs.ordering import OPEN
from assessments.logs import log
from assessments.refusals import Refused

LEASE = timedelta(seconds=60)  # many times what a part does between two tellings
MOST_ATTEMPTS = 5  # a part that has taken so many workers with it is left alone
PASSING = 3  # attempts at a part that the database was too busy for
After = Callable[[int], None]


@dataclass(frozen=True)
class Claim:
    """A part that this worker holds."""

    part_id: int
    job_id: int
    subject_id: int
    attempts: int
    holder: str
    kind: str


class LeaseLost(Exception):
    """Somebody else has taken the part over: what this worker did since is not its to write."""


def me() -> str:
    """A name for this worker that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def work_off(holder: str, job_id: int | None = None, after: After = lambda _done: None) -> int:
    """Work on part after part until none is free, of one job or of all; returns how many.

    ``after`` is told how much was done, whenever a part tells.
    """
    parts, beyond = 0, set[int]()
    while (claim := take(holder, job_id, beyond)) is not None:
        _do(claim, after)
        parts += 1
    if job_id is None:
        _tidy()
    return parts


def take(holder: str, job_id: int | None = None, beyond: set[int] | None = None) -> Claim | None:
    """The next part that waits, or whose lease has ended; commits. None when none is free.

    ``beyond`` holds the jobs that this machine cannot work on; those it meets are added.
    """
    beyond = set() if beyond is None else beyond
    part = db.session.scalar(_free(job_id).where(Job.id.not_in(beyond)))
    if part is None:
        db.session.rollback()
        return None
    job = part.job
    if job.kind in kinds() and not kinds()[job.kind].is_within_reach(job):
        beyond.add(job.id)
        db.session.rollback()
        return take(holder, job_id, beyond)
    if part.attempts >= MOST_ATTEMPTS:
        _end(part, f"Arbetet har avbrutits {MOST_ATTEMPTS} gånger.")
        _end_job_if_last(job)
        db.session.commit()
        return take(holder, job_id, beyond)
    part.state, part.holder, part.lease_until = PartState.RUNNING, holder, _moment() + LEASE
    part.attempts, part.size = part.attempts + 1, 0
    if job.state == JobState.WAITING:
        job.state, job.started_at = JobState.RUNNING, job.started_at or now()
    claim = Claim(part.id, job.id, part.subject_id, part.attempts, holder, job.kind)
    db.session.commit()
    return claim


def _tidy() -> None:
    """What kinds of jobs leave behind, and what rooms keep only for a time: each commits what it does."""
    kept = current_app.extensions.get("lasspar.kept_for_a_time", {})
    for name, tidy in [*((kind.name, kind.tidy) for kind in kinds().values()), *kept.items()]:
        try:
            tidy()
        except Exception as error:  # what is left lying is found the next time
            db.session.rollback()
            log.error("tidying failed", kind=name, exc_info=error)


def _free(job_id: int | None) -> sa.Select[JobPart]:
    free = (
        sa.select(JobPart)
        .join(JobPart.job)
        .options(contains_eager(JobPart.job))
        .where(
            JobPart.ended_at.is_(None),
            sa.or_(JobPart.state == PartState.WAITING, JobPart.lease_until < _moment()),
            Job.state.in_(OPEN),
        )
        .order_by(JobPart.job_id, JobPart.position)
        .limit(1)
        # PostgreSQL: two workers take two parts. On SQLite the transaction itself is the queue.
        .with_for_update(skip_locked=True, of=JobPart)
    )
    return free if job_id is None else free.where(JobPart.job_id == job_id)


def _moment() -> datetime:
    """The machine's own time: a lease lasts as long as it lasts, whatever day LASSPAR_TODAY says."""
    return datetime.now(UTC)


def _do(claim: Claim, after: After) -> None:
    def told(count: int) -> None:
        _still_mine(claim).size += count
        db.session.commit()
        after(count)

    try:
        kind = kind_named(claim.kind)
        kind.load()
        size = kind.work(_job_as_it_stands(claim.job_id), claim.subject_id, told)
        _finish(claim, size=size)
    except LeaseLost:
        _lost(claim)
    except Exception as error:  # one school's fault stops no other: it is told, and the next is begun
        db.session.rollback()
        log.error("part failed", job=claim.job_id, part=claim.part_id, exc_info=error)
        try:
            if isinstance(error, sa.exc.OperationalError) and claim.attempts < PASSING:
                _let_go(claim)
            else:
                _finish(claim, _words(error))
        except LeaseLost:
            _lost(claim)
    else:
        after(size)


def _lost(claim: Claim) -> None:
    db.session.rollback()
    log.warning("lease lost", job=claim.job_id, part=claim.part_id)


def _job_as_it_stands(job_id: int) -> Job:
    """Read for itself: where a part begins there is nothing yet that another writer should wait for."""
    with connections.reading():
        job = db.session.get_one(Job, job_id)
        db.session.expunge(job)
        db.session.rollback()
    return job


def _words(error: Exception) -> str:
    """What went wrong, without the message: it may hold a name."""
    if isinstance(error, Refused):
        return " ".join(error.reasons)
    return f"Ett fel i programmet ({type(error).__name__})."


def _still_mine(claim: Claim) -> JobPart:
    """The part, held from now on for another lease. Raises ``LeaseLost`` where somebody else has taken it."""
    part = db.session.get(JobPart, claim.part_id, with_for_update=True, populate_existing=True)
    if part is None or part.state != PartState.RUNNING or part.holder != claim.holder:
        raise LeaseLost
    part.lease_until = _moment() + LEASE
    return part


def _let_go(claim: Claim) -> None:
    """The database was too busy: the part waits for its next turn."""
    part = _still_mine(claim)
    part.state, part.lease_until = PartState.WAITING, None
    db.session.commit()


def _finish(claim: Claim, fault: str | None = None, size: int = 0) -> None:
    part = _still_mine(claim)
    part.size += size
    _end(part, fault)
    _end_job_if_last(db.session.get_one(Job, claim.job_id, with_for_update=True))
    db.session.commit()


def _end(part: JobPart, fault: str | None) -> None:
    part.state = PartState.FAILED if fault else PartState.DONE
    part.fault, part.lease_until, part.ended_at = fault, None, now()
    db.session.flush()


def _end_job_if_last(job: Job) -> None:
    """The job is done when nobody works on it and nothing waits. Two last parts wait for each other here."""
    left = sa.select(JobPart.id).where(JobPart.job_id == job.id, JobPart.ended_at.is_(None)).limit(1)
    if job.state not in OPEN or db.session.scalar(left) is not None:
        return
    job.state, job.ended_at = JobState.DONE, now()
    db.session.flush()
    try:
        with db.session.begin_nested():
            kind_named(job.kind).ended(job)
    except Exception as error:  # the parts are done, whatever their kind makes of them afterwards
        log.error("the end of a job failed", job=job.id, exc_info=error)
