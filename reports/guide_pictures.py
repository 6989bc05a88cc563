"""The small pictures of the quick guide: drawn, so that they never age like photographs of a screen."""

import functools
from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.chart_marks import level_dots
from reports.charts import figure
from reports.marks import ACCENT, FAINT, INK, LOOKS, MUTED, PAPER
from reports.picture import Picture
from reports.renderer import picture_of
from screening.levels import Level

WIDTH, HEIGHT = 150.0, 92.0  # points
SIZE = 8.0


@functools.cache
def guide_picture(name: str) -> Picture:
    drawn = figure(WIDTH, HEIGHT)
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    axes.set_axis_off()
    _box(axes, (0.5, 0.5), WIDTH - 1, HEIGHT - 1)
    DRAWN[name](axes)
    return picture_of(drawn)


def _sign_in(axes: Axes) -> None:
    for y, word in ((64, "Användarnamn"), (34, "Lösenord")):
        _say(axes, 14, y + 16, word, fontsize=7)
        _box(axes, (14, y - 5), 122, 15, edge=MUTED)
    _say(axes, 19, 66.5, "larare")
    axes.plot(range(21, 51, 5), [36.5] * 6, ls="", marker="o", ms=2.4, mfc=INK, mec=INK)
    _button(axes, 14, "Logga in", 48)


def _enter(axes: Axes) -> None:
    _say(axes, 80, 80, "ord/min", fontsize=7)
    names = (("Alba Ek", "42", Level.AT_GOAL), ("Bo Lind", "28", Level.NEAR_GOAL), ("Cim Nord", "", None))
    for row, (name, points, level) in enumerate(names):
        y = 56 - row * 21
        _say(axes, 12, y + 8, name)
        waits = level is None
        edge, thick = (ACCENT, 1.6) if waits else (FAINT, 0.6)
        _box(axes, (76, y), 44, 18, edge=edge, thick=thick, fill=PAPER if waits else LOOKS[level].tint)
        if level is None:
            axes.plot([82, 82], [y + 4, y + 14], color=INK, lw=0.9)
        else:
            _say(axes, 82, y + 8, points, fontweight=600)
            axes.add_line(level_dots(level, [110], [y + 9], 8))
    _arrow(axes, (132, 66), (132, 24))
    _say(axes, 132, 76, "Enter", ha="center", fontsize=7)


def _hand_in(axes: Axes) -> None:
    _button(axes, 62, "Lämna in klassen", 78)
    for x, word in ((40, "specialläraren"), (116, "rektor")):
        _arrow(axes, (WIDTH / 2, 57), (x, 32))
        _say(axes, x, 20, word, ha="center", fontweight=600)


def _signal(axes: Axes) -> None:
    rows = (("Cim Nord", Level.BELOW_GOAL), ("Bo Lind", Level.NEAR_GOAL), ("Alba Ek", Level.AT_GOAL))
    _say(axes, 12, 79, "2 av 3 att följa upp", fontweight=600)
    for row, (name, level) in enumerate(rows):
        y = 50 - row * 21
        _box(axes, (64, y), 78, 18, edge=LOOKS[level].tint, fill=LOOKS[level].tint)
        _say(axes, 12, y + 8, name)
        axes.add_line(level_dots(level, [73], [y + 9], 8))
        _say(axes, 81, y + 8, level.label, color=LOOKS[level].ink, fontweight=600)


def _print(axes: Axes) -> None:
    _box(axes, (46, 5), 66, 80, edge=FAINT)
    _box(axes, (38, 8), 66, 80, edge=MUTED)
    _say(axes, 44, 77, "Så går det", color=ACCENT, fontweight=600)
    for y in (67, 62, 30, 25, 20):
        axes.plot([44, 98 if y != 20 else 76], [y, y], color=FAINT, lw=1.4)
    for place, level in enumerate((Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL)):
        tint = LOOKS[level].tint
        _box(axes, (44 + place * 18, 42), 17, 10, edge=FAINT, fill=tint)
    axes.plot([88], [47], ls="", marker="o", ms=5, mfc=INK, mec=INK)


DRAWN: dict[str, Callable[[Axes], None]] = {
    "sign_in": _sign_in, "enter": _enter, "hand_in": _hand_in, "signal": _signal, "print": _print,
}  # fmt: skip


def _button(axes: Axes, y: float, said: str, wide: float) -> None:
    """In the middle where it is wide, else to the left; ``y`` is its middle."""
    x = 14 if wide < WIDTH / 3 else (WIDTH - wide) / 2
    _box(axes, (x, y - 9), wide, 17, edge=ACCENT, fill=ACCENT)
    _say(axes, x + wide / 2, y - 1.5, said, ha="center", color=PAPER, fontweight=600)


def _arrow(axes: Axes, begins: tuple[float, float], ends: tuple[float, float]) -> None:
    (x, y), (to_x, to_y) = begins, ends
    axes.plot([x, to_x], [y, to_y], color=MUTED, lw=1.0)
    axes.plot([to_x], [to_y], ls="", marker="v", ms=5, mfc=MUTED, mec=MUTED)


def _box(
    axes: Axes, corner: tuple[float, float], wide: float, high: float, *,
    edge: str = FAINT, thick: float = 0.6, fill: str = PAPER,
) -> None:  # fmt: skip
    axes.add_patch(Rectangle(corner, wide, high, facecolor=fill, edgecolor=edge, lw=thick))


def _say(axes: Axes, x: float, y: float, said: str, **looks: Any) -> None:
    axes.text(x, y, said, **{"va": "center", "fontsize": SIZE, "color": INK, **looks})
