"""Registerutdrag: everything that is kept about a pupil, for whoever asks for it (GDPR article 15)."""

from reports import blocks
from reports.blocks import Flow
from reports.documents.chapters import chapter, head, note, paragraph
from reports.figures.register_extract import ExtractPaper
from reports.layout import Paper

GAP, SIZE, LEADING = 10.0, 10.0, 13.0
LOCKED = "Innehåller elevuppgifter – förvara inlåst."
WHY = (
    "Ändamål: se vilka elever som behöver stöd i läsning och ge det skyndsamt, följa upp stödet, lämna över"
    " till nästa lärare eller skola, berätta för vårdnadshavare, och systematiskt kvalitetsarbete.",
    "Varifrån: kommunens klasslista, och det som skolans personal har skrivit in. Nivåer och signaler räknas"
    " ut ur resultaten efter gränser som lässatsningen har antagit. Ett beslut fattas alltid av en människa.",
    "Mottagare: funktionerna i utdraget, under spår. Har något lämnats till en annan skola, ett team eller"
    " någon utanför skolan står det under överlämningar och begäranden om hjälp.",
)
RIGHTS = (
    "Du kan begära att uppgifter som är fel rättas, att behandlingen begränsas, och invända mot den (artikel"
    " 16, 18 och 21). Om något kan raderas följer av artikel 17, arkivlagen och det som är beslutat ovan.",
    "Är du inte nöjd kan du vända dig till kommunens dataskyddsombud, eller klaga hos"
    " Integritetsskyddsmyndigheten (artikel 77).",
)
HOW_TO_READ = (
    "Utdrag enligt artikel 15 i dataskyddsförordningen. Det som är tomt i registret är inte med. Årskurs 0 är"
    " förskoleklass. Personal står med sin funktion; ett konto är ett nummer."
)
NOTES_APART = "Elevhälsans anteckningar prövas och lämnas ut för sig (23 kap. 2 § OSL)."


def pdf(told: ExtractPaper) -> bytes:
    title = "Elevhälsans anteckningar" if told.is_of_health else "Registerutdrag"
    paper = Paper(f"{title}, elev-id {told.pupil}")
    paper.number_pages(told.imprint, LOCKED)
    width = paper.text_width
    sentence = f"Det här finns i Lässpår om eleven med elev-id {told.pupil}, {told.made_at}."
    flow = Flow(paper, head(paper, title, told.imprint.school, sentence))
    flow.put(paragraph(HOW_TO_READ, width), blocks.space(4))
    if not told.is_of_health:
        flow.put(paragraph(NOTES_APART, width), blocks.space(4))
    if not told.is_of_health:
        _list(flow, "Varför och varifrån", WHY, width)
        _list(flow, "Hur länge uppgifterna sparas", told.kept_for, width)
        _list(flow, "Dina rättigheter", RIGHTS, width)
    for part in told.parts:
        _list(flow, f"{part.name[:1].upper()}{part.name[1:]}: {len(part.lines)}", part.lines, width)
    if told.empty:
        flow.put(chapter("Inget finns"), paragraph(f"{', '.join(told.empty)}.", width), blocks.space(GAP))
    _list(flow, "Inte med, och varför", told.left_out, width)
    flow.put(note("Slut på utdraget.", width))
    return paper.finish()


def _list(flow: Flow, heading: str, lines: tuple[str, ...], width: float) -> None:
    """The heading is never alone at the foot of a page."""
    for place, said in enumerate(lines):
        above = [] if place else [chapter(heading)]
        flow.put(*above, blocks.bullet(said, width, SIZE, LEADING))
    flow.put(blocks.space(GAP))
