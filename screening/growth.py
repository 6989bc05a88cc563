"""How fast pupils who get support move on, and how sure that is (decision logic, section 6).

Many support periods at once; shapes and units as in ``screening.aimlines``. Rates are units a week, time is
counted in weeks from dates. What cannot be said is NaN.

Sources: ordinary least squares and its standard error as in any textbook (Draper & Smith 1998, chapter 1);
the variance is pooled with the measure's own, which weighs as ``NU0`` degrees of freedom (a scaled inverse
chi-squared prior, Gelman et al. 2013, section 3.2, gives Student's t); the drawn line is Theil-Sen's (Sen
1968); how many points are needed: Christ et al. 2013, Ardoin et al. 2013.
"""

import enum
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from screening.aimlines import Bools, Floats, Ints, Plans, Readings, of_one_year, whole_days
from screening.legs import under_line

NU0 = 6  # degrees of freedom that a known sem weighs
FEWEST_FOR_SLOPE = 3
FEWEST_FOR_VERDICT = 6
SHORTEST_DAYS = 35
SURE_FROM = 0.80
ROUNDING = 1e-6  # of a thousandth: a residual below this is the computer's, not the pupil's


class Label(enum.StrEnum):
    """How much the number of points carries."""

    TOO_EARLY = "too_early"
    PROVISIONAL = "provisional"
    USABLE = "usable"
    SOLID = "solid"


class Verdict(enum.StrEnum):
    """What can be said of the pupil's way to the goal. ``TOO_EARLY`` is an answer like the others."""

    TOO_EARLY = "too_early"
    ON_THE_WAY = "on_the_way"
    FALLING_BEHIND = "falling_behind"
    UNDER_THE_LINE = "under_the_line"

    @property
    def label(self) -> str:
        """What staff read."""
        return _VERDICT_WORDS[self]


_VERDICT_WORDS = {
    Verdict.TOO_EARLY: "För tidigt att säga",
    Verdict.ON_THE_WAY: "Följer planerad utveckling",
    Verdict.FALLING_BEHIND: "Utvecklas långsammare än planerat",
    Verdict.UNDER_THE_LINE: "De två senaste resultaten ligger under planerad utveckling",
}
LABELS, VERDICTS = list(Label), list(Verdict)
LABEL_FROM = (6, 10, 14)  # points


@dataclass(frozen=True)
class Behind:
    """One period that is falling behind, as a signal keeps it. Points in thousandths, rates units a week."""

    column: int  # of its measure
    starts_on: date
    start: int
    goal_on: date
    goal: int
    n: int
    days: int
    slope: float
    goal_slope: float
    p_below_goal: float


@dataclass(frozen=True)
class Line:
    """A straight line per period: units a week, and the units it says on the period's first day."""

    slope: Floats
    at_start: Floats


@dataclass(frozen=True)
class Growth:
    """What p periods show, arrays (p,). ``n`` and ``days`` are of the points that carry a slope."""

    n: Ints
    days: Ints
    slope: Floats
    se: Floats
    p_below_goal: Floats  # the true slope is below the goal slope (lower is better: above it)
    goal_slope: Floats
    theil_sen: Line
    is_under: Bools  # the two latest points under the aimline
    label: npt.NDArray[np.int8]  # index in LABELS
    verdict: npt.NDArray[np.int8]  # index in VERDICTS


def growth(plans: Plans, readings: Readings) -> Growth:
    """Everything the decision logic says of these periods. Rows of either argument may stand in any order.

    The slope is of all points since the start, and so is the goal slope: from the start to the goal in force.
    Whether points lie under the line is asked of the plan that held on their day (``screening.legs``).
    Floor and ceiling points (the measure's own ends) show direction only: they stand over or under the
    aimline like others, but carry no slope and are not counted in ``n``.
    """
    ordered = of_one_year(plans.starts_on, readings).in_order()
    is_inside = (plans.minimum[ordered.period] < ordered.points) & (
        ordered.points < plans.maximum[ordered.period]
    )
    carrying = ordered.where(is_inside)
    n: Ints = np.bincount(carrying.period, minlength=len(plans.start))
    days = _span(carrying, n)
    slope, se, freedom = _least_squares(plans, carrying, n, days)
    p = _p_below(slope, se, freedom, plans)
    is_under = _last_two_under(plans, ordered)
    return Growth(
        n=n,
        days=days,
        slope=slope,
        se=se,
        p_below_goal=p,
        goal_slope=plans.goal_slope,
        theil_sen=_theil_sen(plans, carrying, n),
        is_under=is_under,
        label=np.digitize(n, LABEL_FROM).astype(np.int8),
        verdict=_verdict(n, days, p, is_under),
    )


def _span(ordered: Readings, n: Ints) -> Ints:
    """(p,) Days from the first point to the last."""
    last = np.cumsum(n) - 1
    days = np.zeros(len(n), np.int64)
    there = n > 0
    days[there] = whole_days(ordered.day[last[there]] - ordered.day[last[there] - n[there] + 1])
    return days


def _weeks(plans: Plans, readings: Readings) -> Floats:
    return whole_days(readings.day - plans.starts_on[readings.period]) / 7


def _least_squares(plans: Plans, readings: Readings, n: Ints, days: Ints) -> tuple[Floats, Floats, Ints]:
    """Slope, its standard error and degrees of freedom.

    b = sum (t - mean t)(y - mean y) / sum (t - mean t)^2; s2 = (nu0 sem^2 + SSE) / (nu0 + n - 2);
    SE(b) = sqrt(s2 / sum (t - mean t)^2), with nu0 = 6, or 0 where sem is unknown.
    """
    of = readings.period
    t, y = _weeks(plans, readings), readings.points.astype(np.float64)
    many = np.maximum(n, 1)
    t_off = t - (_sums(of, t, n) / many)[of]
    y_off = y - (_sums(of, y, n) / many)[of]
    spread = _sums(of, t_off**2, n)
    # Of points on one day the spread is 0 only but for rounding: whole days tell.
    is_line: Bools = (n >= FEWEST_FOR_SLOPE) & (days > 0)
    across: Floats = np.where(is_line, spread, 1.0)
    slope = _sums(of, t_off * y_off, n) / across
    residuals = y_off - slope[of] * t_off
    residuals[np.abs(residuals) < ROUNDING] = 0
    known = ~np.isnan(plans.sem)
    freedom = np.where(known, NU0, 0) + n - 2
    pooled = np.where(known, NU0 * np.nan_to_num(plans.sem) ** 2, 0) + _sums(of, residuals**2, n)
    se = np.sqrt(pooled / np.maximum(freedom, 1) / across)
    return np.where(is_line, slope / 1000, np.nan), np.where(is_line, se / 1000, np.nan), freedom


def _sums(of: Ints, values: Floats, n: Ints) -> Floats:
    # Of no rows at all bincount makes whole numbers.
    return np.bincount(of, weights=values, minlength=len(n)).astype(np.float64)


def _p_below(slope: Floats, se: Floats, freedom: Ints, plans: Plans) -> Floats:
    """P(true slope < goal slope) = T((goal slope - b) / SE), T of Student with so many degrees of freedom."""
    short = (plans.goal_slope - slope) * plans.sign
    is_exact = se == 0  # every point on one line, and nothing known of the measure's error
    chance: Floats = stdtr(np.maximum(freedom, 1), short / np.where(is_exact, 1.0, se))
    chance[is_exact] = short[is_exact] > ROUNDING / 1000
    return chance


def _last_two_under(plans: Plans, ordered: Readings) -> Bools:
    under, many = under_line(plans, ordered), np.bincount(ordered.period, minlength=len(plans.start))
    from_end = many[ordered.period] - ordered.place
    found: Bools = np.bincount(ordered.period[under & (from_end <= 2)], minlength=len(plans.start)) == 2
    return found


def _verdict(n: Ints, days: Ints, p: Floats, is_under: Bools) -> npt.NDArray[np.int8]:
    early = (n < FEWEST_FOR_VERDICT) | (days < SHORTEST_DAYS)
    behind = is_under & (p >= SURE_FROM)
    words = (Verdict.TOO_EARLY, Verdict.FALLING_BEHIND, Verdict.UNDER_THE_LINE)
    codes = [VERDICTS.index(word) for word in words]
    return np.select([early, behind, is_under], codes, VERDICTS.index(Verdict.ON_THE_WAY)).astype(np.int8)


def _theil_sen(plans: Plans, readings: Readings, n: Ints) -> Line:
    """The median of the slopes of all pairs, through the medians of time and points (Sen 1968)."""
    of, t, y = readings.period, _weeks(plans, readings), readings.points / 1000
    pairs, slopes = [], []
    for lag in range(1, int(n.max(initial=0))):
        apart = t[lag:] - t[:-lag]
        both = (of[lag:] == of[:-lag]) & (apart > 0)
        pairs.append(of[lag:][both])
        slopes.append((y[lag:] - y[:-lag])[both] / apart[both])
    slope = _medians(_joined(pairs).astype(np.int64), _joined(slopes), len(n))
    slope[n < FEWEST_FOR_SLOPE] = np.nan
    return Line(slope, _medians(of, y, len(n)) - slope * _medians(of, t, len(n)))


def _joined(parts: list[npt.NDArray[np.generic]]) -> npt.NDArray[np.float64]:
    return np.concatenate([part.astype(np.float64) for part in parts]) if parts else np.zeros(0)


def _medians(of: Ints, values: Floats, count: int) -> Floats:
    """(count,) The median of each group's values; NaN where there are none. Groups of one size at a time."""
    ranked = values[np.argsort(of, kind="stable")]
    many = np.bincount(of, minlength=count)
    first = np.cumsum(many) - many
    found = np.full(count, np.nan)
    for size in np.unique(many[many > 0]):
        groups = np.flatnonzero(many == size)
        found[groups] = np.median(ranked[first[groups, None] + np.arange(size)], axis=1)
    return found
