"""Which rows have had their time: conditions on tables, so that they are counted and taken away by the same.

Nothing is fetched: five thousand pupils are one statement for each table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from assessments.calendar import academic_year_on, last_day
from assessments.clock import start_of
from assessments.database import Base
from assessments.database.types import Day, Moment
from assessments.retention.kinds import ROSTER, Kind, of_pupils, tables_of
from assessments.retention.models import Basis, RetentionHold, RetentionRule
from assessments.roster.models import Enrolment, Pupil
from assessments.roster.narrowing import NARROWED

Condition = sa.ColumnElement[bool]
Conditions = dict[sa.Table, Condition]
PUPIL = cast(sa.Table, Pupil.__table__)


@dataclass(frozen=True)
class Due:
    """A kind whose rule has rows to take: ``going`` by table, parents first; ``loose``: columns elsewhere
    that point at such rows and can point at nothing, with the rows they may no longer point at."""

    kind: Kind
    rule: RetentionRule
    until: date
    going: Mapping[sa.Table, Condition]
    loose: Sequence[tuple[sa.Column[int], Condition]]

    @property
    def pupils(self) -> sa.Select[int]:
        """Ids of the pupils about whom something goes."""
        own = [sa.select(_pupil(table)).where(self.going[table]) for table in _beginnings(self.kind)]
        (pupil_id,) = sa.union_all(*own).subquery().c
        return sa.select(pupil_id).distinct()


def due(municipality_id: int, rules: Mapping[str, RetentionRule], on: date) -> list[Due]:
    """Every kind with a decided rule that lets something go, in the order in which it is to go.

    A row that two kinds would take goes with the first.
    """
    found: list[Due] = []
    terms: list[_Term] = []
    gone: Conditions = {}
    for code, kind in of_pupils().items():
        rule = rules.get(code)
        if rule is None or rule.years is None:
            continue
        terms.append(_Term(kind, rule.basis, until_day(rule.years, rule.basis, on), municipality_id))
        going = _going(terms, gone)
        found.append(Due(kind, rule, terms[-1].until, going, list(_loose(going))))
        for table, condition in going.items():
            gone[table] = sa.or_(gone[table], condition) if table in gone else condition
    return found


def until_day(years: int, basis: Basis, on: date) -> date:
    """The last day whose records have had their years."""
    if basis is Basis.SCHOOL_YEAR:
        first = int(academic_year_on(on)[:4]) - 1 - years
        return last_day(f"{first}/{(first + 1) % 100:02d}")
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return on.replace(year=on.year - years, day=28)


def held(municipality_id: int | None) -> sa.Select[int]:
    """Ids of the municipality's pupils of whom nothing goes for now, or of all: what may not be used is kept,
    too."""
    waiting = sa.select(RetentionHold.pupil_id).where(RetentionHold.released_at.is_(None))
    there = sa.or_(Pupil.id.in_(waiting), Pupil.id.in_(NARROWED))
    here = () if municipality_id is None else (Pupil.municipality_id == municipality_id,)
    return sa.select(Pupil.id).where(*here, there).correlate(None)


@dataclass(frozen=True)
class _Term:
    """Until which day a kind has had its years."""

    kind: Kind
    basis: Basis
    until: date
    municipality_id: int

    def takes(self, table: sa.Table) -> Condition:
        """The rows of a table where the kind begins."""
        here = those(
            PUPIL.c.id,
            PUPIL.c.municipality_id == self.municipality_id,
            PUPIL.c.given_name != "",  # nothing is left of one without a name
            PUPIL.c.id.not_in(held(self.municipality_id)),
        )
        if self._is_dated(table):
            path = self.kind.dates[table.name].split(".")
            return sa.and_(_pupil(table).in_(here), _until(table, path, self.until))
        return cast(Condition, _pupil(table).in_(here.where(_has_left(self.until))))

    def takes_all(self, table: sa.Table, until: date) -> bool:
        """Whether it leaves no row of a pupil who had left by then."""
        return table.name in self.kind.tables and not self._is_dated(table) and self.until >= until

    def _is_dated(self, table: sa.Table) -> bool:
        return self.basis is Basis.SCHOOL_YEAR and table.name in self.kind.dates


def _going(terms: Sequence[_Term], gone: Conditions) -> Conditions:
    """Of the last of the terms; ``gone`` is what goes by the others."""
    term, going = terms[-1], Conditions()
    for table in tables_of(term.kind.code):
        ways: list[Condition] = [
            key.parent.in_(those(key.column, going[key.column.table]))
            for key in table.foreign_keys
            if key.column.table in going and not key.parent.nullable and key.column.table is not table
        ]
        condition = term.takes(table) if table.name in term.kind.tables else sa.or_(*ways)
        if table is PUPIL:
            condition = sa.and_(condition, *(sa.not_(left) for left in _something_left(terms, gone)))
        going[table] = sa.and_(condition, sa.not_(gone[table])) if table in gone else condition
    return going


def _has_left(until: date) -> Condition:
    """The last day in any class was then or before; who never went in one came before it."""
    went = sa.exists().where(Enrolment.pupil_id == PUPIL.c.id)
    still = sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > until)
    came = PUPIL.c.created_at < after(until)
    return sa.and_(~went.where(still), sa.or_(went, came))


def _something_left(terms: Sequence[_Term], gone: Conditions) -> Iterator[Condition]:
    """For each table of the other kinds: whether the pupil has rows there that stay."""
    *others, own = terms
    for code in of_pupils():
        for table in tables_of(code) if code != ROSTER else ():
            if any(term.takes_all(table, own.until) for term in others):
                continue
            for key in table.foreign_keys:
                if key.column.table is PUPIL and not key.parent.nullable:
                    row = sa.exists().where(key.parent == PUPIL.c.id)
                    yield row.where(sa.not_(gone[table])) if table in gone else row


def _until(table: sa.Table, path: Sequence[str], until: date) -> Condition:
    """Whether the row's day has come. ``path``: through keys to a column of days, moments or years."""
    column = table.c[path[0]]
    if len(path) > 1:
        (key,) = column.foreign_keys
        way: Condition = column.in_(those(key.column, _until(key.column.table, path[1:], until)))
        return way
    if isinstance(column.type, Day):
        return column <= until
    if isinstance(column.type, Moment):
        return column < after(until)
    return column <= academic_year_on(until)


def _loose(going: Conditions) -> Iterator[tuple[sa.Column[int], Condition]]:
    """A row that goes itself need not let go first: children go before their parents."""
    for table in Base.metadata.sorted_tables:
        stays = [sa.not_(going[table])] if table in going else []
        for key in table.foreign_keys:
            if key.parent.nullable and key.column.table in going:
                there = key.parent.in_(those(key.column, going[key.column.table]))
                yield key.parent, sa.and_(there, *stays)


def those(column: Any, *conditions: Condition) -> sa.Select[int]:
    """The values of the rows that fulfil the conditions, whatever is asked around it: also of that table."""
    return sa.select(column).where(*conditions).correlate(None)


def after(day: date) -> datetime:
    """The first moment of the day after."""
    return start_of(day + timedelta(days=1))


def _beginnings(kind: Kind) -> list[sa.Table]:
    return [Base.metadata.tables[name] for name in kind.tables]


def _pupil(table: sa.Table) -> Any:
    return table.c.id if table is PUPIL else table.c.pupil_id
