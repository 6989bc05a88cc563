"""Where rows say duties hold, found among the municipalities, schools and classes we know. Never new ones."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from assessments.access.duties import PLACE_WORDS, PLACES, Scope
from assessments.access.scopes import INITIATIVE
from assessments.access.staff_files.rows import DutyRow, Place
from assessments.calendar import academic_year_on
from assessments.database import db
from assessments.roster.cells import CellFault, class_key, folded
from assessments.roster.characters import shown
from assessments.roster.header import nearest
from assessments.roster.models import Municipality, Role, School, SchoolClass
from assessments.roster.places import municipality_key
from assessments.words import ROLE_WORDS


class PlaceFault(CellFault):
    """A ``CellFault`` that knows in which column it stands."""

    def __init__(self, key: str, reason: str, remedy: str) -> None:
        self.key = key
        super().__init__(reason, remedy)


@dataclass
class StaffPlaces:
    """``within``: ids of the municipalities that may be spoken of; None on the command line."""

    within: Collection[int] | None
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    schools: list[School] = field(default_factory=list)
    classes: dict[tuple[int, str, str], SchoolClass] = field(default_factory=dict)
    names: dict[tuple[int, str], list[str]] = field(default_factory=dict)  # of the classes of a year

    @classmethod
    def of(cls, rows: Iterable[DutyRow], within: Collection[int] | None) -> "StaffPlaces":
        """Three queries, whatever the size of the file. Others' places are as unknown as any."""
        found = cls(within)
        for one in db.session.scalars(sa.select(Municipality)):
            if within is None or one.id in within:
                found.municipalities[municipality_key(one.name)] = one
        ids = [one.id for one in found.municipalities.values()]
        found.schools = list(db.session.scalars(sa.select(School).where(School.municipality_id.in_(ids))))
        years = {academic_year_on(row.starts_on) for row in rows if row.role is Role.TEACHER}
        here = SchoolClass.school_id.in_([one.id for one in found.schools])
        for one_class in db.session.scalars(
            sa.select(SchoolClass).where(here, SchoolClass.academic_year.in_(years))
        ):
            where = one_class.school_id, one_class.academic_year
            found.classes[*where, folded(one_class.name)] = one_class
            found.names.setdefault(where, []).append(one_class.name)
        return found

    def find(self, row: DutyRow) -> Scope:
        """Where the row's duty holds. Raises PlaceFault."""
        kinds, place = PLACES[row.role], row.place
        if type(None) in kinds and folded(place.municipality) == INITIATIVE and self.within is None:
            return None
        municipality = self._municipality(place.municipality) if place.municipality else None
        if School in kinds and (place.school_code or place.school):
            return self._school(row, municipality)
        if SchoolClass in kinds:
            return self._class(row, self._school(row, municipality))
        if Municipality in kinds:
            return municipality or self._only_municipality(row)
        return self._school(row, municipality)

    def look_up(self, place: Place) -> None:
        """Whether there is such a municipality and school, whatever holds there. Raises PlaceFault."""
        is_said = place.municipality and folded(place.municipality) != INITIATIVE
        municipality = self._municipality(place.municipality) if is_said else None
        if place.school_code or place.school:
            self._school_called(place, municipality)

    def _municipality(self, text: str) -> Municipality:
        found = self.municipalities.get(municipality_key(text))
        if found is None:
            names = [one.name for one in self.municipalities.values()]
            raise PlaceFault("municipality", f"kommunen ”{shown(text)}” finns inte", _meant(text, names))
        return found

    def _only_municipality(self, row: DutyRow) -> Municipality:
        if self.within is not None and len(self.municipalities) == 1:
            return next(iter(self.municipalities.values()))
        raise PlaceFault("municipality", f"kommunen saknas för {ROLE_WORDS[row.role]}", "Fyll i cellen")

    def _school(self, row: DutyRow, municipality: Municipality | None) -> School:
        if not (row.place.school_code or row.place.school):
            where = PLACE_WORDS[PLACES[row.role][0]]
            reason = f"{ROLE_WORDS[row.role]} gäller {where}, men skolan saknas"
            raise PlaceFault("school", reason, "Skriv skola eller skolenhetskod")
        return self._school_called(row.place, municipality)

    def _school_called(self, place: Place, municipality: Municipality | None) -> School:
        key, text = "school_code" if place.school_code else "school", place.school_code or place.school
        mine = [one for one in self.schools if municipality is None or one.municipality_id == municipality.id]
        if place.school_code:
            found = [one for one in mine if one.code == text]
        else:
            found = [one for one in mine if folded(one.name) == folded(text)]
        if len(found) > 1:
            raise PlaceFault(key, f"flera skolor heter {shown(text)}", "Skriv skolenhetskod eller kommun")
        if not found:
            known = [one.code or "" for one in mine] if place.school_code else [one.name for one in mine]
            raise PlaceFault(key, f"skolan ”{shown(text)}” finns inte", _meant(text, known))
        return found[0]

    def _class(self, row: DutyRow, school: School) -> SchoolClass:
        text, year = row.place.school_class, academic_year_on(row.starts_on)
        if not text:
            raise PlaceFault(
                "school_class", "en klasslärare gäller en klass, men den saknas", "Fyll i cellen"
            )
        found = self.classes.get((school.id, year, folded(text)))
        if found is None:
            here = [one for (of, when, _), one in self.classes.items() if (of, when) == (school.id, year)]
            alike = [one for one in here if class_key(one.name) == class_key(text)]
            found = alike[0] if len(alike) == 1 else None
        if found is None:
            reason = f"{school.name} har ingen klass ”{shown(text)}” läsåret {year}"
            raise PlaceFault("school_class", reason, _meant(text, self.names.get((school.id, year), [])))
        return found


def _meant(text: str, names: list[str]) -> str:
    meant = nearest(text, [name for name in names if name])
    return f"Menade du {meant}?" if meant else "Rätta cellen, eller läs in klasslistan först"
