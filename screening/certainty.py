"""How sure a level is: the chance that the true score lies on the other side of a limit.

p = Phi(-d / sem), where d is the distance to the limit and sem the measure's standard error of measurement.
Unknown, without sem, is NaN in arrays and None in JSON.
"""

from math import isnan

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from screening.levels import Certainty

Floats = npt.NDArray[np.float64]

CLEAR_BELOW = 0.10
ON_THE_LINE_ABOVE = 0.30
SAID = [one.value for one in (Certainty.CLEAR, Certainty.NEAR, Certainty.ON_THE_LINE, Certainty.UNKNOWN)]


def p_beyond(distance: npt.ArrayLike, sem: npt.ArrayLike) -> Floats:
    """The chance of a true score on the other side of a limit ``distance`` away, in the unit of ``sem``.

    Unknown, NaN, without a limit or without ``sem``.
    """
    chance: Floats = ndtr(-np.abs(np.asarray(distance, dtype=np.float64)) / sem)
    return chance


def certainty(p: float | None) -> Certainty:
    """The word for a chance; NaN and None are unknown. Both ends of "near" belong to it."""
    if p is None or isnan(p):
        return Certainty.UNKNOWN
    if p < CLEAR_BELOW:
        return Certainty.CLEAR
    return Certainty.NEAR if p <= ON_THE_LINE_ABOVE else Certainty.ON_THE_LINE


def certainties(chances: Floats) -> list[str]:
    """The words of ``certainty`` for an array of chances, as they are kept."""
    places = (chances >= CLEAR_BELOW).astype(np.int8) + (chances > ON_THE_LINE_ABOVE) + 3 * np.isnan(chances)
    return [SAID[place] for place in places.tolist()]


def clearest(chances: Floats, who: npt.NDArray[np.bool_]) -> Floats:
    """(n,) The smallest known chance in each row of ``chances`` (n, m) where ``who`` holds, else NaN."""
    known = who & ~np.isnan(chances)
    smallest: Floats = np.where(known, chances, np.inf).min(axis=1, initial=np.inf)
    return np.where(np.isinf(smallest), np.nan, smallest)
