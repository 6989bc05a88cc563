"""How a level looks on paper: ink, tint and a shape that grey print keeps.

The shapes are drawn, not typed: Source Sans Pro has no half circle. Each is about one unit across, centred on
(0, 0), as PDF operators that expect both colours to be set to the level's ink.
"""

import functools
from dataclasses import dataclass

from screening.levels import Level

INK = "#1A1D21"
MUTED = "#4A4F57"
FAINT = "#C9CDD3"
ACCENT = "#1F4E79"
PAPER = "#FFFFFF"
GROUND = "#F2F5F9"  # under the sentence that answers the page's question


@functools.cache
def rgb(ink: str) -> str:
    """``#1A1D21`` as PDF says it."""
    return " ".join(f"{int(ink[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


KAPPA = 0.5523  # how far the handles of four curves stand out to make a circle


def _circle(radius: float) -> str:
    r, k = radius, KAPPA * radius
    return (
        f"{r} 0 m {r} {k:.4f} {k:.4f} {r} 0 {r} c {-k:.4f} {r} {-r} {k:.4f} {-r} 0 c "
        f"{-r} {-k:.4f} {-k:.4f} {-r} 0 {-r} c {k:.4f} {-r} {r} {-k:.4f} {r} 0 c h"
    )


def _left_half(radius: float) -> str:
    r, k = radius, KAPPA * radius
    return f"0 {r} m {-k:.4f} {r} {-r} {k:.4f} {-r} 0 c {-r} {-k:.4f} {-k:.4f} {-r} 0 {-r} c h"


def rounded(width: float, height: float, radius: float) -> str:
    """A filled area with round corners; its lower left one is at (0, 0)."""
    left, low, right, top = radius, radius, width - radius, height - radius
    near, far = radius * (1 - KAPPA), radius * (KAPPA - 1)
    places = (
        (left, 0, "m"), (right, 0, "l"), (width + far, 0, width, near, width, low, "c"),
        (width, top, "l"), (width, height + far, width + far, height, right, height, "c"),
        (left, height, "l"), (near, height, 0, height + far, 0, top, "c"),
        (0, low, "l"), (0, near, near, 0, left, 0, "c"),
    )  # fmt: skip
    steps = (f"{' '.join(f'{one:.2f}' for one in step)} {name}" for *step, name in places)
    return f"{' '.join(steps)} h f"


DIAMOND = "0 0.56 m 0.5 0 l 0 -0.56 l -0.5 0 l h f"
DISC = f"{_circle(0.45)} f"
RING = f"0.13 w {_circle(0.4)} S"
HALF_DISC = f"0.11 w {_circle(0.42)} S {_left_half(0.42)} f"
TRIANGLE = "0 0.5 m 0.52 -0.42 l -0.52 -0.42 l h f"
HATCHED = (
    "0.07 w -0.42 -0.42 0.84 0.84 re S "
    "-0.42 -0.14 m 0.14 0.42 l -0.42 -0.42 m 0.42 0.42 l -0.14 -0.42 m 0.42 0.14 l S"
)


@dataclass(frozen=True)
class Look:
    ink: str
    tint: str
    shape: str


LOOKS: dict[Level | None, Look] = {
    Level.ABOVE_GOAL: Look("#1F5FA8", "#E4EEFA", DIAMOND),
    Level.AT_GOAL: Look("#17694B", "#E2F3EA", DISC),
    Level.NEAR_GOAL: Look("#7A5600", "#FFF2CC", HALF_DISC),
    Level.BELOW_GOAL: Look("#9A3D08", "#FDE5D6", TRIANGLE),
    Level.NOT_DETERMINED: Look("#4A4F57", "#F1F2F4", HATCHED),
    None: Look("#4A4F57", "#F1F2F4", HATCHED),
}
