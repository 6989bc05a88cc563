"""The kinds of record that a rule can be decided for, from kinds.toml, and which tables each of them takes.

A kind of pupils' records begins in a few tables. Whatever points at their rows, and cannot point at nothing,
goes with them.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from assessments.database import Base
from assessments.refusals import Refused
from assessments.retention.models import Basis

FILE = Path(__file__).with_name("kinds.toml")
ROSTER, STAFF, TRAIL = "roster", "staff", "trail"
STAYS = MappingProxyType(
    {"note_log": "loggen över elevhälsans anteckningar: bara id, och den får ingen ändra"}
)
"""Tables with a way to a pupil of which no row ever goes, and why."""


@dataclass(frozen=True)
class Kind:
    """``years`` None: proposed to be kept for good. ``dates``: by table the column that has the row's day, or
    its academic year; ``window_id.closes_on`` is the window's."""

    code: str
    name: str
    what: str
    tables: tuple[str, ...]
    basis: Basis
    ground: str
    years: int | None = None
    dates: Mapping[str, str] = field(default_factory=dict, hash=False)
    left: str = Basis.LEFT.label  # from when the years are counted where that is from somebody's last day

    @property
    def is_of_pupils(self) -> bool:
        return self.code not in (STAFF, TRAIL)

    @property
    def bases(self) -> Sequence[Basis]:
        if not self.is_of_pupils:
            return [self.basis]
        return list(Basis) if self.dates else [Basis.LEFT]

    def counted(self, basis: Basis) -> str:
        """``efter läsåret``"""
        return self.left if basis is Basis.LEFT else basis.label


def of_pupils() -> Mapping[str, Kind]:
    """By code, in the order in which they are disposed of; the pupil comes last."""
    return {code: kind for code, kind in kinds().items() if kind.is_of_pupils}


@cache
def kinds() -> Mapping[str, Kind]:
    """By code: those of pupils, then the staff and the trail, which go by ways of their own."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["kind"]
    made = [Kind(**{**row, "tables": tuple(row["tables"]), "basis": Basis(row["basis"])}) for row in rows]
    return MappingProxyType({kind.code: kind for kind in made})


def kind_named(code: str) -> Kind:
    if code not in kinds():
        raise Refused(f"Det finns inget slag som heter {code}. Välj bland: {', '.join(kinds())}.")
    return kinds()[code]


@cache
def tables_of(code: str) -> tuple[sa.Table, ...]:
    """The tables that the kind takes rows from, parents first.

    Of the pupil only what no other kind has: that all else is gone is a condition, not a consequence.
    """
    taken = {Base.metadata.tables[name] for name in kinds()[code].tables}
    before = [one for one in of_pupils() if one != ROSTER] if code == ROSTER else []
    others = {table for one in before for table in tables_of(one)}
    for table in Base.metadata.sorted_tables:
        if table.name not in STAYS and table not in others and _must_go(table, taken):
            taken.add(table)
    return tuple(table for table in Base.metadata.sorted_tables if table in taken)


def _must_go(table: sa.Table, taken: set[sa.Table]) -> bool:
    """Whether its rows cannot be without rows of these tables."""
    return any(not key.parent.nullable and key.column.table in taken for key in table.foreign_keys)
