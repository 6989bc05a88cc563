"""A class that was wrong from its first day, put right with the year (årskurs) of what was scored in it.

The year that a score was taken in is frozen on it: whoever moves, skips a year or repeats one keeps what was
judged before. Where somebody says that the year itself was never right, the scores taken under it follow.
"""

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow, Score
from assessments.recording import SCORES
from assessments.roster import editing
from assessments.roster.holding import hold
from assessments.roster.models import Enrolment, Pupil, SchoolClass


def correct_class(pupil: Pupil, right_class: SchoolClass, year: int) -> int:
    """As ``editing.correct_class``; returns of how many scores the year was put right. Raises ``Refused``.

    A class list may have said the right year already: then those that another year was frozen on follow.
    Flushes, and the pupil is judged anew in the same transaction.
    """
    hold({pupil.id}, [right_class.school_id])
    latest = editing.latest(pupil)
    is_as_said = (latest.school_class_id, latest.year) == (right_class.id, year)
    wrong = SCORES.c.year != year if is_as_said else SCORES.c.year == latest.year
    scores = _taken_in(latest, wrong) if is_as_said or latest.year != year else []
    if scores:
        put_right = sa.update(SCORES).where(SCORES.c.id.in_(scores))
        db.session.execute(put_right.values(year=year))
    if is_as_said and scores:
        editing.pupils_changed.send(pupil_ids={pupil.id}, were_at={right_class.school_id})
    else:
        editing.correct_class(pupil, right_class, year)
    return len(scores)


def _taken_in(latest: Enrolment, wrong: sa.ColumnElement[bool]) -> list[int]:
    """The ids of the pupil's scores since the first day in the latest class; in the first class of the
    academic year, of all of that year."""
    of_year = sa.select(AssessmentWindow.id).filter_by(academic_year=latest.school_class.academic_year)
    asked = sa.select(Score.id).where(Score.pupil_id == latest.pupil_id, Score.window_id.in_(of_year), wrong)
    earlier = (
        sa.select(Enrolment.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Enrolment.pupil_id == latest.pupil_id,
            Enrolment.starts_on < latest.starts_on,
            SchoolClass.academic_year == latest.school_class.academic_year,
        )
    )
    if db.session.scalar(sa.select(earlier.exists())):
        asked = asked.where(Score.assessed_on >= latest.starts_on)
    return list(db.session.scalars(asked.order_by(Score.id)))
