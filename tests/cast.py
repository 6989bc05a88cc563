"""The people of every test: the school Ekbacken, and one school where somebody else works."""

from datetime import date
from typing import Any

from argon2 import PasswordHasher

from assessments.access.models import Account
from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import (
    Duty,
    Enrolment,
    Municipality,
    Pupil,
    Role,
    School,
    SchoolClass,
    StaffMember,
)

PASSWORD = "tallkottar-i-regn"
# A good hash is slow by design, and hundreds of tests sign in. That real ones are good: test_passwords.py.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
TODAY = date(2026, 10, 15)
TERM_START = date(2026, 8, 18)


class Ekbacken:
    """Astrid teaches 1A, Birgitta is speciallärare, Rut rektor; Carl teaches at Tallbacken, elsewhere.

    Ada administers the municipality Ekby, Cecilia coordinates the initiative. Kim Berg and Noor Alm go in 1A,
    Siv Skog (protected, alias "Elev S") too; Olle Ek goes in Carl's class.
    """

    def __init__(self) -> None:
        self.municipality = Municipality(name="Ekby")
        self.other_municipality = Municipality(name="Tallby")
        self.school = School(name="Ekbackens skola", code="10000001", municipality=self.municipality)
        self.other_school = School(
            name="Tallbackens skola", code="20000002", municipality=self.other_municipality
        )
        self.class_1a = SchoolClass(name="1A", academic_year="2026/27", school=self.school)
        self.other_class = SchoolClass(name="1A", academic_year="2026/27", school=self.other_school)
        self.autumn = AssessmentWindow(
            academic_year="2026/27", season=Season.AUTUMN,
            opens_on=date(2026, 9, 1), closes_on=date(2026, 11, 13), makeup_days=14,
        )  # fmt: skip
        self.kim = self.pupil("Kim", "Berg", "1001")
        self.noor = self.pupil("Noor", "Alm", "1002")
        self.siv = self.pupil("Siv", "Skog", "1003", is_protected=True, alias="Elev S")
        self.olle = self.pupil("Olle", "Ek", "2001", school_class=self.other_class)
        self.astrid = self.staff("Astrid Ask", "astrid", Role.TEACHER, school_class=self.class_1a)
        self.birgitta = self.staff("Birgitta Björk", "birgitta", Role.SPECIAL_TEACHER, school=self.school)
        self.rut = self.staff("Rut Rönn", "rut", Role.PRINCIPAL, school=self.school)
        self.carl = self.staff("Carl Ceder", "carl", Role.TEACHER, school_class=self.other_class)
        self.ada = self.staff("Ada Alm", "ada", Role.ADMINISTRATOR, municipality=self.municipality)
        self.cecilia = self.staff("Cecilia Cypress", "cecilia", Role.COORDINATOR)
        self.teo = self.staff("Teo Tall", "teo", Role.TEAM, municipality=self.municipality)
        db.session.add_all([self.autumn, self.class_1a, self.other_class])
        db.session.commit()

    def identities(self) -> dict[str, tuple[type[Any], int]]:
        """Who and what there is, by the names here: what ``found`` needs to know."""
        return {name: (type(row), row.id) for name, row in vars(self).items()}

    @classmethod
    def found(cls, identities: dict[str, tuple[type[Any], int]]) -> "Ekbacken":
        """The school in a database that holds it already; each one is fetched when asked for."""
        school = cls.__new__(cls)
        school.__dict__["_identities"] = identities
        return school

    def __getattr__(self, name: str) -> Any:
        try:
            kind, row_id = self.__dict__["_identities"][name]
        except KeyError:
            raise AttributeError(name) from None
        with db.session.no_autoflush:  # what a test is just making is not whole yet
            row = self.__dict__[name] = db.session.get_one(kind, row_id)
        return row

    def pupil(
        self,
        given: str,
        family: str,
        code: str,
        *,
        school_class: SchoolClass | None = None,
        year: int = 1,
        **more: object,
    ) -> Pupil:
        """A pupil enrolled from the start of term, in 1A unless said otherwise."""
        school_class = school_class or self.class_1a
        pupil = Pupil(
            given_name=given,
            family_name=family,
            code=code,
            municipality=school_class.school.municipality,
            **more,
        )
        db.session.add(Enrolment(pupil=pupil, school_class=school_class, year=year, starts_on=TERM_START))
        return pupil

    def staff(self, name: str, username: str, role: Role, **scope: object) -> Account:
        """Somebody with one duty since the start of term, who signs in with PASSWORD."""
        member = StaffMember(name=name)
        db.session.add(Duty(staff_member=member, role=role, starts_on=TERM_START, **scope))
        account = Account(
            staff_member=member,
            username=username,
            password_hash=PASSWORD_HASH,
            municipality=_municipality(scope),
        )
        db.session.add(account)
        return account


def _municipality(scope: dict[str, Any]) -> Municipality | None:
    """The municipality whose administrators look after an account with this scope."""
    if "school_class" in scope:
        return scope["school_class"].school.municipality
    return scope["school"].municipality if "school" in scope else scope.get("municipality")
