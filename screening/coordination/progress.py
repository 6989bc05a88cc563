"""Whether a share is on its way to half of what it was: the straight path, what was seen, and the answer.

The answer is given by both ways of counting, of those with results and of all. Where they differ it cannot be
said: fewer results are not fewer pupils under the goal. Pure: a release in, what is shown out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from screening.coordination.figures import Figures, Percent
from screening.statistics import Halving, Share, halving, halving_path

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Told:
    """A year as it went out. ``cohorts``: those told together, oldest first; ``judged_by`` may be empty.
    ``texts``: what was read, where only the same text is compared; None where it does not matter.
    ``limits``: from how many percent of absence its cohorts were counted, an empty one where that is not
    known; None where it does not matter."""

    academic_year: str
    cohorts: tuple[str, ...]
    figures: Figures
    judged_by: str
    texts: tuple[str, ...] | None = None
    limits: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Point:
    """A year of the goal. ``path`` and ``answer`` only after the baseline; ``why`` says what hinders one.
    ``limit``: from how much absence it was counted, ``15 %``; empty where that is not known."""

    academic_year: str
    at: float  # the year its cohorts lie around, as a number
    cohorts: tuple[str, ...]
    figures: Figures
    path: float | None
    answer: Halving | None
    why: str = ""
    limit: str = ""

    @property
    def from_limit(self) -> str:
        """``gräns 15 %``, of absence."""
        return f"gräns {self.limit}" if self.limit else "gränsen inte känd"


@dataclass(frozen=True)
class Progress:
    """Points oldest first, from the baseline on. ``baseline`` None: it has no number that may be shown."""

    baseline: Point | None
    points: tuple[Point, ...]
    baseline_year: str
    target_year: str

    @property
    def latest(self) -> Point | None:
        """The latest year after the baseline."""
        after = [one for one in self.points if one.path is not None or one.answer is not None]
        return after[-1] if after else None

    @property
    def answer(self) -> Halving:
        return self.latest.answer if self.latest and self.latest.answer else Halving.TOO_EARLY

    @property
    def goal(self) -> float | None:
        """The share to reach: half the baseline's, of all."""
        return (
            self.baseline.figures.of_all.share / 2 if self.baseline and self.baseline.figures.of_all else None
        )


def progress(told: Sequence[Told], baseline_year: str, target_year: str) -> Progress:
    """``told`` by year. The path is straight from the baseline's share to half of it in the target year."""
    by_year = {one.academic_year: one for one in told}
    start = by_year.get(baseline_year)
    baseline = _point(start) if start and start.figures.of_all else None
    after = [
        one for one in sorted(told, key=lambda one: one.academic_year) if one.academic_year > baseline_year
    ]
    points = [_measured(one, start, baseline, number(target_year)) for one in after]
    first = [_point(start)] if start else []
    return Progress(baseline, (*first, *points), baseline_year, target_year)


def number(academic_year: str) -> float:
    """An academic year on the axis of time: the year it begins."""
    return float(academic_year[:4])


def _point(told: Told) -> Point:
    at = sum(map(number, told.cohorts)) / len(told.cohorts)
    limit = f"{' och '.join(told.limits)}{NO_BREAK}%" if told.limits and all(told.limits) else ""
    return Point(told.academic_year, at, told.cohorts, told.figures, None, None, limit=limit)


def _measured(told: Told, start: Told | None, baseline: Point | None, target: float) -> Point:
    point = _point(told)
    if start is None or baseline is None or baseline.figures.of_all is None:
        return _unsaid(point, None, "Utgångsläget har inget tal som kan visas.")
    path = halving_path(baseline.figures.of_all.share, number(start.academic_year), target, point.at)
    if why := _not_compared(told, start):
        return _unsaid(point, path, why)
    way = (number(start.academic_year), target, point.at)
    both = ("of_all", "of_assessed")
    answers = {_answer(getattr(told.figures, of), getattr(start.figures, of), way) for of in both} - {None}
    if len(answers) > 1:
        return _unsaid(point, path, "Svaret beror på dem som saknar resultat.")
    return replace(point, path=path, answer=answers.pop())


def _not_compared(told: Told, start: Told) -> str:
    """Why a year says nothing beside the baseline; empty where it does."""
    limits = {*(told.limits or ()), *(start.limits or ())}
    reasons = (
        (
            told.figures.of_all is None,
            "Talet visas inte: en grupp är för liten, eller gick att räkna ut ur det som har visats förut.",
        ),
        (told.judged_by != start.judged_by, "Riktmärkena har ändrats sedan utgångsläget."),
        (
            told.texts is not None and (not told.texts or told.texts != start.texts),
            "Olika texter: jämförs inte med utgångsläget.",
        ),
        ("" in limits, "Gränsen för oroande frånvaro är inte känd för alla år: jämförs inte."),
        (len(limits) > 1, "Gränsen för oroande frånvaro har ändrats: jämförs inte med utgångsläget."),
    )
    return next((why for is_so, why in reasons if is_so), "")


def _answer(seen: Percent | None, first: Percent | None, way: tuple[float, float, float]) -> Halving | None:
    """``way``: when the path starts, when it ends, and now."""
    if seen is None or first is None:
        return None
    interval = Share(*(np.asarray(end, np.float64) for end in (seen.share, seen.low, seen.high)))
    return halving(first.share, halving_path(first.share, *way), interval)


def _unsaid(point: Point, path: float | None, why: str) -> Point:
    return replace(point, path=path, answer=Halving.TOO_EARLY, why=why)
