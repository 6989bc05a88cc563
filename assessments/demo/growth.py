"""How invented reading grows and shows, in plain arrays. Illustrative: no norm of anything.

Ability is a place among those of the same age, in standard deviations; so somebody who stands still here
reads better for every window, like everybody else.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WOBBLE = 0.25  # SD of what comes and goes between windows
LASTS = 0.6  # how much of it is left in the next window
BEHIND = -1.1  # whoever stands here may get help that works
HELPED = 0.08  # ... with this chance in each window
LIFT = (0.25, 0.8)  # ... by so much, for good


def paths(rng: np.random.Generator, start: Floats, catching_up: Floats, steps: int) -> Floats:
    """(n, steps) The ability of n pupils in windows running; ``catching_up`` (n,) is what each window adds.

    What is added stops at the middle: a newcomer learns the language, not more than the others know.
    """
    found = np.empty((len(start), steps))
    lasting, passing = start.copy(), rng.normal(0, WOBBLE, len(start))
    for step in range(steps):
        found[:, step] = lasting + passing
        helped = (found[:, step] < BEHIND) & (rng.random(len(start)) < HELPED)
        lasting = lasting + np.where(helped, rng.uniform(*LIFT, len(start)), 0)
        lasting = np.maximum(lasting, np.minimum(lasting + catching_up, 0))
        passing = LASTS * passing + rng.normal(0, WOBBLE * np.sqrt(1 - LASTS**2), len(start))
    return found


def mixed(reading: Floats, language: Floats, share: float) -> Floats:
    """Two abilities as one, with the spread of one: ``share`` of the second (0 none, 1 nothing else)."""
    whole = math.hypot(1 - share, share)
    return (1 - share) / whole * reading + share / whole * language


def whole_points(
    rng: np.random.Generator,
    ability: Floats,
    mean: Floats,
    sd: Floats,
    error: float,
    ends: tuple[float, float],
) -> Ints:
    """(n,) One test each, in whole points within its range."""
    raw = mean + sd * ability + rng.normal(0, error, len(ability))
    return np.clip(np.rint(raw), *ends).astype(np.int64)
