"""A child's way through the windows, on a scale that classmates share."""

from collections.abc import Iterable, Mapping

from assessments import calendar
from assessments.models import Season
from assessments.windows import ORDER
from reports.figures.growth import Growth, GrowthScale, Moment, top_of
from reports.figures.sources import Source
from reports.gathering.past import Past
from screening.benchmarks.catalogue import CutLine
from screening.queries.limit_sources import NO_SOURCE, status_words

YEARS_SHOWN = 2

Place = tuple[str, Season]  # academic year and season


def growth(past: Past, pupil_id: int, year: int, measure: str, words: tuple[str, str]) -> Growth | None:
    """The last two academic years on a measure, with the goals of this year's windows to come.

    ``words`` are the chart's title and unit. None where the measure has no goal or the child no points.
    """
    windows = {(window.academic_year, window.season): window for window in past.windows}
    years = _years(past, pupil_id, year)
    found = {
        place: points
        for place, window in windows.items()
        if (points := past.reached(pupil_id, window, measure)) is not None
    }
    every = {place: _moment(past, place, years, measure) for place in _places(past)}
    places = [place for place, moment in every.items() if place in found or moment.goal_from is not None]
    shown = [(places.index(place), points) for place, points in found.items() if place in places]
    moments = tuple(every[place] for place in places)
    goals = [moment.goal_from for moment in moments if moment.goal_from is not None]
    if not shown or not goals:
        return None
    known = past.known[measure]
    top = top_of(goals, [points for _, points in shown], known.maximum)
    title, unit = words
    scale = GrowthScale(title, unit, known.minimum, top, moments, known.higher_is_better)
    told = (past.window.academic_year, past.window.season)
    return Growth(scale, tuple(sorted(shown)), places.index(told) if told in found else None, known.sem)


def growth_sources(past: Past, pupil_id: int, year: int, codes: Iterable[str]) -> tuple[Source, ...]:
    """What the limits drawn on these measures rest on; the limits themselves stand in the picture."""
    found: dict[tuple[str, str, str], list[str]] = {}
    years = _years(past, pupil_id, year)
    for code in codes:
        for place in _places(past):
            cut, moment = _cut(past, place, years, code), _moment(past, place, years, code)
            if cut is not None:
                when = f"{moment.season} {moment.year}"
                found.setdefault((cut.source, code, status_words(cut.limits)), []).append(when)
    lines: dict[str, list[str]] = {}
    for (source, code, status), times in found.items():
        line = f"{past.known[code].name}, {', '.join(times)} ({status})"
        lines.setdefault(source or NO_SOURCE, []).append(line)
    return tuple(Source(source, tuple(limits)) for source, limits in lines.items())


def _places(past: Past) -> list[Place]:
    """Every season of the academic years that are shown, oldest first, also those to come."""
    last = int(past.window.academic_year[:4])
    years = [f"{first}/{(first + 1) % 100:02d}" for first in range(last - YEARS_SHOWN + 1, last + 1)]
    return [(academic_year, season) for academic_year in years for season in ORDER]


def _years(past: Past, pupil_id: int, year: int) -> dict[str, int]:
    """The year the child was in, by academic year: as it was judged then, for one may go twice in it."""
    last = int(past.window.academic_year[:4])
    counted = {academic_year: year - (last - int(academic_year[:4])) for academic_year, _ in _places(past)}
    judged = {
        window.academic_year: judgement.year
        for window in past.windows
        if window.academic_year in counted
        and (judgement := past.judgements.get((pupil_id, window.id))) is not None
    }
    return {**counted, **judged}


def _moment(past: Past, place: Place, years: Mapping[str, int], measure: str) -> Moment:
    """A window's words and limits, in the year the child was in then."""
    academic_year, season = place
    cut = _cut(past, place, years, measure)
    near, goal = (cut.limits.near_from, cut.limits.at_goal_from) if cut else (None, None)
    year_then = max(0, years[academic_year])
    return Moment(season.label, calendar.year_label(year_then, academic_year), near, goal)


def _cut(past: Past, place: Place, years: Mapping[str, int], measure: str) -> CutLine | None:
    """The limits of that time, for the year the child was in then; windows to come have today's set."""
    window = next((one for one in past.windows if (one.academic_year, one.season) == place), past.window)
    in_force = past.standards.in_force.get(window.id)
    if in_force is None:
        return None
    academic_year, season = place
    return past.standards.sets[in_force.set_id].cuts.get((measure, years[academic_year], season))
