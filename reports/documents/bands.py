"""The guardian's table: an area a row, a band of three zones, a filled mark now, a hollow one before."""

from collections.abc import Sequence
from typing import Any

from reports.blocks import Block
from reports.figures.guardian import AreaRow, Band
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import DISC, FAINT, INK, LOOKS, MUTED, PAPER, RING

HEADER = 14.0
NAME_WIDTH, BAND_WIDTH, SPACE = 152.0, 207.0, 9.0
GAP = 1.5  # white between two zones: grey print shows where one ends
TOUCHING = 7.0  # points between two marks that would hide each other


def band_table(rows: Sequence[AreaRow], row_height: float, words: dict[str, Any]) -> Block:
    """All rows under one line of words for the zones. What classmates share is stored once."""
    has_before = any(row.before is not None for row in rows)

    def draw(paper: Paper, x: float, top: float) -> None:
        key = ("bands", bands := tuple(row.band for row in rows), row_height, paper.text_width)
        paper.once(key, lambda: _common(paper, bands, row_height), x, top)
        with paper.table():
            _header(paper, x, top - 9, has_before, words["page"])
            for number, row in enumerate(rows):
                middle = top - HEADER - (number + 0.5) * row_height
                with paper.row():
                    _name(paper, row, x, middle, row_height, words)
                    _own(paper, row, x, middle, row_height, words)

    return Block(HEADER + row_height * len(rows), draw)


def _common(paper: Paper, bands: Sequence[Band], row_height: float) -> None:
    """Lines and empty bands, drawn around (0, 0), the upper left corner."""
    for number, zones in enumerate(bands):
        y = -HEADER - number * row_height
        paper.rule(0, y, paper.text_width)
        _band(paper, y - row_height / 2, _band_height(row_height), zones)


def _header(paper: Paper, x: float, y: float, has_before: bool, page: dict[str, Any]) -> None:
    """Words for the zones, and for the marks on them."""
    zone, at = BAND_WIDTH / 3, x + NAME_WIDTH + BAND_WIDTH + SPACE
    with paper.row():
        with paper.cell():
            pass  # over the areas
        with paper.header("Column"):
            for number, said in enumerate(page["zones"]):
                middle = x + NAME_WIDTH + (number + 0.5) * zone
                paper.fitted(middle, y, said, 8.3, zone - 4, ink=MUTED, align="centre")
            for shape, said in [(DISC, page["now"]), (RING, page["before"])][: 2 if has_before else 1]:
                paper.shape(shape, at + 4, y + 2.5, 8, INK)
                at += 16 + paper.words(at + 11, y, said, 8.5, ink=MUTED)
        with paper.cell():
            pass  # over the words for the levels


def _name(
    paper: Paper, row: AreaRow, x: float, middle: float, row_height: float, words: dict[str, Any]
) -> None:
    size, named, room = min(12.0, row_height * 0.48), words["areas"][row.area], NAME_WIDTH - 5
    with paper.header("Row"):
        paper.fitted(x, middle + 1.5, named["name"], size, room, face=Face.BOLD)
        paper.fitted(x, middle + 1.5 - size * 0.9, named["example"], size * 0.8, room, ink=MUTED)


def _band_height(row_height: float) -> float:
    return min(13.0, row_height * 0.5)


def _band(paper: Paper, middle: float, height: float, zones: Band) -> None:
    left = NAME_WIDTH + GAP / 2
    for thirds, level in zones:
        width, tint = thirds * BAND_WIDTH / 3, LOOKS[level].tint if level else PAPER
        paper.box(left, middle - height / 2, width - GAP, height, tint=tint, edge=FAINT)
        left += width


def _own(
    paper: Paper, row: AreaRow, x: float, middle: float, row_height: float, words: dict[str, Any]
) -> None:
    """The child's marks on the band, and the level in words."""
    at, limit = x + NAME_WIDTH + BAND_WIDTH + SPACE, paper.text_width - NAME_WIDTH - BAND_WIDTH - SPACE
    size, y = min(9.5, row_height * 0.42), middle - 3.5 if row.told is None else middle + 1.5
    with paper.cell():
        _marks(paper, row, x + NAME_WIDTH, middle, words)
    with paper.cell():
        said = words["levels"][row.level_said]
        if row.level is None:
            paper.fitted(at, y, said, size, limit, ink=MUTED)
        else:
            paper.fitted(at, y, said, size, limit, face=Face.BOLD)
        if row.told is not None:
            paper.fitted(at, y - size * 1.05, row.told, size * 0.92, limit, ink=MUTED)


def _marks(paper: Paper, row: AreaRow, left: float, middle: float, words: dict[str, Any]) -> None:
    """Where the child stands now and stood before; in words the zones."""
    said = row.marks_said(words)
    if said is None or row.zones is None or row.points is None:
        return
    now = row.zones.place(row.points)
    before = None if row.before is None else row.zones.place(row.before)
    with paper.shown(said, left, middle - 7.5, BAND_WIDTH, 15):
        if before is not None:
            is_the_same = abs(before - now) * BAND_WIDTH < TOUCHING  # then the ring goes around the mark
            place, size = (now, 15) if is_the_same else (before, 9)
            paper.shape(RING, left + place * BAND_WIDTH, middle, size, INK)
        paper.shape(DISC, left + now * BAND_WIDTH, middle, 9, INK)
