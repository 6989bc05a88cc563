"""That a file of absence was taken in, and what it wrote: enough to take it back."""

import hashlib
from typing import cast

import sqlalchemy as sa

from assessments.absence.file_models import AbsenceFile, AbsenceFileChange, AbsenceFileSchool
from assessments.absence.files import AbsenceImport
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.characters import shown
from assessments.roster.models import Enrolment, SchoolClass

CHANGES = cast(sa.Table, AbsenceFileChange.__table__)
LONGEST_NAME = 100


def keep_file(
    window: AssessmentWindow, name: str, content: bytes, told: AbsenceImport, duty_id: int | None
) -> AbsenceFile:
    """The file's own row with every share that it wrote, and the schools its pupils go at today or later."""
    kept = AbsenceFile(
        window_id=window.id,
        duty_id=duty_id,
        file_name=shown(name, LONGEST_NAME),
        file_digest=hashlib.sha256(content).hexdigest(),
        new=told.new,
        replaced=told.replaced,
    )
    db.session.add(kept)
    db.session.flush()
    rows = [{"absence_file_id": kept.id, **one._asdict(), "is_taken_back": False} for one in told.wrote]
    db.session.connection().execute(sa.insert(CHANGES), rows)
    schools = (
        sa.select(sa.literal(kept.id), SchoolClass.school_id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .join(AbsenceFileChange, AbsenceFileChange.pupil_id == Enrolment.pupil_id)
        .where(
            AbsenceFileChange.absence_file_id == kept.id,
            SchoolClass.academic_year == window.academic_year,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .distinct()
    )
    db.session.execute(sa.insert(AbsenceFileSchool).from_select(["absence_file_id", "school_id"], schools))
    return kept
