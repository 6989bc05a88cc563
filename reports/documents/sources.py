"""Where limits come from, in small letters: the limits, and the source that carries them."""

import itertools
from collections.abc import Iterator, Sequence

from reports import blocks
from reports.blocks import Block
from reports.figures.sources import Source
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT

HEADING = "Gränser, status och källor"
TITLE = 22.0
SIZE, LEADING, GAP = 8.0, 9.8, 4.0
ACROSS, BETWEEN = 2, 18.0
ROUNDING = 0.01  # points: sums of heights taken in another order


def source_blocks(sources: Sequence[Source], width: float) -> Iterator[Block]:
    """A block per source, none of which is to be parted; each limit begins a line."""
    for source in sources:
        *first, last = source.limits
        lines = [*first, f"{last}. Källa: {source.name}"]
        yield blocks.stacked([*(blocks.text(one, width, SIZE, LEADING) for one in lines), blocks.space(GAP)])


def heading(paper: Paper, top: float, left: float) -> float:
    """Returns where what is under it begins."""
    with paper.heading(2):
        paper.words(left, top - 14, HEADING, 10.5, face=Face.BOLD, ink=ACCENT)
    return top - TITLE


def height(paper: Paper, sources: Sequence[Source]) -> float:
    """What ``lay`` needs of a page: at most a whole one, for the rest goes on the next."""
    return min(TITLE + _column(_blocks(paper, sources)), paper.top - paper.margin) if sources else 0.0


def lay(paper: Paper, sources: Sequence[Source], top: float) -> None:
    """The sources under their heading, in columns as high as each other, on as many pages as they need."""
    left: Sequence[Block] = _blocks(paper, sources)
    top = heading(paper, top, paper.margin)
    while left := _lay_columns(paper, left, top):
        paper.next_page()
        top = paper.top


def _lay_columns(paper: Paper, pile: Sequence[Block], top: float) -> Sequence[Block]:
    """Down to the foot of the page; returns what found no room."""
    foot, wide = max(top - _column(pile), paper.margin), _width(paper) + BETWEEN
    column, y = 0, top
    for place, block in enumerate(pile):
        if y - block.height < foot and y < top:
            column, y = column + 1, top
        if column == ACROSS:
            return pile[place:]
        block.draw(paper, paper.margin + column * wide, y)
        y -= block.height
    return ()


def _blocks(paper: Paper, sources: Sequence[Source]) -> list[Block]:
    return list(source_blocks(sources, _width(paper)))


def _width(paper: Paper) -> float:
    return (paper.text_width - (ACROSS - 1) * BETWEEN) / ACROSS


def _column(pile: Sequence[Block]) -> float:
    """How high the two columns are when they are as high as each other as the blocks allow."""
    ends = list(itertools.accumulate((block.height for block in pile), initial=0.0))
    return min(max(end, ends[-1] - end) for end in ends) + ROUNDING
