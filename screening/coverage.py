"""Which of the expected results are missing (decision logic, section 5)."""

from dataclasses import dataclass

import numpy as np

from screening.standards import Bools, Mark, Sheet

# By mark: whether it is told as missing, and whether the same answer in two windows is a matter of its own.
TELLS = np.array([mark in (Mark.BLANK, Mark.ABSENT, Mark.DECLINED, Mark.INVALID) for mark in Mark])
REPEATED = np.array([mark in (Mark.DECLINED, Mark.OTHER_LANGUAGE) for mark in Mark])


@dataclass(frozen=True)
class Missing:
    """What is missing of the expected: arrays (n, m) and (n,)."""

    cells: Bools  # the results to name
    found: Bools  # (n,) some expected result is missing in a way that tells
    repeated: Bools  # (n,) some expected cell says declined or other language
    twice: Bools  # (n,) missing, or answered so, in the previous window too


def missing(sheet: Sheet, expected: Bools, previous: "Missing | None", is_due: Bools) -> Missing:
    """Of pupils whose make-up days have not passed (``is_due``, (n,)) nothing is missing; ``previous`` is
    each pupil's window before."""
    expected = expected & is_due[:, None]
    blanks = expected & TELLS[sheet.marks]
    answers = expected & REPEATED[sheet.marks]
    found: Bools = np.asarray(blanks.any(axis=1))
    repeated: Bools = np.asarray(answers.any(axis=1))
    if previous is None:
        return Missing(blanks, found, repeated, np.zeros_like(found))
    again = repeated & previous.repeated
    return Missing(
        cells=blanks | (answers & again[:, None]),
        found=found | again,
        repeated=repeated,
        twice=(found & previous.found) | again,
    )


def carried(before: Missing | None, now: Missing, rows: Bools) -> Missing:
    """What "the previous window" is next time: this one for the pupils it was a window for."""
    if before is None:
        return now
    return Missing(
        np.where(rows[:, None], now.cells, before.cells),
        np.where(rows, now.found, before.found),
        np.where(rows, now.repeated, before.repeated),
        np.where(rows, now.twice, before.twice),
    )
