"""Which class, pupil or school a person means on the command line."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.cells import folded
from assessments.roster.header import nearest
from assessments.roster.models import Municipality, Pupil, School, SchoolClass

Found = TypeVar("Found")


def find_school(told: str, municipality: str | None = None) -> School:
    """By skolenhetskod, else by name."""
    schools = _in_municipality(
        db.session.scalars(sa.select(School).options(joinedload(School.municipality))),
        lambda school: school.municipality,
        municipality,
    )
    by_code = [school for school in schools if school.code == told.strip()]
    found = by_code or [school for school in schools if folded(school.name) == folded(told)]
    return _only(
        found, f"Skolan {told}", "Skolan finns i flera kommuner", nearest(told, [s.name for s in schools])
    )


def find_class(told: str, window: AssessmentWindow, municipality: str | None = None) -> SchoolClass:
    """``skolenhetskod/klass`` (or school name), the class of the window's academic year."""
    school_told, slash, name = told.partition("/")
    if not slash or not school_told.strip() or not name.strip():
        raise Refused(f"Skriv klassen som skolenhetskod/klass, till exempel 12345678/2B. Du skrev: {told}")
    school = find_school(school_told, municipality)
    classes = list(
        db.session.scalars(
            sa.select(SchoolClass).filter_by(school_id=school.id, academic_year=window.academic_year)
        )
    )
    found = [one for one in classes if folded(one.name) == folded(name)]
    what = f"Klassen {name} på {school.name} läsåret {window.academic_year}"
    return _only(found, what, "Klassen finns flera gånger", nearest(name, [one.name for one in classes]))


def find_classes(school: School, window: AssessmentWindow) -> list[SchoolClass]:
    """The school's classes of the window's academic year."""
    return list(
        db.session.scalars(
            sa.select(SchoolClass).filter_by(school_id=school.id, academic_year=window.academic_year)
        )
    )


def find_municipality(told: str) -> Municipality:
    """By name."""
    found = {folded(one.name): one for one in db.session.scalars(sa.select(Municipality))}
    if folded(told) not in found:
        meant = nearest(told, [one.name for one in found.values()])
        raise Refused(f"Kommunen {told} finns inte." + (f" Menade du {meant}?" if meant else ""))
    return found[folded(told)]


def find_pupil(told: str, municipality: str | None = None) -> Pupil:
    """By elev-id, which is unique within a municipality."""
    pupils = _in_municipality(
        db.session.scalars(
            sa.select(Pupil).filter_by(code=told.strip()).options(joinedload(Pupil.municipality))
        ),
        lambda pupil: pupil.municipality,
        municipality,
    )
    return _only(pupils, f"Eleven med elev-id {told}", "Elev-id finns i flera kommuner", None)


def _in_municipality(
    rows: Iterable[Found], of: Callable[[Found], Municipality], municipality: str | None
) -> list[Found]:
    if municipality is None:
        return list(rows)
    here = find_municipality(municipality)
    return [row for row in rows if of(row).id == here.id]


def _only(found: Sequence[Found], what: str, several: str, meant: str | None) -> Found:
    if not found:
        raise Refused(f"{what} finns inte." + (f" Menade du {meant}?" if meant else ""))
    if len(found) > 1:
        raise Refused(f"{several}. Säg vilken kommun med --kommun.")
    return found[0]
