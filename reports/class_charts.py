"""Charts of a class: how many stand where, and how a measure spreads. Counts and words are written in."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from reports import fonts
from reports.chart_marks import level_dots
from reports.charts import GOAL_BAND, GOAL_INK, figure
from reports.fonts import Face
from reports.marks import INK, LOOKS, MUTED
from reports.picture import Picture
from reports.renderer import picture_of
from reports.wording import level_word, number
from screening.levels import Level
from screening.spread import Distribution

MOST_BINS = 30
LARGEST_DOT, SMALLEST_DOT = 9.0, 5.5
SIDE, FOOT, HEAD = 6, 14, 38  # points around the axes of a distribution
WORST_FIRST = (None, Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL, Level.ABOVE_GOAL)


def level_bar(counts: Iterable[tuple[Level | None, int]], width: float, height: float) -> Picture:
    """The whole class as one bar, a part per level with its shape, count and word."""
    return picture_of(level_bar_figure(counts, width, height))


def level_bar_figure(counts: Iterable[tuple[Level | None, int]], width: float, height: float) -> Figure:
    drawn = figure(width, height)
    parts = [(level, count) for level, count in counts if count]
    total = sum(count for _, count in parts)
    at = 0.0
    for level, count in parts:
        part = (width - 1) * count / total
        _level_part(drawn, level, count, at + 0.5, part)
        at += part
    return drawn


def _level_part(drawn: Figure, level: Level | None, count: int, at: float, width: float) -> None:
    """A tinted part, hatched where there is no level; as many words as there is room for."""
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    look = LOOKS[level]
    box = Rectangle((at / wide, 0), (width - 1) / wide, 1, facecolor=look.tint, lw=0)
    if level is None:
        box.set(hatch="////", edgecolor="#D4D7DC")
    drawn.add_artist(box)
    word = "underlag saknas" if level is None else level_word(level).lower()  # of a window, not of a test
    said, size, middle, apart = f"{count} {word}", 9.0, 11.0, 19.0
    if fonts.width(said, Face.BOLD, 10) + 26 > width:
        said = str(count)
    if width <= 26:  # one of thirty: it is a number too
        size, middle, apart = 7.0, 5.5, 11.0
    if width <= 17:
        said, middle = "", width / 2
    draw_shape(drawn, level, at + middle, high / 2, size)
    drawn.text((at + apart) / wide, 0.5, said, va="center_baseline", fontsize=10, fontweight=600, color=INK)


def draw_shape(drawn: Figure, level: Level | None, x: float, y: float, size: float) -> None:
    wide, high = drawn.get_size_inches() * 72
    drawn.add_artist(level_dots(level, [x / wide], [y / high], size))


def distribution(spread: Distribution, width: float, height: float) -> Picture:
    """A dot per pupil, stacked over a scale, the goal zone behind; how many stand where is said above."""
    return picture_of(distribution_figure(spread, width, height))


def distribution_figure(spread: Distribution, width: float, height: float) -> Figure:
    drawn = figure(width, height)
    wide, high = width - 2 * SIDE, height - FOOT - HEAD
    axes = drawn.add_axes((SIDE / width, FOOT / height, wide / width, high / height))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_ylim(0, high)
    scale = Scale(spread)
    axes.set_xlim(scale.low, scale.high)
    _limits(axes, spread, scale, high)
    _stacks(axes, spread, scale, wide, high)
    steps = [scale.minimum + place * scale.bin for place in range(round(scale.steps) + 1)]
    if spread.labels:
        axes.set_xticks(steps, spread.labels)
    elif scale.steps <= 10:
        axes.set_xticks(steps)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    _title(drawn, spread.title if spread.labels else f"{spread.title}: {spread.unit}", width, height)
    _counts(drawn, spread, height - 24)
    return drawn


def _title(drawn: Figure, title: str, width: float, height: float) -> None:
    """On one line, or on two in smaller letters."""
    for size in (fonts.fitting(title, Face.BOLD, 10, width, 7.5), 6.5, 5.5):
        lines = fonts.wrap(title, Face.BOLD, size, width)
        if len(lines) <= 2:
            break
    for place, line in enumerate(lines):
        y = height - (10 if len(lines) == 1 else 7 + 8 * place)
        drawn.text(0, y / height, line, fontsize=size, fontweight=600)


class Scale:
    """The axis of a distribution: where it ends, and how wide the stacks are, in the measure's unit."""

    def __init__(self, spread: Distribution) -> None:
        self.minimum, step = float(spread.minimum), float(spread.step)
        self.steps = (float(spread.maximum) - self.minimum) / step
        self.is_stepwise = self.steps <= MOST_BINS
        self.bin = step
        self.low, self.high = self.minimum - 0.6 * step, float(spread.maximum) + 0.6 * step
        if not self.is_stepwise:
            farthest = max([float(dot.points) for dot in spread.dots] + [float(spread.goal_from or 0) * 1.4])
            self.bin = step * max(1, math.ceil((farthest - self.minimum) / MOST_BINS / step))
            before = self.bin * (0.5 if spread.is_higher_better else 1)  # the lowest stack stands there
            self.low, self.high = self.minimum - before, self.minimum + self.bin * (MOST_BINS + 1)
        self.is_higher_better = spread.is_higher_better
        self.anchor = float(spread.goal_from if spread.goal_from is not None else spread.minimum)

    def stack(self, points: float) -> float:
        """The middle of the stack the points belong to. No stack crosses the goal."""
        if self.is_stepwise:
            return points
        bins = (points - self.anchor) / self.bin
        middle = math.floor(bins) + 0.5 if self.is_higher_better else math.ceil(bins) - 0.5
        return self.anchor + middle * self.bin

    def edge(self, limit: float, is_higher_better: bool) -> float:
        """Where a limit is drawn: between the steps, or on the limit itself."""
        half = self.bin / 2 if self.is_stepwise else 0.0
        return limit - half if is_higher_better else limit + half


def _limits(axes: Axes, spread: Distribution, scale: Scale, high: float) -> None:
    if spread.goal_from is not None:
        edge = scale.edge(float(spread.goal_from), spread.is_higher_better)
        best = scale.high if spread.is_higher_better else scale.low
        axes.axvspan(edge, best, color=GOAL_BAND, lw=0)
        axes.plot([edge, edge], [0, high], color=GOAL_INK, lw=0.8)
        aside, side = (3, "left") if spread.is_higher_better else (-3, "right")
        words: Any = {"fontsize": 8, "color": GOAL_INK, "ha": side, "textcoords": "offset points"}
        axes.annotate(f"mål {_goal_word(spread, spread.goal_from)}", (edge, high), (aside, -8), **words)
    if spread.near_from is not None:
        edge = scale.edge(float(spread.near_from), spread.is_higher_better)
        axes.plot([edge, edge], [0, high], color=MUTED, lw=0.8, ls=(0, (1, 2)))


def _goal_word(spread: Distribution, goal: Decimal) -> str:
    """The label where the measure has labels, else the number."""
    return spread.labels[int((goal - spread.minimum) / spread.step)] if spread.labels else number(goal)


def _stacks(axes: Axes, spread: Distribution, scale: Scale, wide: float, high: float) -> None:
    """Dots from the axis upwards; several dots wide where steps are few, bars where stacks are too tall."""
    pitch = wide * scale.bin / (scale.high - scale.low)
    many = Counter(scale.stack(float(dot.points)) for dot in spread.dots)
    tallest = max(many.values(), default=1)
    needed = math.ceil(tallest * LARGEST_DOT / (high - 12))
    columns = max(1, min(math.floor(0.8 * pitch / LARGEST_DOT), needed))
    size = min(LARGEST_DOT, pitch, (high - 12) / math.ceil(tallest / columns))
    if size < SMALLEST_DOT:
        _bars(axes, spread, scale, (high - 24) / tallest)
        return
    placed: dict[Level | None, tuple[list[float], list[float]]] = {}
    filled: Counter[float] = Counter()
    for dot in sorted(spread.dots, key=lambda dot: dot.points):
        stack = scale.stack(float(dot.points))
        row, column = divmod(filled[stack], columns)
        xs, ys = placed.setdefault(dot.level, ([], []))
        beside = min(columns, many[stack] - row * columns)  # the topmost row stands in the middle
        xs.append(stack + (column - (beside - 1) / 2) * size * scale.bin / pitch)
        ys.append((row + 0.5) * size + 1)
        filled[stack] += 1
    for level, (xs, ys) in placed.items():
        axes.add_line(level_dots(level, xs, ys, size * 0.92))


def _bars(axes: Axes, spread: Distribution, scale: Scale, unit: float) -> None:
    """A bar per stack, ``unit`` points a pupil, tinted by level, its count above it."""
    heights = Counter((scale.stack(float(dot.points)), dot.level) for dot in spread.dots)
    foot: dict[float, float] = defaultdict(float)
    in_order = sorted(heights.items(), key=lambda one: (one[0][0], WORST_FIRST.index(one[0][1])))
    for (stack, level), count in in_order:
        look = LOOKS[level]
        looks: Any = {"color": look.tint, "edgecolor": look.ink, "lw": 0.6}
        axes.bar(stack, count * unit, scale.bin * 0.8, bottom=foot[stack], **looks)
        foot[stack] += count * unit
    for stack, top in foot.items():
        total = sum(count for (at, _), count in heights.items() if at == stack)
        axes.annotate(str(total), (stack, top), (0, 2), textcoords="offset points", ha="center", fontsize=7.5)


def _counts(drawn: Figure, spread: Distribution, y: float) -> None:
    """ "2 under  4 nära  18 når målet", each after its shape, worst first, as large as there is room for."""
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    counts = Counter(dot.level for dot in spread.dots)
    there = [level for level in WORST_FIRST if counts[level]]
    said = [f"{counts[level]} {_short_word(level)}" for level in there]
    if there and there[-1] is not None:
        said[-1] += " målet"
    needed = sum(18 + fonts.width(one, Face.REGULAR, 9) for one in said)
    size = 9 * min(1.0, wide / max(needed, 1.0))
    x = 5.0
    for level, one in zip(there, said, strict=True):
        draw_shape(drawn, level, x, y + size / 3, size * 0.9)
        drawn.text((x + size * 0.75) / wide, y / high, one, fontsize=size)
        x += size * 2 + fonts.width(one, Face.REGULAR, size)


def _short_word(level: Level | None) -> str:
    return "utan gräns" if level is None else level_word(level).removesuffix(" målet").lower()
