"""Which tables an export holds, what they and their columns are called, and whose rows are whose."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from assessments.access.trail.chain import TRAIL
from assessments.database import Base, db
from assessments.extracts.columns import COLUMNS
from assessments.extracts.register import Kept, register
from assessments.roster.models import Municipality, Pupil
from assessments.roster.tables import row_in_file
from assessments.words import ROLE_WORDS, TEAM_WORDS

FILE = Path(__file__).with_name("tables.toml")
PUPIL = cast(sa.Table, Pupil.__table__)
READS: Mapping[tuple[str, str], Callable[[Any], str]] = {
    ("duty", "role"): ROLE_WORDS.__getitem__,
    ("duty", "team"): TEAM_WORDS.__getitem__,
    ("quarantined_row", "row"): row_in_file,  # of a workbook with several sheets the number says the sheet
}
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Exported:
    """A table of the export. ``by``: the ways to the municipality; none: it is everybody's."""

    table: sa.Table
    name: str
    by: Sequence[str]
    hidden: frozenset[str]
    kept: Kept | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[sa.Column[Any]]:
        return [one for one in self.table.columns if one.name not in self.hidden]

    def called(self, column: sa.Column[Any]) -> str:
        """What the column is called in the tables for people."""
        own = self.kept.names.get(column.name) if self.kept else None
        if column.name == "pupil_id":
            return "elev"
        return own or COLUMNS.get(column.name) or self.names[column.name]

    def read(self, column: sa.Column[Any]) -> Callable[[Any], Any] | None:
        """How a value becomes words; none: it is plain."""
        if self.kept and column.name in self.kept.reads:
            return self.kept.reads[column.name]
        return READS.get((self.table.name, column.name))


@dataclass(frozen=True)
class Scope:
    """One municipality's rows; ``left_out``: the ids of pupils with protected identity who are not in it."""

    municipality_id: int
    with_protected: bool
    left_out: frozenset[int]
    tables: Mapping[str, Exported]

    def tells(self, one: Exported, row: Any) -> bool:
        """Whether a row may be told. Where such a pupil was seen says where the pupil goes: no row of the
        trail about one."""
        if not self.left_out or one.table is not TRAIL:
            return True
        kind, _, number = row.subject.partition(":")
        about = {int(number) if kind == "pupil" else None, row.details.get("pupil")}
        return self.left_out.isdisjoint(about)

    def rows_of(self, one: Exported) -> Condition:
        if not one.by:
            return sa.true()
        return sa.or_(*(self._leads(one.table, way) for way in one.by))

    def _leads(self, table: sa.Table, way: str) -> Condition:
        if way.startswith("<"):
            child, pointing = way[1:].split(".")
            rows = self.tables[child]
            return _among(table.c.id, rows.table.c[pointing], self.rows_of(rows))
        column = table.c[way]
        if table.name == "municipality":
            return column == self.municipality_id
        if table is PUPIL:
            here = table.c.municipality_id == self.municipality_id
            return here if self.with_protected else sa.and_(here, sa.not_(table.c.is_protected))
        (key,) = column.foreign_keys
        return _among(column, key.column, self.rows_of(self.tables[key.column.table.name]))


def _among(column: sa.Column[Any], values: sa.Column[Any], rows: Condition) -> Condition:
    return cast(Condition, column.in_(sa.select(values).where(rows).correlate(None)))


@dataclass(frozen=True)
class Specification:
    """What tables.toml and the register say together."""

    said: Mapping[str, Any]

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """By table why it is in no export."""
        return cast(Mapping[str, str], self.said["left_out"])

    @cached_property
    def tables(self) -> Mapping[str, Exported]:
        """Every table of an export by name: parents first."""
        return {name: one for name, one in self.all_tables.items() if not (one.kept and one.kept.of_health)}

    @cached_property
    def notes(self) -> Mapping[str, Exported]:
        """Those of the elevhälsa's zone, which never stand beside results."""
        return {name: one for name, one in self.all_tables.items() if one.kept and one.kept.of_health}

    @cached_property
    def all_tables(self) -> Mapping[str, Exported]:
        found = {}
        for table in Base.metadata.sorted_tables:
            if one := self._exported(table):
                found[table.name] = one
        return found

    def _exported(self, table: sa.Table) -> Exported | None:
        kept, names = register().kept.get(table.name), self.said["columns"]
        if kept and (table.name not in self.left_out or kept.of_health):
            by = [column.property.columns[0].name for column in kept.to[:1]]
            return Exported(table, kept.name, by, frozenset(kept.left_out), kept, names=names)
        told = self.said["exported"].get(table.name)
        if told is None:
            return None
        hidden = frozenset(told.get("hidden", ()))
        return Exported(table, told["name"], told["by"], hidden, names=names)


def specification() -> Specification:
    return Specification(tomllib.loads(FILE.read_text("utf-8")))


def scope(municipality: Municipality, *, with_protected: bool, said: Specification) -> Scope:
    asked = sa.select(PUPIL.c.id).where(PUPIL.c.municipality_id == municipality.id, PUPIL.c.is_protected)
    left_out = () if with_protected else db.session.scalars(asked)
    return Scope(municipality.id, with_protected, frozenset(left_out), said.all_tables)
