"""Schools and classes by hand: new ones, and other names for those there are."""

from collections.abc import Callable

import sqlalchemy as sa

from assessments import calendar
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.models import Municipality, School, SchoolClass


def add_school(municipality: Municipality, name: str, code: str | None, phone: str | None) -> School:
    """A new school. Raises Refused when the municipality has one of that name, or the code is taken."""
    school = School(municipality_id=municipality.id)
    correct_school(school, name, code, phone)
    db.session.add(school)
    db.session.flush()
    return school


def correct_school(school: School, name: str, code: str | None, phone: str | None) -> None:
    """Another name, skolenhetskod or telephone number."""
    name = _read(cells.name, name)
    code = _read(cells.school_code, code) if code else None
    with db.session.no_autoflush:
        others = sa.select(School.name).where(School.id != (school.id or 0))
        if twin := _twin(name, others.filter_by(municipality_id=school.municipality_id)):
            raise Refused(f"Kommunen har redan en skola som heter {twin}.")
        if code and db.session.scalar(
            sa.select(School.id).where(School.code == code, School.id != (school.id or 0))
        ):
            raise Refused(f"Skolenhetskoden {code} används redan.")
    school.name, school.code, school.phone = name, code, (phone or "").strip() or None


def add_class(school: School, name: str, academic_year: str) -> SchoolClass:
    """A new class. Raises Refused when the school has one of that name that academic year."""
    if not calendar.is_academic_year(academic_year):
        raise Refused(f"Läsåret {academic_year} är inte skrivet som 2026/27.")
    school_class = SchoolClass(school_id=school.id, academic_year=academic_year)
    rename_class(school_class, name)
    db.session.add(school_class)
    db.session.flush()
    return school_class


def rename_class(school_class: SchoolClass, name: str) -> None:
    name = _read(cells.class_name, name)
    with db.session.no_autoflush:
        others = sa.select(SchoolClass.name).where(SchoolClass.id != (school_class.id or 0))
        there = {"school_id": school_class.school_id, "academic_year": school_class.academic_year}
        if twin := _twin(name, others.filter_by(**there)):
            raise Refused(f"Skolan har redan en klass {twin} läsåret {school_class.academic_year}.")
    school_class.name = name


def _twin(name: str, others: sa.Select[str]) -> str | None:
    """The one of the names that is this one but for case and spaces, as files are read."""
    return next((one for one in db.session.scalars(others) if cells.folded(one) == cells.folded(name)), None)


def _read(reader: Callable[[str], str], text: str) -> str:
    try:
        return reader(text)
    except CellFault as fault:
        raise Refused(f"{fault.reason[:1].upper()}{fault.reason[1:]}.") from fault
