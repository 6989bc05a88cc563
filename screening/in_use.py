"""What schools use: their own lists, and what somebody there has a record of in a window."""

from collections.abc import Collection, Iterator
from typing import cast

import sqlalchemy as sa

from assessments.database.questions import Question, is_one_of
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow, SchoolMeasure, Score
from assessments.roster.models import Enrolment, SchoolClass

Place = tuple[int, int]  # school id, window id
CHOICES, CLASSES, ENROLLED, MEASURES, SCORES, WINDOWS = (
    cast(sa.Table, kind.__table__)
    for kind in (SchoolMeasure, SchoolClass, Enrolment, MeasureRow, Score, AssessmentWindow)
)

# Asked at every save: built once, of tables, for building costs more than asking.
CHOSEN = Question(
    sa.select(CHOICES.c.school_id, CHOICES.c.measure).where(is_one_of(CHOICES.c.school_id, "schools"))
)
# Pupil by pupil of the school, by the key of scores: an inner join would let SQLite go through everybody's
# scores of the window. Who has none gives a row without a measure.
USED = Question(
    sa.select(CLASSES.c.school_id, WINDOWS.c.id, SCORES.c.measure)
    .join(ENROLLED, ENROLLED.c.school_class_id == CLASSES.c.id)
    .join(WINDOWS, WINDOWS.c.academic_year == CLASSES.c.academic_year)
    .outerjoin(SCORES, sa.and_(SCORES.c.pupil_id == ENROLLED.c.pupil_id, SCORES.c.window_id == WINDOWS.c.id))
    .where(is_one_of(CLASSES.c.school_id, "schools"), is_one_of(WINDOWS.c.id, "windows"))
    .distinct()
)


def chosen_at(schools: Collection[int]) -> dict[int, frozenset[str]]:
    """What each school says that it uses; nothing where it has not said. One query."""
    rows = CHOSEN.rows(schools=sorted(schools)) if schools else []
    named = {row.school_id for row in rows}
    return {school: frozenset(row.measure for row in rows if row.school_id == school) for school in named}


def recorded_at(places: Collection[Place]) -> Iterator[tuple[Place, str]]:
    """The measures that anybody at the school has a record of in the window; of other places that the schools
    and the windows make together too. One query."""
    if not places:
        return
    schools, windows = (sorted(set(ids)) for ids in zip(*places, strict=True))
    for school_id, window_id, measure in USED.rows(schools=schools, windows=windows):
        if measure is not None:
            yield (school_id, window_id), measure
