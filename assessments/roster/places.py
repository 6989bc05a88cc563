"""Where rows of a file say pupils go, found among the municipalities, schools and classes we know, or new."""

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.cells import CellFault, class_key, folded
from assessments.roster.header import nearest
from assessments.roster.models import Municipality, School, SchoolClass
from assessments.roster.rows import Place

UNNAMED = "Namnlös kommun"  # a file need not say which municipality it is from


@dataclass(eq=False)
class KnownMunicipality:
    """``id`` None: it is new, and made when the plan is carried out."""

    id: int | None
    name: str


@dataclass(eq=False)
class KnownSchool:
    id: int | None
    municipality: KnownMunicipality
    name: str
    code: str | None


@dataclass(eq=False)
class KnownClass:
    id: int | None
    school: KnownSchool
    name: str

    def __str__(self) -> str:
        return f"{self.name}, {self.school.name}"


class PlaceFault(CellFault):
    """A ``CellFault`` that knows in which column it stands."""

    def __init__(self, key: str, reason: str, remedy: str) -> None:
        self.key = key
        super().__init__(reason, remedy)


def municipality_key(name: str) -> str:
    """A municipality's name as it is compared: ``Ekby kommun`` is ``Ekby``."""
    return folded(name).removesuffix("kommun")


@dataclass
class Places:
    """What we know of one academic year, and what the file adds to it.

    ``within``: ids of the municipalities whose pupils may be taken in; None on the command line.
    """

    academic_year: str
    within: Collection[int] | None = None
    municipalities: dict[str, KnownMunicipality] = field(default_factory=dict)
    schools: list[KnownSchool] = field(default_factory=list)
    classes: dict[tuple[KnownSchool, str], KnownClass] = field(default_factory=dict)
    alike: dict[tuple[KnownSchool, str], list[KnownClass]] = field(default_factory=dict)
    amended: list[KnownMunicipality | KnownSchool] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    found: dict[Place, KnownClass | PlaceFault] = field(default_factory=dict)
    by_code: dict[str, KnownSchool] = field(default_factory=dict)
    by_name: dict[tuple[KnownMunicipality, str], KnownSchool] = field(default_factory=dict)

    @classmethod
    def of(cls, academic_year: str, within: Collection[int] | None = None) -> "Places":
        """Three queries, whatever the size of the file."""
        known = cls(academic_year, within)
        by_id = {}
        for row in db.session.execute(
            sa.select(Municipality.id, Municipality.name).order_by(Municipality.id)
        ):
            by_id[row.id] = KnownMunicipality(row.id, row.name)
            known.municipalities[municipality_key(row.name)] = by_id[row.id]
        schools = {}
        columns = sa.select(School.id, School.municipality_id, School.name, School.code).order_by(School.id)
        for school_id, municipality_id, name, code in db.session.execute(columns):
            schools[school_id] = KnownSchool(school_id, by_id[municipality_id], name, code)
            known._add_school(schools[school_id])
        classes = sa.select(SchoolClass.id, SchoolClass.school_id, SchoolClass.name)
        for class_id, school_id, name in db.session.execute(classes.filter_by(academic_year=academic_year)):
            school = schools[school_id]
            known._add_class(KnownClass(class_id, school, name))
        return known

    def school_class(self, place: Place) -> KnownClass:
        """The class a row names. Raises PlaceFault; the same place always gets the same answer."""
        if place not in self.found:
            try:
                self.found[place] = self._class_in(self.school(place), place.school_class)
            except PlaceFault as fault:
                self.found[place] = fault
        answer = self.found[place]
        if isinstance(answer, PlaceFault):
            raise answer
        return answer

    def school(self, place: Place) -> KnownSchool:
        """The school a row names, by skolenhetskod, else by name within its municipality."""
        by_code = self.by_code.get(place.school_code or "")
        municipality = self._municipality(place, by_code)
        if self.within is not None and municipality.id not in self.within:
            raise PlaceFault("municipality", "kommunen är inte din", "Läs bara in elever i din egen kommun")
        if by_code:
            return self._checked(by_code, municipality, place)
        named = self.by_name.get((municipality, folded(place.school or "")))
        if named is None:
            return self._new_school(municipality, place)
        if place.school_code and named.code:
            reason = f"skolan {named.name} har redan skolenhetskoden {named.code}"
            raise PlaceFault("school_code", reason, "Rätta koden eller skolans namn")
        if place.school_code:
            named.code = place.school_code
            self.by_code[place.school_code] = named
            self._amend(named)
        return named

    def _municipality(self, place: Place, school: KnownSchool | None) -> KnownMunicipality:
        if not place.municipality:
            return school.municipality if school else self._unsaid_municipality(place)
        key = municipality_key(place.municipality)
        if key not in self.municipalities:
            unnamed = self.municipalities.get(municipality_key(UNNAMED))
            if school and school.municipality is unnamed:
                return self._name(unnamed, place.municipality)
            self._tell_alike("kommun", place.municipality, [one.name for one in self.municipalities.values()])
            self.municipalities[key] = KnownMunicipality(None, place.municipality)
        return self.municipalities[key]

    def _unsaid_municipality(self, place: Place) -> KnownMunicipality:
        """The one there is, or the one with a school of that name; a first file may leave it out."""
        known = list(self.municipalities.values())
        if self.within is not None:
            known = [one for one in known if one.id in self.within]
        if len(known) > 1:
            known = [one for one in known if (one, folded(place.school or "")) in self.by_name]
        if len(known) == 1:
            return known[0]
        if self.municipalities:
            raise PlaceFault("municipality", "kommunen framgår inte", "Lägg till kolumnen kommun")
        note = f"Filen säger ingen kommun: skolorna läggs i ”{UNNAMED}” tills en fil nämner den."
        self.notes[note] = None
        return self.municipalities.setdefault(municipality_key(UNNAMED), KnownMunicipality(None, UNNAMED))

    def _name(self, unnamed: KnownMunicipality, name: str) -> KnownMunicipality:
        del self.municipalities[municipality_key(unnamed.name)]
        unnamed.name = name
        self.municipalities[municipality_key(name)] = unnamed
        self._amend(unnamed)
        return unnamed

    def _checked(self, school: KnownSchool, municipality: KnownMunicipality, place: Place) -> KnownSchool:
        if school.municipality is not municipality:
            raise PlaceFault(
                "school_code", "skolenhetskoden hör till en annan kommun", "Rätta koden eller kommunen"
            )
        if place.school and folded(place.school) != folded(school.name):
            if school.name == _unnamed_school(school.code):
                school.name = place.school
                self._amend(school)
            else:
                self.notes[f"Skolan {school.code} heter {school.name} här; namnet i filen används inte."] = (
                    None
                )
        return school

    def _new_school(self, municipality: KnownMunicipality, place: Place) -> KnownSchool:
        name = place.school or _unnamed_school(place.school_code)
        siblings = [school.name for school in self.schools if school.municipality is municipality]
        self._tell_alike("skola", name, siblings)
        school = KnownSchool(None, municipality, name, place.school_code)
        self._add_school(school)
        return school

    def _add_school(self, school: KnownSchool) -> None:
        self.schools.append(school)
        self.by_name[school.municipality, folded(school.name)] = school
        if school.code:
            self.by_code[school.code] = school

    def _class_in(self, school: KnownSchool, name: str) -> KnownClass:
        """By its name, else by what it is called without ``klass`` or ``åk`` where only one class is."""
        if found := self.classes.get((school, folded(name))):
            return found
        alike = self.alike.get((school, class_key(name)), [])
        if len(alike) == 1:
            self.notes[f"Klassen ”{name}” i filen läses som {alike[0]}."] = None
            return alike[0]
        return self._add_class(KnownClass(None, school, name))

    def _add_class(self, known: KnownClass) -> KnownClass:
        self.classes[known.school, folded(known.name)] = known
        self.alike.setdefault((known.school, class_key(known.name)), []).append(known)
        return known

    def _amend(self, known: KnownMunicipality | KnownSchool) -> None:
        if known.id is not None and known not in self.amended:
            self.amended.append(known)

    def _tell_alike(self, kind: str, name: str, others: list[str]) -> None:
        if alike := nearest(name, others, cutoff=0.85):
            self.notes[f"Ny {kind} ”{name}” liknar ”{alike}” som redan finns. Är det samma?"] = None


def _unnamed_school(code: str | None) -> str:
    return f"Skolenhet {code}"
