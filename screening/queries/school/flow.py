"""What became of a school's pupils between two windows: on a better level, on the same, on a worse.

Whoever may see the pupils sees all of them: nothing is hidden inside a school (decision logic, section 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import School
from screening.percent import whole_percent
from screening.queries.school.standings import Stands, standings, window_before
from screening.statistics import Flow, Standing, flow

MOVES = ("Bättre nivå", "Samma nivå", "Sämre nivå")
NOT_BOTH = "Utan nivå någon av gångerna"


@dataclass(frozen=True)
class Move:
    """How many, and the share of those with a level both times and of everybody who was there both times."""

    label: str
    count: int
    of_assessed: str  # empty where it says nothing
    of_everyone: str


@dataclass(frozen=True)
class SchoolFlow:
    """``table``: the name of each row that somebody stands in, and its counts by column."""

    school: str
    before: str
    now: str
    both_assessed: int
    everyone: int
    new: int
    moved_out: int
    moves: tuple[Move, ...]
    columns: tuple[str, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]


def school_flows(school_ids: Sequence[int], window: AssessmentWindow) -> tuple[SchoolFlow, ...]:
    """In that order, of the schools with an earlier window to come from. A fixed number of queries each."""
    schools = {one.id: one for one in db.session.scalars(sa.select(School).where(School.id.in_(school_ids)))}
    found = []
    for school_id in school_ids:
        school = schools[school_id]
        former = window_before(school, window)
        if former is not None:
            there = flow_of(standings(school, former), standings(school, window))
            found.append(_told(school, former, window, there))
    return tuple(found)


def flow_of(then: Mapping[int, Stands], now: Mapping[int, Stands]) -> Flow:
    """By where each stood: everybody counted in the former window and in this one, by pupil id."""
    pupils = sorted(then.keys() | now.keys())
    return flow([_standing(then.get(one)) for one in pupils], [_standing(now.get(one)) for one in pupils])


def _standing(stands: Stands | None) -> Standing:
    if stands is None:
        return Standing.ELSEWHERE
    return Standing.NOT_ASSESSED if stands.level is None else Standing(stands.level.rank)


def _told(school: School, former: AssessmentWindow, window: AssessmentWindow, found: Flow) -> SchoolFlow:
    both, everyone = found.both_assessed, found.everyone
    moves = [
        Move(label, count, _percent(count, both), _percent(count, everyone))
        for label, count in zip(MOVES, found.moves, strict=True)
    ]
    moves.append(Move(NOT_BOTH, everyone - both, "", _percent(everyone - both, everyone)))
    rows = zip((*LEVELS, "Inte kartlagd", "Ny här"), found.table.tolist(), strict=True)
    return SchoolFlow(
        school=school.name,
        before=former.label,
        now=window.label,
        both_assessed=both,
        everyone=everyone,
        new=found.new,
        moved_out=found.moved_out,
        moves=tuple(moves),
        columns=(*LEVELS, "Inte kartlagd", "Inte kvar"),
        table=tuple((name, tuple(counts)) for name, counts in rows if any(counts)),
    )


LEVELS = ("Under målet", "Nära målet", "Når målet", "Över målet")


def _percent(count: int, among: int) -> str:
    return f"{whole_percent(count / among)} %" if among else ""
