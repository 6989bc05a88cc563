"""Where pupils go in each window, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screening.frame import Frame
from screening.standards import Ints
from screening.whereabouts import ENROLMENTS

NOWHERE = -1


@dataclass(frozen=True)
class Places:
    """Where each pupil went on each window's closing date: arrays (windows, n), NOWHERE where in no class.

    Years are put right by the scores: the year a score was taken in is frozen on the score.
    """

    years: Ints
    classes: Ints
    schools: Ints

    @classmethod
    def fetch(cls, frame: Frame, ids: Sequence[int]) -> "Places":
        shape = len(frame.windows), len(ids)
        years, classes, schools = (np.full(shape, NOWHERE) for _ in range(3))
        window_of = {window.id: number for number, window in enumerate(frame.windows)}
        found = ENROLMENTS.rows(ids=ids)
        rows = [(window_of[window], *one) for window, *one in found if window in window_of]
        number, pupil, *place = np.array(rows, np.int64).reshape(-1, 5).T
        where = number, np.searchsorted(ids, pupil)
        # Of two on one day the later one: NumPy keeps the last.
        years[where], classes[where], schools[where] = place
        return cls(years, classes, schools)
