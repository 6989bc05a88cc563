"""The picture of a goal on paper: the same places and words as on the screen, with our own pen."""

from typing import Any

from matplotlib.axes import Axes

from reports.charts import figure
from reports.marks import FAINT, INK, MUTED, PAPER
from reports.picture import Picture
from reports.renderer import picture_of
from screening.coordination.goal_picture import Dot, GoalPicture

SMALL, NUMBERS = 8.0, 9.0
ASIDE = 12.0  # in the picture's own measure


def goal_chart(one: GoalPicture, width: float) -> Picture:
    """As wide as asked for, as high as the picture is."""
    drawn = figure(width, chart_height(one, width))
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, one.width)
    axes.set_ylim(one.height, 0)  # as in an SVG, down the page
    axes.set_axis_off()
    for tick in one.scale:
        axes.plot([one.left, one.right], [tick.at] * 2, color=FAINT, lw=0.5)
        _say(axes, one.left - 8, tick.at, tick.label, ha="right", color=MUTED)
    for tick in one.years:
        _say(axes, tick.at, one.floor + 16, tick.label, ha="center", color=MUTED)
    if one.path is not None:
        axes.plot([one.path.x1, one.path.x2], [one.path.y1, one.path.y2], color=INK, lw=1.0, ls=(0, (6, 3)))
        _say(axes, one.path.x2 + 8, one.path.y2, one.goal_text)
    for dot in one.dots:
        axes.plot([dot.x] * 2, [dot.low, dot.high], color=INK, lw=0.7, marker="_", ms=5)
        inside = PAPER if dot.is_pooled else INK
        axes.plot([dot.x], [dot.y], ls="", marker="o", ms=5.5, mfc=inside, mec=INK, mew=1.1)
        _say(axes, dot.x + 8, dot.y + _off(one, dot), dot.text, fontsize=NUMBERS, fontweight=600)
        if dot.limit:
            _say(axes, dot.x, one.floor + 38, dot.limit, ha="center", color=MUTED)
    return picture_of(drawn)


def _off(one: GoalPicture, dot: Dot) -> float:
    """Over its dot, and under it where the straight path runs over the dot: never through the number."""
    if one.path is None or one.path.x1 == one.path.x2:
        return -ASIDE
    way = (dot.x - one.path.x1) / (one.path.x2 - one.path.x1)
    return ASIDE if dot.y > one.path.y1 + way * (one.path.y2 - one.path.y1) else -ASIDE


def chart_height(one: GoalPicture, width: float) -> float:
    return width * one.height / one.width


def _say(axes: Axes, x: float, y: float, said: str, **looks: Any) -> None:
    axes.text(x, y, said, **{"va": "center", "fontsize": SMALL, "color": INK, **looks})
