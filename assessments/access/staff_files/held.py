"""Duties that people hold already, by what makes two of them the same function; and a function in words."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from assessments.access.duties import COLUMNS, Scope
from assessments.access.models import Account
from assessments.access.staff_files.rows import DutyRow
from assessments.calendar import academic_year_on, years_label
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import (
    Duty,
    Municipality,
    Role,
    School,
    SchoolClass,
    StaffMember,
    TeamFunction,
)
from assessments.words import function_words

CHUNK = 5000
Key = tuple[str, Role, tuple[type, int | None], TeamFunction | None, tuple[int | None, int | None]]


def key_of(row: DutyRow, scope: Scope) -> Key:
    """The same for two rows, or a row and a duty, that say one function of one person."""
    place = type(scope), scope.id if scope else None
    return row.username, row.role, place, row.team, row.years or (None, None)


def overlap(row: DutyRow, other: DutyRow | Duty) -> bool:
    return other.starts_on <= (row.ends_on or date.max) and row.starts_on <= (other.ends_on or date.max)


def accounts_named(usernames: Collection[str]) -> Iterator[Account]:
    told = sorted(usernames)
    for start in range(0, len(told), CHUNK):
        asked = sa.select(Account).where(Account.username.in_(told[start : start + CHUNK]))
        people = joinedload(Account.staff_member).options(selectinload(StaffMember.duties))
        yield from db.session.scalars(asked.options(people))


def held_by(accounts: Collection[Account]) -> dict[Key, list[Duty]]:
    held: dict[Key, list[Duty]] = defaultdict(list)
    for account in accounts:
        for duty in account.staff_member.duties:
            held[account.username, duty.role, _scope_of(duty), _team_of(duty), _years_of(duty)].append(duty)
    return held


def _scope_of(duty: Duty) -> tuple[type, int | None]:
    for kind, column in COLUMNS.items():
        if (row_id := getattr(duty, column)) is not None:
            return kind, row_id
    return type(None), None


def _team_of(duty: Duty) -> TeamFunction | None:
    return (duty.team or TeamFunction.SOCIAL_TEAM) if duty.role is Role.TEAM else None


def _years_of(duty: Duty) -> tuple[int | None, int | None]:
    return duty.first_year, duty.last_year


def municipality_id(scope: Scope) -> int | None:
    if isinstance(scope, SchoolClass):
        return scope.school.municipality_id
    if isinstance(scope, School):
        return scope.municipality_id
    return scope.id if isinstance(scope, Municipality) else None


def function_of(row: DutyRow, scope: Scope) -> str:
    school_class = scope if isinstance(scope, SchoolClass) else None
    school = school_class.school if school_class else scope if isinstance(scope, School) else None
    municipality = scope if isinstance(scope, Municipality) else None
    return function_words(
        row.role,
        school_class.name if school_class else None,
        school.name if school else None,
        municipality.name if municipality else None,
        row.team,
        years_label(*row.years, academic_year_on(today())) if row.years else "",
    )
