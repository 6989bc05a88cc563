"""Where a window stands today: to come, open, in its make-up days, or closed; and in which words."""

import enum
from collections.abc import Collection

from assessments.clock import today
from assessments.window_dates import WindowDates


class Phase(enum.Enum):
    COMING = "coming"
    OPEN = "open"
    MAKEUP = "makeup"
    CLOSED = "closed"


def phase(dates: WindowDates) -> Phase:
    if today() < dates.opens_on:
        return Phase.COMING
    if today() <= dates.closes_on:
        return Phase.OPEN
    return Phase.MAKEUP if today() <= dates.makeup_ends_on else Phase.CLOSED


def next_date(dates: WindowDates) -> str:
    """The date a teacher plans by, as a sentence."""
    return {
        Phase.COMING: f"Öppnar {dates.opens_on}.",
        Phase.OPEN: f"Stänger {dates.closes_on}.",
        Phase.MAKEUP: f"Stängde {dates.closes_on}. Uppsamling till {dates.makeup_ends_on}.",
        Phase.CLOSED: f"Stängde {dates.closes_on}. Uppsamlingen är över.",
    }[phase(dates)]


def next_dates(places: Collection[WindowDates]) -> str:
    """The same for several places: of those that differ the last one, and that they do."""
    last = max(places, key=lambda dates: (dates.makeup_ends_on, dates.closes_on))
    alike = len({next_date(dates) for dates in places}) == 1
    return next_date(last) if alike else f"{next_date(last)} Dagarna är inte desamma på alla skolor."


def why_closed(dates: WindowDates) -> str | None:
    """Why nothing can be filled in today; None while it can."""
    now = phase(dates)
    if now is Phase.COMING:
        return f"Perioden öppnar {dates.opens_on}. Då går det att fylla i resultat."
    if now is Phase.CLOSED:
        return (
            f"Perioden stängde {dates.closes_on} och uppsamlingen slutade {dates.makeup_ends_on}. "
            "Resultaten går att läsa men inte ändra här."
        )
    return None
