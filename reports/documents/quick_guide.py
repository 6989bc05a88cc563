"""Snabbguide för lärare: one A4 to keep beside the keyboard. The same steps and pictures as on the page."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import head, note
from reports.documents.told_facts import heading
from reports.figures.quick_guide import GuideStep, QuickGuide
from reports.fonts import Face
from reports.guide_pictures import HEIGHT, WIDTH, guide_picture
from reports.layout import Paper

TITLE = "Snabbguide för lärare"
LEAD = "Fem steg: logga in, fyll i, lämna in, se vem som behöver dig, skriv ut."
SIZE, LEADING = 11.0, 15.0
BETWEEN, AFTER = 18.0, 9.0
KEY = 26.0


def pdf(guide: QuickGuide) -> bytes:
    paper = Paper(TITLE)
    paper.number_pages(guide.imprint, "")
    flow, width = Flow(paper, head(paper, TITLE, "Lässpår", LEAD)), paper.text_width
    for number, step in enumerate(guide.steps, start=1):
        flow.put(_step(number, step, width), blocks.space(AFTER))
    flow.put(heading("Skriv en kod när resultat saknas"), _codes(guide.codes, width), blocks.space(AFTER))
    flow.put(*(note(said, width) for said in guide.help))
    return paper.finish()


def _step(number: int, step: GuideStep, width: float) -> Block:
    """The picture, and beside it what to do."""
    wide = width - WIDTH - BETWEEN
    title = blocks.text(f"{number}. {step.title}", wide, 13, 19, face=Face.BOLD, level=2)
    told = blocks.stacked([title, *(blocks.text(said, wide, SIZE, LEADING) for said in step.lines)])
    drawn = guide_picture(step.picture)

    def draw(paper: Paper, x: float, top: float) -> None:
        told.draw(paper, x + WIDTH + BETWEEN, top)
        paper.picture(drawn, x, top - HEIGHT, step.shows)

    return Block(max(told.height, HEIGHT), draw)


def _codes(codes: Sequence[tuple[str, str]], width: float) -> Block:
    """In three columns, row by row."""
    across = 3
    pairs = [_code(key, said, width / across) for key, said in codes]
    rows = [pairs[at : at + across] for at in range(0, len(pairs), across)]

    def beside(row: Sequence[Block]) -> Block:
        def draw(paper: Paper, x: float, top: float) -> None:
            for place, one in enumerate(row):
                one.draw(paper, x + place * width / across, top)

        return Block(max(one.height for one in row), draw)

    return blocks.stacked([beside(row) for row in rows])


def _code(key: str, said: str, width: float) -> Block:
    named = blocks.text(key, KEY, SIZE, LEADING, face=Face.BOLD)
    told = blocks.text(said, width - KEY, SIZE, LEADING)

    def draw(paper: Paper, x: float, top: float) -> None:
        with paper.paragraph():
            named.draw(paper, x, top)
            told.draw(paper, x + KEY, top)

    return Block(told.height, draw)
