"""From a pupil to a finished page: where gathering and documents meet. Imported where something prints."""

import sqlalchemy as sa

from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from reports.documents import class_set as papers
from reports.documents import staff_pupil
from reports.gathering.enrolled import place_of
from reports.gathering.guardian import class_set
from reports.gathering.staff import staff_sheet


def guardian_page(pupil: Pupil, window: AssessmentWindow, language: str | None = None) -> bytes | None:
    """The pages that the pupil's homes get, or the one in ``language``; None where the pupil goes in no class
    then, or has a protected identity."""
    place = place_of(pupil, window)
    if place is None:
        return None
    gathered = class_set(place[0], window, sa.select(Pupil).where(Pupil.id == pupil.id), language)
    return papers.pdf([gathered]) if gathered.sheets else None


def staff_report(pupil: Pupil, window: AssessmentWindow) -> bytes | None:
    """Underlag inför samråd; None as above."""
    place = place_of(pupil, window)
    if place is None or pupil.is_protected:
        return None
    return staff_pupil.pdf(staff_sheet(pupil, *place, window))
