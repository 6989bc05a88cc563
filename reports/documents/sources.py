"""Where limits come from, in small letters: the limits, and the source that carries them."""

from collections.abc import Iterator, Sequence

from reports import blocks
from reports.blocks import Block
from reports.documents import columns
from reports.figures.sources import Source
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT

HEADING = "Gränser, status och källor"
TITLE = 22.0
SIZE, LEADING, GAP = 8.0, 9.8, 4.0


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
    whole = TITLE + columns.height(_blocks(paper, sources))
    return min(whole, paper.top - paper.margin) if sources else 0.0


def lay(paper: Paper, sources: Sequence[Source], top: float) -> None:
    """The sources under their heading, in columns."""
    columns.lay(paper, _blocks(paper, sources), heading(paper, top, paper.margin))


def _blocks(paper: Paper, sources: Sequence[Source]) -> list[Block]:
    return list(source_blocks(sources, columns.width(paper)))
