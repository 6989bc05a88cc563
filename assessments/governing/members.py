"""Which municipalities take part in the initiative, from when to when. Nobody has said: all, always.

Who takes part on a window's closing date is counted in it, in every comparison and goal of the initiative;
what has gone out stays as it went out. A municipality that has left keeps its data, and its own staff work on
as before; its own coordinators see windows that closed while it took part. Verbs flush; the caller commits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import g

from assessments.access.governed import NO, TAKES_PART, YES, GovernedSetting
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.governing.choosing import LONGEST_REASON, NO_REASON, About, note_choice
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School
from assessments.words import day
from assessments.writes import Recorder

SAID = sa.select(GovernedSetting.municipality_id, GovernedSetting.valid_from, GovernedSetting.value)
ONE_DAY, FARTHEST = timedelta(days=1), timedelta(days=5 * 366)
Turns = Sequence[tuple[date, bool]]  # from each day on, in or out; the earliest first


@dataclass(frozen=True)
class Member:
    """A municipality, whether it takes part today, and what is said of other days."""

    municipality_id: int
    name: str
    is_in: bool
    since: date | None
    turns: Turns

    @property
    def to_come(self) -> tuple[date, bool] | None:
        """The next day that changes it."""
        return next((one for one in self.turns if one[0] > today()), None)


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


def members() -> list[Member]:
    """Every municipality by name, in or out. Two queries."""
    said, now = turns_by_municipality(), today()
    found = []
    for one in db.session.scalars(sa.select(Municipality)):
        turns = said.get(one.id, ())
        begun = [begins for begins, _ in turns if begins <= now]
        found.append(Member(one.id, one.name, is_in(turns, now), begun[-1] if begun else None, turns))
    return sorted(found, key=lambda one: swedish_key(one.name))


def join(municipality: Municipality, first_day: date, reason: str, by: Recorder) -> GovernedSetting:
    """The municipality takes part from the day on: it is counted in windows that close then or later."""
    return _turn(municipality, first_day, True, reason, by)


def leave(municipality: Municipality, last_day: date, reason: str, by: Recorder) -> GovernedSetting:
    """The day is the municipality's last in the initiative. Its data and its staff stay as they are."""
    if last_day < today() - ONE_DAY:
        raise Refused(
            f"{day(last_day)} har varit. Det som har räknats sedan dess är redan visat: "
            f"välj tidigast {day(today() - ONE_DAY)}."
        )
    return _turn(municipality, last_day + ONE_DAY, False, reason, by)


def _turn(
    municipality: Municipality, begins: date, takes_part: bool, reason: str, by: Recorder
) -> GovernedSetting:
    why = one_line(reason, LONGEST_REASON, NO_REASON)
    if abs(begins - today()) > FARTHEST:
        raise Refused(f"{day(begins)} ligger för långt bort. Kontrollera datumet.")
    turns = turns_by_municipality().get(municipality.id, ())
    if turns and is_in(turns, begins) is takes_part:
        word = "redan med i" if takes_part else "redan utanför"
        raise Refused(f"{municipality.name} är {word} satsningen {day(begins)}.")
    return note_choice(
        TAKES_PART, YES if takes_part else NO, by, About(municipality_id=municipality.id),
        reason=why, valid_from=begins,
    )  # fmt: skip
