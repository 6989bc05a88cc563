"""The week's results of a period, or of everybody in its group: one row each, to fill in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from assessments.access.permissions import Permission
from assessments.cells import written
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.queries import function_names
from assessments.roster.models import Pupil
from assessments.words import moment
from screening.models import SupportPeriod
from screening.support.models import SupportFollowUp, SupportGroup, SupportLead
from screening.support.reach import periods_open_to
from screening.support.results import Spot, Standing, standings

EARLIER = 3  # results shown beside the row
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Row:
    """One field. ``key`` names it in the form; ``was_on``: where the result stands (None: there is none)."""

    key: str
    period_id: int
    name: str
    was_on: date | None
    on: date
    text: str
    seal: str
    earlier: str
    fault: str = ""


@dataclass(frozen=True)
class WeeklySheet:
    """``monday`` names the week. ``pupil_ids``: everybody on the page."""

    measure: Measure
    group_name: str | None
    monday: date
    before: date | None  # the Mondays of the weeks beside it, where there are any
    after: date | None
    rows: tuple[Row, ...]
    pupil_ids: tuple[int, ...]

    @property
    def week(self) -> int:
        return self.monday.isocalendar().week


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_code(monday: date) -> str:
    """``2026-W42``, as browsers and ISO 8601 say it."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def week_of(code: str, period: SupportPeriod) -> date:
    """The Monday of the week that an address names, within the period; else this week's."""
    latest = monday_of(today())
    try:
        told = date.fromisoformat(code)  # 3.11 reads 2026-W42
    except ValueError:
        told = latest
    return max(monday_of(period.starts_on), min(monday_of(told), latest))


def periods_together(
    period: SupportPeriod,
    permission: Permission = Permission.RECORD_SUPPORT,
    ended: Collection[int] | None = (),
) -> dict[int, SupportPeriod]:
    """The period and the others of its group that the signed-in person has the right with.

    Those that run, and of those that have ended the ones named; None: all.
    """
    group = sa.select(SupportLead.support_group_id).where(
        SupportLead.support_period_id == period.id, SupportLead.support_group_id.is_not(None)
    )
    mates = sa.select(SupportLead.support_period_id).where(SupportLead.support_group_id.in_(group))
    asked = periods_open_to(permission).where(
        sa.or_(SupportPeriod.id == period.id, SupportPeriod.id.in_(mates))
    )
    if ended is not None:
        has_ended = sa.select(SupportFollowUp.support_period_id)
        asked = asked.where(sa.or_(SupportPeriod.id.not_in(has_ended), SupportPeriod.id.in_(ended)))
    return {one.id: one for one in db.session.scalars(asked)}


def weekly_sheet(period: SupportPeriod, monday: date, ended: Collection[int] = ()) -> WeeklySheet:
    """The week as it stands, of those that run and the ``ended`` named. A fixed number of queries."""
    together = periods_together(period, ended=ended)
    names = {
        pupil.id: pupil.name
        for pupil in db.session.scalars(
            sa.select(Pupil).where(Pupil.id.in_({one.pupil_id for one in together.values()}))
        )
    }
    order = sorted(together.values(), key=lambda one: swedish_key(names[one.pupil_id]))
    measure, stands = measures()[period.measure], standings(together)
    rows = [row for one in order for row in _rows_of(one, names[one.pupil_id], monday, stands, measure)]
    group = (
        sa.select(SupportGroup.name)
        .join(SupportLead, SupportLead.support_group_id == SupportGroup.id)
        .where(SupportLead.support_period_id == period.id)
    )
    return WeeklySheet(
        measure=measure,
        group_name=db.session.scalar(group),
        monday=monday,
        before=monday - WEEK if monday > monday_of(period.starts_on) else None,
        after=monday + WEEK if monday < monday_of(today()) else None,
        rows=tuple(rows),
        pupil_ids=tuple(one.pupil_id for one in order),
    )


def _rows_of(
    period: SupportPeriod, name: str, monday: date, stands: Mapping[Spot, Standing], measure: Measure
) -> list[Row]:
    """A row for each result of the week; an empty one where there is none."""
    days = sorted(on for (of, on), there in stands.items() if of == period.id and there.points is not None)
    before = [on for on in days if on < monday]
    earlier = ", ".join(
        f"{_text(stands[period.id, on], measure)} ({on.day}/{on.month})" for on in before[-EARLIER:]
    )
    here = [on for on in days if monday <= on < monday + WEEK]
    if not here:
        on = _likely_day(monday, before)
        seal = stands.get((period.id, on), Standing()).seal
        return [Row(f"{period.id}.0", period.id, name, None, on, "", seal, earlier)]
    return [
        Row(
            f"{period.id}.{place}", period.id, name, on, on, _text(stands[period.id, on], measure),
            stands[period.id, on].seal, earlier,
        )
        for place, on in enumerate(here)
    ]  # fmt: skip


def _likely_day(monday: date, before: Sequence[date]) -> date:
    """Today in this week; in an earlier one the weekday that was measured on last."""
    if monday == monday_of(today()):
        return today()
    return monday + timedelta(days=before[-1].weekday() if before else 0)


def _text(there: Standing, measure: Measure) -> str:
    return written(measure, there.points, None, there.is_discontinued)


def told_of(there: Collection[Standing]) -> dict[int, str]:
    """The functions that wrote what stands, by duty id."""
    return function_names({one.duty_id for one in there if one.duty_id is not None})


def conflict_words(there: Standing, functions: Mapping[int, str], measure: Measure) -> str:
    """Who wrote what while somebody else was writing."""
    by = functions.get(there.duty_id or 0, "en fil eller kommandoraden")
    when = f" {moment(there.changed_at)}" if there.changed_at else ""
    if there.points is None:
        return f"Resultatet togs bort{when} av {by}. Spara igen för att skriva ditt."
    stands = _text(there, measure)
    return f"{stands} skrevs{when} av {by}. Spara igen för att ersätta det med ditt, eller skriv {stands}."
