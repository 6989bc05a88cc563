"""From a pupil to a finished page: where gathering and documents meet. Imported where something prints."""

import sqlalchemy as sa

from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from reports.documents import guardian, staff_pupil
from reports.gathering.enrolled import place_of
from reports.gathering.guardian import class_set
from reports.gathering.staff import staff_sheet


def guardian_page(pupil: Pupil, window: AssessmentWindow, language: str = "sv") -> bytes | None:
    """The page for the home; None where the pupil goes in no class then, or has a protected identity."""
    place = place_of(pupil, window)
    if place is None:
        return None
    sheets = class_set(place[0], window, sa.select(Pupil).where(Pupil.id == pupil.id), language).sheets
    return guardian.pdf(sheets[0]) if sheets else None


def staff_report(pupil: Pupil, window: AssessmentWindow) -> bytes | None:
    """Underlag inför samråd; None as above."""
    place = place_of(pupil, window)
    if place is None or pupil.is_protected:
        return None
    return staff_pupil.pdf(staff_sheet(pupil, *place, window))
