"""The results expected of each pupil in each window: what the set names, narrowed to what the school uses."""

from collections.abc import Collection
from functools import lru_cache

import numpy as np

from assessments.governing.measures import Switches
from screening.frame import Frame
from screening.in_use import chosen_at, recorded_at
from screening.narrowing import doubtful, narrowed
from screening.placed import NOWHERE, Places
from screening.standards import Bools, Ints, Mark, Sheet

Where = tuple[int, int, int]  # number of a window in the frame, school id and year
# The same of each window at every save: remembered by all that is asked.
NARROWED, DOUBTFUL = lru_cache(maxsize=4096)(narrowed), lru_cache(maxsize=4096)(doubtful)


def expected_of(frame: Frame, numbers: range, places: Places, sheet: Sheet) -> Bools:
    """(w * n, m) In these windows of the frame, by year and by what the school uses.

    ``sheet``: what was put down in them, a row for each pupil in the first, then in the second ... At most
    three queries.
    """
    index, at = _places(numbers, places)
    chosen = chosen_at({school for _number, school, _year in index})
    recorded = _recorded(frame, sheet, (list(index), at), chosen)
    switches = Switches.fetch()
    told = np.zeros((len(index) + 1, len(frame.measures)), np.bool_)  # last: who goes nowhere
    for (number, school, year), place in index.items():
        window = frame.windows[number]
        standard = frame.standard(window, year)
        used = chosen.get(school, frozenset()), frozenset(recorded[number, school])
        codes = NARROWED(standard.expected, (*standard.decides, *standard.also), *used)
        codes = switches.applied(codes, window, school, year)
        told[place, [frame.column_of[code] for code in codes]] = True
    found: Bools = told[at]
    return found


def _places(numbers: range, places: Places) -> tuple[dict[Where, int], Ints]:
    """Each window, school and year that somebody goes in, by its index, and the index of each row (w * n,);
    the last where a pupil goes nowhere."""
    schools, years = (one[numbers].ravel().tolist() for one in (places.schools, places.years))
    told = np.repeat(numbers, places.schools.shape[1]).tolist()
    index: dict[Where, int] = {}
    at = [
        NOWHERE if where[1] == NOWHERE else index.setdefault(where, len(index))
        for where in zip(told, schools, years, strict=True)
    ]
    return index, np.array(at, np.int64)


def _recorded(
    frame: Frame, sheet: Sheet, where: tuple[list[Where], Ints], chosen: Collection[int]
) -> dict[tuple[int, int], set[str]]:
    """By window and school, the measures that somebody there has a record of, as far as it matters.

    What these pupils have records of needs no asking, and mostly settles it.
    """
    (places, at), codes = where, list(frame.measures)
    recorded: dict[tuple[int, int], set[str]] = {place[:2]: set() for place in places}
    rows, columns = np.nonzero(sheet.marks != Mark.BLANK)
    is_there = np.zeros((len(places) + 1, len(codes)), np.bool_)  # last: who goes nowhere
    is_there[at[rows], columns] = True
    for place, column in np.argwhere(is_there[:-1]).tolist():
        recorded[places[place][:2]].add(codes[column])
    unsettled = {}
    for number, school, year in places:
        window = frame.windows[number]
        standard = frame.standard(window, year)
        groups, own = (*standard.decides, *standard.also), frozenset(recorded[number, school])
        if school not in chosen and DOUBTFUL(standard.expected, groups, own):
            unsettled[school, window.id] = number
    for (school, window_id), measure in recorded_at(unsettled):
        if (school, window_id) in unsettled:
            recorded[unsettled[school, window_id], school].add(measure)
    return recorded
