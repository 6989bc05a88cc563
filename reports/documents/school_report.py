"""The school on paper, for the principal: levels by year and class, the way from the window before, who is
without a level, signals and steps, support, and what the limits rest on."""

from collections.abc import Sequence

from assessments.words import counted
from reports import blocks
from reports.blocks import Flow
from reports.documents.chapters import (
    AFTER,
    chapter,
    head,
    level_chart,
    level_table,
    levels,
    note,
    paragraph,
    sources_under,
    where,
)
from reports.figures.school import Counted, FlowTable, MissingClass, SchoolReport
from reports.fonts import Face
from reports.layout import Paper
from reports.tables import Column, table

LOCKED = "Innehåller elevuppgifter – förvara inlåst"
STANDINGS = ("Under målet", "Nära målet", "Når målet", "Över målet", "Inte kartlagd")
NEW, GONE = "Ny sedan dess", "Inte kvar"


def pdf(report: SchoolReport) -> bytes:
    paper = Paper(f"Skolrapport {report.imprint.school}, {report.imprint.window}")
    paper.number_pages(report.imprint, LOCKED)
    width, title = paper.text_width, f"Skolrapport {report.imprint.school}"
    flow = Flow(paper, head(paper, title, where(report.imprint), report.sentence))
    _whole(flow, report, width)
    levels(flow, "Årskurserna", "Årskurs", report.years, width)
    levels(flow, "Klasserna", "Klass", report.classes, width)
    _flow(flow, report.flow, width)
    _missing(flow, report.missing, width)
    _signals(flow, report, width)
    _support(flow, report, width)
    _measures(flow, report, width)
    sources_under(flow, report.sources)
    return paper.finish()


def _whole(flow: Flow, report: SchoolReport, width: float) -> None:
    """Everybody, and sv and sva apart: they have the same goals."""
    rows = [report.whole, *report.curricula]
    flow.put(chapter("Hela skolan"), level_chart(rows, width), blocks.space(6))
    level_table(flow, "Skola", rows, width)
    said = (
        "Kartlagd är den som har en bedömd nivå. Alla i grundskolan vars årskurs perioden gäller räknas, "
        "också de som saknar resultat. Inom parentes: 95 % konfidensintervall (Wilson), i procent."
    )
    if report.imprint.is_judged_afterwards:
        said += " Perioden är bedömd i efterhand: riktmärkena antogs senare."
    flow.put(note(said, width), blocks.space(AFTER))


def _flow(flow: Flow, found: FlowTable | None, width: float) -> None:
    if found is None:
        return
    told = [paragraph(said, width) for said in found.sentences]
    flow.put(chapter(f"Från {found.before.lower()} till {found.now.lower()}"), *told, blocks.space(6))
    first = Column(f"{found.before}, nedåt. {found.now}, åt höger.", 130)
    wide = (width - first.width) / (len(STANDINGS) + 1)
    columns = [first, *(Column(said, wide, is_number=True) for said in (*STANDINGS, GONE))]
    rows = [
        [name, *(str(count) if count else "–" for count in counts)]
        for name, counts in zip((*STANDINGS, NEW), found.table, strict=True)
        if any(counts)
    ]
    table(flow, columns, rows)
    said = (
        "Ny: gick inte här, eller i en årskurs som perioden inte gällde. Inte kvar: har flyttat, eller går i "
        "en årskurs som perioden inte gäller."
    )
    flow.put(note(said, width), blocks.space(AFTER))


def _missing(flow: Flow, missing: Sequence[MissingClass], width: float) -> None:
    """Who has no level, class by class, and what is missing."""
    if not missing:
        flow.put(chapter("Inte kartlagda"), paragraph("Alla är kartlagda.", width), blocks.space(AFTER))
        return
    total = sum(one.count for one in missing)
    told = f"{counted(total, 'elev', 'elever')} saknar bedömd nivå."
    flow.put(chapter("Inte kartlagda"), paragraph(told, width))
    columns = [Column("Klass", 70), Column("Elev", 160), Column("Saknas", width - 230)]
    rows = [(one.class_name, pupil.name, pupil.lacks) for one in missing for pupil in one.named]
    table(flow, columns, rows)
    if len(rows) < total:
        flow.put(note(f"Siffrorna gäller alla {total}. {len(rows)} av dem står med namn här.", width))
    flow.put(blocks.space(AFTER))


def _signals(flow: Flow, report: SchoolReport, width: float) -> None:
    """Signals without a next step by age, and what has been done about open ones."""
    day = report.imprint.printed_on.isoformat()
    flow.put(
        chapter("Signaler, nästa steg och grupper"),
        note(f"Som det är {day}, oavsett period. Skoldagar efter kommunens läsårstider.", width),
    )
    if report.signals:
        ages = [Column(f"Utan nästa steg {age}", 78, is_number=True) for age in report.ages]
        late, groups = Column("Försenade steg", 62, is_number=True), Column("Läsgrupper", 126)
        taken = sum(one.width for one in (*ages, late, groups))
        columns = [Column("Klass", width - taken), *ages, late, groups]
        rows = [
            (one.name, *map(str, one.ages), str(one.overdue), one.groups or "–") for one in report.signals
        ]
        table(flow, columns, rows)
    else:
        flow.put(paragraph("Inga öppna signaler.", width))
    if report.steps:
        flow.put(blocks.space(8))
        _counted(flow, "Steg om öppna signaler", "Läge", report.steps, width)
    flow.put(blocks.space(AFTER))


def _support(flow: Flow, report: SchoolReport, width: float) -> None:
    words = "period är slut och inte uppföljd", "perioder är slut och inte uppföljda"
    said = [f"{counted(report.support_late, *words)}."] if report.support_late else []
    if not report.running and not report.ended:
        said = ["Inga stödperioder i år."]
    flow.put(chapter("Stöd"), *(paragraph(one, width) for one in said))
    if report.running:
        _counted(flow, "Pågår", "Hur det går", report.running, width)
    if report.ended:
        flow.put(blocks.space(8))
        _counted(flow, "Avslutat i år", "Uppföljning", report.ended, width)
    flow.put(blocks.space(AFTER))


def _counted(flow: Flow, what: str, state: str, rows: Sequence[Counted], width: float) -> None:
    columns = [Column(what, width * 0.45), Column(state, width * 0.42), Column("Antal", width * 0.13, True)]
    table(flow, columns, [(one.what, one.state, str(one.count)) for one in rows])


def _measures(flow: Flow, report: SchoolReport, width: float) -> None:
    """How each measure with limits spreads, year by year."""
    for number, one in enumerate(report.measures):
        first = [chapter("Mått för mått")] if number == 0 else []
        name = blocks.text(one.year, width, 11, 15, face=Face.BOLD)
        flow.put(*first, name, level_chart(one.rows, width), blocks.space(8))
    if report.measures:
        said = "Av dem som har något antecknat på måttet. Elever utan anteckning är inte med i staplarna."
        flow.put(note(said, width), blocks.space(AFTER))
