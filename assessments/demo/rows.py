"""Schools, classes, pupils and enrolments of the example, written in bulk into an empty database."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.demo.children import Child, Stay
from assessments.demo.moves import enrolments
from assessments.demo.plans import Plan
from assessments.models import SchoolMeasure
from assessments.roster.models import (
    Curriculum,
    Enrolment,
    Municipality,
    Pupil,
    School,
    SchoolClass,
    SchoolForm,
)

ClassKey = tuple[str, str, str]  # skolenhetskod, class, academic year
NOWHERE = uuid.UUID(int=0)


@dataclass(frozen=True)
class Roster:
    """The example as rows: ids by what people call things. ``children[i]`` is the pupil with id ``i + 1``."""

    children: list[Child]
    municipalities: dict[str, int]
    schools: dict[str, int]
    classes: dict[ClassKey, int]


def class_key(stay: Stay) -> ClassKey:
    return stay.school.code, stay.class_name, stay.academic_year


def write_roster(plan: Plan, children: list[Child]) -> Roster:
    """Write them all. Flushes nothing half: one insert per table."""
    roster = Roster(
        children,
        municipalities=_numbered({school.municipality for school in plan.schools}),
        schools={school.code: number for number, school in enumerate(plan.schools, start=1)},
        classes=_numbered({class_key(stay) for _, stay in enrolments(children)}),
    )
    _insert(Municipality, ({"id": id_, "name": name} for name, id_ in roster.municipalities.items()))
    _insert(School, _schools(plan, roster))
    _insert(SchoolMeasure, _school_measures(plan, roster))
    _insert(
        SchoolClass,
        (
            {"id": id_, "school_id": roster.schools[code], "name": name, "academic_year": academic_year}
            for (code, name, academic_year), id_ in roster.classes.items()
        ),
    )
    _insert(Pupil, (_pupil(roster, number, child) for number, child in enumerate(children, start=1)))
    _insert(Enrolment, _enrolments(roster))
    return roster


def _numbered(keys: Iterable[Any]) -> dict[Any, int]:
    return {key: number for number, key in enumerate(sorted(keys), start=1)}


def _schools(plan: Plan, roster: Roster) -> Iterable[dict[str, Any]]:
    for school in plan.schools:
        yield {
            "id": roster.schools[school.code],
            "municipality_id": roster.municipalities[school.municipality],
            "name": school.name,
            "code": school.code,
            "phone": school.phone,
            "external_id": str(uuid.uuid5(NOWHERE, school.code)),  # as the national services make it
        }


def _school_measures(plan: Plan, roster: Roster) -> Iterable[dict[str, Any]]:
    for school in plan.schools:
        for measure in school.measures:
            yield {"school_id": roster.schools[school.code], "measure": measure}


def _pupil(roster: Roster, number: int, child: Child) -> dict[str, Any]:
    return {
        "id": number,
        "municipality_id": roster.municipalities[child.municipality],
        "code": child.code,
        "given_name": child.alias or child.given_name,  # as when somebody is protected: no name is kept
        "family_name": "" if child.alias else child.family_name,
        "school_form": SchoolForm.ANPASSAD if child.is_anpassad else SchoolForm.GRUNDSKOLA,
        "curriculum": Curriculum.SWEDISH_AS_SECOND_LANGUAGE if child.follows_sva else Curriculum.SWEDISH,
        "letter_language": child.letters,
        "second_letter_language": child.second_letters,
        "new_in_swedish_school_on": child.new_on,
        "is_protected": child.alias is not None,
        "alias": child.alias,
    }


def _enrolments(roster: Roster) -> Iterable[dict[str, Any]]:
    for number, child in enumerate(roster.children, start=1):
        for stay in child.stays:
            yield {
                "pupil_id": number,
                "school_class_id": roster.classes[class_key(stay)],
                "year": stay.year,
                "starts_on": stay.starts_on,
                "ends_on": stay.ends_on,
            }


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """One statement; rows that other systems know by an id get one that is the same for the same seed."""
    table: sa.Table = model.__table__
    ready = list(rows)
    if "external_id" in table.c:
        for number, row in enumerate(ready, start=1):
            row.setdefault("external_id", str(uuid.uuid5(NOWHERE, f"{table.name}:{number}")))
    if ready:
        db.session.connection().execute(sa.insert(table), ready)
