"""Samråd that waits: what is asked of a function of mine, what mine has asked, and a pupil's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import Permission, classes_open_to, duties_giving
from assessments.calendar import academic_year_on
from assessments.clock import today
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Duty, Pupil, Role, SchoolClass
from assessments.words import ROLE_WORDS
from screening.handovers.seeing import is_open_on
from screening.queries.follow_up_order import Filters
from screening.queries.follow_up_rows import Classes, place_words, placed
from screening.queries.thread_work import BY_COMMAND
from screening.rules.catalogue import rules_on
from screening.steps.consulting import ASKED, can_be_opened_again
from screening.steps.models import Consultation


@dataclass(frozen=True)
class ConsultationRow:
    """Samråd as people read it. ``is_mine``: a function of the reader's is asked. ``by``: who asked."""

    id: int
    pupil_id: int
    name: str
    class_id: int
    place: str
    about: str
    asked: str  # the function
    by: str
    asked_on: date
    question: str | None
    is_mine: bool
    held_on: date | None = None
    closed_on: date | None = None
    competence: str | None = None
    answer: str | None = None
    can_be_opened_again: bool = False  # by its age, and by the function that closed it


def waiting_consultations(classes: Classes, filters: Filters) -> list[ConsultationRow]:
    """Those of the classes' pupils that nobody has closed, what is asked of me first, then the oldest."""
    rows = db.session.execute(
        placed(Consultation, Consultation.pupil_id, classes)
        .where(
            Consultation.closed_on.is_(None),
            is_open_on(Consultation.pupil_id, Consultation.asked_on),
        )
        .order_by(Consultation.asked_on, Consultation.id)
    ).all()
    chosen = [row for row in rows if filters.fit_place(row) and filters.may_name(row)]
    told = _told([row.Consultation for row in chosen])
    found = [
        told(row.Consultation, row.Pupil.name, place_words(row, classes), classes[row.class_id])
        for row in chosen
    ]
    return sorted(found, key=lambda row: not row.is_mine)


def consultations_of(pupil: Pupil, school_class: SchoolClass | None) -> list[ConsultationRow]:
    """All about one pupil, the latest first; those that wait before those that are closed. Two queries."""
    rows = db.session.scalars(
        sa.select(Consultation)
        .where(
            Consultation.pupil_id == pupil.id,
            is_open_on(Consultation.pupil_id, Consultation.asked_on),
        )
        .order_by(Consultation.closed_on.is_not(None), Consultation.id.desc())
    ).all()
    told = _told(rows)
    return [told(row, pupil.name, "", school_class) for row in rows]


def _told(rows: Sequence[Consultation]) -> Any:
    about, mine = rules_on(today()).consultations, _asked_of_me() if rows else {}
    ids = {row.duty_id for row in rows if row.duty_id}
    functions = function_names(ids) if ids else {}
    held = {one.role for one in duties_giving(Permission.CONSULT)}
    closed_by = {row.closed_duty_id for row in rows if row.closed_duty_id}
    asked = sa.select(Duty.id, Duty.role).where(Duty.id.in_(closed_by))
    closers = {one.id: one.role for one in db.session.execute(asked)} if closed_by else {}

    def tell(row: Consultation, name: str, words: str, place: SchoolClass | None) -> ConsultationRow:
        return ConsultationRow(
            id=row.id,
            pupil_id=row.pupil_id,
            name=name,
            class_id=place.id if place else 0,
            place=words,
            about=about.get(row.about, row.about),
            asked=ROLE_WORDS[row.asked_role],
            by=functions.get(row.duty_id or 0, BY_COMMAND),
            asked_on=row.asked_on,
            question=row.question,
            is_mine=place is not None and place.id in mine.get(row.asked_role, ()),
            held_on=row.held_on,
            closed_on=row.closed_on,
            competence=row.competence,
            answer=row.answer,
            can_be_opened_again=closers.get(row.closed_duty_id or 0) in held and can_be_opened_again(row),
        )

    return tell


def _asked_of_me() -> dict[Role, set[int]]:
    """The classes where the signed-in person is the function that is asked. A query for each role held."""
    held = duties_giving(Permission.CONSULT)
    return {
        role: set(
            db.session.scalars(
                classes_open_to(Permission.CONSULT, among=[one for one in held if one.role is role])
                .where(SchoolClass.academic_year >= academic_year_on(today()))
                .with_only_columns(SchoolClass.id)
            )
        )
        for role in {one.role for one in held} & {*ASKED}
    }
