"""A support period on paper: the plain answer, how it ended, the picture, the plan and the results."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import AFTER, chapter, note, paragraph, sources_under
from reports.documents.support_figure import support_figure
from reports.documents.told_facts import head, pair
from reports.figures.support_period import Ending, GoalByWay, Measured, PlanVersion, SupportSheet
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import GROUND, MUTED
from reports.tables import Column, table
from reports.wording import long_day

TITLE = "Stödperiod"
BASIS = "Verktyget ger underlag; en person beslutar."
LOCKED = f"{BASIS} Innehåller elevuppgifter – förvara inlåst."
SIZE, LEADING = 10.5, 14.0
HOW_TO_READ = (
    "Den streckade linjen är planerad utveckling; den får en knick den dag målet ändras. Den tjocka är "
    "trenden (Theil-Sen: ett felskrivet resultat flyttar den inte). Strecket genom en ring är mätfelet, plus "
    "och minus ett, där det är känt. Prickade lodräta linjer är dagar då planen ändrades."
)
FOUR_WAYS = (
    "Uträknat den dag bladet skrevs ut, från periodens start till målets dag. Elevens egen takt är den under "
    "läsårets stödperioder; den går att säga från sex resultat."
)


def pdf(sheet: SupportSheet) -> bytes:
    paper = Paper(TITLE)
    paper.number_pages(sheet.imprint, LOCKED)
    width = paper.text_width
    where = f"{sheet.imprint.school} · klass {sheet.class_name} · {sheet.year}"
    title = f"{TITLE}: {sheet.kind[0].lower()}{sheet.kind[1:]}"
    flow = Flow(paper, head(paper, title, sheet.name, where, long_day(sheet.imprint.printed_on)))
    flow.put(_answer(sheet, width), blocks.space(AFTER))
    _ending(flow, sheet.ending, width)
    figure = support_figure(sheet.picture, width)
    flow.put(chapter("Så har det gått"), figure, note(HOW_TO_READ, width), blocks.space(AFTER))
    _plan(flow, sheet, width)
    _goals(flow, sheet.goals, width)
    _changes(flow, sheet.changes, width)
    _results(flow, sheet.results, width)
    sources_under(flow, sheet.sources)
    return paper.finish()


def _answer(sheet: SupportSheet, width: float) -> Block:
    """The verdict in plain words, what it rests on, and whose decision it is."""
    inner = width - 20
    said = [blocks.text(f"{sheet.verdict}.", inner, 13, 17, face=Face.BOLD)]
    said.append(blocks.text(f"{sheet.measure}. {sheet.evidence}", inner, SIZE, LEADING))
    said.append(blocks.text(BASIS, inner, SIZE, LEADING, ink=MUTED))
    body = blocks.stacked(said)

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(x, top - body.height - 14, width, body.height + 14, tint=GROUND, radius=4)
        body.draw(paper, x + 10, top - 7)

    return Block(body.height + 14, draw)


def _ending(flow: Flow, ending: Ending | None, width: float) -> None:
    if ending is None:
        return
    change = f" ({ending.change})" if ending.change else ""
    after = f"{ending.after or 'inte mätt'}{change}"
    by = f" Sparat av {ending.by}." if ending.by else ""
    told = [("Före", ending.before), ("Efter", after), ("Vad fungerade", f"{ending.worked}. {ending.line}")]
    flow.put(
        chapter(f"Uppföljning {ending.ended_on}"),
        *(pair(term, said.strip(), width) for term, said in told),
        note(f"Före är startvärdet, efter medianen av de tre senaste resultaten.{by}", width),
        blocks.space(AFTER),
    )


def _plan(flow: Flow, sheet: SupportSheet, width: float) -> None:
    facts = [pair(term, said, width) for term, said in sheet.facts]
    told = paragraph(f"{sheet.goal} {sheet.pace}", width)
    flow.put(chapter("Planen"), *facts, blocks.space(4), told, blocks.space(AFTER))


def _goals(flow: Flow, goals: Sequence[GoalByWay], width: float) -> None:
    """The four ways beside each other, so that a meeting can choose again."""
    columns = [Column("Målet efter", width - 200), Column("Mål", 110, is_number=True), Column("Nu", 90)]
    rows = [(one.way, one.goal, "gäller" if one.is_chosen else "") for one in goals]
    table(flow, columns, rows, above=[chapter("Målet på fyra sätt")], is_whole=True)
    flow.put(blocks.space(3), note(FOUR_WAYS, width), blocks.space(AFTER))


def _changes(flow: Flow, changes: Sequence[PlanVersion], width: float) -> None:
    if not changes:
        flow.put(chapter("Ändringar av planen"), paragraph("Planen är inte ändrad.", width))
    else:
        columns = [Column("Gäller från", 72), Column("Vad", width - 222), Column("Av", 150)]
        rows = [(one.from_day.isoformat(), " ".join(one.said), one.by) for one in changes]
        table(flow, columns, rows, above=[chapter("Ändringar av planen")])
    flow.put(blocks.space(AFTER))


def _results(flow: Flow, results: Sequence[Measured], width: float) -> None:
    if not results:
        flow.put(chapter("Resultat"), paragraph("Inga resultat ännu.", width), blocks.space(AFTER))
        return
    numbers = [Column("Resultat", 80, is_number=True), Column("Planerat", 80, is_number=True)]
    columns = [Column("Datum", 90), *numbers, Column("Läge", width - 250)]
    rows = [
        (one.day.isoformat(), one.points, one.planned, "under planerat" if one.is_under else "som planerat")
        for one in results
    ]
    table(flow, columns, rows, above=[chapter("Resultat")])
    flow.put(blocks.space(AFTER))
