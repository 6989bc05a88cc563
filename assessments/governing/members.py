"""Municipalities join and leave the initiative. Nobody has said: all take part, always.

A municipality that has left keeps its data, and its own staff work on as before. What has gone out stays as
it went out. Verbs flush; the caller commits.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from assessments.access.governed import NO, TAKES_PART, YES, GovernedSetting
from assessments.access.taking_part import Turns, is_in, turns_by_municipality
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.governing.choosing import LONGEST_REASON, NO_REASON, About, note_choice
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.words import day
from assessments.writes import Recorder

ONE_DAY, FARTHEST = timedelta(days=1), timedelta(days=5 * 366)


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
