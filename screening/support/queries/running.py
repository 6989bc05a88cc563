"""Support that is running, for the functions that lead it: the answer, what is due next, what has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import Permission, pupil_ids_open_to
from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from assessments.school_calendars import calendars
from assessments.school_days import SchoolCalendar
from screening.handovers.seeing import is_open_on
from screening.support.functions import Function
from screening.support.models import SupportLead
from screening.support.queries.shown import SupportShown, shown
from screening.support.stored import PERIODS

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Running:
    """A period on the list. ``due``: the week of the next result, as people say it."""

    shown: SupportShown
    name: str
    class_name: str
    due: str
    is_late: bool
    is_over: bool  # the day of the goal has passed and nobody has followed it up


@dataclass(frozen=True)
class Led:
    """The periods of one function, those that ask for something first."""

    function: str
    is_mine: bool
    rows: tuple[Running, ...]


@dataclass(frozen=True)
class SupportList:
    led: tuple[Led, ...]  # mine first
    ended: tuple[Running, ...]  # during the academic year, the latest first
    protected: int  # periods that are opened from the pupil's own page
    class_ids: frozenset[int]

    @property
    def running(self) -> list[Running]:
        return [row for one in self.led for row in one.rows]


def support_list(mine: set[Function]) -> SupportList:
    """A fixed number of queries, however many periods. ``mine``: the functions of whoever asks."""
    open_here = PERIODS.c.pupil_id.in_(pupil_ids_open_to(Permission.SEE_SUPPORT))
    is_hidden = sa.exists().where(Pupil.id == PERIODS.c.pupil_id, Pupil.is_protected)
    begun_here = is_open_on(PERIODS.c.pupil_id, PERIODS.c.starts_on)
    told = shown(sa.and_(open_here, ~is_hidden, _this_year(), begun_here))
    people = _people([one.pupil_id for one in told])
    own = calendars({person.municipality_id for person in people.values()})
    rows = [_row(one, people[one.pupil_id], own) for one in told if one.pupil_id in people]
    functions = _functions([row.shown.period_id for row in rows])
    return SupportList(
        led=_led([row for row in rows if row.shown.follow_up is None], functions, mine),
        ended=tuple(
            sorted(
                (row for row in rows if row.shown.follow_up),
                key=lambda row: row.shown.follow_up.ended_on if row.shown.follow_up else date.min,
                reverse=True,
            )
        ),
        protected=_count(sa.and_(open_here, is_hidden)),
        class_ids=frozenset(people[row.shown.pupil_id].class_id for row in rows),
    )


def _this_year() -> sa.ColumnElement[bool]:
    """Begun this academic year, or with the goal still ahead."""
    begins = first_day(academic_year_on(today()))
    return sa.or_(PERIODS.c.starts_on >= begins, PERIODS.c.goal_on >= today())


def _people(pupil_ids: Sequence[int]) -> Mapping[int, Any]:
    """Name, class and municipality of each, in the class that the pupil goes to now or next."""
    rows = db.session.execute(
        sa.select(Pupil, SchoolClass.id.label("class_id"), SchoolClass.name.label("class_name"))
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(Pupil.id.in_(pupil_ids), sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()))
        .order_by(Enrolment.starts_on, Enrolment.id)
    )
    return {
        row.Pupil.id: _Person(row.Pupil.name, row.class_name, row.class_id, row.Pupil.municipality_id)
        for row in rows
    }


@dataclass(frozen=True)
class _Person:
    name: str
    class_name: str
    class_id: int
    municipality_id: int


def _row(one: SupportShown, person: Any, own: Mapping[int, SchoolCalendar]) -> Running:
    monday = due_week(one.starts_on, one.latest_on, own[person.municipality_id])
    this_week = today() - timedelta(days=today().weekday())
    is_over = one.goal_on < today()
    return Running(
        shown=one,
        name=person.name,
        class_name=person.class_name,
        due=_due_words(monday, this_week),
        is_late=monday < this_week and not is_over,
        is_over=is_over,
    )


def due_week(starts_on: date, latest_on: date | None, school_calendar: SchoolCalendar) -> date:
    """The Monday of the week where the next result is due: one a week, none in weeks without school."""
    begins = starts_on if latest_on is None else latest_on + WEEK
    monday = begins - timedelta(days=begins.weekday())
    for _week in range(12):  # the longest summer
        if any(school_calendar.is_school_day(monday + timedelta(days=one)) for one in range(5)):
            break
        monday += WEEK
    return monday


def _due_words(monday: date, this_week: date) -> str:
    week = f"vecka {monday.isocalendar().week}"
    if monday == this_week:
        return f"den här veckan ({week})"
    return f"saknas för {week}" if monday < this_week else week


def _functions(period_ids: Sequence[int]) -> dict[int, Function]:
    leads = db.session.scalars(sa.select(SupportLead).where(SupportLead.support_period_id.in_(period_ids)))
    return {lead.support_period_id: Function.of_lead(lead) for lead in leads}


def _led(rows: Sequence[Running], functions: Mapping[int, Function], mine: set[Function]) -> tuple[Led, ...]:
    by_function: dict[Function | None, list[Running]] = {}
    for row in rows:
        by_function.setdefault(functions.get(row.shown.period_id), []).append(row)
    led = [
        Led(
            function=found[0].shown.led_by or "Ingen funktion är angiven",
            is_mine=function in mine,
            rows=tuple(sorted(found, key=_urgent)),
        )
        for function, found in by_function.items()
    ]
    return tuple(sorted(led, key=lambda one: (not one.is_mine, swedish_key(one.function))))


def _urgent(row: Running) -> tuple[Any, ...]:
    """What is over first, then what is late and who falls behind; groups together."""
    group = row.shown.group[1] if row.shown.group else ""
    return (
        not row.is_over,
        not group,
        group,
        not row.is_late,
        not row.shown.is_behind,
        swedish_key(row.name),
    )


def _count(chosen: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(PERIODS).where(chosen)) or 0
