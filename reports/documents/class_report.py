"""The class on paper: pupils x measures, how each measure spreads, and whose results are missing. For staff."""

from reports.class_charts import distribution, level_bar
from reports.documents import overview
from reports.figures.school_class import ClassReport
from reports.fonts import Face
from reports.layout import LANDSCAPE, Paper
from reports.marks import ACCENT, INK, MUTED
from reports.wording import long_day

LOCKED = "Innehåller elevuppgifter – förvara inlåst"
CHARTS_ACROSS, CHART_HEIGHT, CHART_GAP = 3, 150.0, 18.0
MISSING_ACROSS, LINE = 2, 14.0


def pdf(report: ClassReport) -> bytes:
    paper = Paper(f"Klassrapport {report.class_name}, {report.imprint.window}", LANDSCAPE)
    paper.number_pages(report.imprint, LOCKED)
    top = _head(paper, report)
    overview.draw(paper, report, top)
    _second_part(paper, report)
    return paper.finish()


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


def _second_part(paper: Paper, report: ClassReport) -> None:
    paper.next_page()
    top = _heading(paper, paper.top, "Så fördelar sig resultaten")
    top = _charts(paper, report, top)
    _missing(paper, report, top)


def _heading(paper: Paper, top: float, said: str) -> float:
    paper.words(paper.margin, top - 14, said, 14, face=Face.BOLD, ink=ACCENT)
    return top - 30


def _charts(paper: Paper, report: ClassReport, top: float) -> float:
    """A chart per measure with limits, three across. Returns the foot of the last row."""
    width = (paper.text_width - (CHARTS_ACROSS - 1) * CHART_GAP) / CHARTS_ACROSS
    for number, spread in enumerate(report.distributions):
        column = number % CHARTS_ACROSS
        if column == 0:
            top = _room(paper, top, CHART_HEIGHT)
        x = paper.margin + column * (width + CHART_GAP)
        paper.picture(distribution(spread, width, CHART_HEIGHT), x, top - CHART_HEIGHT)
        if column == CHARTS_ACROSS - 1 or number == len(report.distributions) - 1:
            top -= CHART_HEIGHT + CHART_GAP
    return top


def _missing(paper: Paper, report: ClassReport, top: float) -> None:
    """Whose results are missing, and which, in two columns read downwards."""
    top = _heading(paper, _room(paper, top, 60), "Resultat saknas")
    if not report.missing:
        paper.words(paper.margin, top - 10, "Alla elever har resultat på det som klassen mäter.", 10.5)
        return
    width = (paper.text_width - CHART_GAP) / MISSING_ACROSS
    for start in range(0, len(report.missing), MISSING_ACROSS):
        top = _room(paper, top, LINE)
        for column, (name, measures) in enumerate(report.missing[start : start + MISSING_ACROSS]):
            x = paper.margin + column * (width + CHART_GAP)
            taken = paper.fitted(x, top - 10, name, 10.5, width * 0.5, face=Face.BOLD)
            paper.fitted(x + taken + 8, top - 10, ", ".join(measures), 10.5, width - taken - 8)
        top -= LINE


def _room(paper: Paper, top: float, height: float) -> float:
    """Where a piece of that height begins: here, or at the top of a new page."""
    if top - height >= paper.margin:
        return top
    paper.next_page()
    return paper.top
