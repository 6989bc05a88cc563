"""Which municipalities take part in the initiative, from when to when. Nobody has said: all, always.

Who takes part on a window's closing date is counted in it, in every comparison and goal of the initiative.
The own coordinators of one that has left see windows that closed while it took part, and decide nothing.
"""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from flask import g

from assessments.access.governed import TAKES_PART, YES, GovernedSetting
from assessments.database import db
from assessments.roster.models import School

SAID = sa.select(GovernedSetting.municipality_id, GovernedSetting.valid_from, GovernedSetting.value)
Turns = Sequence[tuple[date, bool]]  # from each day on, in or out; the earliest first


def is_in(turns: Turns, on: date) -> bool:
    """Whether a municipality with these turns takes part. Before the first it was the other way."""
    begun = [said for begins, said in turns if begins <= on]
    return begun[-1] if begun else not turns or not turns[0][1]


def turns_by_municipality() -> dict[int, Turns]:
    """By municipality id, of those somebody has said something of; one query in a request. Of two rows with
    one day the later holds."""
    if "taking_part" not in g:
        held: dict[int, dict[date, bool]] = {}
        rows = SAID.where(GovernedSetting.code == TAKES_PART)
        for row in db.session.execute(rows.order_by(GovernedSetting.valid_from, GovernedSetting.id)):
            held.setdefault(row.municipality_id, {})[row.valid_from] = row.value == YES
        g.taking_part = {one: tuple(said.items()) for one, said in held.items()}
    found: dict[int, Turns] = g.taking_part
    return found


def outside(on: date) -> frozenset[int]:
    """The ids of the municipalities that do not take part on the day."""
    return frozenset(one for one, turns in turns_by_municipality().items() if not is_in(turns, on))


def have_left(municipality_ids: Collection[int | None], on: date) -> bool:
    """Whether a person's duties are all in municipalities (none: the whole initiative) that do not take part
    on the day: what the others reach is then theirs."""
    return None not in municipality_ids and outside(on).issuperset(one or 0 for one in municipality_ids)


def schools_outside(on: date) -> frozenset[int]:
    """The ids of their schools. Once in a request for the same municipalities; none where all take part."""
    homes = outside(on)
    if not homes:
        return frozenset()
    known: dict[frozenset[int], frozenset[int]] = g.setdefault("schools_outside", {})
    if homes not in known:
        there = sa.select(School.id).where(School.municipality_id.in_(homes))
        known[homes] = frozenset(db.session.scalars(there))
    return known[homes]
