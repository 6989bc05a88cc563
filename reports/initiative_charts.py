"""Charts of groups that are compared: each share with its interval, and the funnel instead of a ranking."""

import functools
import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports import fonts
from reports.charts import figure
from reports.figures.initiative import GroupLine
from reports.fonts import Face
from reports.marks import ACCENT, INK, LOOKS, MUTED, PAPER
from reports.picture import Picture
from reports.renderer import picture_of
from screening.coordination.figures import Percent
from screening.coordination.funnels import Funnel, Group
from screening.levels import Level

ROW, HEAD, FOOT = 15.0, 16.0, 20.0
INDENT, TOLD, SIZE, SMALL = 10.0, 118.0, 9.0, 8.0
MOST_NAME = 0.3  # of the width
BAND = LOOKS[Level.NOT_DETERMINED].tint
HIDDEN = "visas inte"
FUNNEL_LEFT, FUNNEL_RIGHT, FUNNEL_FOOT, FUNNEL_HEAD = 30.0, 12.0, 32.0, 34.0
LABEL = 9.0  # points between two names
MOST_NAMED = 30  # of more groups only those outside have their names


def interval_height(lines: Sequence[GroupLine]) -> float:
    return HEAD + FOOT + ROW * len(lines)


@functools.lru_cache(maxsize=32)
def intervals(lines: tuple[GroupLine, ...], joint: Percent | None, width: float) -> Picture:
    """Each group's share of those with results and what it probably lies between, in the order given."""
    return picture_of(intervals_figure(lines, joint, width))


def intervals_figure(lines: Sequence[GroupLine], joint: Percent | None, width: float) -> Figure:
    height = interval_height(lines)
    drawn = figure(width, height)
    left = min(MOST_NAME * width, max(_named(one) for one in lines) + 8)
    wide, high = width - left - TOLD, ROW * len(lines)
    axes = drawn.add_axes((left / width, FOOT / height, wide / width, high / height))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlim(0, _end([share.high for one in lines if (share := _share(one))]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    if joint is not None:
        axes.plot([joint.share] * 2, [-0.5, len(lines) - 0.5], color=MUTED, lw=0.8, ls=(0, (4, 3)))
        said = {"textcoords": "offset points", "fontsize": SMALL, "color": MUTED, "ha": "center"}
        axes.annotate(f"alla {joint.words}", (joint.share, -0.5), (0, 4), **said)  # type: ignore[arg-type]  # any keywords
    for number, one in enumerate(lines):
        _interval(drawn, axes, one, number, height - HEAD - (number + 0.5) * ROW)
    return drawn


def _share(one: GroupLine) -> Percent | None:
    told = one.pooled or one.shares
    return None if told is None else told.of_assessed


def _named(one: GroupLine) -> float:
    face = Face.REGULAR if one.is_school else Face.BOLD
    return fonts.width(fonts.ready(one.name), face, SIZE) + (INDENT if one.is_school else 0)


def _end(highest: Sequence[float]) -> float:
    """The axis ends at a whole tenth beyond everything."""
    return min(1.0, math.ceil(10 * max(highest, default=0.1) + 0.2) / 10)


def _interval(drawn: Figure, axes: Axes, one: GroupLine, number: int, middle: float) -> None:
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    room = MOST_NAME * wide - 8
    indent, weight = (INDENT, 400) if one.is_school else (0.0, 600)
    face = Face.REGULAR if one.is_school else Face.BOLD
    size = fonts.fitting(one.name, face, SIZE, room - indent, 4)
    said: Any = {"va": "center_baseline"}
    drawn.text(indent / wide, middle / high, one.name, fontsize=size, fontweight=weight, **said)
    share = _share(one)
    if share is None:
        drawn.text(
            1, middle / high, one.not_compared or HIDDEN, fontsize=SMALL, color=MUTED, ha="right", **said
        )
        return
    axes.plot([share.low, share.high], [number] * 2, color=INK, lw=1.0, marker="|", ms=5, mew=1.0)
    axes.plot([share.share], [number], ls="", marker="o", ms=6, mfc=INK if not one.pooled else PAPER, mec=INK)
    told = f"{share.words} ({share.between})"
    if one.pooled:
        told += f", {one.pooled_over}"
    size = fonts.fitting(told, Face.REGULAR, SMALL, TOLD - 6, 4)
    drawn.text(1, middle / high, told, fontsize=size, ha="right", **said)


@functools.lru_cache(maxsize=32)
def funnel_chart(found: Funnel, title: str, width: float, height: float) -> Picture:
    return picture_of(funnel_figure(found, title, width, height))


def funnel_figure(found: Funnel, title: str, width: float, height: float) -> Figure:
    """Share against size; within the band lies what chance alone gives."""
    drawn = figure(width, height)
    wide, high = width - FUNNEL_LEFT - FUNNEL_RIGHT, height - FUNNEL_FOOT - FUNNEL_HEAD
    axes = drawn.add_axes((FUNNEL_LEFT / width, FUNNEL_FOOT / height, wide / width, high / height))
    sizes, lows, highs = (list(column) for column in zip(*found.limits, strict=True))
    axes.set_xlim(0, sizes[-1])
    shares = [one.under_goal / one.assessed for one in found.groups]
    axes.set_ylim(0, _end([*shares, 2 * found.joint.share]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.fill_between(sizes, lows, highs, color=BAND, lw=0)
    for edge in (lows, highs):
        axes.plot(sizes, edge, color=MUTED, lw=0.6)
    axes.plot([0, sizes[-1]], [found.joint.share] * 2, color=MUTED, lw=0.8, ls=(0, (4, 3)))
    _names(drawn, axes, found.groups)
    drawn.text(0, 1 - 10 / height, f"{title}: andel som ännu inte når målet", fontsize=10, fontweight=600)
    drawn.text(
        0, 1 - 22 / height, "av dem som har resultat. I fältet: vad slumpen brukar ge.", fontsize=SMALL
    )
    drawn.text(1, 4 / height, "elever med resultat", fontsize=SMALL, color=MUTED, ha="right")
    return drawn


def _names(drawn: Figure, axes: Axes, groups: Sequence[Group]) -> None:
    """Each group as a ring, filled where it lies outside, with its name beside it where no other name is."""
    to_points = axes.transData
    taken: list[tuple[float, float, float]] = []  # left, right, and height of names that stand
    wide = float(drawn.get_size_inches()[0]) * 72
    for one in sorted(groups, key=lambda one: (not one.is_outside, -one.assessed, one.name)):
        x, y = one.assessed, one.under_goal / one.assessed
        looks: Any = {"mfc": ACCENT if one.is_outside else PAPER, "mec": ACCENT if one.is_outside else INK}
        axes.plot([x], [y], ls="", marker="D" if one.is_outside else "o", ms=5.5, clip_on=False, **looks)
        if len(groups) > MOST_NAMED and not one.is_outside:
            continue
        at_x, at_y = (float(place) for place in to_points.transform((x, y)))
        face = Face.BOLD if one.is_outside else Face.REGULAR
        room = fonts.width(fonts.ready(one.name), face, SMALL)
        left, side = (at_x + 6, "left") if at_x + 8 + room < wide else (at_x - 6 - room, "right")
        level = _free(taken, left, left + room, at_y)
        taken.append((left, left + room, level))
        x_words = 6 if side == "left" else -6
        said: Any = {"fontsize": SMALL, "ha": side, "va": "center_baseline"}
        axes.annotate(
            one.name, (x, y), (x_words, level - at_y), textcoords="offset points",
            fontweight=600 if one.is_outside else 400, color=ACCENT if one.is_outside else INK, **said,
        )  # fmt: skip


def _free(taken: Sequence[tuple[float, float, float]], left: float, right: float, wanted: float) -> float:
    """The height nearest to the wanted one where the name stands on no other."""
    for step in range(40):
        for level in (wanted + step * LABEL / 2, wanted - step * LABEL / 2):
            if not any(
                left < other_right and right > other_left and abs(level - other) < LABEL
                for other_left, other_right, other in taken
            ):
                return level
    return wanted
