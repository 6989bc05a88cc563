"""Ordering prints, laying them aside, letting go of what may no longer be fetched. Verbs flush.

Whoever changes what lies in an order's folder holds the order's row: a worker that publishes, somebody who
cancels, and the protection of a pupil wait for each other there.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.collation import swedish_key
from assessments.database import db
from assessments.jobs import ordering
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass
from reports.gathering.enrolled import enrolled_in_each
from reports.print_jobs import folder
from reports.print_jobs.models import Outcome, PrintClass, PrintOrder, PrintPage, Purpose

NAME = "print"
AT_MOST = timedelta(days=7)  # that an order may take
ABANDONED_SECONDS = 3600  # a folder without an order; one that is being ordered is younger
KEPT = timedelta(days=2)  # that its files stay once they are all there
BINDING = 0  # the part of a job that lays all classes in one file; the others are the places of the classes


@dataclass(frozen=True)
class Wanted:
    """A class to print, and the duty that opens it; none on the command line."""

    school_class: SchoolClass
    duty_id: int | None = None


def order_prints(
    window: AssessmentWindow,
    wanted: Sequence[Wanted],
    purpose: Purpose,
    pupils: sa.Select[Pupil] | None = None,
    *,
    has_covers: bool = False,
    is_measured_only: bool = False,
    **more: Any,
) -> PrintOrder:
    """A row for every pupil of the classes (of ``pupils`` where it is given) whose name may stand on paper.

    Sorted as they are handed out: by school, class and family name. ``is_measured_only`` leaves out the pages
    that only say that nothing has been measured yet, as they are when they are drawn. ``more`` are columns of
    the job. Raises Refused where there is nobody, or no envelope for ``has_covers``. Ring after the commit.
    """
    if has_covers and purpose is not Purpose.HOME:
        raise Refused("Försättsblad är till för blad som skickas hem: välj det, eller ta bort krysset.")
    by_class = {one.school_class.id: one for one in wanted}
    enrolled = enrolled_in_each(by_class, window, pupils)
    ids = {
        class_id: [one.pupil.id for one in mates if not one.pupil.is_protected]
        for class_id, mates in enrolled.items()
    }
    shown = sorted((one for one in by_class.values() if ids[one.school_class.id]), key=_handed_out)
    if not shown:
        raise Refused("Ingen elev går i de valda klasserna den här perioden. Inget är beställt.")
    details = {**({"covers": True} if has_covers else {}), **({"measured": True} if is_measured_only else {})}
    job = ordering.order(NAME, range(1, len(shown) + 1), details=details, **more)
    order = PrintOrder(
        job_id=job.id, window_id=window.id, purpose=purpose, folder=folder.made(), expires_at=now() + AT_MOST
    )
    order.classes = [
        PrintClass(position=place, school_class_id=one.school_class.id, duty_id=one.duty_id)
        for place, one in enumerate(shown, start=1)
    ]
    db.session.add(order)
    db.session.flush()
    _name_pupils(order, ids)
    return order


def _name_pupils(order: PrintOrder, ids: dict[int, list[int]]) -> None:
    rows = [
        {"print_class_id": one.id, "position": place, "pupil_id": pupil_id, "outcome": Outcome.WAITING}
        for one in order.classes
        for place, pupil_id in enumerate(ids[one.school_class_id], start=1)
    ]
    db.session.execute(sa.insert(PrintPage), rows)


def _handed_out(one: Wanted) -> tuple[Any, ...]:
    school_class = one.school_class
    return swedish_key(school_class.school.name), swedish_key(school_class.name), school_class.id


def held(order_id: int) -> PrintOrder:
    """The order, which nobody else changes until the commit."""
    return db.session.get_one(PrintOrder, order_id, with_for_update=True, populate_existing=True)


def remove_expired() -> None:
    """What nobody may fetch any longer, and folders without an order. Commits."""
    over = sa.select(PrintOrder.id).where(PrintOrder.removed_at.is_(None), PrintOrder.expires_at <= now())
    for order_id in db.session.scalars(over).all():
        cancel(held(order_id))
        db.session.commit()
    known = set(db.session.scalars(sa.select(PrintOrder.folder).where(PrintOrder.removed_at.is_(None))))
    db.session.rollback()
    for one in folder.folders():
        if one.name not in known and time.time() - one.stat().st_mtime > ABANDONED_SECONDS:
            folder.remove(one.name)


def let_prints_go(pupil: Pupil, **_more: Any) -> None:
    """The pupil is protected, or may not be used: no file may carry the name. The classes are made
    anew without the pupil."""
    rows = db.session.execute(
        sa.select(PrintPage, PrintClass)
        .join(PrintClass, PrintClass.id == PrintPage.print_class_id)
        .join(PrintOrder, PrintOrder.id == PrintClass.print_order_id)
        .where(PrintPage.pupil_id == pupil.id, PrintOrder.removed_at.is_(None))
        .order_by(PrintOrder.id)
    )
    for page, place in rows.all():
        order = held(place.print_order_id)
        page.outcome, place.sheets, order.is_bound = Outcome.LEFT_OUT, None, False
        db.session.flush()
        folder.forget(order.folder, [place.position, folder.BOUND])
        ordering.begin_anew(order.job, [place.position])


def cancel(order: PrintOrder) -> bool:
    """Nothing more is made, and what is made goes. False where that had happened already."""
    order = held(order.id)
    if order.removed_at is not None:
        return False
    ordering.cancel(order.job)
    _remove(order)
    return True


def _remove(order: PrintOrder) -> None:
    """The files, and whose pages they were: the audit trail knows who printed them."""
    order.removed_at = now()
    classes = sa.select(PrintClass.id).filter_by(print_order_id=order.id)
    db.session.execute(sa.delete(PrintPage).where(PrintPage.print_class_id.in_(classes)))
    db.session.flush()
    folder.remove(order.folder)
