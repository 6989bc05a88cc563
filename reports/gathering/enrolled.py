"""Whose pages are printed: who goes in a class when a window is counted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.expected import counting_day
from assessments.models import AssessmentWindow
from assessments.roster.among import is_among
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from assessments.roster.narrowing import NARROWED


@dataclass(frozen=True)
class Enrolled:
    pupil: Pupil
    year: int


def enrolled_in(
    school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil] | None = None
) -> list[Enrolled]:
    """Everyone, or those of ``pupils``, in the order of a class list: by family name. One question."""
    return enrolled_in_each([school_class.id], window, pupils)[school_class.id]


def enrolled_in_each(
    class_ids: Collection[int], window: AssessmentWindow, pupils: sa.Select[Pupil] | None = None
) -> dict[int, list[Enrolled]]:
    """The same of several classes, by class id. One question."""
    asked = _enrolments(window).where(Enrolment.school_class_id.in_(class_ids))
    if pupils is not None:
        asked = asked.where(is_among(Enrolment.pupil_id, pupils))
    found: dict[int, dict[int, Enrolled]] = {class_id: {} for class_id in class_ids}
    for pupil, school_class, year in db.session.execute(asked):
        found[school_class.id][pupil.id] = Enrolled(pupil, year)
    return {class_id: sorted(mates.values(), key=_place_in_list) for class_id, mates in found.items()}


def place_of(pupil: Pupil, window: AssessmentWindow) -> tuple[SchoolClass, int] | None:
    """The class and year a pupil goes in then; None where the pupil goes in no class of that year."""
    asked = _enrolments(window).where(
        Enrolment.pupil_id == pupil.id, SchoolClass.academic_year == window.academic_year
    )
    found = db.session.execute(asked.order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())).first()
    return None if found is None else (found[1], found[2])


def is_of_school(pupil_id: Any, day: Any, school_id: int) -> sa.ColumnElement[bool]:
    """The condition that something of a day is not later than the pupil's last day at the school: what was
    done after that is the next school's to tell."""
    return (
        sa.select(Enrolment.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Enrolment.pupil_id == pupil_id,
            SchoolClass.school_id == school_id,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
        )
        .exists()
    )


def _enrolments(window: AssessmentWindow) -> sa.Select[Pupil, SchoolClass, int]:
    day = counting_day(window)
    return (
        sa.select(Pupil, SchoolClass, Enrolment.year)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .where(
            Enrolment.starts_on <= day,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            Enrolment.pupil_id.not_in(NARROWED),
        )
    )


def _place_in_list(one: Enrolled) -> tuple[Any, ...]:
    """A protected pupil's family name is not given away by the place in the list."""
    pupil = one.pupil
    name = pupil.first_name if pupil.is_protected else f"{pupil.family_name} {pupil.first_name}"
    return swedish_key(name), pupil.id
