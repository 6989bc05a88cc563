"""Whom a handover may be about at the school that receives it."""

from assessments.access.permissions import Permission, pupils_open_to
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.handovers.models import Handover

P = Permission


def candidates(handover: Handover) -> list[tuple[Pupil, str]]:
    """Whom it may be about at the receiving school, and in which class: the very pupil, or, where another
    municipality has given the pupil a new elev-id, those who go there."""
    here = (
        pupils_open_to(P.HAND_OVER)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(SchoolClass.school_id == handover.to_school_id, ~Pupil.is_protected)
        .order_by(Enrolment.starts_on, Enrolment.id)
    )
    rows = db.session.execute(here.with_only_columns(Pupil, SchoolClass.name))
    found = {pupil.id: (pupil, class_name) for pupil, class_name in rows}  # the latest class stays
    if handover.pupil_id in found:
        return [found[handover.pupil_id]]
    to_school = handover.to_school
    if to_school is None or to_school.municipality_id == handover.from_school.municipality_id:
        return []
    return sorted(found.values(), key=lambda one: swedish_key(one[0].name))
