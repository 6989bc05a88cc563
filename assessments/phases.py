"""Where a window stands today: to come, open, in its make-up days, or closed; and in which words."""

import enum

from assessments import windows
from assessments.clock import today
from assessments.models import AssessmentWindow


class Phase(enum.Enum):
    COMING = "coming"
    OPEN = "open"
    MAKEUP = "makeup"
    CLOSED = "closed"

    @property
    def takes_scores(self) -> bool:
        """Only pages keep to the dates; a score file may be taken in whenever."""
        return self in (Phase.OPEN, Phase.MAKEUP)


def phase(window: AssessmentWindow) -> Phase:
    if today() < window.opens_on:
        return Phase.COMING
    if today() <= window.closes_on:
        return Phase.OPEN
    return Phase.MAKEUP if today() <= windows.makeup_ends_on(window) else Phase.CLOSED


def next_date(window: AssessmentWindow) -> str:
    """The date a teacher plans by, as a sentence."""
    return {
        Phase.COMING: f"Öppnar {window.opens_on}.",
        Phase.OPEN: f"Stänger {window.closes_on}.",
        Phase.MAKEUP: f"Stängde {window.closes_on}. Uppsamling till {windows.makeup_ends_on(window)}.",
        Phase.CLOSED: f"Stängde {window.closes_on}. Uppsamlingen är över.",
    }[phase(window)]


def why_closed(window: AssessmentWindow) -> str | None:
    """Why nothing can be filled in today; None while it can."""
    now = phase(window)
    if now is Phase.COMING:
        return f"Perioden öppnar {window.opens_on}. Då går det att fylla i resultat."
    if now is Phase.CLOSED:
        return (
            f"Perioden stängde {window.closes_on} och uppsamlingen slutade {windows.makeup_ends_on(window)}. "
            "Resultaten går att läsa men inte ändra här."
        )
    return None
