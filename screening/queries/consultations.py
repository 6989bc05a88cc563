"""Samråd that waits: what is asked of a function of mine, what mine has asked, and a pupil's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import Permission, duties_giving
from assessments.access.persons import Held
from assessments.clock import today
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Pupil, Role, SchoolClass
from assessments.words import ROLE_WORDS
from screening.handovers.holding import is_open_on
from screening.queries.follow_up_order import Filters
from screening.queries.follow_up_rows import Classes, place_words, placed
from screening.queries.thread_work import BY_COMMAND
from screening.rules.catalogue import rules_on
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
    mine = duties_giving(Permission.CONSULT)
    found = [
        told(row.Consultation, row.Pupil.name, place_words(row, classes), classes[row.class_id], mine)
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
    told, mine = _told(rows), duties_giving(Permission.CONSULT)
    return [told(row, pupil.name, "", school_class, mine) for row in rows]


def _told(rows: Sequence[Consultation]) -> Any:
    about = rules_on(today()).consultations
    ids = {row.duty_id for row in rows if row.duty_id}
    functions = function_names(ids) if ids else {}

    def tell(
        row: Consultation, name: str, words: str, place: SchoolClass | None, mine: Sequence[Held]
    ) -> ConsultationRow:
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
            is_mine=any(_is_asked(duty, row.asked_role, place) for duty in mine),
            held_on=row.held_on,
            closed_on=row.closed_on,
            competence=row.competence,
            answer=row.answer,
        )

    return tell


def _is_asked(duty: Held, role: Role, place: SchoolClass | None) -> bool:
    """Whether the duty is the function that is asked: the teacher of the class, the special teacher there."""
    if place is None or duty.role is not role:
        return False
    return duty.school_class_id == place.id or duty.school_id == place.school_id
