"""The results of a pupil on paper for staff: each with level, certainty, limits and where they come from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assessments.instruments.catalogue import AREAS, Measure
from reports.figures.staff import Result
from reports.gathering.past import Past
from reports.wording import number
from screening.certainty import certainty, p_beyond
from screening.levels import Certainty, Limits
from screening.models import Judgement
from screening.queries.limit_sources import status_words
from screening.queries.shown import score_text
from screening.reasons import COMPOSITE, window_words

SURE = {
    Certainty.CLEAR: "tydligt",
    Certainty.NEAR: "nära en gräns",
    Certainty.ON_THE_LINE: "på gränsen",
    Certainty.UNKNOWN: "mätfelet är inte känt",
}


def composite(behind: Past, judgement: Judgement | None, year: int) -> Iterator[Result]:
    """The weighted sum that decides the level, where the set has one: its parts, limits and their source."""
    code = behind.standards.composite(behind.window, year)
    cut = behind.cut(behind.window, code, year) if code else None
    if code is None or cut is None:
        return
    points = judgement.composite if judgement else None
    parts = [behind.known[part].name for part in behind.standards.parts(behind.window, year)]
    yield Result(
        measure=COMPOSITE,
        area=f"av {', '.join(parts)}",
        shown="Resultat saknas" if points is None else number(points),
        level=None if points is None else cut.limits.level(points),
        certainty=None if points is None else SURE[Certainty.UNKNOWN],
        limits=_limits(None, cut.limits),
        status=_status(cut.limits),
        source=cut.source,
        before=None,
        assessed_on=None,
    )


def results(behind: Past, pupil_id: int, year: int, expected: frozenset[str]) -> Iterator[Result]:
    """Every measure that is expected or has something put down, in reading order."""
    for code, measure in behind.known.items():
        row = behind.scores.get((pupil_id, behind.window.id, code))
        if row is None and code not in expected:
            continue
        points = behind.points(pupil_id, behind.window, code)
        cut = behind.cut(behind.window, code, year if row is None else row.year)
        limits = cut.limits if cut else None
        level = limits.level(points) if limits is not None and points is not None else None
        shown = "Resultat saknas" if row is None else _shown(measure, row)
        yield Result(
            measure=measure.name,
            area=AREAS[measure.area] if measure.labels else f"{AREAS[measure.area]}, {measure.unit}",
            shown=shown,
            level=level,
            certainty=_sure(points, limits, measure.sem) if level is not None else None,
            limits=_limits(measure, limits),
            status=_status(limits),
            source=cut.source if cut else None,
            before=_before(behind, pupil_id, measure),
            assessed_on=row.assessed_on if row is not None else None,
        )


def _before(behind: Past, pupil_id: int, measure: Measure) -> str | None:
    """``22 våren 2025/26``, or the words that stood there."""
    found = behind.before(pupil_id, measure.code)
    if found is None:
        return None
    window, _ = found
    return f"{_shown(measure, behind.scores[pupil_id, window.id, measure.code])} {window_words(window.code)}"


def _shown(measure: Measure, row: Any) -> str:
    return score_text(measure, row.points, row.absence, row.is_discontinued)


def _sure(points: Decimal | None, limits: Limits | None, sem: Decimal | None) -> str:
    """How sure the level is, from the distance to the nearer limit."""
    edges = [edge for edge in (limits.near_from, limits.goal_from) if edge is not None] if limits else []
    if sem is None or points is None or not edges:
        return SURE[Certainty.UNKNOWN]
    nearest = min(abs(points - edge) for edge in edges)
    return SURE[certainty(float(p_beyond(float(nearest), float(sem))))]


def _limits(measure: Measure | None, limits: Limits | None) -> str:
    """``Nära målet från 26, mål 35``; labels instead of numbers where the measure has them."""
    if limits is None:
        return "Ingen gräns i perioden"
    said = [
        f"{word} {measure.shown(edge) if measure and measure.labels else number(edge)}"
        for word, edge in (
            ("nära målet", limits.near_from),
            ("mål", limits.goal_from),
            ("över målet", limits.above_from),
        )
        if edge is not None
    ]
    told = ", ".join(said)
    return told[0].upper() + told[1:]


def _status(limits: Limits | None) -> str | None:
    """What the limits rest on; both when near_from rests on something else."""
    if limits is None:
        return None
    told = status_words(limits)
    return told[0].upper() + told[1:]
