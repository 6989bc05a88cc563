"""The shapes of levels as marks of a chart, wherever it draws somebody."""

from collections.abc import Sequence

from matplotlib.lines import Line2D

from reports.marks import LOOKS, PAPER
from screening.levels import Level

SHAPES: dict[Level | None, dict[str, object]] = {
    Level.ABOVE_GOAL: {"marker": "D", "ms": 0.72},
    Level.AT_GOAL: {"marker": "o", "ms": 0.92},
    Level.NEAR_GOAL: {"marker": "o", "ms": 0.86, "fillstyle": "left", "mfcalt": PAPER},
    Level.BELOW_GOAL: {"marker": "^", "ms": 0.95},
    None: {"marker": "s", "ms": 0.72, "mfc": PAPER},
}


def level_dots(level: Level | None, xs: Sequence[float], ys: Sequence[float], size: float) -> Line2D:
    """A mark of about ``size`` points at each place, in the level's ink."""
    ink = LOOKS[level].ink
    looks = {"mfc": ink, **SHAPES[level]}
    looks["ms"] = float(str(looks["ms"])) * size
    return Line2D(xs, ys, ls="", mec=ink, mew=size / 9, **looks)  # type: ignore[arg-type]  # any keywords
