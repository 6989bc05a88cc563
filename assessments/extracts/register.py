"""The register of what each room keeps about a pupil, table by table, and how each leads to the pupil.

The extract of a pupil's record reads it, and disposal goes the same ways. app.py names the modules that hold
the rooms' parts; a test names every table with a way to the pupil that none of them holds.
"""

import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app

Told = dict[str, Any]
Ids = Collection[Any]
Fetch = Callable[[Ids], dict[Any, Told]]  # what each of some ids is called; one question


@dataclass(frozen=True, eq=False)  # one of a kind: a table stands in the register once
class Kept:
    """A table that holds something about a pupil, under the Swedish name it has in the extract.

    ``to``: the columns that lead to the pupil, or to another kept table. ``reads``: how a column's value
    becomes words. ``names``: what a column is called where the common word does not fit. ``beside``: columns
    of what ``joins`` joins, without which a row says too little. ``also``: what is made out of a whole row.
    ``left_out``: columns that are not told, with the reason; ``not_told``: why nothing of the table is.
    ``of_health``: the elevhälsa's zone, which never stands in one file with results (OSL 23:2).
    """

    name: str
    model: Any
    to: tuple[Any, ...]
    reads: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    joins: tuple[Any, ...] = ()
    also: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    not_told: str | None = None
    of_health: bool = False

    @property
    def table(self) -> sa.Table:
        return cast(sa.Table, self.model.__table__)

    @property
    def told(self) -> list[sa.Column[Any]]:
        """The columns that the extract tells, in the table's order."""
        if self.not_told:
            return []
        return [one for one in self.table.columns if one.name not in self.left_out and one.name != "pupil_id"]


@dataclass(frozen=True)
class Register:
    """Every room's part; how the ids of a table are called; and JSON columns outside the register that could
    name a pupil, each with what it holds instead."""

    kept: Mapping[str, Kept]  # by the table's name
    named: Mapping[str, Fetch]
    without_key: Mapping[str, str]  # "table.column" -> what it holds

    def where(self, kept: Kept, pupil_id: int) -> sa.ColumnElement[bool]:
        """The condition that a row of the table is about the pupil, through whatever lies between."""
        return sa.or_(*(self._leads(column, pupil_id) for column in kept.to))

    def _leads(self, column: Any, pupil_id: int) -> sa.ColumnElement[bool]:
        own = column.property.columns[0]
        (key,) = own.foreign_keys or (None,)
        if key is None or key.column.table.name == "pupil":
            return cast(sa.ColumnElement[bool], own == pupil_id)
        parent = self.kept[key.column.table.name]
        return cast(
            sa.ColumnElement[bool], own.in_(sa.select(key.column).where(self.where(parent, pupil_id)))
        )

    def in_zone(self, *, of_health: bool) -> Iterator[Kept]:
        """What is told, in the order in which the rooms name it."""
        return (one for one in self.kept.values() if one.of_health == of_health and not one.not_told)

    def not_told(self) -> Iterator[tuple[str, str]]:
        """What is kept and stands in no extract, each with the reason."""
        for one in self.kept.values():
            if one.not_told:
                yield one.name, one.not_told
            yield from ((f"{one.name}: {column}", why) for column, why in one.left_out.items())


def register() -> Register:
    """What the modules that app.py names hold. They are imported when somebody asks, not at every start."""
    rooms = [importlib.import_module(name) for name in current_app.extensions["lasspar.extracts"]]
    return Register(
        {one.table.name: one for room in rooms for one in room.KEPT},
        {table: fetch for room in rooms for table, fetch in room.NAMED.items()},
        {name: why for room in rooms for name, why in room.WITHOUT_KEY.items()},
    )
