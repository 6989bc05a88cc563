"""How far pupils come from where they start, and what came of support, beside those who began alike.

Who starts low comes nearer the middle next time even without help, for a low result is partly a bad day
(regression to the mean). So growth is told within the start level, and what came of support beside what
pupils who started there gain anyhow. Pure: arrays (n,) of pupils, points in thousandths; what comes out is in
units, better is positive, whichever way the measure goes.

Sources: Galton 1886; Barnett, van der Pols & Dobson 2005, Regression to the mean: what it is and how to deal
with it; Castellano & Ho 2013, A practitioner's guide to growth models (growth conditional on the start).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_IN_STRATUM = 100  # pupils who start at one level, for anything to be said of their growth
FEWEST_WITH_SUPPORT = 10  # pupils with one kind of support: fewer are persons, not a group
CONFIDENCE = 0.95
QUARTILES = (0.25, 0.5, 0.75)
CAUTION = (
    "Elever som började lågt närmar sig mitten nästa gång också utan hjälp: ett lågt resultat är delvis en "
    "dålig dag. Därför står bredvid vad elever som började lika brukar öka. Skillnaden visar inte ensam att "
    "stödet var orsaken."
)


@dataclass(frozen=True)
class Pairs:
    """n pupils at two times: points and level (its rank, -1 where there is none) at each.

    ``weeks`` lie between the two, where it is not the same for everybody; ``alike`` numbers those who can be
    compared with each other (pupils of a year), where not all can.
    """

    before: Ints
    after: Ints
    level_before: Ints
    level_after: Ints
    higher_is_better: bool = True
    weeks: Floats | None = None
    alike: Ints | None = None

    def where(self, kept: npt.NDArray[np.bool_]) -> "Pairs":
        return Pairs(
            self.before[kept],
            self.after[kept],
            self.level_before[kept],
            self.level_after[kept],
            self.higher_is_better,
            None if self.weeks is None else self.weeks[kept],
            None if self.alike is None else self.alike[kept],
        )

    @property
    def span(self) -> Floats:
        """(n,) How long it is between the two times, in whatever is the same for all."""
        return np.ones(len(self.before)) if self.weeks is None else self.weeks

    def like(self, number: int) -> npt.NDArray[np.bool_]:
        """(n,) Who can be compared with that number."""
        everybody = np.full(len(self.before), True)
        return everybody if self.alike is None else self.alike == number

    @property
    def gain(self) -> Floats:
        """(n,) Units."""
        units: Floats = (self.after - self.before) / 1000
        return units if self.higher_is_better else -units


@dataclass(frozen=True)
class Mean:
    """A mean with Student's interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Stratum:
    """The growth of those who started at one level; None where they are too few to say."""

    n: int
    gain: Mean | None
    quartiles: tuple[float, ...] | None


@dataclass(frozen=True)
class Effect:
    """What came of one kind of support; None where too few had it. ``expected``: None where nobody knows."""

    n: int
    before: float | None  # means, in units
    after: float | None
    gain: Mean | None
    expected: float | None  # what pupils who started there gain anyhow
    levels_up: int | None
    levels_same: int | None
    levels_down: int | None


def conditional_growth(pairs: Pairs) -> dict[int, Stratum]:
    """By start level (its rank), those who had one. At least 100 pupils must stand in a stratum."""
    found = {}
    for level in np.unique(pairs.level_before[pairs.level_before >= 0]).tolist():
        gain = pairs.gain[pairs.level_before == level]
        is_enough = len(gain) >= FEWEST_IN_STRATUM
        quartiles = tuple(np.quantile(gain, QUARTILES).tolist()) if is_enough else None
        found[level] = Stratum(len(gain), mean(gain) if is_enough else None, quartiles)
    return found


def mean(values: Floats, confidence: float = CONFIDENCE) -> Mean:
    """The mean, with Student's t interval; of one value nobody knows how sure it is, and the ends are NaN."""
    middle, n = float(values.mean()), len(values)
    if n == 1:
        return Mean(middle, float("nan"), float("nan"))
    half = float(stdtrit(n - 1, (1 + confidence) / 2) * values.std(ddof=1) / np.sqrt(n))
    return Mean(middle, middle - half, middle + half)


def effects(
    kinds: Sequence[str], pairs: Pairs, others: Pairs, fewest: int = FEWEST_WITH_SUPPORT
) -> dict[str, Effect]:
    """By kind of support (n,): the gain, what was to be expected from the start, and who changed level.

    ``others`` had no support; what they gain at each start (a straight line) is what is expected. Whoever may
    see the pupils sees all of them (section 7): then ``fewest`` is 1.
    """
    names, expected = np.array(kinds), expected_gain(others, pairs)
    found = {}
    for kind in dict.fromkeys(kinds):
        chosen = names == kind
        found[kind] = _effect(pairs.where(chosen), expected[chosen], fewest)
    return found


def _effect(own: Pairs, expected: Floats, fewest: int) -> Effect:
    n = len(own.before)
    if n < fewest:
        return Effect(n, None, None, None, None, None, None, None)
    both = own.where((own.level_before >= 0) & (own.level_after >= 0))
    moved = np.sign(both.level_after - both.level_before)
    up, same, down = (int((moved == way).sum()) for way in (1, 0, -1))
    is_known = not np.isnan(expected).any()
    return Effect(
        n, float(own.before.mean()) / 1000, float(own.after.mean()) / 1000, mean(own.gain),
        float(expected.mean()) if is_known else None, up, same, down,
    )  # fmt: skip


def expected_gain(others: Pairs, of: Pairs) -> Floats:
    """(n,) What pupils without support gain from each start in the same time; NaN where fewer than 100 of
    those who are alike are known, or all of them start alike.

    The straight line of the rate on the start: it falls where a low result is partly chance.
    """
    expected = np.full(len(of.before), np.nan)
    for number in [0] if of.alike is None else np.unique(of.alike).tolist():
        here, known = of.like(number), others.where(others.like(number))
        if len(known.before) < FEWEST_IN_STRATUM:
            continue
        start, rate = known.before - known.before.mean(), known.gain / known.span
        spread = float((start**2).sum())
        if spread > 0:
            slope = float((start * rate).sum()) / spread
            expected[here] = rate.mean() + slope * (of.before[here] - known.before.mean())
    return expected * of.span
