"""When a window takes results: the same days for the whole initiative, counted by each place's calendar."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import g

from assessments import calendar
from assessments.calendar_models import SchoolWindow
from assessments.clock import today
from assessments.database.questions import Question
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from assessments.school_calendars import calendars, municipalities_of
from assessments.school_days import USUAL, SchoolCalendar
from assessments.words import listed

OwnDays = tuple[date, date]  # the first and the last
EXCEPTIONS = Question(
    sa.select(SchoolWindow.window_id, SchoolWindow.school_id, SchoolWindow.opens_on, SchoolWindow.closes_on)
)
SCHOOL_DAYS_LEFT = 10  # make-up days end at least so many school days before the term does


@dataclass(frozen=True, order=True)
class WindowDates:
    """The days of a window at one place. What is missing can be made up without a signal until the last."""

    opens_on: date
    closes_on: date
    makeup_ends_on: date

    def nearest(self, day: date) -> date:
        """The day, or the end of the window nearest to it: what a result without a date is dated."""
        return min(max(day, self.opens_on), self.closes_on)


def by_calendar(
    window: AssessmentWindow, school_calendar: SchoolCalendar, own: OwnDays | None = None
) -> WindowDates:
    """The days by a calendar, and by a school's own days where it has some."""
    opens_on, closes_on = own or (window.opens_on, window.closes_on)
    return WindowDates(opens_on, closes_on, school_calendar.days_given(closes_on, window.makeup_days))


def own_days(window: AssessmentWindow) -> dict[int, OwnDays]:
    """When the window opens and closes at the schools with days of their own. One query in a request."""
    if "school_windows" not in g:
        g.school_windows = {}
        for row in EXCEPTIONS.told():
            g.school_windows.setdefault(row.window_id, {})[row.school_id] = row.opens_on, row.closes_on
    found: dict[int, OwnDays] = g.school_windows.get(window.id, {})
    return found


def forget_own_days() -> None:
    """What has been fetched is no longer so."""
    g.pop("school_windows", None)


def at_schools(window: AssessmentWindow, ids: Collection[int]) -> dict[int, WindowDates]:
    """The days at each school. At most three queries, whatever the number of schools."""
    return of_windows([window], ids)[0]


def of_windows(windows: Collection[AssessmentWindow], ids: Collection[int]) -> list[dict[int, WindowDates]]:
    """The same of each window."""
    places = municipalities_of(ids)
    found = calendars(set(places.values()))
    return [_at_places(window, places, found) for window in windows]


def _at_places(
    window: AssessmentWindow, places: Mapping[int, int], found: Mapping[int, SchoolCalendar]
) -> dict[int, WindowDates]:
    own, there = own_days(window), {one: by_calendar(window, its) for one, its in found.items()}
    return {
        school_id: by_calendar(window, found[home], own[school_id]) if school_id in own else there[home]
        for school_id, home in places.items()
    }


def of_classes(window: AssessmentWindow, classes: Collection[SchoolClass]) -> dict[int, WindowDates]:
    """The days of each class, by its id. At most three queries."""
    there = at_schools(window, {one.school_id for one in classes})
    return {one.id: there[one.school_id] for one in classes}


def of_class(window: AssessmentWindow, school_class: SchoolClass) -> WindowDates:
    return of_classes(window, [school_class])[school_class.id]


def usual_day(window: AssessmentWindow, classes: Collection[SchoolClass]) -> date:
    """What results are dated unless told: today or the end nearest to it, where the classes agree on it."""
    days = {dates.nearest(today()) for dates in of_classes(window, classes).values()}
    return days.pop() if len(days) == 1 else usual(window).nearest(today())


def usual(window: AssessmentWindow) -> WindowDates:
    """The days of the window where no municipality is at hand."""
    return by_calendar(window, USUAL)


def by_name(window: AssessmentWindow, places: Mapping[str, SchoolCalendar]) -> dict[str, WindowDates]:
    """The days in each municipality, by its name. No query."""
    return {name: by_calendar(window, found) for name, found in places.items()}


def makeup_days_of(places: Mapping[str, WindowDates]) -> list[tuple[date, str]]:
    """The last make-up days there are, in order, and where; nowhere said where it is one for all."""
    ends: dict[date, list[str]] = {}
    for name, dates in places.items():
        ends.setdefault(dates.makeup_ends_on, []).append(name)
    return [(day, listed(names) if len(ends) > 1 else "") for day, names in sorted(ends.items())]


def warnings(
    window: AssessmentWindow, others: Collection[AssessmentWindow], places: Mapping[str, SchoolCalendar]
) -> list[str]:
    """What is told of a window's dates, never refused. ``places``: calendars by municipality's name."""
    told = []
    year = window.academic_year
    if not calendar.first_day(year) <= window.opens_on <= window.closes_on <= calendar.last_day(year):
        told.append(f"Datumen ligger utanför läsåret {year}.")
    for other in others:
        if (
            other.id != window.id
            and other.opens_on <= window.closes_on
            and other.closes_on >= window.opens_on
        ):
            told.append(
                f"Perioden överlappar {other.label.lower()} ({other.opens_on} till {other.closes_on})."
            )
    return told + _late_makeup(window, places)


def _late_makeup(window: AssessmentWindow, places: Mapping[str, SchoolCalendar]) -> list[str]:
    """Where the make-up days leave too little of the term; places with the same days in one sentence."""
    late: dict[tuple[date, date], list[str]] = {}
    for name, school_calendar in places.items():
        last = by_calendar(window, school_calendar).makeup_ends_on
        term = school_calendar.term_of(window.closes_on)
        if school_calendar.days_between(last, term.ends_on) < SCHOOL_DAYS_LEFT:
            late.setdefault((last, term.ends_on), []).append(name)
    return [
        f"Uppsamlingsdagarna slutar {last}{_where(names, places)}. {_beside(last, term_ends)}"
        for (last, term_ends), names in sorted(late.items())
    ]


def _beside(last: date, term_ends: date) -> str:
    if last > term_ends:
        return f"Det är efter terminens slut {term_ends}."
    return f"Det är mindre än {SCHOOL_DAYS_LEFT} skoldagar före terminens slut {term_ends}."


def _where(names: list[str], places: Mapping[str, SchoolCalendar]) -> str:
    return "" if len(names) == len(places) else f" i {listed(names)}"
