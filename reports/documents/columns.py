"""Blocks in two columns as high as each other, on as many pages as they need."""

import itertools
from collections.abc import Sequence

from reports.blocks import Block
from reports.layout import Paper

ACROSS, BETWEEN = 2, 18.0
ROUNDING = 0.01  # points: sums of heights taken in another order


def width(paper: Paper) -> float:
    return (paper.text_width - (ACROSS - 1) * BETWEEN) / ACROSS


def height(pile: Sequence[Block]) -> float:
    """How high the two columns are when they are as high as each other as the blocks allow."""
    ends = list(itertools.accumulate((block.height for block in pile), initial=0.0))
    return min(max(end, ends[-1] - end) for end in ends) + ROUNDING


def lay(paper: Paper, pile: Sequence[Block], top: float) -> float:
    """One after the other down the columns, none of them parted. Returns the foot of the last columns."""
    while left := _lay_down(paper, pile, top):
        paper.next_page()
        pile, top = left, paper.top
    return top - height(pile)


def _lay_down(paper: Paper, pile: Sequence[Block], top: float) -> Sequence[Block]:
    """Down to the foot of the page; returns what found no room."""
    foot, wide = max(top - height(pile), paper.margin), width(paper) + BETWEEN
    column, y = 0, top
    for place, block in enumerate(pile):
        if y - block.height < foot and y < top:
            column, y = column + 1, top
        if column == ACROSS:
            return pile[place:]
        block.draw(paper, paper.margin + column * wide, y)
        y -= block.height
    return ()
