"""The class on paper, for staff: pupils x measures, how each measure spreads, whose results are missing."""

from collections.abc import Sequence

from reports.class_charts import distribution, level_bar
from reports.documents import overview
from reports.figures.school_class import ClassReport, Distribution
from reports.fonts import Face
from reports.layout import LANDSCAPE, Paper
from reports.marks import ACCENT, INK, MUTED
from reports.wording import long_day

LOCKED = "Innehåller elevuppgifter – förvara inlåst"
CHARTS_ACROSS, CHART_HEIGHT, CHART_GAP = 3, 142.0, 18.0
BESIDE = 180.0  # so much room right of the table carries a column of charts
MISSING_ACROSS, LINE = 2, 14.0
MISSING = "Resultat saknas"

Spreads = Sequence[Distribution]
Missing = Sequence[tuple[str, tuple[str, ...]]]


def pdf(report: ClassReport) -> bytes:
    paper = Paper(f"Klassrapport {report.class_name}, {report.imprint.window}", LANDSCAPE)
    paper.number_pages(report.imprint, LOCKED)
    top = _head(paper, report)
    left = overview.right_edge(paper, report, top) + 2 * CHART_GAP
    spreads: Spreads = report.distributions
    missing: Missing = report.missing
    if paper.right - left >= BESIDE:
        spreads, missing = _beside(paper, report, left, top)
    overview.draw(paper, report, top)
    if spreads or missing:
        _second_part(paper, spreads, missing)
    return paper.finish()


def _beside(paper: Paper, report: ClassReport, left: float, top: float) -> tuple[Spreads, Missing]:
    """Right of a narrow table: the charts that fit, below them who misses what. Returns what is left."""
    width, fitting = paper.right - left, int((top - paper.margin) // (CHART_HEIGHT + CHART_GAP))
    for spread in report.distributions[:fitting]:
        paper.picture(distribution(spread, width, CHART_HEIGHT), left, top - CHART_HEIGHT)
        top -= CHART_HEIGHT + CHART_GAP
    rest = report.distributions[fitting:]
    if rest or top - 30 - LINE * max(1, len(report.missing)) < paper.margin:
        return rest, report.missing
    _missing_lines(paper, report.missing, left, _heading(paper, top, MISSING, left), width)
    return (), ()


def _head(paper: Paper, report: ClassReport) -> float:
    """Title, the sentence, the class as one bar. Returns where the table may begin."""
    top = paper.top
    title = f"Klassrapport {report.class_name}"
    wide = paper.fitted(paper.margin, top - 14, title, 18, paper.text_width * 0.6, face=Face.BOLD, ink=ACCENT)
    where = f"{report.imprint.school} · {report.imprint.window} · {long_day(report.imprint.printed_on)}"
    paper.fitted(paper.margin + wide + 14, top - 14, where, 10.5, paper.text_width - wide - 14, ink=MUTED)
    said = report.sentence
    if report.is_class_answer_first:
        said += " Det här gäller många i klassen. Börja med undervisningen."
    paper.fitted(paper.margin, top - 36, said, 13, paper.text_width, face=Face.BOLD, ink=INK)
    paper.picture(level_bar(report.counts, paper.text_width, 22), paper.margin, top - 68)
    return top - 78


def _second_part(paper: Paper, spreads: Spreads, missing: Missing) -> None:
    """The charts that did not stand beside the table, and whose results are missing, in two columns."""
    paper.next_page()
    top = paper.top
    if spreads:
        top = _charts(paper, spreads, _heading(paper, top, "Så fördelar sig resultaten"))
    width = (paper.text_width - CHART_GAP) / MISSING_ACROSS
    rows = -(-len(missing) // MISSING_ACROSS)
    top = _heading(paper, _room(paper, top, 30 + LINE * max(1, rows)), MISSING)
    for column in range(MISSING_ACROSS):
        part = missing[column * rows : (column + 1) * rows]
        if part or (not missing and column == 0):
            _missing_lines(paper, part, paper.margin + column * (width + CHART_GAP), top, width)


def _heading(paper: Paper, top: float, said: str, left: float | None = None) -> float:
    paper.words(paper.margin if left is None else left, top - 14, said, 14, face=Face.BOLD, ink=ACCENT)
    return top - 30


def _charts(paper: Paper, spreads: Spreads, top: float) -> float:
    """A chart per measure with limits, three across. Returns the foot of the last row."""
    width = (paper.text_width - (CHARTS_ACROSS - 1) * CHART_GAP) / CHARTS_ACROSS
    for number, spread in enumerate(spreads):
        column = number % CHARTS_ACROSS
        if column == 0:
            top = _room(paper, top, CHART_HEIGHT)
        x = paper.margin + column * (width + CHART_GAP)
        paper.picture(distribution(spread, width, CHART_HEIGHT), x, top - CHART_HEIGHT)
        if column == CHARTS_ACROSS - 1 or number == len(spreads) - 1:
            top -= CHART_HEIGHT + CHART_GAP
    return top


def _missing_lines(paper: Paper, missing: Missing, left: float, top: float, width: float) -> None:
    """A name and its measures a line."""
    if not missing:
        paper.fitted(left, top - 10, "Alla har resultat på det som mäts.", 10.5, width)
    for name, measures in missing:
        taken = paper.fitted(left, top - 10, name, 10.5, width * 0.5, face=Face.BOLD)
        paper.fitted(
            left + taken + 8, top - 10, ", ".join(map(overview.short, measures)), 10.5, width - taken - 8
        )
        top -= LINE


def _room(paper: Paper, top: float, height: float) -> float:
    """Where a piece of that height begins: here, or at the top of a new page."""
    if top - height >= paper.margin:
        return top
    paper.next_page()
    return paper.top
