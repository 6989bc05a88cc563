"""That a file of results was taken in: by whom, which file, and whose classes it spoke of."""

import hashlib

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.import_models import ScoreFile, ScoreFileChange, ScoreFileClass
from assessments.models import AssessmentWindow, ScoreChange
from assessments.roster.characters import shown
from assessments.roster.models import Enrolment, SchoolClass
from assessments.writes import Recorder

LONGEST_NAME = 100


def keep_file(window: AssessmentWindow, name: str, content: bytes, by: Recorder) -> ScoreFile:
    """The file's own row, which its changes point at; flushed."""
    kept = ScoreFile(
        window_id=window.id,
        account_id=by.account_id,
        duty_id=by.duty_id,
        file_name=shown(name, LONGEST_NAME),
        file_digest=hashlib.sha256(content).hexdigest(),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def keep_counts(kept: ScoreFile, rows: int, pupils: int, new: int, replaced: int) -> None:
    """What the whole file came to, and the classes its pupils go in today or later."""
    kept.rows, kept.pupils, kept.new_scores, kept.replaced = rows, pupils, new, replaced
    academic_year = db.session.get_one(AssessmentWindow, kept.window_id).academic_year
    classes = (
        sa.select(sa.literal(kept.id), Enrolment.school_class_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(ScoreChange, ScoreChange.pupil_id == Enrolment.pupil_id)
        .join(ScoreFileChange, ScoreFileChange.change_id == ScoreChange.id)
        .where(
            ScoreFileChange.score_file_id == kept.id,
            SchoolClass.academic_year == academic_year,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .distinct()
    )
    db.session.execute(sa.insert(ScoreFileClass).from_select(["score_file_id", "school_class_id"], classes))
    db.session.flush()
