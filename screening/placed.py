"""Where pupils go in each window, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from screening.frame import Frame
from screening.standards import Ints
from screening.whereabouts import went

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
        stays = [stay for stay in went(ids, frame.windows) if stay[0]]
        if not stays:
            return cls(years, classes, schools)
        numbers, *told = zip(*stays, strict=True)
        pupil, *place = np.array(told, np.int64).repeat([len(one) for one in numbers], axis=1)
        where = np.array([*chain.from_iterable(numbers)], np.int64), np.searchsorted(ids, pupil)
        # Of two on one day the later one: NumPy keeps the last.
        years[where], classes[where], schools[where] = place
        return cls(years, classes, schools)
