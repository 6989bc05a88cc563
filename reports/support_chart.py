"""The picture of a support period, on paper and on the screen."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts import GOAL_BAND, GOAL_INK, figure
from reports.marks import ACCENT, INK, MUTED, PAPER
from reports.picture import Picture
from reports.renderer import picture_of
from screening.support.queries.drawn import Dot, SupportPicture

SMALL, NUMBERS = 7.5, 8.0


def chart_height(one: SupportPicture, width: float) -> float:
    return width * one.height / one.width


def support_chart(one: SupportPicture, width: float, *, with_changes: bool = False) -> Picture:
    """As wide as asked for. A change of plan is marked with its day; on paper its words stand beside the
    picture, so that no name or sign somebody typed is drawn there. ``with_changes``: they are drawn too."""
    drawn = figure(width, chart_height(one, width))
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, one.width)
    axes.set_ylim(one.height, 0)  # as in an SVG, down the page
    axes.set_axis_off()
    _ground(axes, one)
    for mark in one.marks:
        axes.plot([mark.x] * 2, [mark.y - 6, one.floor], color=MUTED, lw=0.8, ls=(0, (1, 2)))
        said = mark.text if with_changes else mark.text.partition(" ")[0]
        _say(axes, mark.text_x, mark.y - 4, said, ha=_side(mark.anchor), color=INK)
    _lines(axes, one)
    _results(axes, one)
    return picture_of(drawn)


def _ground(axes: Axes, one: SupportPicture) -> None:
    """Goal zone and weeks."""
    left = one.aimline[0].x1
    for zone in one.zones:
        axes.add_patch(Rectangle((zone.x, one.top), zone.width, zone.y - one.top, facecolor=GOAL_BAND, lw=0))
        axes.plot([zone.x, zone.x + zone.width], [zone.y] * 2, color=GOAL_INK, lw=0.8, ls=(0, (4, 3)))
    axes.plot([left, one.right], [one.floor] * 2, color=MUTED, lw=0.5)
    _say(axes, left - 6, one.floor - 6, one.minimum, ha="right", color=MUTED)
    for tick in one.ticks:
        _say(axes, tick.x, one.floor + 14, tick.label, ha="center", color=MUTED)


def _lines(axes: Axes, one: SupportPicture) -> None:
    xs = [one.aimline[0].x1, *(leg.x2 for leg in one.aimline)]
    ys = [one.aimline[0].y1, *(leg.y2 for leg in one.aimline)]
    axes.plot(xs, ys, color=INK, lw=1.0, ls=(0, (6, 3)))
    _say(axes, one.right + 6, one.aim_y - 4, one.aim_text, color=INK)
    if one.goal_text:
        _say(axes, one.right + 6, one.goal_y, one.goal_text, color=INK)
    if one.trend is not None:
        axes.plot([one.trend.x1, one.trend.x2], [one.trend.y1, one.trend.y2], color=ACCENT, lw=2.2)
        x, y = one.trend.x2 + 10, one.trend_y - 4
        _say(axes, x, y, "trend", color=ACCENT, fontweight=600, bbox=_ground_of_its_own(one, x, y))


def _results(axes: Axes, one: SupportPicture) -> None:
    """Hollow rings with their error, and the numbers over it."""
    for dot in one.dots:
        if dot.low is not None and dot.high is not None:
            axes.plot([dot.x] * 2, [dot.low, dot.high], color=INK, lw=0.6, marker="_", ms=4)
    rings: Any = {"marker": "o", "ms": 4.5, "mfc": PAPER, "mec": INK, "mew": 1.0}
    axes.plot([dot.x for dot in one.dots], [dot.y for dot in one.dots], ls="", **rings)
    for dot in one.dots:
        if dot.text:
            _number(axes, one, dot)


def _number(axes: Axes, one: SupportPicture, dot: Dot) -> None:
    y = dot.text_y - 7
    box = _ground_of_its_own(one, dot.x, y)
    _say(axes, dot.x, y, dot.text, ha="center", fontsize=NUMBERS, fontweight=600, bbox=box)


def _ground_of_its_own(one: SupportPicture, x: float, y: float) -> Any:
    """Behind words: no line is to run through them."""
    goal = next(zone.y for zone in reversed(one.zones) if zone.x <= x or zone is one.zones[0])
    ground = GOAL_BAND if one.top < y < goal else PAPER
    return {"boxstyle": "square,pad=0.08", "facecolor": ground, "lw": 0}


def _say(axes: Axes, x: float, y: float, said: str, **looks: Any) -> None:
    axes.text(x, y, said, **{"va": "center", "fontsize": SMALL, "color": INK, **looks})


def _side(anchor: str) -> str:
    return "right" if anchor == "end" else "left"
