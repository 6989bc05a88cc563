"""Limits of one's own results as proposals: how well a result foretells a later goal, and where to cut.

Pure: arrays (n,) of pupils who were followed from a result to a later outcome. Points are thousandths, shares
0 to 1. Never applied by itself: what comes out is a value that a draft of a benchmark set can take.

Sources: the area under the ROC curve with its variance after DeLong, DeLong & Clarke-Pearson 1988, by the
midranks of Sun & Xu 2014; the bootstrap after Efron & Tibshirani 1993 (percentile interval, and pupils left
out of a resample as its test). A limit must find nine of ten (sensitivity .90).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import rankdata

from assessments.refusals import Refused

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_OF_EACH = 50  # who reached the goal later, and who did not
FEWEST_COHORTS = 2
SENSITIVITY = 0.90
RESAMPLES = 1000
CONFIDENCE = 0.95
CAUTION = (
    "Elever som fick en signal fick också hjälp. Gränsen säger därför mindre om vad som hade hänt utan "
    "hjälp, och en gräns som passar här behöver inte passa någon annanstans. En person beslutar."
)


@dataclass(frozen=True)
class Followed:
    """n pupils with a result and a later outcome. ``among``: everybody who could have had both."""

    points: Ints  # (n,)
    is_case: Bools  # (n,) did not reach the goal later
    cohort: Ints  # (n,) any number for each cohort
    among: int
    step: int  # of the measure, as its scale
    scale: tuple[int, int]
    higher_is_better: bool

    @property
    def cases(self) -> int:
        return int(self.is_case.sum())

    @property
    def others(self) -> int:
        return len(self.is_case) - self.cases

    @property
    def cohorts(self) -> int:
        return len(np.unique(self.cohort))

    @property
    def upwards(self) -> Ints:
        """(n,) Points so that more is better."""
        return self.points if self.higher_is_better else -self.points


@dataclass(frozen=True)
class Area:
    """The chance that a pupil who did not reach the goal had the worse result of two, and its interval."""

    area: float
    low: float
    high: float


@dataclass(frozen=True)
class Proposal:
    """A limit for the goal: who is under it gets noticed. ``limit``, ``low`` and ``high`` in thousandths."""

    limit: int
    low: int
    high: int
    area: Area
    sensitivity: float  # of those who did not reach the goal so many are under the limit: out of bag
    specificity: float  # of the others so many are not under it: out of bag
    cases: int
    others: int
    cohorts: int
    base_rate: float
    share_missing: float


def reasons_against(followed: Followed) -> list[str]:
    """Why there is too little to propose anything from; nothing where there is enough."""
    told = []
    for count, who in ((followed.cases, "som inte nådde målet"), (followed.others, "som nådde målet")):
        if count < FEWEST_OF_EACH:
            told.append(f"Det finns {about(count)} elever {who}. Det behövs minst {FEWEST_OF_EACH}.")
    if followed.cohorts < FEWEST_COHORTS:
        told.append(f"Antalet årskullar att följa är {followed.cohorts}. Det behövs minst {FEWEST_COHORTS}.")
    return told


def about(count: int) -> str:
    """``40–49`` for 47: an exact number beside other figures of the same pupils could tell of a few."""
    tens = count // 10 * 10
    return f"{tens}–{tens + 9}"


def propose(followed: Followed, seed: int) -> Proposal:
    """The limit that reaches sensitivity .90, with intervals; the same seed gives the same proposal.

    Raises ``Refused`` under the floor of cases, and where the result foretells nothing.
    """
    if reasons := reasons_against(followed):
        raise Refused(reasons)
    found = area_under_curve(followed.upwards, followed.is_case)
    if found.low <= 0.5:
        raise Refused("Resultatet skiljer inte dem som når målet från dem som inte gör det: ingen gräns.")
    limit = cut(followed.upwards, followed.is_case, followed.step)
    lowest, highest = followed.scale
    if not lowest <= (limit if followed.higher_is_better else -limit) <= highest:
        raise Refused("Mer än var tionde som inte nådde målet hade bästa resultatet som finns: ingen gräns.")
    drawn = np.array(list(_resampled(followed, np.random.default_rng(seed))))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn[:, 0], [tail, 1 - tail], method="nearest").astype(int).tolist()
    ends = (low, high) if followed.higher_is_better else (-high, -low)
    sensitivity, specificity = np.nanmean(drawn[:, 1:], axis=0).tolist()
    return Proposal(
        limit=limit if followed.higher_is_better else -limit,
        low=max(ends[0], lowest),
        high=min(ends[1], highest),
        area=found,
        sensitivity=sensitivity,
        specificity=specificity,
        cases=followed.cases,
        others=followed.others,
        cohorts=followed.cohorts,
        base_rate=followed.cases / len(followed.is_case),
        share_missing=1 - len(followed.is_case) / followed.among,
    )


def area_under_curve(upwards: Ints, is_case: Bools, confidence: float = CONFIDENCE) -> Area:
    """The area with DeLong's interval; ties count half. Both kinds of pupils must be there twice."""
    ranks = rankdata(upwards)
    cases, others = ranks[is_case], ranks[~is_case]
    among_cases, among_others = rankdata(upwards[is_case]), rankdata(upwards[~is_case])
    worse_than = 1 - (cases - among_cases) / len(others)  # (cases,) share of the others that are better
    better_than = (others - among_others) / len(cases)  # (others,) share of the cases that are worse
    area = float(worse_than.mean())
    variance = worse_than.var(ddof=1) / len(cases) + better_than.var(ddof=1) / len(others)
    half = float(ndtri((1 + confidence) / 2) * np.sqrt(variance))
    return Area(area, max(area - half, 0.0), min(area + half, 1.0))


def cut(upwards: Ints, is_case: Bools, step: int) -> int:
    """The lowest limit that enough of the cases are under: of all with that sensitivity the most specific."""
    worst = np.sort(upwards[is_case])
    return int(worst[ceil(SENSITIVITY * len(worst)) - 1]) + step


def _resampled(followed: Followed, chance: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    """The limit of each resample, with its sensitivity and specificity among those left out of it."""
    upwards, size = followed.upwards, len(followed.is_case)
    for _ in range(RESAMPLES):
        drawn = chance.integers(size, size=size)
        is_case = followed.is_case[drawn]
        if is_case.any():
            limit = cut(upwards[drawn], is_case, followed.step)
            left = np.ones(size, np.bool_)
            left[drawn] = False
            under, case = upwards[left] < limit, followed.is_case[left]
            yield float(limit), _share(under[case]), _share(~under[~case])


def _share(values: Bools) -> float:
    return float(values.mean()) if len(values) else float("nan")
