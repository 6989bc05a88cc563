"""What is expected of a school and year in a window: what the set names, narrowed to what the school uses."""

from collections.abc import Collection

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow, SchoolMeasure, Score
from assessments.roster.models import Enrolment, SchoolClass
from screening.narrowing import narrowed
from screening.queries.standards import Standards

Place = tuple[int, int]  # school id, year


def expected_at(
    window: AssessmentWindow, places: Collection[Place], standards: Standards
) -> dict[Place, frozenset[str]]:
    """The measures, for each school and year; nothing where the year is not in the window. Two queries."""
    schools = {school_id for school_id, _year in places}
    chosen, recorded = _chosen(schools), _recorded(window, schools)
    return {
        (school_id, year): narrowed(
            standards.expected(window, year),
            standards.groups(window, year),
            chosen.get(school_id, set()),
            recorded.get(school_id, set()),
        )
        for school_id, year in places
    }


def _chosen(schools: set[int]) -> dict[int, set[str]]:
    """What each school says that it uses; nothing where it has not said."""
    return _gathered(
        sa.select(SchoolMeasure.school_id, SchoolMeasure.measure).where(SchoolMeasure.school_id.in_(schools))
    )


def _recorded(window: AssessmentWindow, schools: set[int]) -> dict[int, set[str]]:
    """The measures anybody at the school has a record of in the window."""
    return _gathered(
        sa.select(SchoolClass.school_id, Score.measure)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .join(Score, Score.pupil_id == Enrolment.pupil_id)
        .where(
            Score.window_id == window.id,
            SchoolClass.school_id.in_(schools),
            SchoolClass.academic_year == window.academic_year,
        )
        .distinct()
    )


def _gathered(rows: sa.Executable) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for school_id, measure in db.session.execute(rows):
        found.setdefault(school_id, set()).add(measure)
    return found
