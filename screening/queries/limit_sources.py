"""What the limits behind a page rest on: each with its status and source, without NumPy."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments import calendar
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from screening.benchmarks.catalogue import CutLine
from screening.levels import LimitStatus
from screening.queries.benchmark_pages import limit_shown
from screening.queries.standards import Standards


@dataclass(frozen=True)
class LimitSource:
    """The limits of a measure for a year, in words, and where they come from."""

    place: str
    limits: str
    source: str


def limit_sources(
    judged_by: Standards, places: Iterable[tuple[AssessmentWindow, str, int]]
) -> tuple[LimitSource, ...]:
    """Those of each (window, measure, year) that has limits, once each, in the order given."""
    found: dict[LimitSource, None] = {}
    for window, code, year in places:
        cut, measure = judged_by.cut(window, code, year), judged_by.known[code]
        if cut is not None:
            when = f"{calendar.year_label(year, window.academic_year)} {window.season.label}"
            words = limit_words(cut, measure)
            found[LimitSource(f"{measure.name}, {when}", words, cut.source or "Källa saknas.")] = None
    return tuple(found)


def limit_words(cut: CutLine | None, measure: Measure | None) -> str:
    """``nära 40, mål 60, över 80 (publicerad norm)``; each status where they do not rest on the same."""
    if cut is None:
        return "ingen gräns"
    limits = cut.limits
    named = (("nära", limits.near_from), ("mål", limits.goal_from), ("över", limits.above_from))
    told = [f"{word} {limit_shown(value, measure)}" for word, value in named if value is not None]
    near = limits.near_status or limits.status
    statuses = [near] if limits.near_from is not None else []
    if limits.goal_from is not None or limits.above_from is not None:
        statuses.append(limits.status)
    rests_on = " och ".join(LimitStatus(status).label for status in dict.fromkeys(statuses))
    return f"{', '.join(told)} ({rests_on})"
