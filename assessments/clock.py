"""What day it is: one clock for pages, commands and rules, which demo and tests may set."""

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def today() -> date:
    """Today in Sweden, or the day ``LASSPAR_TODAY`` (``2026-10-15``) says."""
    told = os.environ.get("LASSPAR_TODAY")
    return date.fromisoformat(told) if told else datetime.now(SWEDEN).date()


def now() -> datetime:
    """This moment in UTC; the time of day is real even when ``LASSPAR_TODAY`` sets the day."""
    moment = datetime.now(UTC)
    if not os.environ.get("LASSPAR_TODAY"):
        return moment
    local = moment.astimezone(SWEDEN)
    return datetime.combine(today(), local.timetz()).astimezone(UTC)
