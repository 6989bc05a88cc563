"""Groups under each other, each a bar by level, the worst first: those under the goal begin at one line.

What matters stands in numbers at the end of each bar; counts are written in where they find room.
"""

import functools
from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports import fonts
from reports.charts import figure
from reports.class_charts import draw_shape
from reports.figures.levels import WORST_FIRST, LevelRow
from reports.fonts import Face
from reports.marks import INK, LOOKS, MUTED
from reports.picture import Picture
from reports.renderer import picture_of
from screening.levels import Level
from screening.percent import whole_percent

ROW, BAR, HEAD = 20.0, 14.0, 18.0
MOST_NAME = 0.3  # of the width
TOLD, SIZE, SMALL = 76.0, 9.0, 8.0
HATCH_INK = "#D4D7DC"
WORDS = ("under målet", "nära målet", "når målet", "över målet", "underlag saknas")
TOLD_HEAD = "når ännu inte målet"


def level_rows_height(rows: Sequence[LevelRow]) -> float:
    return HEAD + ROW * len(rows)


@functools.lru_cache(maxsize=64)
def level_rows(rows: tuple[LevelRow, ...], width: float) -> Picture:
    return picture_of(level_rows_figure(rows, width))


def level_rows_figure(rows: Sequence[LevelRow], width: float) -> Figure:
    """``width`` points wide, :func:`level_rows_height` high."""
    drawn = figure(width, level_rows_height(rows))
    longest = max((fonts.width(one.name, Face.BOLD, SIZE) for one in rows), default=0.0)
    left = min(longest + 8, MOST_NAME * width)
    _words(drawn, rows, left)
    for number, row in enumerate(rows):
        _row(drawn, row, left, level_rows_height(rows) - HEAD - (number + 0.5) * ROW)
    return drawn


def level_rows_sentence(title: str, rows: Sequence[LevelRow]) -> str:
    """The chart in words: what it says to who does not see it."""
    return f"{title}. " + " ".join(
        f"{row.name}: {', '.join(_said(row))}; {told_share(row)} når ännu inte målet." for row in rows
    )


def told_share(row: LevelRow) -> str:
    """``10 av 95 (11 %)``, of those with results."""
    if not row.assessed:
        return "inga resultat"
    return f"{row.under_goal} av {row.assessed} ({whole_percent(row.under_goal / row.assessed)} %)"


def _said(row: LevelRow) -> list[str]:
    return [f"{count} {word}" for count, word in zip(row.counts, WORDS, strict=True) if count]


def _words(drawn: Figure, rows: Sequence[LevelRow], left: float) -> None:
    """Each shape with its word where any group has it, over the bars; over the numbers what they say."""
    wide, high = _size(drawn)
    there = [place for place in range(len(WORDS)) if any(row.counts[place] for row in rows)]
    room, y = wide - left - TOLD, high - 11
    needed = sum(20 + fonts.width(WORDS[place], Face.REGULAR, SIZE) for place in there)
    size = SIZE * min(1.0, room / max(needed, 1.0))
    x = left + 5
    for place in there:
        draw_shape(drawn, WORST_FIRST[place], x, y + size / 3, size * 0.9)
        drawn.text((x + size * 0.8) / wide, y / high, WORDS[place], fontsize=size)
        x += size * 2.2 + fonts.width(WORDS[place], Face.REGULAR, size)
    drawn.text(1, y / high, TOLD_HEAD, fontsize=SMALL, color=MUTED, ha="right")


def _row(drawn: Figure, row: LevelRow, left: float, middle: float) -> None:
    wide, high = _size(drawn)
    _name(drawn, row.name, left - 6, middle)
    room = wide - left - TOLD
    at = left
    for level, count in row.by_level:
        if count:
            part = room * count / row.enrolled
            _part(drawn, level, count, at, part, middle)
            at += part
    said = told_share(row)
    size = fonts.fitting(said, Face.REGULAR, SIZE, TOLD - 6, 4)
    drawn.text(1, middle / high, said, fontsize=size, ha="right", va="center_baseline")


def _name(drawn: Figure, name: str, limit: float, middle: float) -> None:
    """On one line, or on two in smaller letters."""
    for size in (fonts.fitting(name, Face.BOLD, SIZE, limit, SMALL), 7.0, 6.0, 5.0):
        lines = fonts.wrap(name, Face.BOLD, size, limit)
        if len(lines) <= 2:
            break
    looks: Any = {"fontsize": size, "fontweight": 600, "va": "center_baseline"}
    for place, line in enumerate(lines):
        y = middle + ((len(lines) - 1) / 2 - place) * size
        drawn.text(0, y / _size(drawn)[1], line, **looks)


def _part(drawn: Figure, level: Level | None, count: int, at: float, width: float, middle: float) -> None:
    """A tinted piece with an edge of its ink, hatched where there is no level."""
    wide, high = _size(drawn)
    look = LOOKS[level]
    place = (at / wide, (middle - BAR / 2) / high)
    box = Rectangle(place, (width - 1) / wide, BAR / high, facecolor=look.tint, edgecolor=look.ink, lw=0.5)
    if level is None:
        drawn.add_artist(Rectangle(place, (width - 1) / wide, BAR / high, facecolor=look.tint,
                                   edgecolor=HATCH_INK, hatch="////", lw=0))  # fmt: skip
        box.set(facecolor="none")
    drawn.add_artist(box)
    said = str(count)
    needed = fonts.width(said, Face.BOLD, SIZE)
    if needed + 16 <= width:
        draw_shape(drawn, level, at + 7, middle, SIZE * 0.85)
        _count(drawn, said, at + 13, middle)
    elif needed + 3 <= width:
        _count(drawn, said, at + (width - 1 - needed) / 2, middle)


def _count(drawn: Figure, said: str, x: float, middle: float) -> None:
    wide, high = _size(drawn)
    drawn.text(x / wide, middle / high, said, fontsize=SIZE, fontweight=600, va="center_baseline", color=INK)


def _size(drawn: Figure) -> tuple[float, float]:
    wide, high = drawn.get_size_inches() * 72
    return float(wide), float(high)
