"""What the pages of Styrning print: what holds, since when and why, and every choice there has been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.access.governed import NO, TAKES_PART, YES, GovernedSetting
from assessments.access.models import Account
from assessments.access.permissions import Permission, municipalities_open_to
from assessments.calendar import academic_year_on, year_label
from assessments.clock import today
from assessments.database import db
from assessments.governing.catalogue import names, settings
from assessments.governing.class_names import CLASS_NAME
from assessments.governing.measures import MEASURE, NO_EXCEPTION
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Municipality, School
from assessments.words import function_of, listed
from screening.governing.choosing import RULE_SET, offered
from screening.models import Adoption
from screening.rules.catalogue import rules_on

MOST = 200  # lines of history on a page; all of them stand in the command's list
WORDS = {
    (TAKES_PART, YES): "med i satsningen",
    (TAKES_PART, NO): "inte med i satsningen",
    (MEASURE, YES): "på",
    (MEASURE, NO): "av",
    (MEASURE, NO_EXCEPTION): "inget undantag längre",
}


@dataclass(frozen=True)
class Held:
    """A setting as it holds today. ``since`` None: nobody has chosen."""

    code: str
    name: str
    hint: str
    words: str
    value: str
    since: date | None
    why: str | None
    who: str | None
    to_come: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Line:
    """One choice in the history. ``said_at`` None: it came with Lässpår."""

    said_at: datetime
    name: str
    about: str
    words: str
    valid_from: date
    why: str | None
    who: str


@dataclass(frozen=True)
class Switched:
    """A measure that is on or off now, or from a day on."""

    row_id: int
    measure: str
    year: str
    window: str
    school: str
    words: str
    valid_from: date
    why: str | None
    who: str


def held() -> list[Held]:
    """Every setting, in the order of the file. Two queries."""
    rows = _rows(GovernedSetting.code.in_(settings()))
    found = []
    for one in settings().values():
        mine = [row for row in rows if row.code == one.code]
        begun = [row for row in mine if row.valid_from <= today()]
        last = begun[-1] if begun else None
        value = last.value if last else (rules_on(today()).code if one.code == RULE_SET else one.default)
        found.append(
            Held(
                code=one.code, name=one.name, hint=one.hint, words=words_of(one.code, value), value=value,
                since=last.valid_from if last else None, why=last.reason if last else None,
                who=_who(last) if last else None,
                to_come=tuple(
                    (row.valid_from, words_of(one.code, row.value)) for row in mine if row not in begun
                ),
            )
        )  # fmt: skip
    return found


def history(most: int = MOST) -> list[Line]:
    """What has been chosen where the signed-in person governs, the latest first, adoptions among it."""
    ids = municipalities_open_to(Permission.MANAGE_WINDOWS).with_only_columns(Municipality.id)
    schools = sa.select(School.id).where(School.municipality_id.in_(ids))
    told = _rows(
        sa.or_(
            GovernedSetting.code == TAKES_PART,
            sa.and_(GovernedSetting.municipality_id.is_(None), GovernedSetting.school_id.is_(None)),
            GovernedSetting.municipality_id.in_(ids),
            GovernedSetting.school_id.in_(schools),
        )
    )
    return told_lines(told)[:most]


def told_lines(rows: Sequence[GovernedSetting]) -> list[Line]:
    """The rows, and the adoptions of benchmark sets, as lines."""
    called = Called.fetch(rows)
    lines = [
        Line(
            row.created_at, names().get(row.code, row.code), called.about(row), words_of(row.code, row.value),
            row.valid_from, row.reason, _who(row),
        )
        for row in rows
    ]  # fmt: skip
    lines += [
        Line(
            one.created_at, "Riktmärken", f"version {one.benchmark_set.version}", one.benchmark_set.name,
            one.valid_from, one.reason, _name(one.account_id),
        )
        for one in db.session.scalars(sa.select(Adoption).options(joinedload(Adoption.benchmark_set)))
    ]  # fmt: skip
    return sorted(lines, key=lambda one: one.said_at, reverse=True)


def every_choice() -> list[GovernedSetting]:
    """All there is, for the command line."""
    return _rows(sa.true())


def switched() -> list[Switched]:
    """The measures that are switched on or off: of each place what was said last."""
    last: dict[tuple[Any, ...], GovernedSetting] = {}
    rows = _rows(GovernedSetting.code == MEASURE)
    for row in rows:
        last[row.about, row.year, row.window_id, row.school_id] = row
    called = Called.fetch(rows)
    return [
        Switched(
            row.id, called.measure(row), called.year(row) or "alla",
            called.windows.get(row.window_id or 0, "alla"), called.schools.get(row.school_id or 0, "alla"),
            words_of(MEASURE, row.value), row.valid_from, row.reason, _who(row),
        )
        for row in last.values()
        if row.value != NO_EXCEPTION
    ]  # fmt: skip


@dataclass(frozen=True)
class Called:
    """What the ids of some rows are called."""

    windows: Mapping[int, str]
    municipalities: Mapping[int, str]
    schools: Mapping[int, str]
    measures: Mapping[str, str]

    @classmethod
    def fetch(cls, rows: Sequence[GovernedSetting]) -> "Called":
        """At most three queries."""
        return cls(
            _labels(AssessmentWindow, {row.window_id for row in rows}, "label"),
            _labels(Municipality, {row.municipality_id for row in rows}, "name"),
            _labels(School, {row.school_id for row in rows}, "name"),
            {code: one.name for code, one in measures().items()},
        )

    def about(self, row: GovernedSetting) -> str:
        """``Ord per minut, åk 2, Hösten 2026/27``; empty where it is about the whole initiative."""
        parts = (
            self.measure(row),
            self.municipalities.get(row.municipality_id or 0, ""),
            self.schools.get(row.school_id or 0, ""),
            self.year(row),
            self.windows.get(row.window_id or 0, ""),
        )
        return ", ".join(part for part in parts if part)

    def measure(self, row: GovernedSetting) -> str:
        return self.measures.get(row.about or "", row.about or "")

    def year(self, row: GovernedSetting) -> str:
        return "" if row.year is None else year_label(row.year, academic_year_on(today()))


def _labels(model: Any, ids: set[int | None], label: str) -> dict[int, str]:
    wanted = ids - {None}
    if not wanted:
        return {}
    return {
        one.id: getattr(one, label)
        for one in db.session.scalars(sa.select(model).where(model.id.in_(wanted)))
    }


def _rows(where: sa.ColumnElement[bool]) -> list[GovernedSetting]:
    asked = sa.select(GovernedSetting).where(where, GovernedSetting.code != CLASS_NAME)  # its school's own
    return list(db.session.scalars(asked.order_by(GovernedSetting.valid_from, GovernedSetting.id)))


def words_of(code: str, value: str) -> str:
    """What a value is called."""
    one = settings().get(code)
    if one is None:
        return WORDS.get((code, value), value)
    if choices := offered(code):
        return listed([choices.get(part, part) for part in value.split(",") if part]) or "inga"
    return one.words(value)


def _who(row: GovernedSetting) -> str:
    name = _name(row.account_id)
    duty = db.session.get(Duty, row.duty_id) if row.duty_id else None
    return f"{name}, {function_of(duty)}" if duty else name


def _name(account_id: int | None) -> str:
    account = db.session.get(Account, account_id) if account_id else None
    return account.staff_member.name if account else "kommandoraden"
