"""Staff of the example: who holds which duty from when to when, and who can sign in."""

import uuid
from dataclasses import dataclass
from datetime import date
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
TITLES = {
    Role.TEACHER: "klasslärare",
    Role.SPECIAL_TEACHER: "speciallärare",
    Role.PRINCIPAL: "rektor",
    Role.TEAM: "elevhälsoteamet",
    Role.COORDINATOR: "utvecklingsledare",
    Role.ADMINISTRATOR: "administratör",
}
Told = dict[str, Any]


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
        self.words = plan.staff["words"].split(", ")
        self.members: dict[tuple[Any, ...], StaffMember] = {}
        self.began = calendar.first_day(plan.academic_years[0])

    def member(self, *place: Any) -> StaffMember:
        """Who holds the place; somebody new the first time it is asked for."""
        if place not in self.members:
            member = StaffMember(
                name=self._name(), external_id=str(uuid.uuid5(NOWHERE, f"staff:{len(self.members)}"))
            )
            self.members[place] = member
            db.session.add(member)
        return self.members[place]

    def _name(self) -> str:
        shares = np.array([language.share**0.5 for language in self.plan.languages])
        language = self.plan.languages[int(self.rng.choice(len(shares), p=shares / shares.sum()))]
        return f"{self.rng.choice(language.given)} {self.rng.choice(language.family)}"

    def _duty(self, member: StaffMember, role: Role, **more: Any) -> None:
        db.session.add(Duty(staff_member=member, role=role, **{"starts_on": self.began, **more}))

    def everybody(self) -> None:
        """Teachers of every class, two functions of every school, two of every municipality."""
        for key, class_id in sorted(self.roster.classes.items(), key=lambda item: (item[0][2], item[0])):
            ends_on = calendar.last_day(key[2])
            self._teaches(self._teacher(key), class_id, calendar.first_day(key[2]), ends_on)
        for code, school_id in self.roster.schools.items():
            for role in (Role.SPECIAL_TEACHER, Role.PRINCIPAL):
                self._duty(self.member(role, code), role, school_id=school_id)
        for name, municipality_id in self.roster.municipalities.items():
            for role in (Role.TEAM, Role.ADMINISTRATOR):
                self._duty(self.member(role, name), role, municipality_id=municipality_id)
        self._duty(self.member(Role.COORDINATOR, None), Role.COORDINATOR)

    def _teaches(self, member: StaffMember, class_id: int, starts_on: date, ends_on: date | None) -> None:
        self._duty(member, Role.TEACHER, school_class_id=class_id, starts_on=starts_on, ends_on=ends_on)

    def _teacher(self, key: ClassKey) -> StaffMember:
        """Who has the class: the same when it is promoted, from årskurs 1 to 3, and again from 1."""
        code, name, academic_year = key
        if not name[:1].isdigit() or "-" in name:
            return self.member(Role.TEACHER, code, name)
        year, letter = int(name[0]), name[1:]
        begun = self.plan.academic_years.index(academic_year) - year
        line = begun % LOWER_YEARS if year <= LOWER_YEARS else f"upper {begun % 2}"
        return self.member(Role.TEACHER, code, letter, line)

    def accounts(self) -> list[SignIn]:
        """The accounts of staff.toml, with a password each. The substitute's opens nothing any more."""
        self._substitute()
        return [self._account(told) for told in self.plan.staff["account"]]

    def _account(self, told: Told) -> SignIn:
        role = Role(told["role"])
        if role is Role.TEACHER:
            member = self._teacher((told["school"], told["class"], self.plan.academic_years[-1]))
            for name in told.get("also", []):
                self._teaches(member, self._class_id(told["school"], name), self._autumn, None)
        else:
            member = self.member(role, told.get("school") or told.get("municipality"))
        return self._sign_in(told, member, f"{TITLES[role]}{self._where(told)}")

    def _where(self, told: Told) -> str:
        classes = " och ".join([told["class"], *told.get("also", [])]) if "class" in told else ""
        place = self.plan.school(told["school"]).name if "school" in told else told.get("municipality")
        return (f" i {classes}" if classes else "") + (f", {place}" if place else " för hela lässatsningen")

    @property
    def _autumn(self) -> date:
        return calendar.first_day(self.plan.academic_years[-1])

    def _class_id(self, code: str, name: str) -> int:
        return self.roster.classes[code, name, self.plan.academic_years[-1]]

    def _substitute(self) -> None:
        told = self.plan.staff["substitute"]
        member = self.member(Role.TEACHER, "substitute")
        self._teaches(member, self._class_id(told["school"], told["class"]), told["from"], told["to"])
        self._sign_in(told, member, "vikarie")

    def _sign_in(self, told: Told, member: StaffMember, about: str) -> SignIn:
        password = "-".join(self.rng.choice(self.words, 3, replace=False))
        municipality = told.get("municipality")
        if "school" in told:
            municipality = self.plan.school(told["school"]).municipality
        account = Account(
            staff_member=member,
            municipality_id=self.roster.municipalities[municipality] if municipality else None,
            username=told["username"],
            password_hash=hash_password(password),
        )
        db.session.add(account)
        return SignIn(account.username, password, member.name, about)

    def recorders(self) -> dict[ClassKey, Recorder]:
        """The classes whose teacher has an account, each with the duty that opens it. After a flush."""
        keys = {class_id: key for key, class_id in self.roster.classes.items()}
        rows = db.session.execute(
            sa.select(Duty.school_class_id, Account.id, Duty.id)
            .join(Account, Account.staff_member_id == Duty.staff_member_id)
            .where(Duty.school_class_id.is_not(None))
            .order_by(Duty.id.desc())  # of two who have had a class the first is kept
        )
        found = {
            keys[class_id]: Recorder(account_id, duty_id)
            for class_id, account_id, duty_id in rows
            if class_id
        }
        return dict(sorted(found.items()))
