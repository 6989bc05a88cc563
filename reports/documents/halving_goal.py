"""Mål att halvera: one A4 for the steering group. No pupil, no school."""

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import chapter, head, note, paragraph, where
from reports.figures.halving_goal import GoalPaper
from reports.goal_chart import chart_height, goal_chart
from reports.layout import Paper
from reports.tables import Column, table

GAP = 12.0
WIDTHS = (("Läsår", 56.0), ("Antal", 34.0), ("Med resultat", 64.0), ("Av dem som har resultat", 90.0))
REST = (("Av alla", 90.0), ("Raka vägen", 62.0))


def pdf(told: GoalPaper) -> bytes:
    paper = Paper(told.name)
    paper.number_pages(told.imprint, "Innehåller inga elevuppgifter.")
    place = f"{told.imprint.school} · {where(told.imprint)}"
    flow, width = Flow(paper, head(paper, told.name, place, told.sentence)), paper.text_width
    flow.put(paragraph(told.about, width), blocks.space(GAP))
    if told.picture is not None:
        drawn, height = goal_chart(told.picture, width), chart_height(told.picture, width)
        said = f"År för år: {'; '.join(f'{one.academic_year} {one.of_assessed}' for one in told.years)}."
        picture = Block(height, lambda paper, x, top: paper.picture(drawn, x, top - height, said))
        flow.put(picture, blocks.space(GAP))
    fixed = [Column(title, wide) for title, wide in (*WIDTHS, *REST)]
    columns = [*fixed, Column("Svar", width - sum(one.width for one in fixed))]
    rows = [
        (one.academic_year, one.count, one.assessed, one.of_assessed, one.of_all, one.path, one.answer)
        for one in told.years
    ]
    table(flow, columns, rows)
    flow.put(blocks.space(GAP))
    for name, said in told.beside:
        flow.put(chapter(name), paragraph(said, width), blocks.space(GAP))
    for said in told.notes:
        flow.put(note(said, width), blocks.space(4))
    return paper.finish()
