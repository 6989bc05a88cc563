"""The one who asks, and the duties that open doors today: what every page asks for first.

Plain values by one statement. They stay what they were when the request came, whatever is committed or rolled
back since, and no template asks the database for a name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments.access.models import Account, ApiToken, SignInSession
from assessments.clock import today
from assessments.database import db
from assessments.database.questions import Question
from assessments.roster.models import (
    Duty,
    Municipality,
    Role,
    School,
    SchoolClass,
    StaffMember,
    TeamFunction,
)
from assessments.words import function_words, years_of


@dataclass(frozen=True)
class HeldDuty:
    """A duty that holds today, with what it is about."""

    id: int
    role: Role
    school_class_id: int | None
    school_id: int | None
    municipality_id: int | None
    starts_on: date
    ends_on: date | None
    class_name: str | None
    school_name: str | None
    municipality_name: str | None
    team: TeamFunction | None = None
    first_year: int | None = None
    last_year: int | None = None
    at_school_id: int | None = None  # the school itself, or that of the class

    @property
    def function(self) -> str:
        """``klasslärare 1A, Ekbackens skola``."""
        places = self.class_name, self.school_name, self.municipality_name
        return function_words(self.role, *places, self.team, years_of(self))


@dataclass(frozen=True)
class Person:
    """Who asks; ``id`` is the account's."""

    id: int
    municipality_id: int | None
    name: str


@dataclass(frozen=True)
class SignedIn:
    """The session of this request, as it stood when the request came."""

    id: int
    account_id: int
    last_seen_at: datetime
    vouched_by: str | None  # as in the row: nothing where the password was enough


@dataclass(frozen=True)
class ShownToken:
    """The token that a program shows with this request, as it stood when the request came."""

    id: int
    account_id: int
    name: str
    scopes: str
    ends_on: date
    last_used_at: datetime | None


Held = HeldDuty | Duty


def holds_on(day: date | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """The duty is in force on the day (both ends included)."""
    return sa.and_(Duty.starts_on <= day, sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= day))


LIVING = sa.and_(
    SignInSession.ended_at.is_(None),
    SignInSession.created_at > sa.bindparam("begun_after"),
    SignInSession.last_seen_at > sa.bindparam("seen_after"),
    Account.disabled_at.is_(None),
)
"""The session is not ended, too old or idle, and the account is open; takes ``sessions.limits()``."""


def asking(holds: sa.ColumnElement[bool]) -> Question:
    """A row for every duty of whoever has the living session with that ``fingerprint``."""
    return Question(
        _with_places(SignInSession.id, SignInSession.last_seen_at, SignInSession.vouched_by, *PERSON)
        .join(Account, Account.staff_member_id == Duty.staff_member_id)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .join(StaffMember, StaffMember.id == Duty.staff_member_id)
        .where(SignInSession.token_hash == sa.bindparam("fingerprint"), LIVING, holds)
    )


def asking_by_token(holds: sa.ColumnElement[bool]) -> Question:
    """A row for every duty that the living token with that ``fingerprint`` acts by."""
    its = sa.or_(ApiToken.duty_id.is_(None), ApiToken.duty_id == Duty.id)
    lives = sa.and_(
        ApiToken.revoked_at.is_(None),
        ApiToken.ends_on >= sa.bindparam("day"),
        Account.disabled_at.is_(None),
    )
    return Question(
        _with_places(*TOKEN, *PERSON)
        .join(Account, Account.staff_member_id == Duty.staff_member_id)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .join(StaffMember, StaffMember.id == Duty.staff_member_id)
        .where(ApiToken.token_hash == sa.bindparam("fingerprint"), lives, its, holds)
    )


def _with_places(*columns: Any) -> sa.Select[Any]:
    """The columns, then those of ``HeldDuty``. A class stands with the name of its school."""
    return (
        sa.select(*columns, *HELD)
        .select_from(Duty)
        .outerjoin(SchoolClass, SchoolClass.id == Duty.school_class_id)
        .outerjoin(School, School.id == sa.func.coalesce(Duty.school_id, SchoolClass.school_id))
        .outerjoin(Municipality, Municipality.id == Duty.municipality_id)
        .order_by(Duty.starts_on, Duty.id)
    )


TOKEN = (ApiToken.id, ApiToken.name, ApiToken.scopes, ApiToken.ends_on, ApiToken.last_used_at)
PERSON = (Account.id, Account.municipality_id, StaffMember.name)
HELD = (
    Duty.id, Duty.role, Duty.school_class_id, Duty.school_id, Duty.municipality_id,
    Duty.starts_on, Duty.ends_on, SchoolClass.name, School.name, Municipality.name, Duty.team,
    Duty.first_year, Duty.last_year, School.id,
)  # fmt: skip
# Asked by every page: built once.
TODAY = holds_on(sa.bindparam("day"))
ASKING = asking(TODAY)
ASKING_BY_TOKEN = asking_by_token(TODAY)
DUTIES = Question(_with_places().where(Duty.staff_member_id == sa.bindparam("staff_member_id"), TODAY))


def who_asks(fingerprint: str, limits: dict[str, datetime]) -> tuple[SignedIn, Person, list[HeldDuty]] | None:
    """Whose session it is and the duties of today, oldest first. Without duties nobody is signed in."""
    rows = ASKING.told(fingerprint=fingerprint, day=today(), **limits)
    if not rows:
        return None
    session_id, last_seen_at, vouched_by, account_id, municipality_id, name = rows[0][:6]
    person = Person(account_id, municipality_id, name)
    signed_in = SignedIn(session_id, account_id, last_seen_at, vouched_by)
    return signed_in, person, _held(row[6:] for row in rows)


def who_shows(fingerprint: str) -> tuple[ShownToken, Person, list[HeldDuty]] | None:
    """Whom a token acts for, and by which of today's duties. Without duties it opens nothing."""
    rows = ASKING_BY_TOKEN.told(fingerprint=fingerprint, day=today())
    if not rows:
        return None
    token_id, token_name, scopes, ends_on, last_used_at, account_id, municipality_id, name = rows[0][:8]
    shown = ShownToken(token_id, account_id, token_name, scopes, ends_on, last_used_at)
    return shown, Person(account_id, municipality_id, name), _held(row[8:] for row in rows)


def person_of(account: Account) -> Person:
    """The person behind the account."""
    return Person(account.id, account.municipality_id, account.staff_member.name)


def duties_today(staff_member_id: int) -> list[HeldDuty]:
    """The duties in force, oldest first."""
    return _held(DUTIES.told(staff_member_id=staff_member_id, day=today()))


def duties_by_id(ids: Iterable[int]) -> dict[int, HeldDuty]:
    """Duties of any time, to be called by their names."""
    return {duty.id: duty for duty in _held(db.session.execute(_with_places().where(Duty.id.in_(ids))))}


def _held(rows: Iterable[Any]) -> list[HeldDuty]:
    return [HeldDuty(*row) for row in rows]
