"""Ordered work: taken part by part, held by one, begun anew when its worker died, told when it fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from assessments.clock import now
from assessments.database import db
from assessments.jobs import ordering, running
from assessments.jobs.kinds import Kind, Told
from assessments.jobs.models import Job, JobPart, JobState, PartState
from assessments.jobs.progress import Progress, progress_of, waits_in_vain
from assessments.jobs.running import MOST_ATTEMPTS, PASSING, LeaseLost, take, work_off
from assessments.refusals import Refused

pytestmark = pytest.mark.both_databases(always=True)


class Work:
    """A kind that writes down what it was asked to do, and does not manage some of it."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.ended: list[int] = []
        self.fails: dict[int, Exception] = {}
        self.meanwhile: Any = None

    def work(self, job: Job, subject_id: int, told: Told) -> int:
        self.done.append(subject_id)
        if self.meanwhile:
            self.meanwhile(subject_id)
        if subject_id in self.fails:
            raise self.fails[subject_id]
        told(10)
        return 5

    def load(self) -> None:
        assert not db.session().in_transaction()  # what is loaded takes its time, and nobody waits for it

    def end(self, job: Job) -> None:
        self.ended.append(job.id)


@pytest.fixture
def work(app: Flask, database: None) -> Iterator[Work]:
    found = Work()
    kinds = app.extensions["lasspar.jobs"]
    kinds["trial"] = Kind("trial", found.work, found.end, found.load)
    yield found
    del kinds["trial"]


def ordered(*subjects: int, **more: Any) -> int:
    job = ordering.order("trial", subjects, **more)
    db.session.commit()
    return job.id


def parts(job_id: int) -> list[tuple[PartState, int, str | None]]:
    db.session.rollback()
    rows = sa.select(JobPart).filter_by(job_id=job_id).order_by(JobPart.position)
    return [(one.state, one.size, one.fault) for one in db.session.scalars(rows)]


def state(job_id: int) -> JobState:
    db.session.rollback()
    return db.session.get_one(Job, job_id).state


def let_lease_end(job_id: int) -> None:
    """As a minute does when nobody is there."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    held = sa.update(JobPart).where(JobPart.job_id == job_id, JobPart.lease_until.is_not(None))
    db.session.execute(held.values(lease_until=past))
    db.session.commit()


def test_parts_are_done_in_order_and_the_job_ends_once(work: Work) -> None:
    job_id = ordered(7, 5, 9)
    assert work_off("a") == 3
    assert work.done == [7, 5, 9]
    assert parts(job_id) == [(PartState.DONE, 15, None)] * 3
    assert (state(job_id), work.ended) == (JobState.DONE, [job_id])
    assert work_off("a") == 0


def test_a_job_without_parts_is_done(work: Work) -> None:
    assert state(ordered()) == JobState.DONE


def test_what_fails_is_told_and_stops_no_other(work: Work) -> None:
    work.fails = {2: ZeroDivisionError("Kim Berg"), 3: Refused("Skolan finns inte.")}
    job_id = ordered(1, 2, 3, 4)
    work_off("a")
    assert parts(job_id) == [
        (PartState.DONE, 15, None),
        (PartState.FAILED, 0, "Ett fel i programmet (ZeroDivisionError)."),
        (PartState.FAILED, 0, "Skolan finns inte."),
        (PartState.DONE, 15, None),
    ]
    assert (state(job_id), work.ended) == (JobState.DONE, [job_id])


def test_what_failed_can_be_tried_again(work: Work) -> None:
    work.fails = {2: ZeroDivisionError()}
    job_id = ordered(1, 2)
    work_off("a")
    work.fails = {}
    assert ordering.try_again(db.session.get_one(Job, job_id)) == 1
    db.session.commit()
    assert state(job_id) == JobState.WAITING
    assert work_off("a") == 1
    assert (parts(job_id)[1], state(job_id)) == ((PartState.DONE, 15, None), JobState.DONE)
    assert ordering.try_again(db.session.get_one(Job, job_id)) == 0


def test_one_part_is_held_by_one_worker(work: Work) -> None:
    job_id = ordered(1, 2)
    first, second = take("a"), take("b")
    assert first is not None
    assert second is not None
    assert (first.subject_id, second.subject_id) == (1, 2)
    assert take("c") is None
    assert progress_of([job_id])[job_id] == Progress(JobState.RUNNING, 2, 0, 0, 0, is_held=True)


def test_a_dead_worker_s_part_is_begun_anew_when_its_lease_ends(work: Work) -> None:
    job_id = ordered(1, 2)
    assert take("dead") is not None
    assert work_off("a") == 1
    assert work.done == [2]
    let_lease_end(job_id)
    assert work_off("a") == 1
    assert parts(job_id) == [(PartState.DONE, 15, None)] * 2


def test_who_has_lost_the_lease_writes_nothing_more(work: Work) -> None:
    job_id = ordered(1)
    seen = []

    def taken_over(_subject: int) -> None:
        if not seen:
            seen.append(1)
            db.session.rollback()
            let_lease_end(job_id)
            seen.append(take("b"))

    work.meanwhile = taken_over
    assert work_off("a") == 1
    db.session.rollback()
    part = db.session.scalars(sa.select(JobPart).filter_by(job_id=job_id)).one()
    assert (part.state, part.holder, part.size) == (PartState.RUNNING, "b", 0)
    with pytest.raises(LeaseLost):
        running._still_mine(running.Claim(part.id, job_id, 1, 1, "a", "trial"))


def test_a_part_that_kills_its_workers_is_left_alone(work: Work) -> None:
    job_id = ordered(1, 2)
    for _ in range(MOST_ATTEMPTS):
        claim = take("dead")
        assert claim is not None
        assert claim.subject_id == 1
        let_lease_end(job_id)
    assert work_off("a") == 1
    assert parts(job_id)[0] == (PartState.FAILED, 0, f"Arbetet har avbrutits {MOST_ATTEMPTS} gånger.")
    assert state(job_id) == JobState.DONE


def test_a_busy_database_is_no_fault_of_the_part(work: Work) -> None:
    busy = sa.exc.OperationalError("SELECT", {}, Exception("database is locked"))
    job_id, tries = ordered(1), []

    def until_the_third(subject: int) -> None:
        tries.append(subject)
        work.fails = {} if len(tries) == PASSING else {1: busy}

    work.meanwhile = until_the_third
    work_off("a")
    assert len(tries) == PASSING
    assert parts(job_id) == [(PartState.DONE, 15, None)]


def test_a_cancelled_job_begins_no_more_parts(work: Work) -> None:
    job_id = ordered(1, 2)
    assert take("a") is not None
    assert ordering.cancel(db.session.get_one(Job, job_id))
    db.session.commit()
    assert work_off("b") == 0
    assert (state(job_id), work.ended) == (JobState.CANCELLED, [])
    assert not ordering.cancel(db.session.get_one(Job, job_id))


def test_a_kind_this_version_does_not_have_is_told(work: Work) -> None:
    job = ordering.order("from the future", [1])
    db.session.commit()
    work_off("a")
    assert parts(job.id) == [(PartState.FAILED, 0, "Den här versionen kan inte utföra from the future.")]


def test_nobody_has_come_for_a_while(work: Work) -> None:
    job_id = ordered(1)
    job, found = db.session.get_one(Job, job_id), progress_of([job_id])[job_id]
    assert not waits_in_vain(job, found)
    job.created_at = now() - timedelta(minutes=3)
    db.session.commit()
    assert waits_in_vain(job, found)
    take("a")
    assert not waits_in_vain(job, progress_of([job_id])[job_id])
