"""One child, one A4, for the home: what the child can do, what we practise, how it looks, what we all do.

The page always fits, in every language. It is measured before it is drawn: with many areas or long sentences
the air goes first, then the size of the letters; if nothing else helps all of it is drawn smaller.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from reports import blocks, chart_words
from reports.blocks import Block
from reports.charts import growth_line, growth_scale
from reports.documents.bands import band_table
from reports.documents.home_frame import FOOT, foot, head, head_height
from reports.documents.home_parts import Air, bullets, heading, in_swedish, school_and_home
from reports.figures.growth import Growth
from reports.figures.guardian import GuardianSheet
from reports.fonts import Face
from reports.home_words import filled, kind_of
from reports.layout import Paper
from reports.marks import GROUND, MUTED
from reports.wording import SWEDISH, wording

BETWEEN = 22.0  # the two columns
HANDWRITING = 18.0  # from line to line
LEAST_LINES, MOST_LINES = 2, 6
UNDER_TITLE = 6.0


LADDER = (
    Air(12, 16, 33, 15, 124),
    Air(12, 15.5, 29, 12, 114),
    Air(12, 15, 26, 9, 104),
    Air(12, 14.5, 24, 7, 94),
    Air(11, 13.5, 22, 6, 88),
    Air(10.5, 12.5, 20, 5, 80),
)
LADDER_AND_SCALES = (
    *((air, 1.0) for air in LADDER),
    *((LADDER[-1], scale) for scale in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7)),
)


def pdf(sheet: GuardianSheet) -> bytes:
    """The page as a document of its own."""
    paper = Paper(wording(sheet.language)["page"]["title"])
    draw(paper, sheet)
    return paper.finish()


def draw(paper: Paper, sheet: GuardianSheet) -> None:
    """The page onto the paper under way. It never takes a second one."""
    words = wording(sheet.language)
    with _read_as(paper, words):
        _draw(paper, sheet, words)


def _read_as(paper: Paper, words: dict[str, Any]) -> AbstractContextManager[object]:
    if words["language"] == SWEDISH:  # the paper's own
        return paper.section()
    return paper.read_in(words["language"], is_mirrored=words["direction"] == "rtl")


def _draw(paper: Paper, sheet: GuardianSheet, words: dict[str, Any]) -> None:
    above_all = head_height(words)
    room = paper.height - 2 * paper.margin - above_all - FOOT
    air, above, right, scale = _fitting(sheet, paper.text_width, room, words)
    head(paper, sheet, words)
    with paper.shrunk(scale, paper.margin, paper.top - above_all):
        above.draw(paper, 0, 0)
        width, top = (paper.text_width - BETWEEN) / 2, -above.height
        if sheet.growth is not None:
            _growth(paper, sheet.growth, width, air.picture, top)
        place, beside = len(paper.marks.inner.kids), top
        top -= air.picture + air.gap if sheet.growth else 0
        _to_fill_in(paper, sheet, air, (top, -room / scale), words)
    # Laid last, at a place of its own: classmates share it wherever it begins.
    begins = (paper.margin, paper.top - above_all + scale * beside)
    with paper.shrunk(scale, *begins), paper.marks.read_from(place), paper.marks.shared():
        right.draw(paper, width + BETWEEN, 0)
    with paper.marks.shared():
        foot(paper, sheet.imprint, words)


def _fitting(
    sheet: GuardianSheet, width: float, room: float, words: dict[str, Any]
) -> tuple[Air, Block, Block, float]:
    """The most air that fits, else the least, smaller; what stands across and to the right; the scale."""
    for air, scale in LADDER_AND_SCALES:
        above, right = _parts(sheet, air, width / scale, words)
        needed = scale * (above.height + max(right.height, _least_left(sheet, air, width / scale, words)))
        if needed <= room:
            return air, above, right, scale
    return air, above, right, scale * room / needed


def _parts(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> tuple[Block, Block]:
    """What stands across the page, and what stands in its right column."""
    across = [*_summary(sheet, air, width, words), *_lists(sheet, air, width, words)]
    if sheet.comment:
        comment = blocks.text(sheet.comment, width, air.size, air.leading)
        across += [
            heading(words["page"]["comment"], air),
            *([comment] if sheet.language == SWEDISH else in_swedish([comment], width, air, words)),
            blocks.space(air.gap),
        ]
    if sheet.rows:
        across += [
            heading(words["page"]["areas"], air),
            band_table(sheet.rows, air.row, words),
            blocks.space(air.gap),
        ]
    return blocks.stacked(across), school_and_home(sheet, air, (width - BETWEEN) / 2, words)


def _summary(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> Iterator[Block]:
    """How it is going, in the words of the level, on a pale ground."""
    first, second = (filled(said, words, name=sheet.first_name) for said in words["summary"][kind_of(sheet)])
    inner = width - 20
    lines = blocks.stacked([
        blocks.text(first, inner, air.size + 2, air.leading + 2, face=Face.BOLD),
        blocks.text(second, inner, air.size, air.leading),
    ])  # fmt: skip
    padding = air.gap * 0.6

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(
            x, top - lines.height - 2 * padding, width, lines.height + 2 * padding, tint=GROUND, radius=4
        )
        lines.draw(paper, x + 10, top - padding)

    yield Block(lines.height + 2 * padding, draw)
    yield blocks.space(air.gap)


def _lists(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> Iterator[Block]:
    for title, sentences, rewritten in (
        ("can", sheet.can, sheet.can_in_swedish),
        ("practise", sheet.practise, sheet.practise_in_swedish),
    ):
        yield heading(filled(words["page"][title], words, name=sheet.first_name), air, width)
        yield from bullets(sentences, rewritten, width, air, words)
        yield blocks.space(air.gap)


def _least_left(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> float:
    titles = _titles(sheet, air, width, words)
    picture = air.picture + air.gap if sheet.growth else 0
    return picture + sum(title.height + LEAST_LINES * HANDWRITING + UNDER_TITLE for title in titles)


def _titles(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> tuple[Block, ...]:
    """What stands over the lines to write on, half of ``width`` wide."""
    told = filled(words["page"]["pupil_says"], words, name=sheet.first_name), words["page"]["home_says"]
    return tuple(heading(said, air, (width - BETWEEN) / 2) for said in told)


def _to_fill_in(
    paper: Paper, sheet: GuardianSheet, air: Air, between: tuple[float, float], words: dict[str, Any]
) -> None:
    """Lines to write on, as many as there is room for between the two heights."""
    top, foot = between
    width, titles = (paper.text_width - BETWEEN) / 2, _titles(sheet, air, paper.text_width, words)
    room = (top - foot - sum(title.height for title in titles)) / 2
    lines = min(MOST_LINES, max(LEAST_LINES, int((room - UNDER_TITLE) // HANDWRITING)))
    for title in titles:
        title.draw(paper, 0, top)
        top -= title.height
        for line in range(1, lines + 1):
            paper.rule(0, top - line * HANDWRITING, width, ink=MUTED, thick=0.4)
        top -= min(room, (MOST_LINES + 1) * HANDWRITING)


def _growth(paper: Paper, growth: Growth, width: float, height: float, top: float) -> None:
    """What classmates share is stored once in the document; the child's line is laid on it."""
    common, place = growth_scale(growth.scale, width, height), (0, top - height)
    with paper.shown(chart_words.growth(growth), *place, width, height):
        paper.once(("growth", growth.scale, width, height), lambda: paper.picture(common, 0, 0), *place)
        paper.picture(growth_line(growth, width, height), *place)
