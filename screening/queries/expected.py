"""What is expected of a school and year in a window: what the set names, narrowed to what the school uses."""

from collections.abc import Collection, Mapping

from assessments.models import AssessmentWindow
from screening.in_use import chosen_at, recorded_at
from screening.narrowing import doubtful, narrowed
from screening.queries.standards import Standards

Place = tuple[int, int]  # school id, year
Chosen = Mapping[int, frozenset[str]]  # by school id


def expected_at(
    window: AssessmentWindow, places: Collection[Place], standards: Standards
) -> dict[Place, frozenset[str]]:
    """The measures, for each school and year; nothing where the year is not in the window. Two queries."""
    chosen = chosen_at({school_id for school_id, _year in places})
    recorded = _recorded(window, places, standards, chosen)
    return {
        (school_id, year): narrowed(
            standards.expected(window, year),
            standards.groups(window, year),
            chosen.get(school_id, frozenset()),
            recorded.get(school_id, set()),
        )
        for school_id, year in places
    }


def _recorded(
    window: AssessmentWindow, places: Collection[Place], standards: Standards, chosen: Chosen
) -> dict[int, set[str]]:
    """Of what decides it, the measures anybody at the school has a record of in the window."""
    asked: dict[tuple[int, int], set[str]] = {}
    for school_id, year in places:
        doubts = doubtful(standards.expected(window, year), standards.groups(window, year), frozenset())
        if school_id not in chosen and doubts:
            asked.setdefault((school_id, window.id), set()).update(doubts)
    found: dict[int, set[str]] = {}
    for (school_id, _window_id), measure in recorded_at(asked):
        found.setdefault(school_id, set()).add(measure)
    return found
