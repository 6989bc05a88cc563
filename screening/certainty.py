"""How sure a level is: the chance that the true score lies on the other side of a limit.

p = Phi(-d / sem), where d is the distance to the limit and sem the measure's standard error of measurement.
Unknown, without sem, is NaN in arrays and None in JSON.
"""

from math import isnan

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from screening.levels import Certainty, Limits, thousandths

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CLEAR_BELOW = 0.10
ON_THE_LINE_ABOVE = 0.30


def p_beyond(distance: npt.ArrayLike, sem: float) -> Floats:
    """The chance of a true score on the other side of a limit ``distance`` away, in the unit of ``sem``."""
    chance: Floats = ndtr(-np.abs(np.asarray(distance, dtype=np.float64)) / sem)
    return chance


def p_other_side(points: Ints, limits: Limits | None, sem: int | None) -> Floats:
    """The same for the nearer of near_from and goal_from. Points and sem in thousandths; shape kept."""
    there = [] if limits is None else [limits.near_from, limits.goal_from]
    return _p_nearest(points, [thousandths(limit) for limit in there if limit is not None], sem)


def p_goal(points: Ints, limits: Limits | None, sem: int | None) -> Floats:
    """The same for goal_from alone: how much the score is "on the goal line"."""
    goal = None if limits is None else limits.goal_from
    return _p_nearest(points, [] if goal is None else [thousandths(goal)], sem)


def _p_nearest(points: Ints, limits: list[int], sem: int | None) -> Floats:
    if not limits or sem is None:
        return np.full(np.shape(points), np.nan)
    distances = [np.abs(points - limit) for limit in limits]
    return p_beyond(np.minimum.reduce(distances), sem)


def certainty(p: float | None) -> Certainty:
    """The word for a chance; NaN and None are unknown. Both ends of "near" belong to it."""
    if p is None or isnan(p):
        return Certainty.UNKNOWN
    if p < CLEAR_BELOW:
        return Certainty.CLEAR
    return Certainty.NEAR if p <= ON_THE_LINE_ABOVE else Certainty.ON_THE_LINE


def clearest(chances: Floats, who: npt.NDArray[np.bool_]) -> Floats:
    """(n,) The smallest known chance in each row of ``chances`` (n, m) where ``who`` holds, else NaN."""
    known = who & ~np.isnan(chances)
    smallest: Floats = np.where(known, chances, np.inf).min(axis=1, initial=np.inf)
    return np.where(np.isinf(smallest), np.nan, smallest)
