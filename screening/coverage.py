"""Which results are expected of a pupil, and which of them are missing (decision logic, section 5)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from screening.standards import Bools, Mark, Sheet, Standard

TELLS = (Mark.BLANK, Mark.ABSENT, Mark.DECLINED, Mark.INVALID)
REPEATED = (Mark.DECLINED, Mark.OTHER_LANGUAGE)  # the same answer in two windows is a matter of its own


def narrowed(
    expected: Sequence[str],
    groups: Sequence[Sequence[str]],
    chosen: AbstractSet[str],
    recorded: AbstractSet[str],
) -> frozenset[str]:
    """The expected measures that a school uses.

    ``groups`` are those of the window, ``chosen`` the school's own list (empty: it has none), ``recorded``
    what anybody at the school has a record of in this window. A measure the school does not use gives way to
    another of its group that it does use; without a list of its own only where nobody has a record of it.
    """
    used = chosen or recorded
    found: set[str] = set()
    for code in expected:
        group = [other for group in groups if code in group for other in group]
        # A colleague among the expected goes first: then nothing new is asked for.
        in_use = [other for other in group if other in used and other in expected]
        in_use += [other for other in group if other in used]
        if code in used:
            found.add(code)
        elif in_use:
            found.add(in_use[0])
        elif not chosen:
            found.add(code)
    return frozenset(found)


def expected_measures(
    standard: Standard, chosen: AbstractSet[str], recorded: AbstractSet[str]
) -> frozenset[str]:
    """The same from the standard of a year and season; of a composite its parts are expected."""
    expected = standard.expected or (standard.composite.parts if standard.composite else ())
    return narrowed(expected, (*standard.decides, *standard.also), chosen, recorded)


@dataclass(frozen=True)
class Missing:
    """What is missing of the expected: arrays (n, m) and (n,)."""

    cells: Bools  # the results to name
    found: Bools  # (n,) some expected result is missing in a way that tells
    repeated: Bools  # (n,) some expected cell says declined or other language
    twice: Bools  # (n,) missing, or answered so, in the previous window too


def missing(sheet: Sheet, expected: Bools, previous: "Missing | None", is_due: bool) -> Missing:
    """Before the make-up days have passed nothing is missing; ``previous`` is each pupil's window before."""
    if not is_due:
        nothing = np.zeros(len(expected), np.bool_)
        return Missing(np.zeros_like(expected), nothing, nothing, nothing)
    blanks = expected & np.isin(sheet.marks, TELLS)
    answers = expected & np.isin(sheet.marks, REPEATED)
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
