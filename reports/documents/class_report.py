"""The class on paper, for staff: pupils x measures, how each measure spreads, whose results are missing, and
what the limits rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports import blocks, chart_words, fonts
from reports.blocks import Block
from reports.class_charts import distribution, level_bar
from reports.documents import columns, overview, sources
from reports.figures.school_class import ClassReport, short_name
from reports.figures.sources import Source
from reports.fonts import Face
from reports.layout import LANDSCAPE, Paper
from reports.marks import ACCENT, INK, MUTED
from reports.wording import long_day
from screening.spread import Distribution

LOCKED = "Innehåller elevuppgifter – förvara inlåst"
CHARTS_ACROSS, CHART_HEIGHT, CHART_GAP = 3, 142.0, 18.0
CHART_HEIGHTS = (CHART_HEIGHT, 124.0, 106.0)  # lower where that lets all stand on one page
BESIDE = 180.0  # so much room right of the table carries a column of charts
LINE, TITLE, WORDS, INDENT = 14.0, 30.0, 10.5, 11.0
MISSING = "Resultat saknas"

Missing = Sequence[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Rest:
    """What stands beside the table where it finds room, and else behind it."""

    spreads: Sequence[Distribution]
    missing: Missing
    sources: Sequence[Source]

    def __bool__(self) -> bool:
        return bool(self.spreads or self.missing or self.sources)


def pdf(report: ClassReport) -> bytes:
    paper = Paper(f"Klassrapport {report.class_name}, {report.imprint.window}", LANDSCAPE)
    paper.number_pages(report.imprint, LOCKED)
    top = _head(paper, report)
    left = overview.right_edge(paper, report, top) + 2 * CHART_GAP
    rest = Rest(report.distributions, report.missing, report.sources)
    with paper.section() as table:  # read before what stands beside it
        pass
    if paper.right - left >= BESIDE:
        rest = _beside(paper, rest, left, top)
    with paper.within(table):
        overview.draw(paper, report, top)
    if rest:
        _second_part(paper, rest)
    return paper.finish()


def _beside(paper: Paper, rest: Rest, left: float, top: float) -> Rest:
    """Right of a narrow table: the charts that fit, below them who misses what, and what limits rest on.

    Returns what is left.
    """
    width, room = paper.right - left, top - paper.margin
    told = blocks.stacked(sources.source_blocks(rest.sources, width))
    lacking = blocks.stacked(_missing_blocks(rest.missing, width))
    lines = TITLE + lacking.height
    high = _chart_height((room - lines - sources.TITLE - told.height) / max(1, len(rest.spreads)))
    fitting = int(room // (high + CHART_GAP))
    for spread in rest.spreads[:fitting]:
        paper.picture(distribution(spread, width, high), left, top - high, spread.sentence)
        top -= high + CHART_GAP
    rest = replace(rest, spreads=rest.spreads[fitting:])
    if rest.spreads or top - lines < paper.margin:
        return rest
    lacking.draw(paper, left, _heading(paper, top, MISSING, left))
    top -= lines
    if rest.sources and top - sources.TITLE - told.height >= paper.margin:
        told.draw(paper, left, sources.heading(paper, top, left))
        return Rest((), (), ())
    return replace(rest, missing=())


def _head(paper: Paper, report: ClassReport) -> float:
    """Title, the sentence, the class as one bar. Returns where the table may begin."""
    top = paper.top
    title = f"Klassrapport {report.class_name}"
    room = paper.text_width * 0.6
    with paper.heading(1):
        wide = paper.fitted(paper.margin, top - 14, title, 18, room, face=Face.BOLD, ink=ACCENT)
    where = f"{report.imprint.school} · {report.imprint.window} · {long_day(report.imprint.printed_on)}"
    paper.fitted(paper.margin + wide + 14, top - 14, where, 10.5, paper.text_width - wide - 14, ink=MUTED)
    said = report.sentence
    if report.is_class_answer_first:
        said += " Det här gäller många i klassen. Börja med undervisningen."
    paper.fitted(paper.margin, top - 36, said, 13, paper.text_width, face=Face.BOLD, ink=INK)
    bar = level_bar(report.counts, paper.text_width, 22)
    paper.picture(bar, paper.margin, top - 68, chart_words.levels(report.counts))
    return top - 78


def _second_part(paper: Paper, rest: Rest) -> None:
    """The charts that did not stand beside the table, whose results are missing, and sources of limits."""
    paper.next_page()
    top, below = paper.top, sources.height(paper, rest.sources)
    lacking = _missing_blocks(rest.missing, columns.width(paper))
    if rest.spreads:
        below += TITLE + columns.height(lacking) + CHART_GAP
        top = _charts(paper, rest.spreads, _heading(paper, top, "Så fördelar sig resultaten"), below)
    if rest.spreads or rest.missing:
        needed = min(TITLE + columns.height(lacking), paper.top - paper.margin)
        top = _heading(paper, _room(paper, top, needed), MISSING)
        top = columns.lay(paper, lacking, top) - CHART_GAP
    if rest.sources:
        sources.lay(paper, rest.sources, _room(paper, top, sources.height(paper, rest.sources)))


def _heading(paper: Paper, top: float, said: str, left: float | None = None) -> float:
    with paper.heading(2):
        paper.words(paper.margin if left is None else left, top - 14, said, 14, face=Face.BOLD, ink=ACCENT)
    return top - TITLE


def _charts(paper: Paper, spreads: Sequence[Distribution], top: float, below: float) -> float:
    """A chart per measure with limits, three across, so high that ``below`` finds room if it can.

    Returns the foot of the last row.
    """
    rows = -(-len(spreads) // CHARTS_ACROSS)
    high = _chart_height((top - paper.margin - below) / rows)
    width = (paper.text_width - (CHARTS_ACROSS - 1) * CHART_GAP) / CHARTS_ACROSS
    for number, spread in enumerate(spreads):
        column = number % CHARTS_ACROSS
        if column == 0:
            top = _room(paper, top, high)
        x = paper.margin + column * (width + CHART_GAP)
        paper.picture(distribution(spread, width, high), x, top - high, spread.sentence)
        if column == CHARTS_ACROSS - 1 or number == len(spreads) - 1:
            top -= high + CHART_GAP
    return top


def _chart_height(room: float) -> float:
    """The highest that stands in the room with what parts it from the next; too little gives the usual."""
    return next((high for high in CHART_HEIGHTS if high + CHART_GAP <= room), CHART_HEIGHT)


def _missing_blocks(missing: Missing, width: float) -> list[Block]:
    if not missing:
        return [blocks.text("Alla har resultat på det som mäts.", width, WORDS, LINE)]
    return [_lacking(name, measures, width) for name, measures in missing]


def _lacking(name: str, measures: tuple[str, ...], width: float) -> Block:
    """A name, and beside it the measures on as many lines as they need; under it where the name is long."""
    taken = fonts.width(fonts.ready(name), Face.BOLD, WORDS) + 8
    under = int(taken > width / 2)
    left = INDENT if under else taken
    lines = fonts.wrap("; ".join(map(short_name, measures)), Face.REGULAR, WORDS, width - left)

    def draw(paper: Paper, x: float, top: float) -> None:
        with paper.paragraph():
            paper.fitted(x, top - WORDS * 0.93, name, WORDS, width, face=Face.BOLD)
            paper.lines(x + left, top - LINE * under, lines, WORDS, LINE)

    return Block(LINE * (under + len(lines)), draw)


def _room(paper: Paper, top: float, height: float) -> float:
    """Where a piece of that height begins: here, or at the top of a new page."""
    if top - height >= paper.margin:
        return top
    paper.next_page()
    return paper.top
