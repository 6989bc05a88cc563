"""What a worker does with an order: class by class, and at last all classes in one file.

Nothing is locked while pages are drawn. A file is put in its place, and told as made, while the order is
held; whoever dies between the two leaves a file that the next one replaces by the same bytes.
"""

import importlib
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from assessments.clock import now
from assessments.database import connections, db
from assessments.jobs import ordering
from assessments.jobs.kinds import Kind, Told
from assessments.jobs.models import Job, JobPart, PartState
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass
from assessments.roster.narrowing import NARROWED
from reports.print_jobs import folder
from reports.print_jobs.models import PrintClass, PrintOrder, PrintPage
from reports.print_jobs.ordering import BINDING, KEPT, NAME, held, remove_expired

MOST_BOUND = 1200  # sheets in one file: what is more is fetched class by class
MOST_TRIES = 5
WITH_CLASSES = (
    selectinload(PrintOrder.classes).joinedload(PrintClass.school_class).joinedload(SchoolClass.school)
)


class Overtaken(Exception):
    """What was drawn is no longer what should lie there: it is drawn again."""


def work(job: Job, place: int, told: Told) -> int:
    """Make the file of a class, or bind them all; returns how many pupils it is about."""
    make = _bind if place == BINDING else _print_class
    for _ in range(MOST_TRIES):
        try:
            return make(job.id, place)
        except (Overtaken, FileNotFoundError):  # nobody takes a worker's file but who protects a pupil
            db.session.rollback()
            told(0)
    raise Refused("En fil som hör till utskriften har försvunnit. Beställ utskriften på nytt.")


def _print_class(job_id: int, position: int) -> int:
    from reports.print_jobs.drawing import drawn, gathered  # matplotlib and ReportLab: see ``load``

    with connections.reading():
        order = order_of(job_id)
        place = _place(order, position)
        order_id, name, pile = order.id, order.folder, None if order.removed_at else gathered(order, place)
        db.session.rollback()
    if pile is None:
        return 0
    unfinished = None
    if pile.entries:
        content, pile = drawn(pile)
        unfinished = folder.written(name, content)
    order = held(order_id)
    if order.removed_at:
        return 0
    place = _place(order, position)
    _refuse_protected(place, {one.key for one in pile.entries})
    _put(unfinished, position)
    for outcome in set(pile.outcomes.values()):
        theirs = [pupil_id for pupil_id, its in pile.outcomes.items() if its is outcome]
        pages = sa.update(PrintPage).where(
            PrintPage.print_class_id == place.id, PrintPage.pupil_id.in_(theirs)
        )
        db.session.execute(pages.values(outcome=outcome))
    place.sheets, order.is_bound = pile.sheets, False
    return len(pile.outcomes)


def _refuse_protected(place: PrintClass, printed: set[int]) -> None:
    """Somebody has been protected, or may not be used, since the pages were gathered."""
    hidden = (
        sa.select(PrintPage.id)
        .join(Pupil)
        .where(
            PrintPage.print_class_id == place.id,
            PrintPage.pupil_id.in_(printed),
            sa.or_(Pupil.is_protected, Pupil.id.in_(NARROWED)),
        )
    )
    if db.session.scalar(hidden.limit(1)) is not None:
        raise Overtaken


def _bind(job_id: int, _place: int) -> int:
    """All classes that have a file. One that is made anew meanwhile has them bound once more, after it."""
    from reports.print_jobs.binding import bound  # pikepdf takes its time to load

    with connections.reading():
        order = order_of(job_id, WITH_CLASSES)
        order_id, name, is_over = order.id, order.folder, order.removed_at is not None
        has_schools = len({one.school_class.school_id for one in order.classes}) > 1
        files = {
            folder.file_of(name, one.position): _title(one.school_class, has_schools)
            for one in order.classes
            if one.sheets
        }
        is_whole = all(one.sheets is not None for one in order.classes)
        db.session.rollback()
    if is_over or not is_whole:
        return 0
    seen = [_mark(file) for file in files]
    unfinished = folder.written(name, bound(files))
    order = held(order_id)
    if not order.removed_at and [_mark(file) for file in files] == seen:
        _put(unfinished, folder.BOUND)
        order.is_bound = True
    return 0


def ended(job: Job) -> None:
    """Every class has its file: bind them, or let the days begin that they are kept."""
    order = order_of(job.id)
    if order.removed_at:
        return
    folder.sweep(order.folder)
    if not _is_to_be_bound(order):
        order.expires_at = now() + KEPT
        return
    binding = db.session.scalar(sa.select(JobPart).filter_by(job_id=job.id, subject_id=BINDING))
    if binding is None:
        db.session.add(JobPart(job_id=job.id, position=len(order.classes), subject_id=BINDING))
        db.session.flush()
    if binding is None or binding.state is PartState.DONE:
        ordering.begin_anew(job, [BINDING])


def is_one_file(order: PrintOrder) -> bool:
    """Whether there is to be a file with all classes."""
    sheets = [one.sheets for one in order.classes if one.sheets]
    return len(sheets) > 1 and sum(sheets) <= MOST_BOUND


def _is_to_be_bound(order: PrintOrder) -> bool:
    return is_one_file(order) and not order.is_bound


def order_of(job_id: int, *loaded: ExecutableOption) -> PrintOrder:
    return db.session.scalars(sa.select(PrintOrder).filter_by(job_id=job_id).options(*loaded)).one()


def _place(order: PrintOrder, position: int) -> PrintClass:
    """Asked for alone: there are as many as a municipality has classes."""
    return db.session.scalars(
        sa.select(PrintClass).filter_by(print_order_id=order.id, position=position)
    ).one()


def _title(school_class: SchoolClass, has_schools: bool) -> str:
    """What its bookmark says; with the school where there are several."""
    return f"Klass {school_class.name}" + (f", {school_class.school.name}" if has_schools else "")


def _put(unfinished: Path | None, number: int) -> None:
    if unfinished is not None:
        folder.publish(unfinished, number)


def _mark(file: Path) -> tuple[int, int]:
    """Another one when the file has been made anew."""
    told = file.stat()
    return told.st_ino, told.st_mtime_ns


def _load() -> None:
    """On SQLite nobody else writes while a part is being taken, and these take their time."""
    for name in ("reports.print_jobs.drawing", "reports.print_jobs.binding"):
        importlib.import_module(name)


def _is_within_reach(job: Job) -> bool:
    """A machine without the folder leaves the order to those who have it; one laid aside has none."""
    order = order_of(job.id)
    return order.removed_at is not None or folder.is_there(order.folder)


KIND = Kind(NAME, work, ended, _load, _is_within_reach, remove_expired)
