"""Where pupils go on the closing dates of windows: the question behind every count and every judgement."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

import sqlalchemy as sa

from assessments.database.questions import Question, is_one_of
from assessments.models import AssessmentWindow
from assessments.retention.models import DisposedPupil
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.handovers.models import HeldHistory
from screening.models import Flag, NextStep, Observation, SupportPeriod

IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
PUPILS, ENROLLED, CLASSES, WINDOWS, SEEN, SUPPORT, FLAGS, STEPS, HELD, DISPOSED = (
    cast(sa.Table, kind.__table__)
    for kind in (
        Pupil,
        Enrolment,
        SchoolClass,
        AssessmentWindow,
        Observation,
        SupportPeriod,
        Flag,
        NextStep,
        HeldHistory,
        DisposedPupil,
    )
)

# Asked at every save: built once, of tables, for building costs more than asking.
# Most pupils have no support, observations, steps or moves: told here, they cost no questions of their own.
_PEOPLE = (
    sa.select(
        PUPILS.c.id,
        PUPILS.c.school_form,
        PUPILS.c.curriculum,
        sa.exists().where(SEEN.c.pupil_id == PUPILS.c.id).label("was_observed"),
        sa.exists().where(SUPPORT.c.pupil_id == PUPILS.c.id).label("has_support"),
        sa.exists().where(STEPS.c.flag_id == FLAGS.c.id, FLAGS.c.pupil_id == PUPILS.c.id).label("has_steps"),
        sa.exists().where(HELD.c.pupil_id == PUPILS.c.id).label("has_moved"),
    )
    .where(is_one_of(PUPILS.c.id, "ids"))
    .order_by(PUPILS.c.id)
)
# PostgreSQL: two who judge one pupil wait for each other here, as SQLite's writers do at BEGIN.
PEOPLE, LOCKED = Question(_PEOPLE), Question(_PEOPLE.with_for_update(key_share=True))
ENROLMENTS = Question(
    sa.select(
        ENROLLED.c.pupil_id,
        ENROLLED.c.year,
        CLASSES.c.id.label("class_id"),
        CLASSES.c.school_id,
        CLASSES.c.academic_year,
        ENROLLED.c.starts_on,
        ENROLLED.c.ends_on,
        DISPOSED.c.until,
    )
    .join(CLASSES, CLASSES.c.id == ENROLLED.c.school_class_id)
    .outerjoin(DISPOSED, DISPOSED.c.pupil_id == ENROLLED.c.pupil_id)
    .where(is_one_of(ENROLLED.c.pupil_id, "ids"))
    .order_by(ENROLLED.c.starts_on, ENROLLED.c.id)
)


def went(
    pupil_ids: Sequence[int], windows: Sequence[AssessmentWindow]
) -> Iterator[tuple[int, int, int, int, int]]:
    """Number of the window, pupil id, year, class id and school id of who is in a class on its closing date.

    Of two on one day the later one counts: it comes last. One query.
    """
    closing: dict[str, list[tuple[int, date]]] = {}
    for number, window in enumerate(windows):
        closing.setdefault(window.academic_year, []).append((number, window.closes_on))
    for *where, academic_year, starts_on, ends_on, gone_until in ENROLMENTS.values(ids=pupil_ids):
        pupil_id, year, class_id, school_id = where
        for number, day in closing.get(academic_year, ()):
            is_there = starts_on <= day and (ends_on is None or ends_on >= day)
            # Whose results have been disposed of is neither judged anew nor counted as missing.
            if is_there and (gone_until is None or gone_until < day):
                yield number, pupil_id, year, class_id, school_id
