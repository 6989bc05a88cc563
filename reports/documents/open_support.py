"""Öppet stöd: where a family can turn by itself, to take home. No name stands on it, and no school."""

from collections.abc import Sequence
from datetime import date

from reports import blocks
from reports.blocks import Block, Flow
from reports.figures.imprint import Imprint
from reports.figures.open_support import Place
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, MUTED
from reports.wording import long_day

SIZE, LEADING, SMALL, SMALL_LEADING = 12.0, 17.0, 10.0, 14.0
TERM = 90.0
TITLE = "Öppet stöd för familjer"
LEAD = "Hit kan ni vända er själva när ni vill prata eller behöver råd."
FREE = "Ni bestämmer själva om ni vill ta kontakt. Skolan sparar inget om att ni har fått det här bladet."


def pdf(places: Sequence[Place], printed_on: date) -> bytes:
    paper = Paper(TITLE)
    paper.number_pages(Imprint(long_day(printed_on), "", "", printed_on), "")
    width = paper.text_width
    with paper.heading(1):
        paper.words(paper.margin, paper.top - 20, TITLE, 22, face=Face.BOLD, ink=ACCENT)
    flow = Flow(paper, paper.top - 36)
    flow.put(blocks.text(LEAD, width, SIZE, LEADING), blocks.space(14))
    for place in places:
        flow.put(*_place(place, width), blocks.space(18))
    flow.put(blocks.text(FREE, width, SMALL, SMALL_LEADING, ink=MUTED))
    return paper.finish()


def _place(place: Place, width: float) -> list[Block]:
    lines = [_line(term, said, width) for term, said in place.lines]
    return [
        blocks.text(place.name, width, 15, 21, face=Face.BOLD, level=2),
        blocks.text(place.what, width, SIZE, LEADING),
        blocks.space(4),
        *lines,
    ]


def _line(term: str, said: str, width: float) -> Block:
    told = blocks.text(said, width - TERM, SIZE, LEADING)
    named = blocks.text(term, TERM - 6, SIZE, LEADING, face=Face.BOLD)

    def draw(paper: Paper, x: float, top: float) -> None:
        named.draw(paper, x, top)
        told.draw(paper, x + TERM, top)

    return Block(told.height, draw)
