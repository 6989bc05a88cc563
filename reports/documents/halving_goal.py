"""Mål att halvera: one A4 for the steering group. No pupil, no school."""

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import chapter, head, note, paragraph, where
from reports.figures.halving_goal import GoalPaper
from reports.goal_chart import chart_height, goal_chart
from reports.layout import Paper
from reports.tables import Column, table
from screening.coordination.goal_picture import GoalPicture

GAP = 12.0
BESIDE = 0.6  # of the width: the picture of a goal that stands beside
WIDTHS = (("Läsår", 56.0), ("Antal", 34.0), ("Med resultat", 64.0), ("Av dem som har resultat", 90.0))
REST = (("Av alla", 90.0), ("Raka vägen", 62.0))


def pdf(told: GoalPaper) -> bytes:
    paper = Paper(told.name)
    paper.number_pages(told.imprint, "Innehåller inga elevuppgifter.")
    place = f"{told.imprint.school} · {where(told.imprint)}"
    flow, width = Flow(paper, head(paper, told.name, place, told.sentence)), paper.text_width
    flow.put(paragraph(told.about, width), blocks.space(GAP))
    if told.picture is not None:
        said = f"År för år: {'; '.join(f'{one.academic_year} {one.of_assessed}' for one in told.years)}."
        flow.put(_picture(told.picture, said, width), blocks.space(GAP))
    fixed = [Column(title, wide) for title, wide in (*WIDTHS, *REST)]
    columns = [*fixed, Column("Svar", width - sum(one.width for one in fixed))]
    rows = [
        (one.academic_year, one.count, one.assessed, one.of_assessed, one.of_all, one.path, one.answer)
        for one in told.years
    ]
    table(flow, columns, rows)
    flow.put(blocks.space(GAP))
    notes = blocks.stacked(block for said in told.notes for block in (note(said, width), blocks.space(4)))
    for name, said, beside in told.beside:
        words = blocks.stacked((chapter(name), paragraph(said, width)))
        drawn = blocks.space(0) if beside is None else _picture(beside, said, BESIDE * width)
        with_picture = flow.top - words.height - drawn.height - GAP - notes.height >= paper.margin
        flow.put(words, drawn if with_picture else blocks.space(0), blocks.space(GAP))  # it is one page
    flow.put(notes)
    return paper.finish()


def _picture(one: GoalPicture, said: str, width: float) -> Block:
    drawn, height = goal_chart(one, width), chart_height(one, width)
    return Block(height, lambda paper, x, top: paper.picture(drawn, x, top - height, said))
