"""Judging a municipality or everybody again, as a job: a part for each school, safe to cut short and repeat.
So is counting everybody anew in a window that has other days.

What a person did about a signal stays (flagging), what an earlier version said is kept (former), and what
comes out is what judging from scratch gives.
"""

import importlib
import time
from collections.abc import Collection

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.jobs import ordering
from assessments.jobs.kinds import Kind, Told
from assessments.jobs.models import Job, JobPart, PartState
from assessments.jobs.progress import progress_of
from assessments.models import AssessmentWindow
from assessments.refusals import NotYet
from assessments.roster.models import Enrolment, Municipality, School, SchoolClass
from assessments.words import counted
from screening.rollup.keeping import recount

NAME = "rejudge"
WINDOW = "window_id"  # in a job's details: nobody is judged, schools are counted anew in this window
HALF_COUNTED = "En period har fått andra datum, och alla skolor är inte omräknade än"
HALF_JUDGED = "Elevernas nivåer räknas om, och alla skolor är inte klara än"
COME_BACK = (
    "Kom tillbaka när omräkningen är klar: till dess skulle samma tal räkna några på det gamla sättet och "
    "några på det nya. Den går att följa på sidan Omräkningar, under Riktmärken."
)
TRY_AGAIN = "kunde inte räknas om: där behöver någon välja Försök igen."
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


def order_recounting(window: AssessmentWindow, account_id: int | None = None) -> Job:
    """Order that each school's pupils are counted anew in the window: its days are others now. Flushes."""
    schools = sa.select(SchoolClass.school_id).filter_by(academic_year=window.academic_year).distinct()
    ids = sorted(db.session.scalars(schools))
    return ordering.order(NAME, ids, account_id=account_id, details={WINDOW: window.id})


def refuse_half_counted(school_ids: Collection[int] | None = None) -> None:
    """Let no figures out of several pupils while some are judged or counted as it was and some as it is.
    ``school_ids``: of these schools only. One query, two where there is a reason."""
    if reason := why_half_counted(school_ids):
        raise NotYet(reason)


def why_half_counted(school_ids: Collection[int] | None = None) -> str | None:
    """What is under way, how far it has come, and when to come back; None: every school is as it is to be."""
    open_jobs = sa.select(Job.id).where(Job.state.in_(ordering.OPEN), Job.kind == NAME)
    parts = sa.select(JobPart.job_id)
    if school_ids is not None:
        parts = parts.where(JobPart.subject_id.in_(school_ids))
    waiting = parts.where(JobPart.job_id.in_(open_jobs), JobPart.ended_at.is_(None))
    failed = parts.where(JobPart.fault.is_not(None))
    asked = sa.select(Job).where(Job.kind == NAME, Job.id.in_(waiting.union_all(failed)))
    job = db.session.scalars(asked.order_by(Job.id).limit(1)).first()
    if job is None:
        return None
    found = progress_of([job.id])[job.id]
    what = HALF_COUNTED if WINDOW in job.details else HALF_JUDGED
    told = f"{what}: {found.ended - found.failed} av {counted(found.parts, 'skola', 'skolor')}."
    to_try = f" {counted(found.failed, 'skola', 'skolor')} {TRY_AGAIN}" if found.failed else ""
    return f"{told}{to_try} {COME_BACK}"


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


def work_on_school(job: Job, school_id: int, told: Told) -> int:
    """Judge the school again, or count it anew in a window."""
    if WINDOW in job.details:
        return _count_school(job.details[WINDOW], school_id)
    judge_school(school_id, told)
    return 0


def _count_school(window_id: int, school_id: int) -> int:
    """Everybody who has gone there that academic year, in one transaction: a school's own figures are of one
    set of days or of the other. Who has moved is counted with both: it comes to the same."""
    window = db.session.get_one(AssessmentWindow, window_id)
    pupils = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(SchoolClass.school_id == school_id, SchoolClass.academic_year == window.academic_year)
    )
    ids = set(db.session.scalars(pupils))
    recount(ids, [window])
    return len(ids)


def judge_school(school_id: int, told: Told) -> None:
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


KIND = Kind(NAME, work_on_school, load=_load)
