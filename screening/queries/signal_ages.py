"""How old a signal is in school days: fresh, waiting, or late without a next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.clock import today
from assessments.school_calendars import own_calendars
from assessments.school_days import USUAL, SchoolCalendar

LATE_SCHOOL_DAYS = 10  # without a next step: rektor sees it marked
FRESH_SCHOOL_DAYS = 5
FRESH, WAITING, LATE = "fresh", "waiting", "late"
AGES = {
    FRESH: f"högst {FRESH_SCHOOL_DAYS} skoldagar",
    WAITING: f"{FRESH_SCHOOL_DAYS + 1} till {LATE_SCHOOL_DAYS} skoldagar",
    LATE: f"mer än {LATE_SCHOOL_DAYS} skoldagar",
}


@dataclass(frozen=True)
class Ages:
    """How old a signal is in school days, by the calendar of each municipality."""

    bounds: Mapping[int, tuple[date, date]]
    usual: tuple[date, date]

    @classmethod
    def fetch(cls) -> "Ages":
        """At most one query."""
        return cls({one: _bounds(found) for one, found in own_calendars().items()}, _bounds(USUAL))

    def of(self, municipality_id: int, since: date) -> str:
        waiting_before, late_before = self.bounds.get(municipality_id, self.usual)
        if since < late_before:
            return LATE
        return WAITING if since < waiting_before else FRESH


def _bounds(school_calendar: SchoolCalendar) -> tuple[date, date]:
    tomorrow = today() + timedelta(days=1)
    waiting, late = (
        school_calendar.before(tomorrow, days + 1) for days in (FRESH_SCHOOL_DAYS, LATE_SCHOOL_DAYS)
    )
    return waiting, late
