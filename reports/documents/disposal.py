"""Gallringsprotokoll: what was disposed of, by which rule and whose decision, with lines to sign on."""

from assessments.words import counted
from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import chapter, head, note, paragraph
from reports.figures.disposal import DisposalPaper, DisposedKind
from reports.layout import Paper
from reports.tables import Column, table

GAP, SIGNATURE = 10.0, 44.0
ROWS = 90.0
KEPT = (
    "Loggen över vem som har sett och gjort vad, och den över elevhälsans anteckningar: med id, utan namn.",
    "Summor för skolor, kommuner och mål, och det här protokollet.",
    "Säkerhetskopior som gjordes före gallringen, tills de har gjort sitt: med lasspar backup --rotate som"
    " längst sex månader. Filer som har tagits ut ur systemet gallras där de ligger.",
)


def pdf(told: DisposalPaper) -> bytes:
    title = f"Gallringsprotokoll {told.number}"
    paper = Paper(f"{title}, {told.imprint.school}")
    paper.number_pages(told.imprint, "Innehåller inga elevuppgifter.")
    width = paper.text_width
    held = f" Undantagna elever: {told.held}." if told.held else ""
    what = f"{counted(told.rows, 'rad', 'rader')} om {counted(told.pupils, 'elev', 'elever')}"
    sentence = f"{what} gallrades {told.done_at}.{held}"
    flow = Flow(paper, head(paper, title, told.imprint.school, sentence))
    flow.put(paragraph(f"Utfört av {told.done_by}. Gallringen gjordes i ett steg.", width), blocks.space(GAP))
    for kind in told.kinds:
        _kind(flow, kind, width)
    flow.put(chapter("Vad som finns kvar"), *(blocks.bullet(said, width, 10, 13) for said in KEPT))
    flow.put(blocks.space(GAP), note("Underskrift av arkivansvarig:", width), _line(width))
    return paper.finish()


def _kind(flow: Flow, kind: DisposedKind, width: float) -> None:
    rule = f"Regel: {kind.rule}, till och med {kind.until}. Beslut: {kind.decision}. Elever: {kind.pupils}."
    columns = [Column("Uppgift", width - ROWS), Column("Rader", ROWS, is_number=True)]
    rows = [(name, str(count)) for name, count in kind.rows]
    above = [chapter(kind.name), paragraph(rule, width), blocks.space(4)]
    table(flow, columns, rows, above=above)
    flow.put(blocks.space(GAP))


def _line(width: float) -> Block:
    return Block(SIGNATURE, lambda paper, x, top: paper.rule(x, top - SIGNATURE + 8, x + width / 2))
