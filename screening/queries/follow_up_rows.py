"""The rows behind Elever att följa upp: open threads, where their pupils go, and what their classes reach."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, load_only

from assessments import calendar
from assessments.access.permissions import Permission, classes_open_to, pupil_ids_open_to
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from assessments.roster.narrowing import NARROWED
from screening import inbox
from screening.class_first import ClassAnswer, class_answer
from screening.levels import Level
from screening.models import Judgement

Group = tuple[int, int]  # class id, window id
Classes = Mapping[int, SchoolClass]
# All that a list says of a pupil: there may be thousands, and half of a row is never looked at.
NAMED = (
    Pupil.municipality_id, Pupil.given_name, Pupil.preferred_name, Pupil.family_name,
    Pupil.new_in_swedish_school_on, Pupil.is_protected, Pupil.alias,
)  # fmt: skip
PLACE = Enrolment.school_class_id.label("class_id"), Enrolment.year.label("year_now"), SchoolClass.school_id


def visible_pupils(permission: Permission = Permission.SEE_SIGNALS) -> sa.SelectBase:
    return pupil_ids_open_to(permission)


def visible_classes(permission: Permission = Permission.SEE_SIGNALS) -> Classes:
    """The classes in which the person meets pupils now."""
    found = db.session.scalars(
        classes_open_to(permission)
        .where(SchoolClass.academic_year >= calendar.academic_year_on(today()))
        .options(joinedload(SchoolClass.school))
    )
    return {one.id: one for one in found}


def place_now(pupil_id: Any, classes: Classes) -> sa.ColumnElement[bool]:
    """The condition on Enrolment: it is where the pupil goes now, or next, among the classes.

    One seek for each pupil that is asked about: a join with everybody's places would be walked through anew
    for every signal.
    """
    one = aliased(Enrolment)
    latest = (
        sa.select(one.id)
        .where(
            one.pupil_id == pupil_id,
            one.school_class_id.in_(list(classes)),
            sa.or_(one.ends_on.is_(None), one.ends_on >= today()),
        )
        .order_by(one.starts_on.desc(), one.id.desc())
        .limit(1)
    )
    return Enrolment.id == latest.correlate_except(one).scalar_subquery()


def placed(about: Any, pupil_id: Any, classes: Classes) -> sa.Select[Any]:
    """Rows of ``about`` with ``Pupil``, ``class_id``, ``year_now`` and ``school_id``: what filters ask of."""
    # Found by their pupils: nobody goes through everybody's, however few of them are open.
    here = sa.select(Enrolment.pupil_id).where(Enrolment.school_class_id.in_(list(classes))).correlate(None)
    return (
        sa.select(about, Pupil, *PLACE)
        .join(Pupil, Pupil.id == pupil_id)
        .join(Enrolment, place_now(pupil_id, classes))
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(pupil_id.in_(here), pupil_id.not_in(NARROWED))
    )


def place_words(row: Any, classes: Classes) -> str:
    """``1A, åk 1``."""
    place = classes[row.class_id]
    return f"{place.name}, {calendar.year_label(row.year_now, place.academic_year)}"


def open_threads(classes: Classes, pupils: sa.SelectBase | None = None) -> list[Any]:
    """The open threads that have reached the inbox, each with its pupil, present class, window and level, and
    when it began."""
    seen = visible_pupils() if pupils is None else pupils
    threads = inbox.standing(seen, with_beginning=True).subquery()
    return list(
        db.session.execute(
            sa.select(
                threads,
                Pupil,
                AssessmentWindow,
                *PLACE,
                Judgement.level.label("window_level"),
                Judgement.certainty,
            )
            .join(Pupil, Pupil.id == threads.c.pupil_id)
            .join(AssessmentWindow, AssessmentWindow.id == threads.c.window_id)
            .join(Enrolment, place_now(threads.c.pupil_id, classes))
            .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
            .outerjoin(
                Judgement,
                sa.and_(Judgement.pupil_id == threads.c.pupil_id, Judgement.window_id == threads.c.window_id),
            )
            .options(load_only(*NAMED))
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
