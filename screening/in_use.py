"""What schools use: their own lists, and what somebody there has a record of in a window."""

from collections.abc import Collection, Iterator, Mapping
from typing import cast

import sqlalchemy as sa

from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow, SchoolMeasure, Score
from assessments.roster.models import Enrolment, SchoolClass

Place = tuple[int, int]  # school id, window id
SCHOOLS: sa.BindParameter[int] = sa.bindparam("schools", expanding=True)
CHOICES, CLASSES, ENROLLED, MEASURES, SCORES, WINDOWS = (
    cast(sa.Table, kind.__table__)
    for kind in (SchoolMeasure, SchoolClass, Enrolment, MeasureRow, Score, AssessmentWindow)
)

# Asked at every save: built once, of tables, for building costs more than asking.
CHOSEN = Question(
    sa.select(CHOICES.c.school_id, CHOICES.c.measure).where(is_one_of(CHOICES.c.school_id, "schools"))
)
# Cell by cell of the school's pupils: joined, SQLite would go through everybody's scores of the window.
USED = (
    sa.select(CLASSES.c.school_id, WINDOWS.c.id, MEASURES.c.code)
    .join(ENROLLED, ENROLLED.c.school_class_id == CLASSES.c.id)
    .join(WINDOWS, WINDOWS.c.academic_year == CLASSES.c.academic_year)
    .join(MEASURES, MEASURES.c.code.in_(sa.bindparam("measures", expanding=True)))
    .where(
        CLASSES.c.school_id.in_(SCHOOLS),
        WINDOWS.c.id.in_(sa.bindparam("windows", expanding=True)),
        sa.exists().where(
            SCORES.c.pupil_id == ENROLLED.c.pupil_id,
            SCORES.c.window_id == WINDOWS.c.id,
            SCORES.c.measure == MEASURES.c.code,
        ),
    )
    .distinct()
)


def chosen_at(schools: Collection[int]) -> dict[int, frozenset[str]]:
    """What each school says that it uses; nothing where it has not said. One query."""
    rows = CHOSEN.rows(schools=sorted(schools)) if schools else []
    named = {row.school_id for row in rows}
    return {school: frozenset(row.measure for row in rows if row.school_id == school) for school in named}


def recorded_at(asked: Mapping[Place, Collection[str]]) -> Iterator[tuple[Place, str]]:
    """The measures asked about that anybody at the school has a record of in the window. One query."""
    if not asked:
        return
    of = {
        "schools": sorted({school for school, _ in asked}),
        "windows": sorted({window for _, window in asked}),
        "measures": sorted({measure for codes in asked.values() for measure in codes}),
    }
    for school_id, window_id, measure in db.session.execute(USED, of):
        yield (school_id, window_id), measure
