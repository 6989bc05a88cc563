"""Which measures a school uses: its sheets show them, and only they can be missing."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.calendar import year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.doors import screening
from assessments.expected import chosen_measures, expected_at
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, SchoolMeasure
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Municipality, School, SchoolClass


@dataclass(frozen=True)
class SchoolChoice:
    """A school and the names of the measures it uses, in reading order; none: it follows the set."""

    id: int
    name: str
    municipality_id: int
    municipality: str
    measures: list[str]


def schools_and_measures(municipalities: sa.Select[Municipality]) -> list[SchoolChoice]:
    """Every school of the municipalities, by municipality and name. Three queries."""
    ids = municipalities.with_only_columns(Municipality.id)
    rows = db.session.execute(
        sa.select(School.id, School.name, Municipality.id, Municipality.name)
        .join(Municipality, School.municipality_id == Municipality.id)
        .where(Municipality.id.in_(ids))
    ).all()
    chosen, known = chosen_measures([row[0] for row in rows]), measures()
    found = [
        SchoolChoice(
            *row, [measure.name for code, measure in known.items() if code in chosen.get(row[0], set())]
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (swedish_key(one.municipality), swedish_key(one.name)))


@dataclass(frozen=True)
class YearMeasures:
    """Names of the measures that a window's set expects of a year, and of those asked at the school."""

    year: str
    expected: list[str]
    left: list[str]


def measures_by_year(school: School, window: AssessmentWindow) -> list[YearMeasures]:
    """For every year that goes at the school and that the set expects something of."""
    asked = (
        sa.select(Enrolment.year)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(SchoolClass.school_id == school.id, SchoolClass.academic_year == window.academic_year)
    )
    years, known = sorted(set(db.session.scalars(asked))), measures()
    left = expected_at(window, {(school.id, year) for year in years})
    rows = [
        (year, screening().expected_measures(window, {year}), left.get((school.id, year), []))
        for year in years
    ]
    return [
        YearMeasures(
            year_label(year, window.academic_year),
            [known[code].name for code in expected],
            [known[code].name for code in used],
        )
        for year, expected, used in rows
        if expected
    ]


def choose_measures(school: School, codes: Collection[str]) -> bool:
    """The school uses exactly these measures; False when it did already. Raises Refused for unknown ones."""
    unknown = set(codes) - set(measures())
    if unknown:
        raise Refused(f"Måttet {min(unknown)} finns inte.")
    before = chosen_measures([school.id]).get(school.id, set())
    if before == set(codes):
        return False
    db.session.execute(
        sa.delete(SchoolMeasure).where(
            SchoolMeasure.school_id == school.id, SchoolMeasure.measure.not_in(codes)
        )
    )
    db.session.add_all(
        SchoolMeasure(school_id=school.id, measure=code) for code in sorted(set(codes) - before)
    )
    db.session.flush()
    return True
