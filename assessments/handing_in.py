"""Lämna in klassen: from here on its signals reach the inbox of the special-needs teacher."""

import sqlalchemy as sa

from assessments.database import db
from assessments.late_entry import why_closed
from assessments.models import AssessmentWindow, HandIn
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass


def hand_in(school_class: SchoolClass, window: AssessmentWindow, account_id: int | None) -> bool:
    """Hand the class in; False when it already was. Refused while the class takes no results."""
    if reason := why_closed(school_class, window):
        raise Refused(reason)
    here = {"school_class_id": school_class.id, "window_id": window.id}
    if db.session.scalar(sa.select(HandIn.id).filter_by(**here)) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(HandIn(**here, account_id=account_id))
    except sa.exc.IntegrityError:  # somebody else did at the same moment
        return False
    return True
