"""A sheet in the place of a page that could not be made: nobody is missing from the pile unnoticed."""

from dataclasses import dataclass

from reports import blocks
from reports.blocks import Flow
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, MUTED

SAID = (
    "Bladet gick inte att göra. Det beror på ett fel i programmet eller i det som är sparat om eleven, inte "
    "på något du har gjort. De andra bladen i utskriften är hela.",
    "Öppna elevens blad hem i Lässpår och spara det på nytt, eller skriv ut det för sig. Händer det igen: "
    "berätta för den som sköter Lässpår vilken klass det gäller och när.",
    "Det här arket är till dig. Lägg undan det, och lämna inte hem det.",
)


@dataclass(frozen=True)
class Note:
    """Whose page it would have been. ``key`` is never printed."""

    key: int
    name: str
    class_name: str


def draw(paper: Paper, note: Note) -> None:
    """The sheet onto the paper under way."""
    paper.fitted(paper.margin, paper.top - 9, f"Klass {note.class_name}", 10, paper.text_width, ink=MUTED)
    with paper.heading(1):
        title = "Här skulle ett blad ha legat"
        paper.words(paper.margin, paper.top - 32, title, 20, face=Face.BOLD, ink=ACCENT)
        paper.name(paper.margin, paper.top - 60, note.name, 22, paper.text_width)
    flow = Flow(paper, paper.top - 90)
    for said in SAID:
        flow.put(blocks.text(said, paper.text_width, 12, 16), blocks.space(10))
