"""A request for help on paper, for those who have no account: the chosen facts, and lines for the answer."""

from collections.abc import Iterator

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.told_facts import LEADING, SIZE, facts_on, head, heading, pair
from reports.figures.help_request import RequestPaper
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import GROUND, MUTED
from reports.wording import long_day

LOCKED = "Innehåller uppgifter om en elev – lämnas bara till mottagaren och förvaras inlåst."
DUTY_TO_REPORT = (
    "Misstänker du att ett barn far illa ska du genast göra en orosanmälan till socialtjänsten."
    " Den här begäran ersätter den inte (socialtjänstlagen 19 kap. 1 §)."
)
# Lines for each: what is filled in by hand is never parted.
TO_FILL_IN = (
    ("Mottagen (dag och funktion)", 1),
    ("Nästa steg, ansvarig funktion och dag", 2),
    ("Svar till skolan", 2),
)
HANDWRITING = 20.0


def pdf(told: RequestPaper) -> bytes:
    paper = Paper("Begäran om hjälp")
    paper.number_pages(told.imprint, LOCKED)
    where = f"{told.imprint.school} till {told.receiver}"
    flow = Flow(paper, head(paper, "Begäran om hjälp", told.name, where, long_day(told.sent_on)))
    width = paper.text_width
    for term, said in (
        ("Till", told.receiver),
        ("Från", f"{told.asked_by}"),
        ("Svar behövs senast", told.due_on.isoformat()),
        ("Samtycke", told.consent),
    ):
        flow.put(pair(term, said, width))
    flow.put(blocks.space(8))
    flow.put(_boxed(DUTY_TO_REPORT, width), blocks.space(10))
    flow.put(heading("Vad skolan behöver hjälp med"), *_paragraphs(told.question, width), blocks.space(8))
    facts_on(flow, told.facts, width)
    flow.put(
        blocks.text(
            "Det här är allt som skolan delar. Svara till den funktion som står under Från.",
            width, SIZE, LEADING, ink=MUTED,
        ),
        blocks.space(8),
    )  # fmt: skip
    flow.put(*(block for said, lines in TO_FILL_IN for block in _ruled(said, lines, width)))
    return paper.finish()


def _paragraphs(text: str, width: float) -> list[Block]:
    return [blocks.text(line, width, SIZE, LEADING) for line in text.splitlines() if line.strip()]


def _boxed(said: str, width: float) -> Block:
    told = blocks.text(said, width - 20, SIZE, LEADING, face=Face.BOLD)

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(x, top - told.height - 12, width, told.height + 12, tint=GROUND, radius=4)
        told.draw(paper, x + 10, top - 6)

    return Block(told.height + 14, draw)


def _ruled(said: str, lines: int, width: float) -> Iterator[Block]:
    def draw(paper: Paper, x: float, top: float) -> None:
        for line in range(1, lines + 1):
            paper.rule(x, top - line * HANDWRITING, x + width, ink=MUTED, thick=0.4)

    yield blocks.text(said, width, SIZE, LEADING, face=Face.BOLD)
    yield Block(lines * HANDWRITING + 8, draw)
