"""How one score, one level and one signal are shown: shared by the class's and the pupil's page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.instruments.catalogue import Measure
from assessments.models import Absence, AssessmentWindow
from screening.levels import Level
from screening.models import Judgement
from screening.queries.standards import Standards, points_judged
from screening.signals import Kind

MISSING = "missing"
MISSING_WORD = "Resultat saknas"


@dataclass(frozen=True)
class Shown:
    """A score in a table. ``code`` is its level, ``missing``, or None where it has no limits.

    ``text`` is empty where nothing was put down.
    """

    text: str
    code: str | None
    word: str
    assessed_on: date | None = None
    is_asked_for: bool = True

    @property
    def is_missing(self) -> bool:
        return self.code == MISSING


@dataclass(frozen=True)
class Mark:
    """A level as a small shape, with the words behind it."""

    code: str
    words: str


def shown_score(row: Any, window: AssessmentWindow, judged_by: Standards) -> Shown:
    """A row of Score (or anything with its columns) as it is shown."""
    measure = judged_by.known[row.measure]
    points = points_judged(measure, row.points, row.absence)
    level = judged_by.level(window, (row.measure, row.year), points)
    text = score_text(measure, row.points, row.absence, row.is_discontinued)
    if row.absence is not None and row.absence is not Absence.NOT_YET_ABLE:
        return Shown(text, MISSING, MISSING_WORD, row.assessed_on)
    word = level.label if level is not None else "Ingen gräns"
    return Shown(text, level.value if level is not None else None, word, row.assessed_on)


def score_text(
    measure: Measure, points: Decimal | None, absence: Absence | None, is_discontinued: bool = False
) -> str:
    """The value, its label, or the word for why there is none."""
    if absence is not None:
        return absence.label
    if points is None:
        return ""
    return measure.shown(points) + (" (avbrutet)" if is_discontinued else "")


def level_of(judgement: Judgement | None) -> Level:
    """The window's level; nothing judged is not determined."""
    return Level.NOT_DETERMINED if judgement is None else judgement.level


def mark_of(judgement: Judgement | None, window: AssessmentWindow) -> Mark:
    level = level_of(judgement)
    code = MISSING if level is Level.NOT_DETERMINED else level.value
    return Mark(code, f"{window.label}: {level.label}")


def note_on(judgement: Judgement | None) -> str:
    """What a person should know beside the level's word.

    That the goal can be reached once everything is there goes without saying: it can be where nothing is.
    """
    if judgement is None:
        return ""
    if judgement.level is Level.NOT_DETERMINED:
        best = judgement.at_best
        return f"kan inte bli bättre än {best.label}" if best is not None and best < Level.AT_GOAL else ""
    return "trots resultat som saknas" if judgement.is_despite_missing else ""


def kind_label(kind: str) -> str:
    return Kind(kind).label


def signal_code(kind: str) -> str:
    """The shape and colour of a signal: its level's, else a ring. What is administrative is never a risk."""
    if kind in (Kind.BELOW_GOAL, Kind.NEAR_GOAL):
        return str(kind)
    return MISSING if kind in (Kind.NOT_ASSESSED, Kind.CHECK_DATA) else "watch"


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months ago; the last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, day.day - 4, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
