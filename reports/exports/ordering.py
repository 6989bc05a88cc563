"""An export ordered from a page: a job that writes the file where prints lie, and how it went.

The file can be fetched for two days by the municipality's administrators.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from assessments.access import audit
from assessments.clock import now
from assessments.database import db
from assessments.jobs import ordering
from assessments.jobs.kinds import Kind, Told
from assessments.jobs.models import Job, JobPart, JobState, PartState
from assessments.refusals import Refused
from assessments.roster.models import Municipality, Pupil
from assessments.writes import Recorder
from reports.print_jobs import folder

NAME = "export"
KEPT = timedelta(days=2)
ORDERED = ".ordered"  # lies beside: a machine without it has not the folder, or the file is to go
SHOWN = 5


@dataclass(frozen=True)
class ExportRow:
    """An order in a line of the list."""

    id: int
    ordered_at: datetime
    with_protected: bool
    state: str
    is_ready: bool


def order_export(municipality: Municipality, by: Recorder, *, with_protected: bool) -> Job:
    """Order everything the municipality owns as a file. Flushes; ring after the commit."""
    waiting = [job for job in ordering.open_jobs(NAME) if job.municipality_id == municipality.id]
    if waiting:
        raise Refused("Ett uttag är redan beställt. Vänta tills det är klart.")
    details = {"file": secrets.token_urlsafe(16), "with_protected": with_protected}
    job = ordering.order(
        NAME, [municipality.id], municipality_id=municipality.id, account_id=by.account_id,
        duty_id=by.duty_id, details=details,
    )  # fmt: skip
    audit.note(
        "municipality:export_ordered", municipality, municipality_id=municipality.id,
        with_protected=with_protected,
    )  # fmt: skip
    folder.prints_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    _mark(job).touch(mode=0o600)
    return job


def latest_exports(municipality: Municipality) -> list[ExportRow]:
    """The latest orders first, each with how it went. Two queries."""
    asked = sa.select(Job).filter_by(kind=NAME, municipality_id=municipality.id).order_by(Job.id.desc())
    jobs = db.session.scalars(asked.limit(SHOWN)).all()
    parts = sa.select(JobPart).where(JobPart.job_id.in_([job.id for job in jobs]))
    part_of = {part.job_id: part for part in db.session.scalars(parts)}
    return [
        ExportRow(
            job.id, job.created_at, bool(job.details["with_protected"]), _words(job, part_of[job.id]),
            is_ready(job),
        )
        for job in jobs
    ]  # fmt: skip


def file_of(job: Job) -> Path:
    return folder.prints_folder() / f"uttag-{job.details['file']}.zip"


def _mark(job: Job) -> Path:
    return file_of(job).with_suffix(ORDERED)


def is_ready(job: Job) -> bool:
    is_of_now = job.ended_at is not None and job.ended_at >= now() - KEPT  # also where no worker tidies
    return job.kind == NAME and job.state is JobState.DONE and is_of_now and file_of(job).is_file()


def _words(job: Job, part: JobPart) -> str:
    if part.state is PartState.FAILED:
        return f"Gick inte att göra. {part.fault}"
    if job.state in ordering.OPEN:
        return "Görs"
    return "Klart" if is_ready(job) else "Borttaget"


def work(job: Job, municipality_id: int, told: Told) -> int:
    """Write the file. Safe to repeat: a part of one that was left lies under another name."""
    from reports.exports.places import place_for
    from reports.exports.writing import Wanted, write

    out, wanted = file_of(job), Wanted(municipality_id, bool(job.details["with_protected"]))
    out.unlink(missing_ok=True)
    told(0)
    with place_for(out) as opened:
        write(wanted, opened, told)
    if not _mark(job).is_file():  # somebody in it has been protected meanwhile
        out.unlink()
    return 0


def let_exports_go(pupil: Pupil, **_more: object) -> None:
    """The pupil is protected: no file may carry the name, however long it waited for a worker."""
    asked = sa.select(Job).where(Job.kind == NAME, Job.municipality_id == pupil.municipality_id)
    for job in db.session.scalars(asked):
        _remove(job)


def tidy() -> None:
    """Files that have lain long enough go, and what workers that died have left of them."""
    over = sa.select(Job).where(Job.kind == NAME, Job.ended_at < now() - KEPT)
    for job in db.session.scalars(over).all():
        _remove(job)
    db.session.rollback()


def _remove(job: Job) -> None:
    file = file_of(job)
    for one in (_mark(job), file, *file.parent.glob(f".{file.name}.*")):
        one.unlink(missing_ok=True)


def _is_within_reach(job: Job) -> bool:
    return _mark(job).is_file()


KIND = Kind(NAME, work, is_within_reach=_is_within_reach, tidy=tidy)
