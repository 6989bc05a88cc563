"""The guardian's table: an area a row, a band of three zones, a filled mark now, a hollow one before."""

from collections.abc import Sequence
from typing import Any

from reports.blocks import Block
from reports.figures.guardian import AreaRow
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import DISC, FAINT, INK, LOOKS, MUTED, PAPER, RING
from screening.levels import Level

ZONES = (LOOKS[Level.BELOW_GOAL].tint, LOOKS[Level.NEAR_GOAL].tint, LOOKS[Level.AT_GOAL].tint)
HEADER = 14.0
NAME_WIDTH, BAND_WIDTH, SPACE = 152.0, 207.0, 9.0
GAP = 1.5  # white between two zones: grey print shows where one ends
TOUCHING = 7.0  # points between two marks that would hide each other


def band_table(rows: Sequence[AreaRow], row_height: float, words: dict[str, Any]) -> Block:
    """All rows under one line of words for the zones. What classmates share is stored once."""
    areas = tuple((row.area, row.level is not None) for row in rows)  # and whether the band has a mark
    has_before = any(row.before is not None for row in rows)

    def draw(paper: Paper, x: float, top: float) -> None:
        key = ("bands", words["language"], areas, has_before, row_height, paper.text_width)
        paper.once(key, lambda: _common(paper, areas, has_before, row_height, words), x, top)
        for number, row in enumerate(rows):
            _own(paper, row, x, top - HEADER - (number + 0.5) * row_height, row_height, words)

    return Block(HEADER + row_height * len(rows), draw)


def _common(
    paper: Paper,
    areas: tuple[tuple[str, bool], ...],
    has_before: bool,
    row_height: float,
    words: dict[str, Any],
) -> None:
    """Drawn around (0, 0), the upper left corner."""
    page, zone = words["page"], BAND_WIDTH / 3
    for number, said in enumerate(page["zones"]):
        paper.fitted(NAME_WIDTH + (number + 0.5) * zone, -9, said, 8.3, zone - 4, ink=MUTED, align="centre")
    at = NAME_WIDTH + BAND_WIDTH + SPACE
    for shape, said in [(DISC, page["now"]), (RING, page["before"])][: 2 if has_before else 1]:
        paper.shape(shape, at + 4, -6.5, 8, INK)
        at += 16 + paper.words(at + 11, -9, said, 8.5, ink=MUTED)
    for number, (area, is_measured) in enumerate(areas):
        y = -HEADER - number * row_height
        paper.rule(0, y, paper.text_width)
        middle, size = y - row_height / 2, min(12.0, row_height * 0.48)
        named, room = words["areas"][area], NAME_WIDTH - 5
        paper.fitted(0, middle + 1.5, named["name"], size, room, face=Face.BOLD)
        paper.fitted(0, middle + 1.5 - size * 0.9, named["example"], size * 0.8, room, ink=MUTED)
        _band(paper, middle, _band_height(row_height), is_measured)


def _band_height(row_height: float) -> float:
    return min(13.0, row_height * 0.5)


def _band(paper: Paper, middle: float, height: float, is_measured: bool) -> None:
    zone = BAND_WIDTH / 3
    for number, colour in enumerate(ZONES):
        left = NAME_WIDTH + number * zone + GAP / 2
        tint = colour if is_measured else PAPER
        paper.box(left, middle - height / 2, zone - GAP, height, tint=tint, edge=FAINT)


def _own(
    paper: Paper, row: AreaRow, x: float, middle: float, row_height: float, words: dict[str, Any]
) -> None:
    """The child's marks on the band, and the level in words."""
    at, limit = x + NAME_WIDTH + BAND_WIDTH + SPACE, paper.text_width - NAME_WIDTH - BAND_WIDTH - SPACE
    size, y = min(9.5, row_height * 0.42), middle - 3.5 if row.told is None else middle + 1.5
    if row.level is None:
        said = words["levels"]["none" if row.points is None else "no_goal"]
        paper.fitted(at, y, said, size, limit, ink=MUTED)
    else:
        _marks(paper, row, x + NAME_WIDTH, middle)
        paper.fitted(at, y, words["levels"][row.level], size, limit, face=Face.BOLD)
    if row.told is not None:
        paper.fitted(at, y - size * 1.05, row.told, size * 0.92, limit, ink=MUTED)


def _marks(paper: Paper, row: AreaRow, left: float, middle: float) -> None:
    if row.zones is None or row.points is None:
        return
    now = left + row.zones.place(row.points) * BAND_WIDTH
    if row.before is not None:
        before = left + row.zones.place(row.before) * BAND_WIDTH
        is_the_same = abs(before - now) < TOUCHING  # then the ring goes around the mark
        paper.shape(RING, now if is_the_same else before, middle, 15 if is_the_same else 9, INK)
    paper.shape(DISC, now, middle, 9, INK)
