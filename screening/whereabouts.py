"""Where pupils go on the closing dates of windows: the question behind every count and every judgement."""

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
        WINDOWS.c.id.label("window_id"),
        ENROLLED.c.pupil_id,
        ENROLLED.c.year,
        CLASSES.c.id.label("class_id"),
        CLASSES.c.school_id,
    )
    .join(CLASSES, CLASSES.c.id == ENROLLED.c.school_class_id)
    .join(WINDOWS, WINDOWS.c.academic_year == CLASSES.c.academic_year)
    .where(
        is_one_of(ENROLLED.c.pupil_id, "ids"),
        ENROLLED.c.starts_on <= WINDOWS.c.closes_on,
        sa.or_(ENROLLED.c.ends_on.is_(None), ENROLLED.c.ends_on >= WINDOWS.c.closes_on),
        # Whose results have been disposed of is neither judged anew nor counted as missing.
        ~sa.exists().where(
            DISPOSED.c.pupil_id == ENROLLED.c.pupil_id, DISPOSED.c.until >= WINDOWS.c.closes_on
        ),
    )
    .order_by(ENROLLED.c.starts_on, ENROLLED.c.id)
)
"""Of two on one day the later one counts: it comes last."""
