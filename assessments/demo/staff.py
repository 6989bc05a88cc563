"""Staff of the example: who holds which duty from when to when, and who can sign in."""

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments import calendar
from assessments.access.models import Account
from assessments.access.passwords import hash_password
from assessments.database import db
from assessments.demo.plans import Plan
from assessments.demo.rows import NOWHERE, ClassKey, Roster
from assessments.recording import Recorder
from assessments.roster.models import Duty, Role, StaffMember

LOWER_YEARS = 3  # a teacher takes a class in årskurs 1, follows it to 3 and begins again


@dataclass(frozen=True)
class SignIn:
    """An account of the example, as it is printed."""

    username: str
    password: str
    name: str
    about: str


class Staffing:
    """Hands out names, duties and accounts. Everything is added to the session; the caller flushes."""

    def __init__(self, plan: Plan, roster: Roster, rng: np.random.Generator) -> None:
        self.plan, self.roster, self.rng = plan, roster, rng
        self.members: dict[tuple[Any, ...], StaffMember] = {}
        self.teachers: dict[ClassKey, StaffMember] = {}
        self.began = calendar.first_day(plan.academic_years[0])

    def member(self, *place: Any) -> StaffMember:
        """Who holds the place; somebody new the first time it is asked for."""
        if place not in self.members:
            number = len(self.members) + 1
            shares = np.array([language.share**0.5 for language in self.plan.languages])
            language = self.plan.languages[int(self.rng.choice(len(shares), p=shares / shares.sum()))]
            name = f"{self.rng.choice(language.given)} {self.rng.choice(language.family)}"
            member = StaffMember(name=name, external_id=str(uuid.uuid5(NOWHERE, f"staff:{number}")))
            self.members[place] = member
            db.session.add(member)
        return self.members[place]

    def duty(self, member: StaffMember, role: Role, **more: Any) -> None:
        db.session.add(Duty(staff_member=member, role=role, **{"starts_on": self.began, **more}))

    def everybody(self) -> None:
        """Teachers of every class, special teachers and principals of every school, and the municipality's own."""
        for key, class_id in sorted(self.roster.classes.items(), key=lambda item: (item[0][2], item[0])):
            self._teaches(key, class_id)
        for code, school_id in self.roster.schools.items():
            self.duty(self.member(code, "special"), Role.SPECIAL_TEACHER, school_id=school_id)
            self.duty(self.member(code, "principal"), Role.PRINCIPAL, school_id=school_id)
        for name, municipality_id in self.roster.municipalities.items():
            self.duty(self.member(name, "team"), Role.TEAM, municipality_id=municipality_id)
            self.duty(self.member(name, "administrator"), Role.ADMINISTRATOR, municipality_id=municipality_id)
        self.duty(self.member("coordinator"), Role.COORDINATOR)

    def _teaches(self, key: ClassKey, class_id: int) -> None:
        member = self.member(*self._line(key))
        self.teachers[key] = member
        first, last = calendar.first_day(key[2]), calendar.last_day(key[2])
        self.duty(member, Role.TEACHER, school_class_id=class_id, starts_on=first, ends_on=last)

    def _line(self, key: ClassKey) -> tuple[Any, ...]:
        """Which teacher: the same for a class that is promoted, from årskurs 1 to 3 and again from 1."""
        code, name, academic_year = key
        if not name[:1].isdigit() or "-" in name:
            return code, name
        year, letter = int(name[0]), name[1:]
        begun = self.plan.academic_years.index(academic_year) - year
        return (code, letter, "upper", begun % 2) if year > LOWER_YEARS else (code, letter, begun % LOWER_YEARS)

    def accounts(self) -> list[SignIn]:
        """The accounts of staff.toml, with a password each."""
        words = self.plan.staff["words"].split(", ")
        found = [self._account(told, words) for told in self.plan.staff["account"]]
        return [*found, self._substitute(self.plan.staff["substitute"], words)]

    def _account(self, told: dict[str, Any], words: list[str]) -> SignIn:
        role = Role(told["role"])
        municipality = told.get("municipality")
        if "school" in told:
            municipality = self.plan.school(told["school"]).municipality
        if role is Role.TEACHER:
            member = self._class_teacher(told)
            classes = [told["class"], *told.get("also", [])]
            about = f"klasslärare i {' och '.join(classes)}, {self.plan.school(told['school']).name}"
        elif role in (Role.SPECIAL_TEACHER, Role.PRINCIPAL):
            short, word = ("special", "speciallärare") if role is Role.SPECIAL_TEACHER else ("principal", "rektor")
            member = self.member(told["school"], short)
            about = f"{word}, {self.plan.school(told['school']).name}"
        elif role is Role.COORDINATOR:
            member, about = self.member("coordinator"), "utvecklingsledare för lässatsningen"
        else:
            word = "elevhälsoteamet" if role is Role.TEAM else "administratör"
            member, about = self.member(told["municipality"], role.value), f"{word}, {told['municipality']}"
        return self._sign_in(told["username"], member, about, words, municipality)

    def _class_teacher(self, told: dict[str, Any]) -> StaffMember:
        academic_year = self.plan.academic_years[-1]
        member = self.teachers[told["school"], told["class"], academic_year]
        for name in told.get("also", []):
            class_id = self.roster.classes[told["school"], name, academic_year]
            self.duty(member, Role.TEACHER, school_class_id=class_id, starts_on=calendar.first_day(academic_year))
        return member

    def _substitute(self, told: dict[str, Any], words: list[str]) -> SignIn:
        member = self.member("substitute")
        class_id = self.roster.classes[told["school"], told["class"], self.plan.academic_years[-1]]
        self.duty(member, Role.TEACHER, school_class_id=class_id, starts_on=told["from"], ends_on=told["to"])
        about = f"vikarie i {told['class']} {told['from']} till {told['to']}: har ingen klass längre"
        municipality = self.plan.school(told["school"]).municipality
        return self._sign_in(told["username"], member, about, words, municipality)

    def _sign_in(
        self, username: str, member: StaffMember, about: str, words: list[str], municipality: str | None
    ) -> SignIn:
        """``municipality``: whose administrators look after the account; none for the whole initiative's."""
        password = "-".join(self.rng.choice(words, 3, replace=False))
        municipality_id = self.roster.municipalities[municipality] if municipality else None
        db.session.add(
            Account(
                staff_member=member,
                username=username,
                municipality_id=municipality_id,
                password_hash=hash_password(password),
            )
        )
        return SignIn(username, password, member.name, about)

    def recorders(self) -> dict[ClassKey, Recorder]:
        """The classes whose teacher has an account, each with the duty that opens it. After a flush."""
        keys = {class_id: key for key, class_id in self.roster.classes.items()}
        rows = db.session.execute(
            sa.select(Duty.school_class_id, Account.id, Duty.id)
            .join(Account, Account.staff_member_id == Duty.staff_member_id)
            .where(Duty.role == Role.TEACHER)
            .order_by(Duty.id.desc())
        )
        found = {keys[class_id]: Recorder(account_id, duty_id) for class_id, account_id, duty_id in rows}
        return dict(sorted(found.items()))
