"""What the pages about accounts and sessions print, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.access.models import Account, SignInSession
from assessments.access.persons import LIVING, Person
from assessments.access.providers.known import Provider, providers
from assessments.access.reach import duties_in
from assessments.access.sessions import limits
from assessments.access.sign_in_models import ProviderIdentity, RecoveryCode, SecondFactor
from assessments.calendar import academic_year_on
from assessments.clock import day_of, today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Duty, Municipality, School, SchoolClass, StaffMember
from assessments.words import counted, day, function_of


@dataclass(frozen=True)
class DutyRow:
    id: int
    function: str
    starts_on: date
    ends_on: date | None
    is_over: bool
    is_to_come: bool


@dataclass(frozen=True)
class StaffRow:
    """A person, with the duties in the municipality at hand (on the command line: all of them)."""

    account_id: int | None
    name: str
    username: str | None
    state: str
    is_ours: bool  # looked after by this municipality
    duties: list[DutyRow]


@dataclass(frozen=True)
class SessionRow:
    id: int
    browser: str
    began_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def is_empty() -> bool:
    """Nobody has an account yet."""
    return db.session.scalar(sa.select(Account.id).limit(1)) is None


def staff_of(municipality: Municipality) -> list[StaffRow]:
    """Everybody who is looked after by the municipality or has (had) a duty in it, by name."""
    people = _people(sa.or_(Account.municipality_id == municipality.id, Duty.id.in_(duties_in(municipality))))
    here, connected = set(db.session.scalars(duties_in(municipality))), _connected()
    return [
        _staff_row(account, member, [duty for duty in duties if duty.id in here], connected, municipality.id)
        for account, member, duties in people
    ]


def everybody() -> list[StaffRow]:
    """Every account and staff member, by name."""
    connected = _connected()
    return [_staff_row(*person, connected) for person in _people(sa.true())]


def namesakes(account: Account) -> list[str]:
    """The usernames of others of the same name whom the municipality looks after."""
    named = (
        sa.select(Account.username)
        .join(Account.staff_member)
        .where(
            StaffMember.name == account.staff_member.name,
            Account.municipality_id == account.municipality_id,
            Account.id != account.id,
        )
    )
    return list(db.session.scalars(named.order_by(Account.username)))


def duty_rows(duties: Sequence[Duty]) -> list[DutyRow]:
    """The duties, those in force first, then those to come, then those that are over."""
    rows = [
        DutyRow(
            duty.id,
            function_of(duty),
            duty.starts_on,
            duty.ends_on,
            is_over=duty.ends_on is not None and duty.ends_on < today(),
            is_to_come=duty.starts_on > today(),
        )
        for duty in duties
    ]
    return sorted(rows, key=lambda row: (row.is_over, row.is_to_come, row.starts_on, row.id))


def sessions_of(account: Person, this_one: int) -> list[SessionRow]:
    """Where the account is signed in now, this browser first."""
    rows = db.session.scalars(
        sa.select(SignInSession)
        .join(SignInSession.account)
        .where(SignInSession.account_id == account.id, LIVING)
        .order_by(SignInSession.id != this_one, SignInSession.last_seen_at.desc()),
        limits(),
    )
    return [
        SessionRow(
            row.id, row.browser or "okänd webbläsare", row.created_at, row.last_seen_at, row.id == this_one
        )
        for row in rows
    ]


def places_in(municipality: Municipality) -> dict[str, dict[str, str]]:
    """Where a duty can hold: the municipality, then each school with its classes from this academic year on,
    as groups of ``class:12`` and its name for a form."""
    schools = sorted(
        db.session.scalars(sa.select(School).filter_by(municipality_id=municipality.id)),
        key=lambda school: swedish_key(school.name),
    )
    years = SchoolClass.academic_year >= academic_year_on(today())
    classes: dict[int, list[SchoolClass]] = {school.id: [] for school in schools}
    for one in db.session.scalars(sa.select(SchoolClass).where(SchoolClass.school_id.in_(classes), years)):
        classes[one.school_id].append(one)
    return {"Kommunen": {f"municipality:{municipality.id}": f"Hela {municipality.name}"}} | {
        school.name: _places_at(school, classes[school.id]) for school in schools
    }


def _places_at(school: School, classes: list[SchoolClass]) -> dict[str, str]:
    in_order = sorted(classes, key=lambda one: (one.academic_year, swedish_key(one.name)))
    named = {f"class:{one.id}": f"{one.name}, {school.name} ({one.academic_year})" for one in in_order}
    return {f"school:{school.id}": f"Hela {school.name}", **named}


def _people(which: sa.ColumnElement[bool]) -> list[tuple[Account | None, StaffMember, list[Duty]]]:
    members = (
        sa.select(StaffMember, Account)
        .join(Account, Account.staff_member_id == StaffMember.id, isouter=True)
        .join(Duty, Duty.staff_member_id == StaffMember.id, isouter=True)
        .where(which, StaffMember.disposed_at.is_(None))
        .distinct()
    )
    found = [(account, member) for member, account in db.session.execute(members)]
    found.sort(key=lambda pair: (swedish_key(pair[1].name), pair[1].id))
    duties: dict[int, list[Duty]] = {}
    asked = (
        sa.select(Duty)
        .where(Duty.staff_member_id.in_([member.id for _account, member in found]))
        .options(
            joinedload(Duty.school_class).joinedload(SchoolClass.school),
            joinedload(Duty.school),
            joinedload(Duty.municipality),
        )
    )
    for duty in db.session.scalars(asked):
        duties.setdefault(duty.staff_member_id, []).append(duty)
    return [(account, member, duties.get(member.id, [])) for account, member in found]


def _staff_row(
    account: Account | None,
    member: StaffMember,
    duties: list[Duty],
    connected: set[int],
    municipality_id: int | None = None,
) -> StaffRow:
    return StaffRow(
        account_id=account.id if account else None,
        name=member.name,
        username=account.username if account else None,
        state=_state(account, connected),
        is_ours=account is not None and account.municipality_id == municipality_id,
        duties=duty_rows(duties),
    )


def state_of(account: Account) -> str:
    """What stops the person from signing in, if anything."""
    return _state(account, _connected())


def _connected() -> set[int]:
    """Accounts that sign in through a municipality: they need no password."""
    issuers = [one.issuer for one in providers()]
    return set(
        db.session.scalars(sa.select(ProviderIdentity.account_id).where(ProviderIdentity.issuer.in_(issuers)))
    )


def _state(account: Account | None, connected: set[int]) -> str:
    if account is None:
        return "inget konto"
    if account.disabled_at:
        return "avstängt"
    return "" if account.password_hash or account.id in connected else "har inte valt lösenord än"


def codes_of(account: Account) -> str:
    """How far the account has come with codes of a telephone; nothing where it shows none."""
    factor = db.session.get(SecondFactor, account.id)
    if factor is None or factor.confirmed_at is None:
        return ""
    left = sa.select(sa.func.count(RecoveryCode.id)).filter_by(account_id=account.id, used_at=None)
    on_paper = counted(db.session.scalar(left) or 0, "återställningskod", "återställningskoder")
    return f"inställda {day(day_of(factor.confirmed_at))}, {on_paper} kvar"


def connections_of(account: Account) -> list[tuple[Provider, str]]:
    """Every provider that one can sign in through, with who the account is there."""
    rows = db.session.scalars(sa.select(ProviderIdentity).filter_by(account_id=account.id))
    known = {row.issuer: row.subject for row in rows}
    return [(one, known.get(one.issuer, "")) for one in providers()]


def duties_here(municipality: Municipality | None) -> set[int]:
    """Ids of the duties that hold in the municipality."""
    return set(db.session.scalars(duties_in(municipality))) if municipality else set()


def municipality_of(duty: Duty) -> Municipality | None:
    """Where the duty holds; none for the whole initiative."""
    school = duty.school_class.school if duty.school_class else duty.school
    return school.municipality if school else duty.municipality
