"""What the limits behind a page rest on: each with its status and source, without NumPy."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments import calendar
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from screening.benchmarks.catalogue import CutLine
from screening.levels import Limits, LimitStatus
from screening.queries.benchmark_pages import limit_shown
from screening.queries.standards import Standards
from screening.reasons import COMPOSITE

NO_SOURCE = "Källa saknas."


@dataclass(frozen=True)
class LimitSource:
    """The limits of a measure for a year, in words, and where they come from."""

    place: str
    limits: str
    source: str


def limit_sources(
    judged_by: Standards, places: Iterable[tuple[AssessmentWindow, str, int]]
) -> tuple[LimitSource, ...]:
    """Those of each (window, measure, year) that has limits, once each, in the order given; last those of
    the composites that decide the level of any of them."""
    asked = list(places)
    sums = {(window, year): judged_by.composite(window, year) for window, _, year in asked}
    asked += [(window, code, year) for (window, year), code in sums.items() if code is not None]
    found: dict[LimitSource, None] = {}
    for window, code, year in asked:
        cut, measure = judged_by.cut(window, code, year), judged_by.known.get(code)
        if cut is not None:
            when = f"{calendar.year_label(year, window.academic_year)} {window.season.label}"
            name = measure.name if measure else COMPOSITE
            words = limit_words(cut, measure)
            found[LimitSource(f"{name}, {when}", words, cut.source or NO_SOURCE)] = None
    return tuple(found)


def by_source(lines: Iterable[LimitSource]) -> dict[str, list[LimitSource]]:
    """The lines under each source, in the order given: what rests on one source names it once."""
    found: dict[str, list[LimitSource]] = {}
    for line in lines:
        found.setdefault(line.source, []).append(line)
    return found


def limit_words(cut: CutLine | None, measure: Measure | None) -> str:
    """``nära 40, mål 60, över 80 (publicerad norm)``; each status where they do not rest on the same."""
    if cut is None:
        return "ingen gräns"
    limits = cut.limits
    named = (("nära", limits.near_from), ("mål", limits.goal_from), ("över", limits.above_from))
    told = [f"{word} {limit_shown(value, measure)}" for word, value in named if value is not None]
    return f"{', '.join(told)} ({status_words(limits)})"


def status_words(limits: Limits) -> str:
    """What the limits rest on: ``publicerad norm``, or two where near_from rests on something else."""
    near = limits.near_status or limits.status
    statuses = [near] if limits.near_from is not None else []
    if limits.goal_from is not None or limits.above_from is not None:
        statuses.append(limits.status)
    return " och ".join(LimitStatus(status).label for status in dict.fromkeys(statuses))
