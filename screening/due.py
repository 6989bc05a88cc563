"""Whether the make-up days have passed where each pupil goes: municipalities count by their own calendars."""

from datetime import timedelta

import numpy as np

from assessments.clock import today
from assessments.models import AssessmentWindow
from assessments.window_dates import at_schools, own_days, usual
from screening.standards import Bools, Ints

A_YEAR = timedelta(days=366)  # no make-up days last so long, wherever the breaks lie


def make_up_is_over(window: AssessmentWindow, schools: Ints) -> Bools:
    """(n,) By the id of each pupil's school; one that is in none goes by what is usual.

    At most three queries in a request, and one for windows that are open or long past.
    """
    day = today()
    is_open = day <= window.closes_on and not own_days(window)
    if is_open or window.closes_on + A_YEAR < day:
        return np.full(len(schools), day > window.closes_on)
    asked = schools.tolist()
    dates = at_schools(window, {school for school in asked if school > 0})
    over = {school: there.makeup_ends_on < day for school, there in dates.items()}
    elsewhere = over.keys() >= set(asked) or usual(window).makeup_ends_on < day
    return np.array([over.get(school, elsewhere) for school in asked], np.bool_)
