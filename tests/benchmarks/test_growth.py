"""Growth of many support periods at once, beside a loop that asks scipy about one at a time.

Run with ``pytest tests/benchmarks --benchmark-only``. The peer computes the same four numbers (slope,
standard error, chance, Theil-Sen) and is timed in the same run, on fewer periods. Goal: 25 times faster.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planned import STARTED, plans
from scipy import stats

from screening.aimlines import Plans, Readings
from screening.growth import growth

PERIODS = 20_000
PEER_PERIODS = 300  # the peer is slow: its rate is measured on fewer
WEEKS = 12


@pytest.fixture(scope="module")
def material() -> tuple[Plans, Readings]:
    chance = np.random.default_rng(1)
    period = np.repeat(np.arange(PERIODS), WEEKS)
    week = np.tile(np.arange(WEEKS), PERIODS)
    points = np.clip(20 + week + chance.normal(0, 8, len(week)).round(), 1, 249).astype(np.int64) * 1000
    day = np.datetime64(STARTED) + (week * 7).astype("timedelta64[D]")
    return plans(PERIODS, sem=8), Readings(period, day, points)


def one_by_one(points: np.ndarray) -> list[tuple[float, ...]]:
    """The loop most programs have."""
    told, weeks = [], np.arange(WEEKS, dtype=float)
    for row in points:
        line = stats.linregress(weeks, row)
        off = row - line.intercept - line.slope * weeks
        freedom = 6 + WEEKS - 2
        se = np.sqrt((6 * 8**2 + (off**2).sum()) / freedom / ((weeks - weeks.mean()) ** 2).sum())
        chance = stats.t.cdf((1.5 - line.slope) / se, freedom)
        told.append((line.slope, se, chance, stats.theilslopes(row, weeks).slope))
    return told


def test_growth_beside_one_pupil_at_a_time(benchmark: Any, material: tuple[Plans, Readings]):
    found = growth(*material)
    points = material[1].points.reshape(PERIODS, WEEKS)[:PEER_PERIODS] / 1000
    ours = np.stack([found.slope, found.se, found.p_below_goal, found.theil_sen.slope], axis=1)
    np.testing.assert_allclose(ours[:PEER_PERIODS], one_by_one(points), rtol=1e-9, atol=1e-12)
    ratios = sorted(
        seconds(one_by_one, points) / PEER_PERIODS / (seconds(growth, *material) / PERIODS) for _ in range(3)
    )
    benchmark.extra_info["times faster than the peer"] = [round(ratio, 1) for ratio in ratios]
    print("\ntimes faster", benchmark.extra_info)
    benchmark.pedantic(growth, args=material, rounds=2)


def seconds(work: Callable[..., Any], *of: Any) -> float:
    begun = time.process_time()
    work(*of)
    return time.process_time() - begun
