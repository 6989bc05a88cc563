"""What hangs on a row, whatever table it stands in: whether people have written any of it, and taking away
what only the machine has."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from flask import current_app

from assessments.database import Base, db
from assessments.refusals import Refused
from assessments.roster.models import School
from assessments.roster.traces import parts

OWN = {"enrolment", "roster_change"}  # what a class list writes itself


def made_by_the_machine() -> set[str]:
    """Tables that are counted and judged out of others; the rooms above name theirs in app.py."""
    return set(current_app.extensions["lasspar.made_by_the_machine"])


def of_people(table: str, ids: Collection[int]) -> set[int]:
    """Those of the rows that something hangs on which neither a class list nor the machine wrote; also where
    it hangs on what the machine wrote, as a next step does on a signal."""
    found: set[int] = set()
    for part in parts(ids):
        for key in _keys(table):
            name = key.parent.table.name
            if name in made_by_the_machine():
                found |= _through(key, part)
            elif name not in OWN:
                asked = sa.select(key.parent).where(key.parent.in_(part)).distinct()
                found |= set(db.session.scalars(asked))
    return found


def unused(table: str, ids: Collection[int]) -> dict[int, str]:
    """Those of the rows that nothing hangs on but what the machine counted, by id, with their names."""
    there = Base.metadata.tables[table]
    rows = db.session.execute(sa.select(there.c.id, there.c.name).where(there.c.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    for key in _keys(table):
        if key.parent.table.name in made_by_the_machine():
            continue
        asked = sa.select(key.parent).where(key.parent.in_(list(names))).distinct()
        for row_id in db.session.scalars(asked):
            names.pop(row_id, None)
    return names


def take_away(table: str, ids: Collection[int]) -> None:
    """The rows, with what the machine made of them. The database says no where anything else is left."""
    there = Base.metadata.tables[table]
    for part in parts(ids):
        for key in _keys(table):
            if key.parent.table.name in made_by_the_machine():
                db.session.execute(sa.delete(key.parent.table).where(key.parent.in_(part)))
        db.session.execute(sa.delete(there).where(there.c.id.in_(part)))


def remove_unused_school(school: School) -> None:
    """A school that nobody has put anything in. Raises Refused where something hangs on it, also what
    somebody puts there at this very moment. What the trail says of the making of it stays, by number."""
    in_use = Refused(
        f"{school.name} går inte att ta bort: klasser, uppdrag eller något annat hör till skolan. Har"
        " skolan bytt namn ändrar du namnet under Ändra skolans uppgifter."
    )
    if not unused("school", [school.id]):
        raise in_use
    try:
        take_away("school", [school.id])
    except sa.exc.IntegrityError as error:
        raise in_use from error


def _keys(table: str) -> Iterator[sa.ForeignKey]:
    """Every key in the database that leads to the table."""
    for one in Base.metadata.sorted_tables:
        yield from (key for key in one.foreign_keys if key.column.table.name == table)


def _through(key: sa.ForeignKey, ids: list[int]) -> set[int]:
    """The rows that something hangs on by way of what the machine made of them."""
    made = key.parent.table
    found: set[int] = set()
    for beyond in _keys(made.name):
        asked = sa.select(key.parent).join(beyond.parent.table, beyond.parent == beyond.column)
        found |= set(db.session.scalars(asked.where(key.parent.in_(ids)).distinct()))
    return found
