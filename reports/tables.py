"""Tables of words and numbers, row after row down the page, with the header again on each new page."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import fonts
from reports.blocks import Block, Flow
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import INK, MUTED

SIZE, LEADING, HEADER, HEADER_LEADING = 9.5, 12.5, 8.5, 10.5
PADDING, GAP = 2.2, 8.0


@dataclass(frozen=True)
class Column:
    """``width`` in points; numbers stand to the right of it."""

    title: str
    width: float
    is_number: bool = False


def table(
    flow: Flow, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, last_bold: bool = False,
    above: Sequence[Block] = (), is_whole: bool = False,
) -> None:  # fmt: skip
    """The first cell of a row is its heading. ``last_bold`` where the last row sums the others. ``above``:
    what is never parted from the first row; ``is_whole``: nor the rows from each other."""
    header = _header(columns)
    if is_whole:
        flow.put(*above, header, *(_row(columns, row, is_bold=False) for row in rows))
        return
    for number, row in enumerate(rows):
        block = _row(columns, row, is_bold=last_bold and number == len(rows) - 1)
        if number == 0 or flow.top - block.height < flow.paper.margin:
            flow.put(*(above if number == 0 else ()), header, block)
        else:
            flow.put(block)
    flow.top -= PADDING  # before what follows


def _header(columns: Sequence[Column]) -> Block:
    cells = [(column, fonts.wrap(column.title, Face.BOLD, HEADER, column.width - GAP)) for column in columns]
    height = max(len(lines) for _, lines in cells) * HEADER_LEADING + PADDING
    is_said = False

    def draw(paper: Paper, x: float, top: float) -> None:
        nonlocal is_said
        at = x
        with paper.artifact() if is_said else paper.row(begins=True):
            for column, lines in cells:
                y = top - height + PADDING + HEADER_LEADING * len(lines)
                with paper.header("Column") if column.title else paper.cell():
                    for place, line in enumerate(lines):
                        high = y - HEADER - place * HEADER_LEADING
                        _say(paper, at, high, line, column, HEADER, Face.BOLD, MUTED)
                at += column.width
        paper.rule(x, top - height, at, ink=INK, thick=0.8)
        is_said = True

    return Block(height, draw)


def _row(columns: Sequence[Column], row: Sequence[str], is_bold: bool) -> Block:
    cells = [
        (
            column,
            said,
            fonts.wrap(said, _face(place, is_bold), SIZE, column.width - GAP),
            _face(place, is_bold),
        )
        for place, (column, said) in enumerate(zip(columns, row, strict=True))
    ]
    height = max(len(lines) for _, _, lines, _ in cells) * LEADING + 2 * PADDING

    def draw(paper: Paper, x: float, top: float) -> None:
        at = x
        with paper.row():
            for column, _, lines, face in cells:
                with paper.header("Row") if at == x else paper.cell():
                    for place, line in enumerate(lines):
                        _say(paper, at, top - PADDING - SIZE - place * LEADING, line, column, SIZE, face, INK)
                at += column.width
        paper.rule(x, top - height, at, thick=0.3)

    return Block(height, draw)


def _face(place: int, is_bold: bool) -> Face:
    return Face.BOLD if place == 0 or is_bold else Face.REGULAR


def _say(
    paper: Paper, x: float, y: float, line: str, column: Column, size: float, face: Face, ink: str
) -> None:
    if column.is_number:
        paper.words(x + column.width - GAP, y, line, size, face=face, ink=ink, align="right")
    else:
        paper.words(x, y, line, size, face=face, ink=ink)
