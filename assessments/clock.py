"""What day it is: one clock for pages, commands and rules, which demo and tests may set."""

import functools
import os
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from assessments.refusals import Refused

SWEDEN = ZoneInfo("Europe/Stockholm")


def today() -> date:
    """Today in Sweden, or the day ``LASSPAR_TODAY`` (``2026-10-15``) says."""
    told = os.environ.get("LASSPAR_TODAY")
    return _day(told) if told else datetime.now(SWEDEN).date()


def now() -> datetime:
    """This moment in UTC; the time of day is real even when ``LASSPAR_TODAY`` sets the day."""
    moment = datetime.now(UTC)
    if not is_set():
        return moment
    local = moment.astimezone(SWEDEN)
    return datetime.combine(today(), local.timetz()).astimezone(UTC)


def is_set() -> bool:
    """Whether ``LASSPAR_TODAY`` says the day, and not the machine's clock."""
    return bool(os.environ.get("LASSPAR_TODAY"))


def day_of(moment: datetime) -> date:
    """The day a moment fell on in Sweden."""
    return moment.astimezone(SWEDEN).date()


def start_of(day: date) -> datetime:
    """The moment a day begins in Sweden."""
    return datetime.combine(day, time.min, SWEDEN)


@functools.lru_cache
def _day(told: str) -> date:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise Refused(f"LASSPAR_TODAY är inget datum: {told}. Skriv som 2026-10-15.") from None
    if not 2000 <= day.year < 2100:
        raise Refused(f"LASSPAR_TODAY ligger för långt bort: {told}.")
    return day
