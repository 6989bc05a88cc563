"""Judging again as people follow it: how many schools are done, which could not be, who ordered it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from assessments.access.models import Account
from assessments.database import db
from assessments.jobs.models import Job, JobPart, JobState, PartState
from assessments.jobs.progress import Progress, progress_of, waits_in_vain
from assessments.models import AssessmentWindow
from assessments.roster.models import Municipality, School, StaffMember
from assessments.words import counted
from screening import rejudging
from screening.models import BenchmarkSet

SHOWN = 20  # the latest jobs
PART_WORDS = {
    PartState.WAITING: "väntar",
    PartState.RUNNING: "pågår",
    PartState.DONE: "klar",
    PartState.FAILED: "kunde inte bedömas om",
}


@dataclass(frozen=True)
class JobLine:
    """A job of judging again. ``sentence`` is what it says of itself."""

    id: int
    scope: str
    reason: str
    by: str
    ordered_at: datetime
    ended_at: datetime | None
    sentence: str
    is_open: bool
    is_alone: bool  # nobody works on it
    done: int
    parts: int
    failed: int


@dataclass(frozen=True)
class PartRow:
    school: str
    municipality: str
    state: str
    pupils: int
    fault: str
    ended_at: datetime | None


@dataclass(frozen=True)
class JobPage:
    """``parts``: of the schools that whoever looks follows; the counts of the job are of all."""

    job: JobLine
    parts: tuple[PartRow, ...]

    @property
    def may_try_again(self) -> bool:
        return any(part.fault for part in self.parts)


def latest_jobs(among: sa.Select[Job]) -> list[JobLine]:
    """The latest ones of these, newest first. Two queries."""
    ids = among.with_only_columns(Job.id).correlate(None)
    return _lines(_jobs().where(Job.id.in_(ids)).order_by(Job.id.desc()).limit(SHOWN))


def running_now() -> list[JobLine]:
    """Those that have not ended, oldest first. One query where there is none, else two."""
    open_ones = Job.state.in_((JobState.WAITING, JobState.RUNNING))
    return _lines(_jobs().where(open_ones).order_by(Job.id))


def job_page(job: Job, followed: sa.Select[int]) -> JobPage:
    """One job with those of its schools that are followed, those that could not be judged first. Three
    queries."""
    (line,) = _lines(_jobs().where(Job.id == job.id))
    rows = db.session.execute(
        sa.select(JobPart, School.name, Municipality.name.label("municipality"))
        .join(School, School.id == JobPart.subject_id)
        .join(Municipality, Municipality.id == School.municipality_id)
        .where(JobPart.job_id == job.id, JobPart.subject_id.in_(followed))
        .order_by(JobPart.position)
    )
    parts = [
        PartRow(school, place, PART_WORDS[part.state], part.size, part.fault or "", part.ended_at)
        for part, school, place in rows
    ]
    return JobPage(line, tuple(sorted(parts, key=lambda part: not part.fault)))


def _jobs() -> sa.Select[Job, str, str]:
    return (
        sa.select(Job, Municipality.name, StaffMember.name)
        .outerjoin(Municipality, Municipality.id == Job.municipality_id)
        .outerjoin(Account, Account.id == Job.account_id)
        .outerjoin(StaffMember, StaffMember.id == Account.staff_member_id)
        .where(Job.kind == rejudging.NAME)
    )


def _lines(wanted: sa.Select[Job, str, str]) -> list[JobLine]:
    rows = db.session.execute(wanted).all()
    if not rows:
        return []
    progress = progress_of([job.id for job, _, _ in rows])
    reason = _reasons([job for job, _, _ in rows])
    return [
        _line(job, progress[job.id], place or "alla kommuner", by or "kommandoraden", reason(job))
        for job, place, by in rows
    ]


def _reasons(jobs: Sequence[Job]) -> Callable[[Job], str]:
    """Why each was ordered. Two queries."""
    names = _set_names({job.details.get("benchmark_set_id") for job in jobs})
    moved = {job.details.get(rejudging.WINDOW) for job in jobs} - {None}
    windows = db.session.scalars(sa.select(AssessmentWindow).where(AssessmentWindow.id.in_(moved)))
    labels = {one.id: one.label for one in windows}

    def reason(job: Job) -> str:
        set_id, window_id = (job.details.get(name) for name in ("benchmark_set_id", rejudging.WINDOW))
        if window_id in labels:
            return f"{labels[window_id]} fick nya datum"
        return f"{names[set_id]} antogs" if set_id in names else "beställd för hand"

    return reason


def _line(job: Job, found: Progress, scope: str, by: str, reason: str) -> JobLine:
    return JobLine(
        id=job.id,
        scope=scope,
        reason=reason,
        by=by,
        ordered_at=job.created_at,
        ended_at=job.ended_at,
        sentence=_sentence(found),
        is_open=found.is_open,
        is_alone=waits_in_vain(job, found),
        done=found.ended - found.failed,
        parts=found.parts,
        failed=found.failed,
    )


def _sentence(found: Progress) -> str:
    done = f"{found.ended - found.failed} av {counted(found.parts, 'skola', 'skolor')}"
    told = {
        JobState.WAITING: f"Omräkningen väntar: {done}",
        JobState.RUNNING: f"Omräkningen pågår: {done}",
        JobState.DONE: f"Omräkningen är klar: {done}",
        JobState.CANCELLED: f"Omräkningen avbröts: {done}",
    }[found.state]
    failed = f" {counted(found.failed, 'skola', 'skolor')} kunde inte bedömas om." if found.failed else ""
    return f"{told}.{failed}"


def _set_names(ids: set[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one is not None}
    rows = db.session.execute(
        sa.select(BenchmarkSet.id, BenchmarkSet.name, BenchmarkSet.version).where(BenchmarkSet.id.in_(wanted))
    )
    return {row.id: f"{row.name}, version {row.version}," for row in rows}
