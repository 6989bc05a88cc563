"""The initiative on paper, for the steering group: shares as they went out, no pupil and no ranking."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import AFTER, chapter, head, note, paragraph, sources_under, where
from reports.figures.initiative import (
    CurriculumLine,
    FlowPart,
    FlowTold,
    FunnelTold,
    GroupLine,
    InitiativeReport,
)
from reports.initiative_charts import funnel_chart, interval_height, intervals
from reports.layout import Paper
from reports.tables import Column, table
from screening.coordination.figures import Figures, Percent

NO_PUPIL = "Innehåller inga elevuppgifter."
HIDDEN = "visas inte"
NUMBER, COHORTS, SHARE = 50.0, 72.0, 82.0
FUNNEL_HEIGHT = 230.0
ON_A_PAGE = 38  # lines of the chart
STANDINGS = ("Nådde inte målet", "Nådde målet", "Utan nivå")
THEN = (*STANDINGS, "Nya", "Alla nu")
THERE = ("Når inte målet", "Når målet", "Utan nivå", "Inte kvar", "Alla då")
FLOW_NOTE = (
    "Inte kvar: har flyttat, eller går i en årskurs som inte ingår i perioden. Nya: har kommit, eller har "
    "kommit till en årskurs som ingår. Varje periods eget mål gäller. Tal under tio visas inte, inte heller "
    "noll."
)
HOW_TO_READ = (
    "Efter varje andel står mellan vilka tal den troligen ligger (95 %). Av alla: också de utan resultat.",
    "Grupper där färre än tio når målet, eller färre än tio inte gör det, visas inte, och ibland en till så "
    "att de inte går att räkna ut; detsamma gäller signaler och stöd. Där en årskull är för liten står de "
    "senaste tillsammans. Ett tal ändras först när minst tio elever skiljer.",
    "Skolor och kommuner står i bokstavsordning. Ingen rangordning: små grupper skiljer sig av slump, och "
    "skolornas elever är olika.",
    "Signaler och stöd räknas i elever och som de stod den dag det räknades, oavsett period.",
)


def pdf(report: InitiativeReport) -> bytes:
    paper = Paper(f"Lässatsningen, {report.imprint.window}")
    paper.number_pages(report.imprint, NO_PUPIL)
    width = paper.text_width
    flow = Flow(paper, head(paper, "Lässatsningen", where(report.imprint), report.sentence))
    flow.put(note(report.counted, width), blocks.space(6))
    _shares(flow, report, width)
    _numbers(flow, report, width)
    _missing(flow, report, width)
    _funnels(flow, report.funnels, width)
    for told in report.flows:
        _flow(flow, told, report.imprint.window, width)
    _curricula(flow, report.curricula, width)
    flow.put(chapter("Så läses siffrorna"), *(blocks.bullet(said, width, 10, 13) for said in HOW_TO_READ))
    if report.imprint.is_judged_afterwards:
        flow.put(note("Perioden är bedömd i efterhand: riktmärkena antogs senare.", width))
    flow.put(blocks.space(AFTER))
    sources_under(flow, report.sources)
    return paper.finish()


def _shares(flow: Flow, report: InitiativeReport, width: float) -> None:
    """Each share with its interval, in the order of names."""
    total = report.total.shares
    lines = (*report.lines, report.total)
    joint = total.of_assessed if total else None
    said = "Andelen av dem som har resultat. Strecket: mellan vilka tal den troligen ligger."
    flow.put(
        chapter("Andelen som ännu inte når målet"),
        note(said, width),
        _intervals(lines[:ON_A_PAGE], joint, width),
    )
    for at in range(ON_A_PAGE, len(lines), ON_A_PAGE):
        flow.put(_intervals(lines[at : at + ON_A_PAGE], joint, width))
    flow.put(blocks.space(AFTER))


def _intervals(lines: tuple[GroupLine, ...], joint: Percent | None, width: float) -> Block:
    height, chart = interval_height(lines), intervals(lines, joint, width)
    return Block(height, lambda paper, x, top: paper.picture(chart, x, top - height, _told(lines)))


def _told(lines: Sequence[GroupLine]) -> str:
    """The chart in words; all its numbers stand in the table as well."""
    shares = ((one.name, one.pooled or one.shares) for one in lines)
    return "; ".join(f"{name} {_share(told.of_assessed if told else None)}" for name, told in shares)


def _numbers(flow: Flow, report: InitiativeReport, width: float) -> None:
    numbers = [
        Column("Elever", 40, is_number=True),
        Column("Når ännu inte målet", COHORTS, is_number=True),
        *(Column(said, SHARE, is_number=True) for said in ("Av dem som har resultat", "Av alla")),
        *(Column(said, NUMBER, is_number=True) for said in ("Signal utan nästa steg", "Stöd pågår")),
    ]
    first = Column("Kommun och skola", width - sum(one.width for one in numbers))
    rows = [_row(one) for one in (*report.lines, report.total)]
    table(flow, [first, *numbers], rows, last_bold=True, above=[chapter("I siffror")])
    flow.put(blocks.space(AFTER))


def _row(one: GroupLine) -> list[str]:
    name = f"– {one.name}" if one.is_school else one.name
    work = [HIDDEN if count is None else str(count) for count in (one.waiting, one.supported)]
    if one.shares is None:
        return [name, "0", "–", "–", "–", *work]
    told = one.pooled or one.shares
    under = HIDDEN if told.under_goal is None else str(told.under_goal)
    if one.pooled:
        under += f" ({one.cohorts} kullar)"
    return [name, str(one.shares.enrolled), under, _share(told.of_assessed), _share(told.of_all), *work]


def _share(one: Percent | None) -> str:
    return HIDDEN if one is None else f"{one.words} ({one.between})"


def _missing(flow: Flow, report: InitiativeReport, width: float) -> None:
    """How many are assessed: it says nothing of results, and is told of small groups too."""
    first, rest = Column("Kommun och skola", 190), (width - 190) / 4
    columns = [
        first,
        *(
            Column(said, rest, is_number=True)
            for said in ("Elever", "Kartlagda", "Inte kartlagda", "Andel kartlagda")
        ),
    ]
    told = [(one, one.shares) for one in (*report.lines, report.total)]
    rows = [
        [f"– {one.name}" if one.is_school else one.name, *_assessed(shares)] for one, shares in told if shares
    ]
    table(flow, columns, rows, last_bold=True, above=[chapter("Kartlagda och inte kartlagda")])
    flow.put(blocks.space(AFTER))


def _assessed(shares: Figures) -> tuple[str, ...]:
    if shares.assessed is None:
        return str(shares.enrolled), HIDDEN, HIDDEN, HIDDEN
    missing = shares.enrolled - shares.assessed
    return str(shares.enrolled), str(shares.assessed), str(missing), shares.share_assessed


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


def _flow(flow: Flow, told: FlowTold, now: str, width: float) -> None:
    """Of all from standing to standing; of each municipality how many have reached the goal since."""
    title, everybody = chapter(f"Från {told.before.lower()} till {now.lower()}"), told.parts[0]
    wide = (width - 160) / len(THERE)
    columns = [Column(f"{told.before}, nedåt", 160), *(Column(said, wide, is_number=True) for said in THERE)]
    rows = [[name, *map(_count, counts)] for name, counts in zip(THEN, everybody.table, strict=True)]
    for row in rows[
        len(STANDINGS) :
    ]:  # who is new was nowhere before, and nobody is gone of all who are here
        row[-2:] = ["–", "–"]
    table(flow, columns, rows, above=[title, paragraph(told.sentence, width)])
    flow.put(blocks.space(8))
    heads = ("Nådde inte målet då", "Når det nu", "Av dem med resultat båda gångerna", "Av alla som är kvar")
    parts = [Column("Kommun", 130), *(Column(said, (width - 130) / 4, is_number=True) for said in heads)]
    table(flow, parts, [_reached(one) for one in told.parts])
    flow.put(note(FLOW_NOTE, width), blocks.space(AFTER))


def _reached(one: FlowPart) -> list[str]:
    start, now = one.table[0][-1], one.table[0][1]
    return [one.name, _count(start), _count(now), *map(_share, one.reached)]


def _count(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _curricula(flow: Flow, lines: Sequence[CurriculumLine], width: float) -> None:
    """Apart, as they have the same goals and not the same way to them."""
    shown = [one for one in lines if any(part and part.under_goal is not None for part in (one.sv, one.sva))]
    if not lines:
        return
    title = chapter("Svenska och svenska som andraspråk")
    if not shown:
        flow.put(title, paragraph("Visas inte: grupperna är för små.", width), blocks.space(AFTER))
        return
    rest = (width - 150) / 4
    columns = [Column("Kommun", 150)]
    for said in ("Svenska", "Svenska som andraspråk"):
        columns += [
            Column(f"{said}: når ännu inte målet", rest, is_number=True),
            Column("av dem som har resultat", rest, is_number=True),
        ]
    rows = [[one.name, *_part(one.sv), *_part(one.sva)] for one in shown]
    table(flow, columns, rows, last_bold=True, above=[title])
    flow.put(blocks.space(AFTER))


def _part(told: Figures | None) -> tuple[str, str]:
    if told is None or told.under_goal is None or told.assessed is None:
        return HIDDEN, HIDDEN
    return f"{told.under_goal} av {told.assessed}", _share(told.of_assessed)
