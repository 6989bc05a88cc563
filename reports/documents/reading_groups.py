"""A class's groups on one page: neutral names, and whose they are. Nothing about levels or areas."""

from reports import fonts
from reports.documents.class_report import LOCKED
from reports.figures.reading_groups import GroupList, GroupOnPaper
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, FAINT, MUTED
from reports.wording import long_day

ACROSS, GAP = 2, 16.0
PADDING, HEADING, LINE, SIZE = 12.0, 26.0, 20.0, 13.0


def pdf(groups: GroupList) -> bytes:
    """One A4, whatever the number of groups: everything is as large as lets them all stand there."""
    paper = Paper(f"Grupper i {groups.class_name}")
    paper.number_pages(groups.imprint, LOCKED)
    top = paper.top
    title = f"Grupper i {groups.class_name}"
    with paper.heading(1):
        paper.fitted(paper.margin, top - 18, title, 22, paper.text_width, face=Face.BOLD, ink=ACCENT)
    where = f"{groups.imprint.school} · {long_day(groups.saved_on)}"
    paper.fitted(paper.margin, top - 36, where, 11, paper.text_width, ink=MUTED)
    _rows(paper, groups.groups, top - 54)
    return paper.finish()


def _rows(paper: Paper, groups: tuple[GroupOnPaper, ...], top: float) -> None:
    """Two beside each other, each row as high as the larger of them."""
    rows = [groups[place : place + ACROSS] for place in range(0, len(groups), ACROSS)]
    heights = [max(map(_height, row)) for row in rows]
    taken = sum(heights) + GAP * (len(rows) - 1)
    scale = min(1.0, (top - paper.margin) / taken) if taken else 1.0
    width = (paper.text_width / scale - GAP) / ACROSS
    with paper.shrunk(scale, paper.margin, top):
        y = 0.0
        for row, height in zip(rows, heights, strict=True):
            for column, group in enumerate(row):
                _card(paper, group, column * (width + GAP), y, width, height)
            y -= height + GAP


def _height(group: GroupOnPaper) -> float:
    return 2 * PADDING + HEADING + LINE * len(group.pupils)


def _card(paper: Paper, group: GroupOnPaper, left: float, top: float, width: float, height: float) -> None:
    paper.box(left, top - height, width, height, edge=FAINT, thick=1)
    limit, y = width - 2 * PADDING, top - PADDING
    with paper.heading(2):
        paper.fitted(left + PADDING, y - 14, group.name, 16, limit, face=Face.BOLD)
    y -= HEADING
    for name in group.pupils:
        size = fonts.fitting(name, Face.REGULAR, SIZE, limit, smallest=1)
        with paper.item(), paper.body():
            paper.words(left + PADDING, y - SIZE, name, size)
        y -= LINE
