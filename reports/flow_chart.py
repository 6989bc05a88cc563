"""Where those who stood somewhere in the window before stand now: a bar for each standing, told in parts.

What is not shown by itself is one part together, so that the others are in proportion. Not yet at the goal
is two levels together, and has a sign of its own.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from reports import fonts
from reports.charts import figure
from reports.class_charts import draw_shape
from reports.fonts import Face
from reports.marks import INK, LOOKS, MUTED, PAPER
from reports.picture import Picture
from reports.renderer import picture_of
from screening.levels import Level

ROW, BAR, HEAD = 22.0, 15.0, 20.0
LEFT, TOLD, SIZE, SMALL = 124.0, 86.0, 9.0, 8.0
HATCH_INK = "#D4D7DC"
STANDINGS = ("Nådde inte målet", "Nådde målet", "Utan nivå")
UNDER, AT, WITHOUT, GONE, HIDDEN = range(5)
ORDER = (AT, UNDER, WITHOUT, GONE, HIDDEN)
WORDS = ("når inte målet", "når målet", "utan nivå", "inte kvar", "övriga")
NOT_SHOWN = "visas inte"
LEVELS: tuple[Level | None, ...] = (Level.NEAR_GOAL, Level.AT_GOAL, None)

Table = Sequence[Sequence[int | None]]


@dataclass(frozen=True)
class Bar:
    """``parts`` in the order of ``WORDS``; ``total`` None: not shown. ``both``: how many of them have results
    both times; None where that is not told, or they had none then."""

    name: str
    total: int | None
    parts: tuple[int, ...] = ()
    both: int | None = None

    @property
    def called(self) -> str:
        """``Nådde målet (641)``"""
        return self.name if self.total is None else f"{self.name} ({self.total})"

    @property
    def told(self) -> str:
        """How many of them are at the goal now, of those with results both times, where that is shown."""
        return f"{self.parts[AT]} av {self.both} når det nu" if self.both else ""


def bars(table: Table) -> tuple[Bar, ...]:
    """Rows: under the goal, at it, without level. Columns: the same, no longer there, all there were."""
    return tuple(_bar(name, row) for name, row in zip(STANDINGS, table, strict=False))


def _bar(name: str, row: Sequence[int | None]) -> Bar:
    *counts, total = row
    if total is None:
        return Bar(name, None)
    shown = [count or 0 for count in counts]
    still, now = counts[UNDER], counts[AT]
    has_both = still is not None and now is not None and name != STANDINGS[WITHOUT]
    return Bar(name, total, (*shown, total - sum(shown)), shown[UNDER] + shown[AT] if has_both else None)


def flow_sentence(rows: Sequence[Bar]) -> str:
    """The chart in words."""
    return " ".join(f"{one.name}: {_said(one)}." for one in rows)


def _said(one: Bar) -> str:
    if one.total is None:
        return NOT_SHOWN
    parts = [f"{count} {word}" for count, word in zip(one.parts, WORDS, strict=True) if count]
    return f"{one.total}, därav {', '.join(parts)}" if parts else f"{one.total}"


def flow_height(rows: Sequence[Bar]) -> float:
    return HEAD + ROW * len(rows)


@functools.lru_cache(maxsize=64)
def flow_chart(rows: tuple[Bar, ...], width: float) -> Picture:
    return picture_of(flow_figure(rows, width))


def flow_figure(rows: Sequence[Bar], width: float) -> Figure:
    """Every bar is as long: what is compared is where they went. How many they are stands in its name."""
    height = flow_height(rows)
    drawn = figure(width, height)
    _head(drawn, rows)
    for number, one in enumerate(rows):
        middle = height - HEAD - (number + 0.5) * ROW
        said = {"va": "center_baseline"}
        drawn.text(0, middle / height, one.called, fontsize=SIZE, fontweight=600, **said)  # type: ignore[arg-type]  # any keywords
        drawn.text(1, middle / height, one.told, fontsize=SMALL, ha="right", **said)  # type: ignore[arg-type]  # as above
        at = LEFT
        for kind in ORDER if one.parts else ():
            part = (width - LEFT - TOLD) * one.parts[kind] / max(one.total or 0, 1)
            if part:
                _part(drawn, kind, one.parts[kind], (at, middle), part)
                at += part
        if one.total is None:
            drawn.text(LEFT / width, middle / height, NOT_SHOWN, fontsize=SMALL, color=MUTED, **said)  # type: ignore[arg-type]  # as above
    return drawn


def _head(drawn: Figure, rows: Sequence[Bar]) -> None:
    """Each shape with its word where any bar has it."""
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    x, y = LEFT + 5, high - 11
    for kind in ORDER:
        if not any(one.parts and one.parts[kind] for one in rows):
            continue
        if kind < len(LEVELS):
            _sign(drawn, kind, (x, y + SIZE / 3), SIZE * 0.9)
        else:
            _box(drawn, kind, (x - 4, y - 1), 8, 8)
        drawn.text((x + SIZE * 0.8) / wide, y / high, WORDS[kind], fontsize=SIZE)
        x += SIZE * 2.4 + fonts.width(WORDS[kind], Face.REGULAR, SIZE)


def _part(drawn: Figure, kind: int, count: int, at: tuple[float, float], width: float) -> None:
    x, middle = at
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    _box(drawn, kind, (x, middle - BAR / 2), width - 1, BAR)
    said = str(count)
    needed = fonts.width(said, Face.BOLD, SIZE)
    has_shape = kind < len(LEVELS) and needed + 16 <= width
    if has_shape:
        _sign(drawn, kind, (x + 7, middle), SIZE * 0.85)
    if needed + 3 <= width:
        left = x + 13 if has_shape else x + (width - 1 - needed) / 2
        looks = {"fontsize": SIZE, "fontweight": 600, "va": "center_baseline", "color": INK}
        drawn.text(left / wide, middle / high, said, **looks)  # type: ignore[arg-type]  # any keywords


def _sign(drawn: Figure, kind: int, at: tuple[float, float], size: float) -> None:
    """The level's shape; an open ring for those near the goal and under it together."""
    if kind != UNDER:
        draw_shape(drawn, LEVELS[kind], *at, size)
        return
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    looks = {"marker": "o", "ms": 0.8 * size, "mfc": PAPER, "mec": INK, "mew": size / 5}
    drawn.add_artist(Line2D([at[0] / wide], [at[1] / high], ls="", **looks))  # type: ignore[arg-type]  # any keywords


def _box(drawn: Figure, kind: int, corner: tuple[float, float], width: float, height: float) -> None:
    """Tinted by level; open where they have left, hatched where nothing is known or told."""
    wide, high = (float(side) for side in drawn.get_size_inches() * 72)
    look = LOOKS[LEVELS[kind]] if kind < len(LEVELS) else LOOKS[None]
    place = (corner[0] / wide, corner[1] / high), width / wide, height / high
    fill = PAPER if kind == GONE else look.tint
    if kind in (WITHOUT, HIDDEN):
        hatch = "////" if kind == WITHOUT else "...."
        drawn.add_artist(Rectangle(*place, facecolor=fill, edgecolor=HATCH_INK, hatch=hatch, lw=0))
        fill = "none"
    drawn.add_artist(Rectangle(*place, facecolor=fill, edgecolor=look.ink, lw=0.5))
