"""The school calendars of the example: sportlov and påsklov, which lie in different weeks."""

import tomllib
from collections.abc import Mapping
from datetime import date

from assessments.calendar import first_day
from assessments.calendar_editing import add
from assessments.demo.plans import HERE, Plan
from assessments.school_days import Span, SpanKind


def write_calendars(plan: Plan, municipalities: Mapping[str, int]) -> None:
    """Each municipality's, by its id, for every academic year. Flushes."""
    told = tomllib.loads((HERE / "calendars.toml").read_text(encoding="utf-8"))
    for weeks in told["municipality"]:
        for place, academic_year in enumerate(plan.academic_years):
            spring = first_day(academic_year).year + 1
            for kind, week in (
                (SpanKind.SPORTS_BREAK, weeks["sports"]),
                (SpanKind.EASTER_BREAK, weeks["easter"][place]),
            ):
                monday, friday = (date.fromisocalendar(spring, week, weekday) for weekday in (1, 5))
                add(municipalities[weeks["name"]], academic_year, Span(kind, monday, friday))
