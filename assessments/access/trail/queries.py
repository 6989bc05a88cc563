"""What "Vem har sett vad" prints: rows of the trail with names that the reader may see, and open alarms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from assessments.access import persons
from assessments.access.alarm_models import Alarm, AlarmKind
from assessments.access.models import Account, ApiToken, AuditEntry
from assessments.access.permissions import (
    FETCHES,
    Fetch,
    Permission,
    duties_giving,
    duties_open_to,
    municipalities_open_to,
    pupils_open_to,
)
from assessments.access.persons import Held
from assessments.access.reach import Reach
from assessments.access.trail.alarms import HOUR
from assessments.access.trail.words import PRINTED, SIGHT, said
from assessments.clock import start_of
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Duty, Municipality, Pupil, School, SchoolClass, StaffMember
from assessments.words import listed

P = Permission
E = AuditEntry
PAGE = 50
ON_THE_COMMAND_LINE = "kommandoraden"
SENTENCES = {
    AlarmKind.MANY_PUPILS: "har öppnat eller skrivit ut {} olika elever inom en timme",
    AlarmKind.REFUSED: "har nekats {} olika sidor inom en minut",
}

# Asked of each row that is looked at, by the pupil's key: a list of all who are protected grows with the
# initiative. A subject that is no pupil has no number to be read.
_PUPIL_ID = sa.case((E.subject.startswith("pupil:"), sa.cast(sa.func.substr(E.subject, 7), sa.BigInteger)))
_IS_OF_PROTECTED = sa.select(Pupil.is_protected).where(Pupil.id == _PUPIL_ID).scalar_subquery()


@dataclass(frozen=True)
class Filters:
    """What is asked for; ``before``: only rows older than this one, for the next page."""

    account_id: int | None = None
    pupil_ids: tuple[int, ...] | None = None  # none: any; empty: nobody has what was asked for
    first: date | None = None
    last: date | None = None
    is_all: bool = False  # changes and sign-ins too, not only what was seen
    before: int | None = None


@dataclass(frozen=True)
class Row:
    id: int
    at: datetime
    account_id: int | None
    who: str
    function: str
    did: str
    pupil_id: int | None
    about: str
    is_named: bool  # a pupil's name stands in it


@dataclass(frozen=True)
class AlarmRow:
    id: int
    account_id: int
    who: str
    username: str
    sentence: str
    raised_at: datetime
    programs: str  # the numbers of keys that programs asked with in the person's name, about then
    is_mine: bool = False


def alarms_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Alarm]:
    """The alarms about accounts of the municipalities where a duty gives this permission."""
    here = Reach.of(duties_giving(permission, among=among)).municipalities
    return sa.select(Alarm).where(Alarm.municipality_id.in_(here))


FETCHES["alarm"] = Fetch(Alarm, "alarm_id", alarms_open_to)


def number_of_alarms() -> int:
    """How many alarms wait for the signed-in person."""
    waiting = alarms_open_to(P.SEE_TRAIL).where(Alarm.acknowledged_at.is_(None)).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0


def open_alarms(which: sa.Select[Alarm], mine: int | None = None) -> list[AlarmRow]:
    """The alarms among these that nobody has looked at, oldest first. ``mine``: the reader's account."""
    waiting = which.where(Alarm.acknowledged_at.is_(None)).order_by(Alarm.id)
    asked = (
        waiting.join(Account, Account.id == Alarm.account_id)
        .join(StaffMember, StaffMember.id == Account.staff_member_id)
        .add_columns(Account.username, StaffMember.name)
    )
    found = list(db.session.execute(asked))
    used = sa.select(ApiToken).where(
        ApiToken.account_id.in_({one.account_id for one, _, _ in found}), ApiToken.last_used_at.is_not(None)
    )
    keys = db.session.scalars(used.order_by(ApiToken.id)).all()
    return [
        AlarmRow(
            one.id, one.account_id, name, username, SENTENCES[one.kind].format(one.number), one.created_at,
            programs=_used_about(one, keys),
            is_mine=one.account_id == mine,
        )
        for one, username, name in found
    ]  # fmt: skip


def _used_about(alarm: Alarm, keys: Sequence[ApiToken]) -> str:
    """A key tells only when it was last used: those of the hour before the alarm, or since."""
    since = alarm.created_at - HOUR
    about = [
        str(one.id)
        for one in keys
        if one.account_id == alarm.account_id and one.last_used_at and one.last_used_at >= since
    ]
    return listed(about)


def municipalities() -> list[Municipality]:
    """Those whose trail the signed-in person may read, by name."""
    found = db.session.scalars(municipalities_open_to(P.SEE_TRAIL))
    return sorted(found, key=lambda one: swedish_key(one.name))


def people() -> list[tuple[int, str]]:
    """Accounts with a duty in those municipalities, or looked after there: id and name, by name."""
    here = Reach.of(duties_giving(P.SEE_TRAIL)).municipalities
    at_work = duties_open_to(P.SEE_TRAIL).with_only_columns(Duty.staff_member_id)
    # Each way by its own index: joined by OR all staff of the initiative would be gone through.
    theirs = sa.union(
        sa.select(Account.id).where(Account.municipality_id.in_(here)),
        sa.select(Account.id).where(Account.staff_member_id.in_(at_work)),
    )
    rows = db.session.execute(
        sa.select(Account.id, StaffMember.name, Account.username)
        .join(StaffMember, StaffMember.id == Account.staff_member_id)
        .where(Account.id.in_(theirs))
    )
    in_order = sorted(rows, key=lambda row: swedish_key(row.name))
    return [(row.id, f"{row.name} ({row.username})") for row in in_order]


def pupils_called(code: str) -> tuple[int, ...]:
    """The pupils with that elev-id in those municipalities, also those who have left."""
    here = Reach.of(duties_giving(P.SEE_TRAIL)).municipalities
    asked = sa.select(Pupil.id).where(Pupil.code == code, Pupil.municipality_id.in_(here))
    return tuple(db.session.scalars(asked))


def trail(filters: Filters, most: int | None = None) -> tuple[list[Row], bool]:
    """The newest rows that fit (a page of them, if not said), and whether there are older ones."""
    most = most or PAGE
    asked = sa.select(E).where(*_conditions(filters)).order_by(E.id.desc()).limit(most + 1)
    found = list(db.session.scalars(asked))
    return _rows(found[:most]), len(found) > most


def _conditions(filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    """About a pupil of theirs wherever it was seen; else what happened at their schools. Nothing about pupils
    with protected identity: who has seen one tells where the pupil goes."""
    here = Reach.of(duties_giving(P.SEE_TRAIL)).municipalities
    if filters.pupil_ids is not None:
        theirs = sa.select(Pupil.id).where(
            Pupil.id.in_(filters.pupil_ids), Pupil.municipality_id.in_(here), ~Pupil.is_protected
        )
        yield E.subject.in_(_subjects(theirs))
    else:
        yield _IS_OF_PROTECTED.is_not(sa.true())
        schools = db.session.scalars(sa.select(School.id).where(School.municipality_id.in_(here)))
        yield E.chain.in_([*schools, *(-one for one in here)])
    if filters.account_id is not None:
        yield E.account_id == filters.account_id
    if filters.first:
        yield E.created_at >= start_of(filters.first)
    if filters.last:
        yield E.created_at < start_of(filters.last + timedelta(days=1))
    if filters.before is not None:
        yield E.id < filters.before
    if not filters.is_all:
        yield sa.or_(*(E.action.endswith(f":{one}") for one in (*SIGHT, *PRINTED)))


def _subjects(pupil_ids: sa.Select[int]) -> list[str]:
    return [f"pupil:{pupil_id}" for pupil_id in db.session.scalars(pupil_ids)]


def _rows(entries: Sequence[AuditEntry]) -> list[Row]:
    who = _people({one.account_id for one in entries})
    duties = persons.duties_by_id({one.duty_id for one in entries if one.duty_id})
    about = _Subjects(entries)
    return [
        Row(
            one.id, one.created_at, one.account_id,
            who.get(one.account_id, ON_THE_COMMAND_LINE),
            duties[one.duty_id].function if one.duty_id else "",
            said(one.action, one.details.get("token")), about.pupil(one.subject), about.words(one.subject),
            is_named=about.pupil(one.subject) in about.pupils,
        )
        for one in entries
    ]  # fmt: skip


def _people(ids: set[int | None]) -> dict[int | None, str]:
    asked = sa.select(Account.id, StaffMember.name).join(Account.staff_member).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(asked)}


class _Subjects:
    """What ``pupil:17`` and its like are called: pupils only to those who may see them in the class lists."""

    def __init__(self, entries: Sequence[AuditEntry]) -> None:
        ids: dict[str, set[int]] = {}
        for kind, row_id in (_split(one.subject) for one in entries):
            ids.setdefault(kind, set()).add(row_id)
        here = Reach.of(duties_giving(P.SEE_TRAIL)).municipalities
        open_pupils = pupils_open_to(P.SEE_TRAIL).where(Pupil.id.in_(ids.get("pupil", ())))
        self.pupils = {one.id: one.name for one in db.session.scalars(open_pupils)}
        classes = (
            sa.select(SchoolClass.id, SchoolClass.name, School.name, SchoolClass.academic_year)
            .join(SchoolClass.school)
            .where(SchoolClass.id.in_(ids.get("schoolclass", ())), School.municipality_id.in_(here))
        )
        self.classes: dict[int, Any] = {
            row_id: f"{name}, {school} {year}" for row_id, name, school, year in db.session.execute(classes)
        }
        self.accounts = _people(set(ids.get("account", ())))

    def pupil(self, subject: str) -> int | None:
        kind, row_id = _split(subject)
        return row_id if kind == "pupil" else None

    def words(self, subject: str) -> str:
        kind, row_id = _split(subject)
        if kind == "pupil":
            return self.pupils.get(row_id, f"elev, rad {row_id}")
        known = self.classes if kind == "schoolclass" else self.accounts if kind == "account" else {}
        return str(known.get(row_id, ""))


def _split(subject: str) -> tuple[str, int]:
    kind, _, row_id = subject.partition(":")
    return kind, int(row_id) if row_id.isdigit() else 0
