"""Pieces of a page that know how high they are before they are drawn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports import fonts
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import INK

BULLET = "•"
INDENT = 11.0


@dataclass(frozen=True)
class Block:
    """``draw(paper, x, top)`` fills the ``height`` points under ``top``."""

    height: float
    draw: Callable[[Paper, float, float], object]


def text(
    said: str, width: float, size: float, leading: float, *,
    face: Face = Face.REGULAR, ink: str = INK, level: int = 0,
) -> Block:  # fmt: skip
    """A paragraph, or a heading of that level, wrapped at ``width``."""
    lines = fonts.wrap(said, face, size, width)

    def draw(paper: Paper, x: float, top: float) -> None:
        with paper.heading(level) if level else paper.paragraph():
            paper.lines(x, top, lines, size, leading, face=face, ink=ink)

    return Block(leading * len(lines), draw)


def space(height: float) -> Block:
    return Block(height, lambda *_place: None)


def bullet(said: str, width: float, size: float, leading: float) -> Block:
    """A paragraph behind a bullet."""
    block = text(said, width - INDENT, size, leading)

    def draw(paper: Paper, x: float, top: float) -> None:
        with paper.item():
            with paper.label():
                paper.words(x, top - size * 0.93, BULLET, size)
            with paper.body():
                block.draw(paper, x + INDENT, top)

    return Block(block.height, draw)


def from_left(block: Block, width: float) -> Block:
    """A block of its own direction on a mirrored page; on any other it is as it was."""

    def draw(paper: Paper, x: float, top: float) -> None:
        with paper.read_from_left(x, width) as left:
            block.draw(paper, left, top)

    return Block(block.height, draw)


def stacked(blocks: Iterable[Block]) -> Block:
    """One under the other."""
    pile: Sequence[Block] = tuple(blocks)

    def draw(paper: Paper, x: float, top: float) -> None:
        for block in pile:
            block.draw(paper, x, top)
            top -= block.height

    return Block(sum(block.height for block in pile), draw)


def beside(blocks: Sequence[Block]) -> Block:
    """All from the same top; each block knows its own place across."""

    def draw(paper: Paper, x: float, top: float) -> None:
        for block in blocks:
            block.draw(paper, x, top)

    return Block(max(block.height for block in blocks), draw)


class Flow:
    """Blocks one after the other down the page, and on to the next page when one does not fit."""

    def __init__(self, paper: Paper, top: float) -> None:
        self.paper, self.top = paper, top

    def put(self, *blocks: Block) -> None:
        """Lay the blocks, never parted from each other."""
        block = stacked(blocks)
        if self.top - block.height < self.paper.margin and self.top < self.paper.top:
            self.paper.next_page()
            self.top = self.paper.top
        block.draw(self.paper, self.paper.margin, self.top)
        self.top -= block.height
