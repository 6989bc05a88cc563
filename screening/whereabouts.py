"""Where pupils go on the closing dates of windows: the question behind every count and every judgement."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from assessments.database.questions import Question, is_one_of
from assessments.database.types import Day
from assessments.models import AssessmentWindow
from assessments.retention.models import DisposedPupil
from assessments.roster.models import Enrolment, Narrowing, Pupil, SchoolClass
from screening.handovers.models import HeldHistory
from screening.models import Flag, NextStep, Observation, SupportPeriod

IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
PUPILS, ENROLLED, CLASSES, WINDOWS, SEEN, SUPPORT, FLAGS, STEPS, HELD, DISPOSED, NARROW = (
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
        Narrowing,
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
        sa.exists()
        .where(NARROW.c.pupil_id == PUPILS.c.id, NARROW.c.lifted_at.is_(None))
        .label("is_narrowed"),
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
        NARROW.c.since_on,
    )
    .join(CLASSES, CLASSES.c.id == ENROLLED.c.school_class_id)
    .outerjoin(DISPOSED, DISPOSED.c.pupil_id == ENROLLED.c.pupil_id)
    .outerjoin(NARROW, sa.and_(NARROW.c.pupil_id == ENROLLED.c.pupil_id, NARROW.c.lifted_at.is_(None)))
    .where(is_one_of(ENROLLED.c.pupil_id, "ids"))
    .order_by(ENROLLED.c.starts_on, ENROLLED.c.id)
)


def went(
    pupil_ids: Sequence[int], windows: Sequence[AssessmentWindow]
) -> Iterator[tuple[Sequence[int], int, int, int, int]]:
    """Of each enrolment: the numbers of the windows on whose closing dates the pupil is there, pupil id,
    year, class id and school id.

    Of two on one day the later one counts: it comes last. One query.
    """
    closing: dict[str, list[tuple[int, date]]] = {}
    for number, window in enumerate(windows):
        closing.setdefault(window.academic_year, []).append((number, window.closes_on))
    there: dict[tuple[Any, ...], list[int]] = {}  # most pupils of a class come and go on the same days
    for pupil_id, year, class_id, school_id, *stay in ENROLMENTS.kept(ids=pupil_ids):
        when = tuple(stay)
        if when not in there:
            there[when] = _there_on(closing.get(when[0], ()), *map(Day.told, when[1:]))
        yield there[when], pupil_id, year, class_id, school_id


def _there_on(
    days: Iterable[tuple[int, date]],
    starts_on: date | None,
    ends_on: date | None,
    gone_until: date | None,
    narrowed_since: date | None,
) -> list[int]:
    """The numbers of the days. Whose results have been disposed of, or are not to be used, is neither judged
    anew nor counted as missing."""
    return [
        number
        for number, day in days
        if (starts_on is None or starts_on <= day)
        and (ends_on is None or ends_on >= day)
        and (gone_until is None or gone_until < day)
        and (narrowed_since is None or narrowed_since > day)
    ]
