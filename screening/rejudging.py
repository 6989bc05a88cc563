"""Judging a municipality or everybody again, as a job: a part for each school, safe to cut short and repeat.

What a person did about a signal stays (flagging), what an earlier version said is kept (former), and what
comes out is what judging from scratch gives.
"""

import importlib
import time

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.jobs import ordering
from assessments.jobs.kinds import Kind, Told
from assessments.jobs.models import Job, JobPart, PartState
from assessments.roster.models import Enrolment, Municipality, School, SchoolClass

NAME = "rejudge"
CHUNK = 50  # pupils between two commits: a teacher's save waits no longer than one of them takes
GIVES_WAY_SECONDS = 0.01  # several times as long as those who wait look away (database.connections)


def order_rejudging(
    municipality: Municipality | None = None,
    *,
    account_id: int | None = None,
    duty_id: int | None = None,
    set_id: int | None = None,
) -> Job:
    """Order that everybody who ever went to these schools is judged again. Flushes; ring after the commit.

    ``set_id`` is the set whose adoption is the reason, if one is.
    """
    rows = db.session.execute(_schools(municipality)).all()
    schools = sorted(rows, key=lambda row: (swedish_key(row.municipality), swedish_key(row.name)))
    return ordering.order(
        NAME,
        [row.id for row in schools],
        account_id=account_id,
        duty_id=duty_id,
        municipality_id=municipality.id if municipality else None,
        details={"benchmark_set_id": set_id},
    )


def _schools(municipality: Municipality | None) -> sa.Select[int, str, str]:
    schools = (
        sa.select(School.id, School.name, Municipality.name.label("municipality"))
        .join(Municipality, Municipality.id == School.municipality_id)
        .where(School.id.in_(sa.select(SchoolClass.school_id).join(Enrolment)))
    )
    return schools.where(School.municipality_id == municipality.id) if municipality else schools


def order_failed_again() -> int:
    """Let the schools that could not be judged wait once more; returns how many. Flushes."""
    failed = sa.select(JobPart.job_id).where(JobPart.state == PartState.FAILED)
    jobs = db.session.scalars(sa.select(Job).where(Job.kind == NAME, Job.id.in_(failed))).all()
    return sum(ordering.try_again(job) for job in jobs)


def judge_school(_job: Job, school_id: int, told: Told) -> None:
    """Judge everybody who has ever gone there. Who has moved is judged at both: nobody is lost between."""
    from screening import flagging  # here for who works, not for who starts the server

    pupils = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(SchoolClass.school_id == school_id)
        .distinct()
        .order_by(Enrolment.pupil_id)
    )
    ids = db.session.scalars(pupils).all()
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        flagging.judge_pupils(part)
        told(len(part))
        time.sleep(GIVES_WAY_SECONDS)


def _load() -> None:
    """NumPy takes its time, and on SQLite nobody else writes while a part is under way."""
    importlib.import_module("screening.flagging")


KIND = Kind(NAME, judge_school, load=_load)
