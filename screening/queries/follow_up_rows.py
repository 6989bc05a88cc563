"""The rows behind Elever att följa upp: open threads, where their pupils go, and what their classes reach."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar
from assessments.access.permissions import Permission, classes_open_to, pupils_open_to
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening import inbox
from screening.class_first import ClassAnswer, class_answer
from screening.levels import Level
from screening.models import Judgement

Group = tuple[int, int]  # class id, window id
Classes = Mapping[int, SchoolClass]


def visible_pupils() -> sa.SelectBase:
    return pupils_open_to(Permission.SEE_SIGNALS).with_only_columns(Pupil.id)


def visible_classes() -> Classes:
    """The classes in which the person meets pupils now."""
    found = db.session.scalars(
        classes_open_to(Permission.SEE_SIGNALS)
        .where(SchoolClass.academic_year >= calendar.academic_year_on(today()))
        .options(joinedload(SchoolClass.school))
    )
    return {one.id: one for one in found}


def open_threads(classes: Classes) -> list[Any]:
    """The open threads that have reached the inbox, each with its pupil, present class, window and level."""
    threads = inbox.standing(visible_pupils()).subquery()
    nth = sa.func.row_number().over(partition_by=Enrolment.pupil_id, order_by=Enrolment.starts_on.desc())
    places = (
        sa.select(Enrolment.pupil_id, Enrolment.school_class_id, Enrolment.year, nth.label("nth"))
        .where(
            Enrolment.school_class_id.in_(list(classes)),
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .subquery()
    )
    return list(
        db.session.execute(
            sa.select(
                threads,
                Pupil,
                AssessmentWindow,
                places.c.school_class_id.label("class_id"),
                SchoolClass.school_id,
                places.c.year.label("year_now"),
                Judgement.level.label("window_level"),
                Judgement.certainty,
            )
            .join(Pupil, Pupil.id == threads.c.pupil_id)
            .join(AssessmentWindow, AssessmentWindow.id == threads.c.window_id)
            .join(places, sa.and_(places.c.pupil_id == threads.c.pupil_id, places.c.nth == 1))
            .join(SchoolClass, SchoolClass.id == places.c.school_class_id)
            .outerjoin(
                Judgement,
                sa.and_(Judgement.pupil_id == threads.c.pupil_id, Judgement.window_id == threads.c.window_id),
            )
        )
    )


def class_answers(classes: Classes, rows: Sequence[Any]) -> dict[Group, ClassAnswer]:
    """For each class and window of its own academic year in the list."""
    wanted = {(row.class_id, row.window_id) for row in rows}
    levels = db.session.execute(
        sa.select(Enrolment.school_class_id, Judgement.window_id, Judgement.level)
        .join(Judgement, Judgement.pupil_id == Enrolment.pupil_id)
        .join(AssessmentWindow, AssessmentWindow.id == Judgement.window_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(
            Enrolment.school_class_id.in_(list(classes)),
            SchoolClass.academic_year == AssessmentWindow.academic_year,
            Enrolment.starts_on <= AssessmentWindow.closes_on,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= AssessmentWindow.closes_on),
            Pupil.school_form == SchoolForm.GRUNDSKOLA,
        )
    )
    found: dict[Group, list[Level]] = {}
    for class_id, window_id, level in levels:
        if (class_id, window_id) in wanted:
            found.setdefault((class_id, window_id), []).append(level)
    return {group: class_answer(its) for group, its in found.items()}
