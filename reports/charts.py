"""Charts of one child: figures in, Pictures out. Only matplotlib's Figure: pyplot keeps what it draws.

A chart speaks in words at the place they are about, not in a legend, and the goal is a pale band. What
classmates share (axes, goal zone, words) is drawn once per process; each child adds a line.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Transform

from reports import fonts
from reports.chart_marks import level_dots
from reports.figures.growth import Growth, GrowthScale
from reports.fonts import SOURCE_SANS, Face
from reports.marks import INK, LOOKS, MUTED, PAPER, rgb
from reports.number_places import Line, beside
from reports.picture import Picture, Signs, Words
from reports.renderer import picture_of, picture_of_artists
from reports.wording import number
from screening.levels import Level

GOAL_BAND = LOOKS[Level.AT_GOAL].tint
GOAL_INK = LOOKS[Level.AT_GOAL].ink
LEFT, RIGHT, FOOT, HEAD = 22, 4, 24, 18  # points around the axes of a growth chart
VALUE = 8.0  # the numbers on the chart
LEADING = 10  # from one number of the axis to the next
GOAL_SIZE, GOAL_DOWN = 7.5, 9  # the goal in words, and how far under the top its foot stands
WORD_ROOM = GOAL_DOWN + 5  # points: half a mark stands clear of the goal in words
STYLE: Any = {
    "font.family": "Source Sans Pro",
    "font.size": 8,
    "text.parse_math": False,  # a "$" in a name is a dollar sign
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 2,
    "xtick.major.pad": 3,
    "ytick.major.pad": 2,
    "ytick.major.width": 0.5,
    "hatch.linewidth": 0.4,
}
# Set for the whole process, once: matplotlib's rc_context is not safe between threads.
matplotlib.rcParams.update(STYLE)
for face in Face:
    fontManager.addfont(SOURCE_SANS / f"{face}.ttf")


def figure(width: float, height: float) -> Figure:
    """A sheet of ``width`` x ``height`` points, where a pixel is a point."""
    return Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)


@functools.lru_cache(maxsize=256)
def growth_scale(scale: GrowthScale, width: float, height: float, for_staff: bool = False) -> Picture:
    """Axes, goal zone and words: what every child with this scale shares."""
    return picture_of(growth_figure(scale, width, height, for_staff))


def growth_figure(scale: GrowthScale, width: float, height: float, for_staff: bool = False) -> Figure:
    drawn, axes = _growth_axes(scale, width, height)
    for steps in _runs_of_goals(scale):
        _goal_band(axes, scale, steps, _ends(scale, height)[1])
    if for_staff:
        for place, moment in enumerate(scale.moments):
            if moment.near_from is not None:
                near = float(moment.near_from)
                axes.plot([place - 0.5, place + 0.5], [near, near], color=MUTED, lw=0.8, ls=(0, (1, 2)))
    axes.set_xticks(range(len(scale.moments)), _moment_words(scale))
    fitting = int((height - FOOT - HEAD - WORD_ROOM) // LEADING)
    located = MaxNLocator(nbins=min(4, max(1, fitting)), integer=True)
    ticks = located.tick_values(float(scale.minimum), float(scale.top))
    axes.set_yticks([tick for tick in ticks if scale.minimum <= tick <= scale.top])
    side: Any = {"x": 1, "ha": "right"} if scale.begins_right else {"x": 0}
    drawn.text(y=1 - 9 / height, s=f"{scale.title}: {scale.unit}", fontsize=9, fontweight=600, **side)
    return drawn


def growth_line(growth: Growth, width: float, height: float) -> Picture:
    """The child's own results on :func:`growth_scale`: hollow marks for former windows, a filled one now."""
    to_points = _to_points(growth.scale, width, height)
    spots = [(float(place), float(value)) for place, value in growth.points]
    places = [(float(x), float(y)) for x, y in to_points.transform(spots)] if spots else []
    artists = [*_whiskers(growth, spots), *(_by_level(growth, spots) if growth.levels else ())]
    for artist in artists:
        artist.set_transform(to_points)
    drawn = picture_of_artists(width, height, artists)
    now = [spot for spot, (place, _) in zip(places, growth.points, strict=True) if place == growth.now]
    plain = _plain(places, now) if places and not growth.levels else ()
    own: list[Line] = [(*first, *then) for first, then in pairwise(places)]
    lines = [*own, *_goal_lines(growth.scale, width, height)]
    values = (_value(growth, which, place, lines) for which, place in enumerate(places))
    return Picture(width, height, (*drawn.marks, *plain, *values))


def _whiskers(growth: Growth, spots: list[tuple[float, float]]) -> Iterator[Line2D]:
    if growth.sem is not None:
        reach = float(growth.sem)
        for x, y in spots:
            yield _line([(x, y - reach), (x, y + reach)], color=INK, lw=0.8, marker="_", ms=5)


def _plain(places: list[tuple[float, float]], now: list[tuple[float, float]]) -> Iterator[str | Signs]:
    """A line, hollow marks for former windows, a filled one now, if there is one. A school has thousands:
    matplotlib draws each mark once, and they are moved."""
    begins, *goes = (f"{x:.2f} {y:.2f}" for x, y in places)
    if goes:
        yield f"q {rgb(INK)} RG 1.6 w 2 J 1 j {begins} m {' '.join(f'{one} l' for one in goes)} S Q"
    yield replace(_dot(5.5, PAPER, 1.2), places=tuple(places))
    if now:
        yield replace(_dot(6.5, INK, 1.0), places=tuple(now))


@functools.cache
def _dot(size: float, fill: str, edge: float) -> Signs:
    dot = _line([(0, 0)], ls="", marker="o", ms=size, mfc=fill, mec=INK, mew=edge)
    (drawn,) = picture_of_artists(0, 0, [dot]).marks
    return cast(Signs, drawn)


def _by_level(growth: Growth, spots: list[tuple[float, float]]) -> Iterator[Line2D]:
    """A piece of line from result to result, dashed over a summer, and each result in its level's shape."""
    years = [growth.scale.moments[place].year for place, _ in growth.points]
    for (first, then), (year, next_year) in zip(pairwise(spots), pairwise(years), strict=True):
        yield _line([first, then], color=INK, lw=1.6, ls="-" if year == next_year else (0, (3, 2)))
    for level, (x, y) in zip(growth.levels, spots, strict=True):
        yield _line([(x, y)], ls="", marker="o", ms=9.5, mfc=PAPER, mec=PAPER)
        yield level_dots(level, [x], [y], 8.0)


def _line(spots: list[tuple[float, float]], **looks: object) -> Line2D:
    return Line2D([x for x, _ in spots], [y for _, y in spots], **looks)  # type: ignore[arg-type]  # any keywords


def _value(growth: Growth, which: int, place: tuple[float, float], lines: Sequence[Line]) -> Words:
    """The number beside its mark, under the line where the line climbs and over it where it falls; elsewhere
    where one of ``lines`` would run through it."""
    points = growth.points[which][1]
    following = growth.points[which + 1][1] if which + 1 < len(growth.points) else points
    goes_under = (following >= points) is growth.scale.is_higher_better
    said = number(points, growth.scale.language)
    wide = fonts.width(said, Face.BOLD, VALUE)
    x, y = beside(*place, wide, lines, goes_under=goes_under, lowest=FOOT + 1)
    return Words(x, y, 0, said, Face.BOLD, VALUE, to_rgb(INK))


@functools.lru_cache(maxsize=256)
def _goal_lines(scale: GrowthScale, width: float, height: float) -> tuple[Line, ...]:
    """What a number shall not stand on, in points: the edge of the goal's zone, stair by stair, and the goal
    in words along the top."""
    to_points = _to_points(scale, width, height)
    found: list[Line] = []
    for steps in _runs_of_goals(scale):
        ends = [(place + side, float(goal)) for place, goal in steps for side in (-0.5, 0.5)]
        for (x, y), (to_x, to_y) in pairwise(to_points.transform(ends)):
            found.append((float(x), float(y), float(to_x), float(to_y)))
        for place, goal in steps:
            x, y = to_points.transform((place, _ends(scale, height)[1]))
            half = fonts.width(_goal_words(scale, goal), Face.REGULAR, GOAL_SIZE) / 2
            foot = float(y) - GOAL_DOWN
            for high in (foot, foot + GOAL_SIZE / 3):
                found.append((float(x) - half, high, float(x) + half, high))
    return tuple(found)


def _goal_words(scale: GrowthScale, goal: Decimal) -> str:
    return scale.goal.format(points=number(goal, scale.language))


def _runs_of_goals(scale: GrowthScale) -> list[list[tuple[int, Decimal]]]:
    """The windows that have a goal, as runs of neighbours: (place, goal)."""
    runs: list[list[tuple[int, Decimal]]] = []
    for place, moment in enumerate(scale.moments):
        if moment.goal_from is None:
            continue
        if not runs or runs[-1][-1][0] != place - 1:
            runs.append([])
        runs[-1].append((place, moment.goal_from))
    return runs


def _goal_band(axes: Axes, scale: GrowthScale, steps: list[tuple[int, Decimal]], best: float) -> None:
    """A staircase from each window's goal to the best, with the goal in words along its outer edge."""
    xs = [edge for place, _ in steps for edge in (place - 0.5, place + 0.5)]
    goals = [float(goal) for _, goal in steps for _ in range(2)]
    axes.fill_between(xs, goals, best, color=GOAL_BAND, lw=0)
    axes.plot(xs, goals, color=GOAL_INK, lw=0.8)
    for place, goal in steps:
        looks: Any = {"fontsize": GOAL_SIZE, "color": GOAL_INK, "ha": "center"}
        said = _goal_words(scale, goal)
        axes.annotate(said, (place, best), (0, -GOAL_DOWN), textcoords="offset points", **looks)


def _moment_words(scale: GrowthScale) -> list[str]:
    """The season of each window, and the year under the first of them."""
    words, said = [], ""
    for moment in scale.moments:
        words.append(moment.season if moment.year == said else f"{moment.season}\n{moment.year}")
        said = moment.year
    return words


def _ends(scale: GrowthScale, height: float) -> tuple[float, float]:
    """The worst and the best of the axis; beyond the best there is room for the goal in words."""
    low, high = float(scale.minimum), float(scale.top)
    room = WORD_ROOM * (high - low) / (height - FOOT - HEAD - WORD_ROOM)
    return (low, high + room) if scale.is_higher_better else (high, low - room)


def _growth_axes(scale: GrowthScale, width: float, height: float) -> tuple[Figure, Axes]:
    drawn = figure(width, height)
    box = (LEFT / width, FOOT / height, 1 - (LEFT + RIGHT) / width, 1 - (FOOT + HEAD) / height)
    axes = drawn.add_axes(box)
    axes.set_xlim(-0.5, len(scale.moments) - 0.5)
    axes.set_ylim(*_ends(scale, height))
    return drawn, axes


@functools.lru_cache(maxsize=256)
def _to_points(scale: GrowthScale, width: float, height: float) -> Transform:
    """From (place, points) to points on the chart: read only, so threads may share it."""
    frozen: Any = _growth_axes(scale, width, height)[1].transData.frozen()
    return frozen  # type: ignore[no-any-return]  # matplotlib says no type
