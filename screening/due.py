"""Whether the make-up days have passed where each pupil goes: municipalities count by their own calendars."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from assessments.clock import today
from assessments.models import AssessmentWindow
from assessments.window_dates import of_windows, own_days, usual
from screening.standards import Bools, Ints

A_YEAR = timedelta(days=366)  # no make-up days last so long, wherever the breaks lie


def make_up_is_over(windows: Sequence[AssessmentWindow], schools: Ints) -> Bools:
    """(w, n) By the id of each pupil's school (w, n); one that is in none goes by what is usual.

    At most three queries in a request, and one for windows that are open or long past.
    """
    day, is_over, to_ask = today(), np.empty(schools.shape, np.bool_), []
    for number, window in enumerate(windows):
        is_open = day <= window.closes_on and not own_days(window)
        if is_open or window.closes_on + A_YEAR < day:
            is_over[number] = day > window.closes_on
        else:
            to_ask.append(number)
    asked = {number: schools[number].tolist() for number in to_ask}
    known = {school for there in asked.values() for school in there if school > 0}
    dates = of_windows([windows[number] for number in to_ask], known) if to_ask else []
    for (number, there), found in zip(asked.items(), dates, strict=True):
        over = {school: one.makeup_ends_on < day for school, one in found.items()}
        elsewhere = over.keys() >= set(there) or usual(windows[number]).makeup_ends_on < day
        is_over[number] = [over.get(school, elsewhere) for school in there]
    return is_over
