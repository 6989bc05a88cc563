"""What the limits of a sheet rest on: each source once, with the limits that it carries."""

from collections.abc import Iterable

from assessments.models import AssessmentWindow
from reports.figures.sources import Source
from screening.queries.limit_sources import by_source, limit_sources
from screening.queries.standards import Standards


def sources(judged_by: Standards, places: Iterable[tuple[AssessmentWindow, str, int]]) -> tuple[Source, ...]:
    """The sources of the limits at each (window, measure, year), in the order given."""
    found = by_source(limit_sources(judged_by, places))
    return tuple(
        Source(name, tuple(f"{line.place}: {line.limits}" for line in lines)) for name, lines in found.items()
    )
