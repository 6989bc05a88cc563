"""What somebody asks to have printed: classes that are open to them, in a window, for what."""

from collections.abc import Collection, Mapping, Sequence

from flask import abort, g
from sqlalchemy.orm import joinedload

from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    classes_open_to,
    fetch_several,
    pupils_open_to,
)
from assessments.collation import swedish_key
from assessments.database import db
from assessments.jobs import doorbell
from assessments.jobs.ordering import OPEN
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from reports.print_jobs.models import PrintOrder, Purpose
from reports.print_jobs.ordering import Wanted, order_prints, remove_expired
from reports.print_jobs.reach import print_orders_open_to


def classes_to_print(window: AssessmentWindow) -> list[SchoolClass]:
    """Every class of the window's academic year that the person may print, by school and name."""
    found = db.session.scalars(
        classes_open_to(Permission.PRINT)
        .where(SchoolClass.academic_year == window.academic_year)
        .options(joinedload(SchoolClass.school))
    ).all()
    return sorted(found, key=lambda one: (swedish_key(one.school.name), swedish_key(one.name), one.id))


def order_asked(
    window: AssessmentWindow,
    class_ids: Collection[int],
    purpose: Purpose,
    *,
    has_covers: bool = False,
    is_measured_only: bool = False,
) -> PrintOrder:
    """Order these classes, at least one; what is ordered and not yet made is not ordered twice. Commits, and
    rings."""
    remove_expired()
    found = fetch_several("school_class", list(dict.fromkeys(class_ids)), Permission.PRINT)
    if any(one.academic_year != window.academic_year for one, _duty in found.values()):
        abort(404)
    how = {"has_covers": has_covers, "is_measured_only": is_measured_only}
    same = _same(window, found.keys(), purpose, how)
    if same is not None:
        return same
    wanted = [Wanted(one, duty.id) for one, duty in found.values()]
    who = {"account_id": g.account.id, "duty_id": wanted[0].duty_id}
    pupils = pupils_open_to(Permission.PRINT)
    order = order_prints(window, wanted, purpose, pupils, **how, **who)
    audit.note("prints:ordered", order, window=window.id, classes=len(order.classes))
    db.session.commit()
    doorbell.ring(len(order.classes))
    return order


def _same(
    window: AssessmentWindow, class_ids: Collection[int], purpose: Purpose, how: Mapping[str, bool]
) -> PrintOrder | None:
    """An order of the person's own that is under way and asks for the same."""
    mine = print_orders_open_to(Permission.PRINT).where(
        PrintOrder.window_id == window.id, PrintOrder.purpose == purpose, PrintOrder.removed_at.is_(None)
    )
    for order in db.session.scalars(mine.order_by(PrintOrder.id.desc()).limit(20)):
        is_alike = order.job.state in OPEN and all(getattr(order, one) == said for one, said in how.items())
        if is_alike and {one.school_class_id for one in order.classes} == set(class_ids):
            return order
    return None


def purpose_called(told: object) -> Purpose | None:
    """None where there is none of that name."""
    return next((one for one in Purpose if one.value == told), None)


def whole_numbers(told: Sequence[object]) -> list[int] | None:
    """Ids as a form or JSON tells them; None where one of them is none."""
    found = []
    for one in told:
        text = str(one)
        if isinstance(one, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 18):
            return None
        found.append(int(text))
    return found
