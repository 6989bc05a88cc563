"""One support period: the plain answer first, then picture, plan, results and what was changed."""

import sqlalchemy as sa
from flask import render_template

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.roster.models import Pupil
from assessments.taken_back import is_too_late
from screening.models import SupportPeriod
from screening.support.queries.around import absence_line
from screening.support.queries.history import plan_history, result_history
from screening.support.queries.starting import place_of
from screening.support.reach import periods_open_to
from screening.support.stored import PERIODS
from screening.views.room import support

P = Permission
ADDRESS = "/support/<int(max=9223372036854775807):period_id>"


@support.get(ADDRESS)
@needs(P.SEE_SUPPORT, of="support_period")
def period(support_period: SupportPeriod) -> str:
    from screening.support.queries.shown import shown  # NumPy waits until there is a period to tell of

    (found,) = shown(PERIODS.c.id == support_period.id)
    pupil = db.session.get_one(Pupil, support_period.pupil_id)
    place = place_of(pupil)
    audit.note_read("pupil:seen", pupil, school_id=place.school_id if place else None)
    measure = measures()[support_period.measure]
    return render_template(
        "screening/support_page.html",
        pupil=pupil,
        place=place,
        one=found,
        absence=absence_line(support_period),
        plan_history=plan_history(support_period, measure),
        result_history=result_history(support_period, measure),
        may_plan=may(P.PLAN_SUPPORT, support_period),
        can_be_taken_back=not is_too_late(support_period.created_at),
        may_record=may(P.RECORD_SUPPORT, support_period),
    )


def may(permission: Permission, period: SupportPeriod) -> bool:
    """Whether the signed-in person has the right with the period's pupil."""
    theirs = periods_open_to(permission).with_only_columns(sa.literal(1))
    return db.session.scalar(theirs.where(SupportPeriod.id == period.id)) is not None
