"""Where the initiative's pupils stand now and stood before, as it went out."""

from collections.abc import Iterator, Sequence

from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from reports.figures.initiative import FlowPart, FlowTold
from screening.benchmarks.catalogue import in_force
from screening.coordination.flow import release, windows_before
from screening.coordination.flow_pages import FlowTold as Released
from screening.coordination.flow_pages import flow
from screening.initiative_counts import Place as School


def flows(window: AssessmentWindow, chosen: Sequence[School]) -> Iterator[FlowTold]:
    """From each earlier window that somebody has counted the way from: all, and these municipalities."""
    named = {school.municipality_id: school.municipality for school in chosen}
    for first in windows_before(window):
        found = flow(first, window, named)
        if found is not None:
            yield FlowTold(first.label, found.sentence, tuple(_part(one) for one in found.tables))


def release_if_needed(window: AssessmentWindow) -> None:
    """Let the way from the window before out where nobody has, if both are judged. The caller commits."""
    for first in windows_before(window)[:1]:
        if flow(first, window, {}) is None and len(in_force([first, window])) == 2:
            release(first, window, Recorder())


def _part(told: Released) -> FlowPart:
    return FlowPart(told.name, told.table, told.reached, told.levels)
