"""Gallringsprotokoll: what was disposed of, by which rule and whose decision, with lines to sign on."""

from collections.abc import Sequence

from assessments.words import capitalize_first
from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import chapter, head, note, paragraph
from reports.figures.disposal import CutChain, DisposalPaper, DisposedKind
from reports.layout import Paper
from reports.tables import Column, table

GOES_ON = (
    "Varje skolas logg är en kedja. Det som står kvar hänger ihop med den sista länken som gallrades; jämför"
    " med lasspar retention report om det någon gång ifrågasätts. Kontrollera med lasspar audit verify."
)
GAP, SIGNATURE = 10.0, 44.0
ROWS = 90.0
KEPT = (
    "Loggen över vem som har sett och gjort vad, tills dess egen regel har gått ut, och den över elevhälsans"
    " anteckningar: med id, utan elevers namn.",
    "Det anställda har gjort: med uppdrag och dag, och utan namn när personens uppgifter är gallrade.",
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
    sentence = f"{capitalize_first(told.what)} gallrades {told.done_at}.{held}"
    flow = Flow(paper, head(paper, title, told.imprint.school, sentence))
    flow.put(paragraph(f"Utfört av {told.done_by}. Gallringen gjordes i ett steg.", width), blocks.space(GAP))
    for kind in told.kinds:
        _kind(flow, kind, width)
    if told.chains:
        _chains(flow, told.chains, width)
    kept = [chapter("Vad som finns kvar"), *(blocks.bullet(said, width, 10, 13) for said in KEPT)]
    # A name on a page of its own would be signed under nothing.
    flow.put(*kept, blocks.space(GAP), note("Underskrift av arkivansvarig:", width), _line(width))
    return paper.finish()


def _kind(flow: Flow, kind: DisposedKind, width: float) -> None:
    rule = f"Regel: {kind.rule}, till och med {kind.until}. Beslut: {kind.decision}."
    rule += f" Om: {kind.about}." if kind.about else ""
    columns = [Column("Uppgift", width - ROWS), Column("Rader", ROWS, is_number=True)]
    rows = [(name, str(count)) for name, count in kind.rows]
    above = [chapter(kind.name), paragraph(rule, width), blocks.space(4)]
    table(flow, columns, rows, above=above)
    flow.put(blocks.space(GAP))


def _chains(flow: Flow, chains: Sequence[CutChain], width: float) -> None:
    """On paper the anchors are where nobody who changes the database can reach them."""
    name, number = 130.0, 60.0
    columns = [
        Column("Kedja", name),
        Column("Till länk", number, is_number=True),
        Column("Avtryck (SHA-256)", width - name - number),
    ]
    half = len(chains[0].digest) // 2
    rows = [(one.name, str(one.number), f"{one.digest[:half]} {one.digest[half:]}") for one in chains]
    above = [chapter("Var loggen går vidare"), paragraph(GOES_ON, width), blocks.space(4)]
    table(flow, columns, rows, above=above)
    flow.put(blocks.space(GAP))


def _line(width: float) -> Block:
    return Block(SIGNATURE, lambda paper, x, top: paper.rule(x, top - SIGNATURE + 8, x + width / 2))
