"""Which school calendar holds where: fetched once for each municipality within a request or a command."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import g

from assessments.access.permissions import FETCHES, Fetch, Permission, duties_giving
from assessments.access.persons import Held
from assessments.access.reach import Reach
from assessments.calendar_models import CalendarRange
from assessments.collation import swedish_key
from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.roster.models import Municipality, School, SchoolClass
from assessments.school_days import USUAL, SchoolCalendar, Span

RANGES = sa.select(
    CalendarRange.municipality_id,
    CalendarRange.academic_year,
    CalendarRange.kind,
    CalendarRange.starts_on,
    CalendarRange.ends_on,
    CalendarRange.name,
).order_by(CalendarRange.starts_on, CalendarRange.id)
# Asked at every save: built once, for building costs more than asking.
RANGES_OF = Question(RANGES.where(is_one_of(CalendarRange.municipality_id, "ids")))
PLACES = Question(sa.select(School.id, School.municipality_id).where(is_one_of(School.id, "ids")))


def calendars(municipality_ids: Collection[int]) -> dict[int, SchoolCalendar]:
    """The calendar of each municipality, all years of it. At most one query, none for those met before."""
    known: dict[int, SchoolCalendar] = g.setdefault("school_calendars", {})
    unmet = set(municipality_ids) - set(known)
    if unmet:
        told = _told(RANGES_OF.told(ids=sorted(unmet)))
        known.update({one: told.get(one, SchoolCalendar()) for one in unmet})
    return {one: known[one] for one in municipality_ids}


def calendar_of(municipality_id: int) -> SchoolCalendar:
    return calendars([municipality_id])[municipality_id]


def municipalities_of(school_ids: Collection[int]) -> dict[int, int]:
    """Whose calendar each school goes by. At most one query, none for schools met before."""
    known: dict[int, int] = g.setdefault("school_municipalities", {})
    unmet = set(school_ids) - set(known)
    if unmet:
        rows = PLACES.told(ids=sorted(unmet))
        known.update((row.id, row.municipality_id) for row in rows)
    return {one: known[one] for one in school_ids if one in known}


def calendars_by_name(municipalities: sa.Select[Municipality]) -> dict[str, SchoolCalendar]:
    """The calendars of these municipalities by their names, in order; where there is none, what is usual."""
    names = {one.id: one.name for one in db.session.scalars(municipalities)}
    found = calendars(names)
    return {names[one]: found[one] for one in sorted(names, key=lambda one: swedish_key(names[one]))} or {
        "": USUAL
    }


def own_calendars() -> dict[int, SchoolCalendar]:
    """The calendars of every municipality that has said something of its own; the others go by what is
    usual. One query."""
    if "own_school_calendars" not in g:
        g.own_school_calendars = _told(db.session.execute(RANGES))
    own: dict[int, SchoolCalendar] = g.own_school_calendars
    return own


def forget() -> None:
    """What has been fetched is no longer so."""
    g.pop("school_calendars", None)
    g.pop("own_school_calendars", None)


def _told(ranges: Iterable[Any]) -> dict[int, SchoolCalendar]:
    years: dict[int, dict[str, tuple[Span, ...]]] = {}
    for row in ranges:
        own = years.setdefault(row.municipality_id, {})
        span = Span(row.kind, row.starts_on, row.ends_on, row.name)
        own[row.academic_year] = (*own.get(row.academic_year, ()), span)
    return {municipality_id: SchoolCalendar(own) for municipality_id, own in years.items()}


def calendars_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Municipality]:
    """The municipalities where a duty gives this permission, be it in one class: it goes by the calendar."""
    here = Reach.of(duties_giving(permission, among=among))
    of_classes = sa.select(SchoolClass.school_id).where(SchoolClass.id.in_(here.classes))
    in_part = [school_id for school_id, _first, _last in here.years]
    of_schools = sa.select(School.municipality_id).where(
        sa.or_(School.id.in_([*here.schools, *in_part]), School.id.in_(of_classes))
    )
    return sa.select(Municipality).where(
        sa.or_(
            sa.literal(here.is_everywhere),
            Municipality.id.in_(here.municipalities),
            Municipality.id.in_(of_schools),
        )
    )


def ranges_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[CalendarRange]:
    """The ranges in the calendars of these municipalities."""
    municipalities = calendars_open_to(permission, among).with_only_columns(Municipality.id)
    return sa.select(CalendarRange).where(CalendarRange.municipality_id.in_(municipalities))


FETCHES["calendar_of"] = Fetch(Municipality, "calendar_id", calendars_open_to)
FETCHES["calendar_range"] = Fetch(CalendarRange, "range_id", ranges_open_to)
