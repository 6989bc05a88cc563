"""Which of the expected results are missing (decision logic, section 5)."""

from dataclasses import dataclass

import numpy as np

from screening.arrays import Arrays
from screening.movement import latest
from screening.standards import Bools, Mark, Sheet

# By mark: whether it is told as missing, and whether the same answer in two windows is a matter of its own.
TELLS = np.array([mark in (Mark.BLANK, Mark.ABSENT, Mark.DECLINED, Mark.INVALID) for mark in Mark])
REPEATED = np.array([mark in (Mark.DECLINED, Mark.OTHER_LANGUAGE) for mark in Mark])


@dataclass(frozen=True)
class Missing(Arrays):
    """What is missing of the expected in each window: arrays (w * n, m) and (w * n,)."""

    cells: Bools  # the results to name
    found: Bools  # some expected result is missing in a way that tells
    twice: Bools  # missing, or answered so, in the previous window too


def missing(sheet: Sheet, expected: Bools, is_due: Bools, is_counted: Bools, windows: int) -> Missing:
    """Of n pupils in the first window, then in the second ... Where the make-up days have not passed
    (``is_due``) nothing is missing. The previous window is the latest that counted the pupil, or the first.
    """
    expected = expected & is_due[:, None]
    blanks = expected & TELLS[sheet.marks]
    answers = expected & REPEATED[sheet.marks]
    found, repeated = blanks.any(axis=1), answers.any(axis=1)
    pupils = len(found) // windows
    here = np.arange(len(found))[pupils:]  # of the first window none is the previous
    before = np.maximum(latest(is_counted, windows)[:-1].ravel(), 0) * pupils + here % pupils
    again, twice = np.zeros_like(found), np.zeros_like(found)
    again[here] = repeated[here] & repeated[before]
    found = found | again
    twice[here] = (found[here] & found[before]) | again[here]
    return Missing(blanks | (answers & again[:, None]), found, twice)
