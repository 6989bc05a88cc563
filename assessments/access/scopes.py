"""Where a duty holds, as people type it: ``10000001/1A``, a skolenhetskod, a school, a municipality."""

import re
from datetime import date

import sqlalchemy as sa

from assessments.access.duties import HIGHEST_YEAR, PLACES, Scope, Years
from assessments.calendar import academic_year_on, year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.cells import folded
from assessments.roster.models import Municipality, Role, School, SchoolClass

INITIATIVE = "initiativet"
SHOWN = 12


def find_scope(role: Role, text: str, on: date, municipality: Municipality | None = None) -> Scope:
    """The class, school or municipality that the words name for the role; classes of the academic year of
    the day. Refuses with what there is to choose from."""
    kinds = PLACES[role]
    if type(None) in kinds and folded(text) == INITIATIVE:
        return None
    if SchoolClass in kinds:
        return _find_class(text, on, municipality)
    if School in kinds and (school := _school(text, municipality)):
        return school
    if Municipality in kinds and (found := municipality_named(text)):
        return found
    raise Refused(_nothing_there(text, kinds, municipality))


def find_years(text: str, on: date) -> Years:
    """The first and the last year in ``1-3``, ``F-2``, ``åk 2``, as years are called on the day."""
    called = {
        year_label(year, academic_year_on(on)).removeprefix("åk ").lower(): year
        for year in range(HIGHEST_YEAR + 1)
    }
    ends = re.split("[-–]", folded(text).removeprefix("åk"))
    if len(ends) > 2 or not called.keys() >= {*ends}:
        raise Refused(f"Skriv årskurserna som 1-3, F-2 eller 2 (inte ”{text}”).")
    return called[ends[0]], called[ends[-1]]


def municipality_named(name: str) -> Municipality | None:
    """The municipality with that name, however it is spaced or capitalised, with or without ``kommun``."""
    wanted = _municipality_key(name)
    return next(
        (one for one in db.session.scalars(sa.select(Municipality)) if _municipality_key(one.name) == wanted),
        None,
    )


def find_municipality(name: str) -> Municipality:
    """The same, or a refusal with those there are."""
    found = municipality_named(name)
    if found is None:
        raise Refused(_nothing_there(name, (Municipality,), None))
    return found


def find_school(text: str, municipality: Municipality | None = None) -> School:
    """The school with that skolenhetskod or name."""
    found = _school(text, municipality)
    if found is None:
        raise Refused(_nothing_there(text, (School,), municipality))
    return found


def _find_class(text: str, on: date, municipality: Municipality | None) -> SchoolClass:
    place, slash, name = text.partition("/")
    if not slash or not name.strip():
        raise Refused(f"Skriv klassen som skolenhetskod/klass, till exempel 10000001/1A (inte ”{text}”).")
    school, year = find_school(place, municipality), academic_year_on(on)
    classes = db.session.scalars(
        sa.select(SchoolClass).filter_by(school_id=school.id, academic_year=year)
    ).all()
    found = next((one for one in classes if folded(one.name) == folded(name)), None)
    if found is None:
        names = [one.name for one in classes]
        raise Refused(f"{school.name} har ingen klass {name.strip()} läsåret {year}. {_choice(names)}")
    return found


def _school(text: str, municipality: Municipality | None) -> School | None:
    schools = (
        sa.select(School).where(School.municipality_id == municipality.id)
        if municipality
        else sa.select(School)
    )
    every = db.session.scalars(schools).all()
    named = [school for school in every if text.strip() == school.code]
    named = named or [school for school in every if folded(school.name) == folded(text)]
    if len(named) > 1:
        places = ", ".join(sorted(f"{one.municipality.name} ({one.code or 'utan kod'})" for one in named))
        raise Refused(f"Flera skolor heter {text}: {places}. Ange skolenhetskoden, eller --kommun.")
    return named[0] if named else None


def _municipality_key(name: str) -> str:
    return folded(name).removesuffix("kommun")


def _nothing_there(text: str, kinds: tuple[type, ...], municipality: Municipality | None) -> str:
    """What was looked for, and what there is: people misspell, and a first class list may be missing."""
    names: list[str] = []
    if School in kinds:
        schools = db.session.scalars(sa.select(School)).all()
        names += [f"{one.code or one.name}" for one in schools if municipality in (None, one.municipality)]
        word = "skola"
    if Municipality in kinds:
        names += list(db.session.scalars(sa.select(Municipality.name)))
        word = "kommun" if School not in kinds else "skola eller kommun"
    return f"Det finns ingen {word} ”{text}”. {_choice(names)}"


def _choice(names: list[str]) -> str:
    if not names:
        return "Läs in klasslistan först: lasspar roster import FIL"
    shown = sorted(names, key=swedish_key)
    more = f" och {len(shown) - SHOWN} till" if len(shown) > SHOWN else ""
    return f"Välj bland: {', '.join(shown[:SHOWN])}{more}."
