"""Writing repeated results of support periods down: with history, and never over what another has written.

Verbs flush and judge the pupils anew; the caller commits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.clock import now, today
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.holding import hold
from assessments.words import day
from assessments.writes import Status
from screening.models import SupportPeriod
from screening.support.models import SupportFollowUp
from screening.support.planning import ENDED, judge
from screening.support.stored import CHANGES, RESULTS

Spot = tuple[int, date]  # period id, day


@dataclass(frozen=True)
class Standing:
    """What stands on a day of a period; points None: nothing. ``version`` counts the changes there."""

    points: Decimal | None = None
    is_discontinued: bool = False
    version: int = 0
    duty_id: int | None = None
    changed_at: datetime | None = None

    @property
    def seal(self) -> str:
        """What a form sends back: another state, another text."""
        broken = "b" if self.is_discontinued else ""
        return f"{self.version}:{'' if self.points is None else self.points.normalize()}{broken}"


@dataclass(frozen=True)
class Write:
    """A result as somebody wants it. ``was_on``: the day it stood on before (None: it is new); points None
    takes it away. ``seen`` is the seal that the person had before them."""

    period_id: int
    measured_on: date
    was_on: date | None
    points: Decimal | None
    is_discontinued: bool
    seen: str

    @property
    def spot(self) -> Spot:
        return self.period_id, self.measured_on


@dataclass(frozen=True)
class Outcome:
    """What became of a write; ``stands`` is what is there now where another was before us."""

    write: Write
    status: Status
    reason: str | None = None
    stands: Standing | None = None


def record_results(writes: Sequence[Write], by: Recorder) -> list[Outcome]:
    """Store what can be stored and say what became of each, in order. A fixed number of statements."""
    writes = [_taken_away(write) for write in writes]
    periods = _hold({write.period_id for write in writes})
    before = standings(periods)
    ended = set(db.session.scalars(_ended(periods)))
    outcomes = [_judged(write, periods[write.period_id], before, ended) for write in writes]
    outcomes = _once_a_day(outcomes)
    stored = [one.write for one in outcomes if one.status is Status.STORED]
    if stored:
        _write(stored, before, by)
        judge({periods[write.period_id].pupil_id for write in stored})
    return outcomes


def _taken_away(write: Write) -> Write:
    """A result is taken away where it stands, whatever other day was typed beside the empty field."""
    if write.points is None and write.was_on is not None:
        return replace(write, measured_on=write.was_on)
    return write


def standings(period_ids: Collection[int]) -> dict[Spot, Standing]:
    """What stands, and what has stood, on every day of these periods. Two queries."""
    rows = db.session.execute(sa.select(RESULTS).where(RESULTS.c.support_period_id.in_(period_ids)))
    found = {
        (row.support_period_id, row.measured_on): Standing(row.points, row.is_discontinued) for row in rows
    }
    changes = db.session.execute(
        sa.select(CHANGES).where(CHANGES.c.support_period_id.in_(period_ids)).order_by(CHANGES.c.version)
    )
    for row in changes:
        spot = row.support_period_id, row.measured_on
        stands = found.get(spot, Standing())
        found[spot] = Standing(
            stands.points, stands.is_discontinued, row.version, row.duty_id, row.changed_at
        )
    return found


def _hold(period_ids: Collection[int]) -> dict[int, SupportPeriod]:
    asked = sa.select(SupportPeriod).where(SupportPeriod.id.in_(period_ids))
    periods = {period.id: period for period in db.session.scalars(asked)}
    hold({period.pupil_id for period in periods.values()})
    return periods


def _ended(period_ids: Collection[int]) -> sa.Select[Any]:
    return sa.select(SupportFollowUp.support_period_id).where(
        SupportFollowUp.support_period_id.in_(period_ids)
    )


def _judged(
    write: Write, period: SupportPeriod, before: Mapping[Spot, Standing], ended: Collection[int]
) -> Outcome:
    there = before.get(write.spot, Standing())
    stood = there if write.was_on is None else before.get((write.period_id, write.was_on), Standing())
    is_moved = write.was_on not in (None, write.measured_on)
    if not is_moved and (there.points, there.is_discontinued) == (write.points, write.is_discontinued):
        return Outcome(write, Status.UNCHANGED)
    if reason := _reason(write, period, ended):
        return Outcome(write, Status.REFUSED, reason)
    if stood.seal != write.seen and not (write.was_on is None and there.points is None):
        return Outcome(write, Status.CONFLICT, stands=stood)
    if is_moved and there.points is not None and write.points is not None:
        told = f"Det finns redan ett resultat {day(write.measured_on)}."
        return Outcome(write, Status.REFUSED, told)
    return Outcome(write, Status.STORED)


def _once_a_day(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Of two new results on one day none is chosen in silence: the second is refused."""
    met: set[Spot] = set()
    told = []
    for one in outcomes:
        reason = f"Två resultat har samma dag, {day(one.write.measured_on)}."
        is_second = one.status is Status.STORED and one.write.spot in met
        told.append(Outcome(one.write, Status.REFUSED, reason) if is_second else one)
        met.add(one.write.spot)
    return told


def _reason(write: Write, period: SupportPeriod, ended: Collection[int]) -> str | None:
    if period.id in ended:
        return ENDED
    if write.measured_on > today():
        return f"Datumet {day(write.measured_on)} har inte varit ännu."
    if write.measured_on < period.starts_on:
        return f"Perioden börjar {day(period.starts_on)}."
    year = academic_year_on(period.starts_on)
    if academic_year_on(write.measured_on) != year:
        return f"Perioden hör till läsåret {year}. Starta en ny: ingen utveckling dras över sommaren."
    return None


def _write(stored: Sequence[Write], before: Mapping[Spot, Standing], by: Recorder) -> None:
    """Rows of results and of their history: what moved to another day is taken away where it stood."""
    after: dict[Spot, Write | None] = {}
    for write in stored:
        if write.was_on not in (None, write.measured_on):
            after[write.period_id, write.was_on] = None
        after[write.spot] = write if write.points is not None else None
    gone = [spot for spot, write in after.items() if spot in before and before[spot].points is not None]
    _execute(
        sa.delete(RESULTS).where(
            RESULTS.c.support_period_id == sa.bindparam("of"), RESULTS.c.measured_on == sa.bindparam("on")
        ),
        [{"of": period_id, "on": measured_on} for period_id, measured_on in gone],
    )
    _execute(sa.insert(RESULTS), [_row(spot, write) for spot, write in after.items() if write])
    moment = now()
    _execute(
        sa.insert(CHANGES),
        [
            _row(spot, write)
            | {"version": before.get(spot, Standing()).version + 1, "changed_at": moment}
            | {"account_id": by.account_id, "duty_id": by.duty_id}
            for spot, write in after.items()
        ],
    )


def _row(spot: Spot, write: Write | None) -> dict[str, Any]:
    return {
        "support_period_id": spot[0],
        "measured_on": spot[1],
        "points": write.points if write else None,
        "is_discontinued": write.is_discontinued if write else False,
    }


def _execute(statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.connection().execute(statement, rows)
