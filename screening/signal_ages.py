"""How old a signal is in school days: fresh, waiting, or late without a next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.clock import today
from assessments.governing import in_force
from assessments.school_calendars import own_calendars
from assessments.school_days import USUAL, SchoolCalendar

FRESH, WAITING, LATE = "fresh", "waiting", "late"
AGES = (FRESH, WAITING, LATE)


def limits() -> tuple[int, int]:
    """For how many school days a signal is fresh, and after how many without a next step it is late: what
    the initiative has chosen for today."""
    return in_force.number("signal_fresh", today()), in_force.number("signal_late", today())


def age_words() -> dict[str, str]:
    """What each age is called."""
    fresh, late = limits()
    return {
        FRESH: f"högst {fresh} skoldagar",
        WAITING: f"{fresh + 1} till {late} skoldagar",
        LATE: f"mer än {late} skoldagar",
    }


@dataclass(frozen=True)
class Ages:
    """How old a signal is in school days, by the calendar of each municipality."""

    bounds: Mapping[int, tuple[date, date]]
    usual: tuple[date, date]

    @classmethod
    def fetch(cls) -> "Ages":
        """At most two queries."""
        days = limits()
        own = {one: _bounds(found, days) for one, found in own_calendars().items()}
        return cls(own, _bounds(USUAL, days))

    def of(self, municipality_id: int, since: date) -> str:
        waiting_before, late_before = self.bounds.get(municipality_id, self.usual)
        if since < late_before:
            return LATE
        return WAITING if since < waiting_before else FRESH


def _bounds(school_calendar: SchoolCalendar, limits: tuple[int, int]) -> tuple[date, date]:
    tomorrow = today() + timedelta(days=1)
    waiting, late = (school_calendar.before(tomorrow, days + 1) for days in limits)
    return waiting, late
