"""The places of a municipality, kept up to date by its administrators. Verbs flush."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from assessments.access.permissions import Permission, classes_open_to
from assessments.collation import swedish_key
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School, SchoolClass
from screening.open_support.models import LONGEST, OpenSupport


def places_in(municipality: Municipality) -> list[OpenSupport]:
    """By name."""
    rows = db.session.scalars(sa.select(OpenSupport).filter_by(municipality_id=municipality.id))
    return sorted(rows, key=lambda one: swedish_key(one.name))


def places_around_me() -> list[OpenSupport]:
    """Those of the municipalities where the signed-in person's classes are, by municipality and name."""
    classes = classes_open_to(Permission.ASK_FOR_HELP).with_only_columns(SchoolClass.school_id)
    mine = sa.select(School.municipality_id).where(School.id.in_(classes))
    rows = db.session.execute(
        sa.select(OpenSupport, Municipality.name)
        .join(Municipality, Municipality.id == OpenSupport.municipality_id)
        .where(OpenSupport.municipality_id.in_(mine))
    )
    return [one for one, _ in sorted(rows, key=lambda row: (swedish_key(row[1]), swedish_key(row[0].name)))]


def save_place(
    municipality: Municipality, place_id: int | None, told: Mapping[str, str | None]
) -> OpenSupport:
    """A new place, or one of the municipality's put right; ``told`` by column. Raises ``Refused``."""
    columns = {name: " ".join((told.get(name) or "").split()) or None for name in LONGEST}
    wrong = [] if columns["name"] else ["Skriv vad stället heter."]
    wrong += [] if columns["what"] else ["Skriv vad familjer kan få hjälp med där."]
    wrong += [] if columns["phone"] or columns["address"] else ["Skriv telefon eller adress."]
    is_long = any(len(columns[name] or "") > most for name, most in LONGEST.items())
    wrong += ["Någon av uppgifterna är för lång."] if is_long else []
    same = [one for one in places_in(municipality) if one.name == columns["name"] and one.id != place_id]
    wrong += ["Det finns redan ett ställe som heter så."] if same else []
    if wrong:
        raise Refused(wrong)
    place = OpenSupport(municipality_id=municipality.id) if place_id is None else _own(municipality, place_id)
    for name, said in columns.items():
        setattr(place, name, said)
    db.session.add(place)
    db.session.flush()
    return place


def remove_place(municipality: Municipality, place_id: int) -> OpenSupport:
    """It has closed. Nothing else is told about it anywhere."""
    place = _own(municipality, place_id)
    db.session.delete(place)
    db.session.flush()
    return place


def _own(municipality: Municipality, place_id: int) -> OpenSupport:
    place = db.session.scalar(sa.select(OpenSupport).filter_by(id=place_id, municipality_id=municipality.id))
    if place is None:
        raise Refused("Stället finns inte längre.")
    return place


def chosen_among(places: Sequence[OpenSupport], place_id: int | None) -> list[OpenSupport]:
    """The one that was asked for; all of them where none was."""
    return [one for one in places if place_id in (None, one.id)]
