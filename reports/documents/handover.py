"""Överlämning: what the next teacher (3:4 b) or the next school (3:12 j) wants to know, what worked first."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Flow
from reports.documents.told_facts import LEADING, SIZE, SMALL, SMALL_LEADING, facts_on, head, heading, pair
from reports.figures.handover import HandoverPaper
from reports.layout import Paper
from reports.marks import MUTED
from reports.wording import long_day

LOCKED = "Innehåller elevuppgifter – förvara inlåst. Elevhälsans anteckningar ingår aldrig."
ORDER = ("support", "steps", "signals", "results")  # what the next teacher can go on with comes first


def pdf(told: HandoverPaper) -> bytes:
    return pdf_of_several([told])


def pdf_of_several(papers: Sequence[HandoverPaper]) -> bytes:
    """Each pupil on an own sheet, with a bookmark. ``papers``: at least one, of one school."""
    paper = Paper("Överlämning")
    paper.number_pages(papers[0].imprint, LOCKED)
    for number, told in enumerate(papers):
        if number:
            paper.next_sheet()
        if len(papers) > 1:
            paper.bookmark(told.name)
        _draw(paper, told)
    return paper.finish()


def _draw(paper: Paper, told: HandoverPaper) -> None:
    where = f"{told.imprint.school} · klass {told.class_name} · {told.year}"
    flow = Flow(paper, head(paper, "Överlämning", told.name, where, long_day(told.made_on)))
    width = paper.text_width
    for term, said in (
        ("Vad", told.title),
        ("Till", told.to),
        ("Från", told.made_by),
        ("Vårdnadshavare", told.informed),
    ):
        flow.put(pair(term, said, width))
    flow.put(blocks.space(8))
    if told.line:
        flow.put(heading("Bra att veta"), blocks.text(told.line, width, SIZE, LEADING), blocks.space(8))
    for part in ORDER:
        facts_on(flow, {key: value for key, value in told.facts.items() if key == part}, width)
    flow.put(
        blocks.text(
            f"Samma uppgifter finns som fil (JSON) med id {told.external_id}.",
            width, SMALL, SMALL_LEADING, ink=MUTED,
        )
    )  # fmt: skip
