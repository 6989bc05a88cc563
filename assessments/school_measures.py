"""Which measures a school uses: its sheets show them, and only they can be missing."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.expected import chosen_measures
from assessments.instruments.catalogue import measures
from assessments.models import SchoolMeasure
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School


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
