"""The initiative on paper, for the steering group: shares as they went out, no pupil and no ranking."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents import initiative_groups as groups
from reports.documents.chapters import AFTER, chapter, head, note, paragraph, sources_under, where
from reports.documents.initiative_flow import way
from reports.figures.initiative import FunnelTold, InitiativeReport
from reports.initiative_charts import funnel_chart
from reports.layout import Paper

NO_PUPIL = "Innehåller inga elevuppgifter."
FUNNEL_HEIGHT = 230.0
HOW_TO_READ = (
    "Efter varje andel står mellan vilka tal den troligen ligger (95 %). Av alla: också de utan resultat.",
    "Grupper där färre än tio når målet, eller färre än tio inte gör det, visas inte, och ibland en till så "
    "att de inte går att räkna ut; detsamma gäller signaler och stöd. Nära och under målet står var för sig "
    "där båda är minst tio. Ett tal ändras först när minst tio elever skiljer.",
    "Där en kommun är för liten står läsårets perioder tillsammans: samma elev räknas en gång per period, "
    "och intervallet är det för så många elever som de är. Annars står de senaste årskullarna tillsammans.",
    "Bara det som samma mått och samma text har avgjort jämförs. De andra har ingen andel här.",
    "Skolor och kommuner står i bokstavsordning. Ingen rangordning: små grupper skiljer sig av slump, och "
    "skolornas elever är olika.",
    "Signaler och stöd räknas i elever och som de stod den dag det räknades, oavsett period. En signals "
    "ålder räknas i skoldagar efter kommunens läsårstider.",
)


def pdf(report: InitiativeReport) -> bytes:
    paper = Paper(f"{report.imprint.school}, {report.imprint.window}")
    paper.number_pages(report.imprint, NO_PUPIL)
    width = paper.text_width
    flow = Flow(paper, head(paper, report.imprint.school, where(report.imprint), report.sentence))
    flow.put(note(report.counted, width), blocks.space(6))
    for part in (groups.shares, groups.numbers, groups.missing, groups.work):
        part(flow, report, width)
    _funnels(flow, report.funnels, width)
    for told in report.flows:
        way(flow, told, report.imprint.window, width)
    groups.curricula(flow, report.curricula, width)
    flow.put(chapter("Så läses siffrorna"), *(blocks.bullet(said, width, 10, 13) for said in HOW_TO_READ))
    if report.imprint.is_judged_afterwards:
        flow.put(note("Perioden är bedömd i efterhand: riktmärkena antogs senare.", width))
    flow.put(blocks.space(AFTER))
    sources_under(flow, report.sources)
    return paper.finish()


def _funnels(flow: Flow, funnels: Sequence[FunnelTold], width: float) -> None:
    for number, one in enumerate(funnels):
        first = [chapter("Tratten i stället för rangordning")] if number == 0 else []
        flow.put(*first, _funnel(one, width), paragraph(one.sentence, width), blocks.space(AFTER))


def _funnel(one: FunnelTold, width: float) -> Block:
    chart = funnel_chart(one.funnel, one.title, width, FUNNEL_HEIGHT)
    return Block(
        FUNNEL_HEIGHT,
        lambda paper, x, top: paper.picture(chart, x, top - FUNNEL_HEIGHT, f"{one.title}. {one.sentence}"),
    )
