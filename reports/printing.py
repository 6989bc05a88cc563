"""From a pupil to a finished page: where gathering and documents meet. Imported where something prints."""

import json
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from reports.drawer import drawn
from reports.gathering.enrolled import place_of
from reports.gathering.guardian import class_set
from reports.gathering.handover import unmade_handover, unmade_json
from reports.gathering.staff import staff_sheet


def guardian_page(pupil: Pupil, window: AssessmentWindow, language: str | None = None) -> bytes | None:
    """The pages that the pupil's homes get, or the one in ``language``; None where the pupil goes in no class
    then, or has a protected identity."""
    place = place_of(pupil, window)
    if place is None:
        return None
    gathered = class_set(place[0], window, sa.select(Pupil).where(Pupil.id == pupil.id), language)
    return drawn("documents.class_set:pdf", [gathered]) if gathered.sheets else None


@dataclass(frozen=True)
class HandoverSheet:
    """What could be handed over, on paper and as a file."""

    paper: bytes
    as_json: bytes


def handover_sheet(pupil: Pupil, window: AssessmentWindow) -> HandoverSheet | None:
    """The preset parts as they were known up to the window; nothing is recorded. None as above."""
    place = place_of(pupil, window)
    if place is None or pupil.is_protected:
        return None
    told = unmade_handover(pupil, *place, window)
    as_json = json.dumps(unmade_json(told, pupil), ensure_ascii=False, indent=1)
    return HandoverSheet(drawn("documents.handover:pdf", told), as_json.encode())


def staff_report(pupil: Pupil, window: AssessmentWindow, until: date | None = None) -> bytes | None:
    """Underlag inför samråd; None as above. ``until``: the last day of a pupil who has left."""
    place = place_of(pupil, window)
    if place is None or pupil.is_protected:
        return None
    return bytes(drawn("documents.staff_pupil:pdf", staff_sheet(pupil, *place, window, until)))
