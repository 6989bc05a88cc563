"""What is expected of a school and year in a window: what the set names, narrowed to what the school uses."""

from collections.abc import Collection, Mapping

from assessments.governing.measures import Switches
from assessments.models import AssessmentWindow
from screening.in_use import chosen_at, recorded_at
from screening.narrowing import doubtful, narrowed
from screening.queries.standards import Standards

Place = tuple[int, int]  # school id, year
Chosen = Mapping[int, frozenset[str]]  # by school id


def expected_at(
    window: AssessmentWindow, places: Collection[Place], standards: Standards
) -> dict[Place, frozenset[str]]:
    """The measures, for each school and year; nothing where the year is not in the window. Three queries.

    What the initiative has switched on or off goes before both."""
    chosen = chosen_at({school_id for school_id, _year in places})
    recorded = _recorded(window, places, standards, chosen)
    switches = Switches.fetch()
    found = {}
    for school_id, year in places:
        expected = standards.expected(window, year)
        used = chosen.get(school_id, frozenset()), recorded.get(school_id, set())
        codes = narrowed(expected, standards.groups(window, year), *used)
        found[school_id, year] = switches.applied(codes, window, school_id, year)
    return found


def _recorded(
    window: AssessmentWindow, places: Collection[Place], standards: Standards, chosen: Chosen
) -> dict[int, set[str]]:
    """Where it decides anything, the measures anybody at the school has a record of in the window."""
    asked = {
        (school_id, window.id)
        for school_id, year in places
        if school_id not in chosen
        and doubtful(standards.expected(window, year), standards.groups(window, year), frozenset())
    }
    found: dict[int, set[str]] = {}
    for (school_id, _window_id), measure in recorded_at(asked):
        found.setdefault(school_id, set()).add(measure)
    return found
