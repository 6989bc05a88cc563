"""What reports on more than one class are made of: chapters with a bookmark, levels as chart and numbers."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents import sources
from reports.documents.told_facts import heading
from reports.figures.imprint import Imprint
from reports.figures.levels import LevelRow
from reports.figures.sources import Source
from reports.fonts import Face
from reports.layout import Paper
from reports.level_charts import level_rows, level_rows_height, level_rows_sentence
from reports.marks import ACCENT, MUTED
from reports.tables import Column, table
from reports.wording import long_day
from screening.percent import whole_percent

SIZE, LEADING, SMALL, SMALL_LEADING = 10.5, 14.0, 9.0, 11.5
AFTER = 12.0  # points under a chapter
BEGUN = 120.0  # points of a list that is begun at the foot of a page
ON_A_PAGE = 30  # rows of a chart
NUMBER, ASSESSED = 38.0, 52.0  # columns of counts
COUNTS = ("Elever", "Kartlagda", "Under", "Nära", "Når", "Över")
SHARES = (("Når ännu inte målet, av dem med resultat", 108.0), ("av alla", 46.0))


def head(paper: Paper, title: str, where: str, sentence: str) -> float:
    """What it is and when, and the sentence that answers its question. Returns where the text begins."""
    top = paper.top
    paper.fitted(paper.margin, top - 9, where, 10, paper.text_width, ink=MUTED)
    with paper.heading(1):
        paper.fitted(paper.margin, top - 32, title, 20, paper.text_width, face=Face.BOLD, ink=ACCENT)
    said = blocks.text(sentence, paper.text_width, 13, 17, face=Face.BOLD)
    said.draw(paper, paper.margin, top - 42)
    return top - 42 - said.height - 8


def where(imprint: Imprint) -> str:
    """``Hösten 2026/27 · 15 oktober 2026``"""
    return f"{imprint.window} · {long_day(imprint.printed_on)}"


def chapter(said: str) -> Block:
    """A heading that the file's table of contents leads to."""
    block = heading(said)

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.bookmark(said, top=top)
        block.draw(paper, x, top)

    return Block(block.height, draw)


def paragraph(said: str, width: float) -> Block:
    return blocks.text(said, width, SIZE, LEADING)


def note(said: str, width: float) -> Block:
    return blocks.text(said, width, SMALL, SMALL_LEADING, ink=MUTED)


def levels(flow: Flow, title: str, called: str, rows: Sequence[LevelRow], width: float) -> None:
    """A chapter: the chart, and under it the same in numbers, by both denominators. ``called``: a row."""
    if not rows:
        return
    flow.put(chapter(title), level_chart(rows[:ON_A_PAGE], width), blocks.space(6))
    for at in range(ON_A_PAGE, len(rows), ON_A_PAGE):
        flow.put(level_chart(rows[at : at + ON_A_PAGE], width), blocks.space(6))
    level_table(flow, called, rows, width)
    flow.put(blocks.space(AFTER))


def level_chart(rows: Sequence[LevelRow], width: float) -> Block:
    height, chart = level_rows_height(rows), level_rows(tuple(rows), width)
    said = level_rows_sentence("Nivåer", rows)
    return Block(height, lambda paper, x, top: paper.picture(chart, x, top - height, said))


def level_table(flow: Flow, called: str, rows: Sequence[LevelRow], width: float) -> None:
    """``called``: what the rows are of."""
    wide = ((name, ASSESSED if name == "Kartlagda" else NUMBER) for name in COUNTS)
    numbers = [Column(name, width, is_number=True) for name, width in (*wide, *SHARES)]
    first = Column(called, width - sum(one.width for one in numbers))
    table(flow, [first, *numbers], [_row(row) for row in rows])


def _row(row: LevelRow) -> list[str]:
    counts = (row.enrolled, row.assessed, *row.counts[:4])
    return [row.name, *map(str, counts), _of_assessed(row), _of_all(row)]


def _of_assessed(row: LevelRow) -> str:
    if not row.assessed:
        return "–"
    share = f"{whole_percent(row.under_goal / row.assessed)} %"
    if row.interval is None:
        return share
    low, high = row.interval
    return f"{share} ({whole_percent(low)} till {whole_percent(high)})"


def _of_all(row: LevelRow) -> str:
    return f"{whole_percent(row.under_goal / row.enrolled)} %" if row.enrolled else "–"


def sources_under(flow: Flow, told: Sequence[Source]) -> None:
    """What the limits rest on: from here on, or on the next page where hardly any of it finds room."""
    paper = flow.paper
    if told:
        if flow.top - min(sources.height(paper, told), BEGUN) < paper.margin:
            paper.next_page()
            flow.top = paper.top
        paper.bookmark(sources.HEADING, top=flow.top)
        sources.lay(paper, told, flow.top)
