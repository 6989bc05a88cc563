"""One child, one A4, for the home: what the child can do, what we practise, how it looks, what we all do.

The page always fits. It is measured before it is drawn: with many areas or long sentences the air goes first,
then the size of the letters; if nothing else helps the whole page is drawn smaller.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports import blocks, fonts
from reports.blocks import Block
from reports.charts import growth_line, growth_scale
from reports.documents.bands import band_table
from reports.figures.growth import Growth
from reports.figures.guardian import GuardianSheet, Support
from reports.figures.imprint import Imprint
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, GROUND, MUTED
from reports.wording import long_day, wording

HEAD, FOOT = 78.0, 44.0  # above and below what varies: title and name; small print and page foot
BETWEEN = 22.0  # the two columns
HANDWRITING = 18.0  # from line to line
MOST_LINES = 6


@dataclass(frozen=True)
class Air:
    """Sizes in points: letters, lines, rows of the band table, space between blocks, the growth picture."""

    size: float
    leading: float
    row: float
    gap: float
    picture: float


LADDER = (
    Air(12, 16, 33, 15, 124),
    Air(12, 15.5, 29, 12, 114),
    Air(12, 15, 26, 9, 104),
    Air(12, 14.5, 24, 7, 94),
    Air(11, 13.5, 22, 6, 88),
    Air(10.5, 12.5, 20, 5, 80),
)


def pdf(sheet: GuardianSheet) -> bytes:
    """The page as a document of its own."""
    paper = Paper(wording(sheet.language)["page"]["title"])
    draw(paper, sheet)
    return paper.finish()


def draw(paper: Paper, sheet: GuardianSheet) -> None:
    """The page onto the paper under way. It never takes a second one."""
    words = wording(sheet.language)
    room = paper.height - 2 * paper.margin - HEAD - FOOT
    air, above, right, needed = _fitting(sheet, paper.text_width, room, words)
    paper.once(("foot", sheet.imprint), lambda: _foot(paper, sheet.imprint, words))
    _head(paper, sheet, words)
    with paper.shrunk(min(1.0, room / needed), paper.margin, paper.top - HEAD):
        above.draw(paper, 0, 0)
        right.draw(paper, (paper.text_width + BETWEEN) / 2, -above.height)
        _left(paper, sheet, air, (-above.height, -max(room, needed)), words)


def _fitting(
    sheet: GuardianSheet, width: float, room: float, words: dict[str, Any]
) -> tuple[Air, Block, Block, float]:
    """The most air that fits, else the least; what then stands across and to the right, and their height."""
    for air in LADDER:
        above, right = _parts(sheet, air, width, words)
        needed = above.height + max(right.height, _least_left(sheet, air))
        if needed <= room:
            break
    return air, above, right, needed


def _parts(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> tuple[Block, Block]:
    """What stands across the page, and what stands in its right column."""
    across = [*_summary(sheet, air, width, words), *_lists(sheet, air, width, words)]
    if sheet.comment:
        across += [
            _heading(words["page"]["comment"], air),
            blocks.text(sheet.comment, width, air.size, air.leading),
            blocks.space(air.gap),
        ]
    if sheet.rows:
        across += [
            _heading(words["page"]["areas"], air),
            band_table(sheet.rows, air.row, words),
            blocks.space(air.gap),
        ]
    return blocks.stacked(across), _right(sheet, air, (width - BETWEEN) / 2, words)


def _head(paper: Paper, sheet: GuardianSheet, words: dict[str, Any]) -> None:
    """Where and when, the title, and the child's whole name on a line of its own."""
    page, top = words["page"], paper.top
    where = page["where_and_when"].format(
        school=sheet.imprint.school, class_name=sheet.class_name, day=long_day(sheet.imprint.printed_on)
    )
    state = page["reviewed"] if sheet.is_reviewed else page["draft"]
    taken = paper.words(paper.right, top - 9, state, 10, face=Face.BOLD, ink=MUTED, align="right")
    paper.fitted(paper.margin, top - 9, where, 10, paper.text_width - taken - 12, ink=MUTED)
    paper.words(paper.margin, top - 32, page["title"], 20, face=Face.BOLD, ink=ACCENT)
    is_whole = not fonts.unprintable(sheet.name)
    paper.name(paper.margin, top - 60, sheet.name, 22 if is_whole else 17, paper.text_width)
    if not is_whole:
        paper.fitted(paper.margin, top - 72, page["name_not_whole"], 8.5, paper.text_width, ink=MUTED)


def _summary(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> Iterator[Block]:
    """How it is going, in the words of the level, on a pale ground."""
    first, second = (said.format(name=sheet.first_name) for said in words["summary"][_kind(sheet)])
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


def _kind(sheet: GuardianSheet) -> str:
    if sheet.has_own_goals:
        return "own_goals"
    if sheet.level is None:
        return "none" if sheet.has_goal else "no_goal"
    return sheet.level.value


def _lists(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> Iterator[Block]:
    for title, sentences in (("can", sheet.can), ("practise", sheet.practise)):
        yield _heading(words["page"][title].format(name=sheet.first_name), air)
        yield from (blocks.bullet(said, width, air.size, air.leading) for said in sentences)
        yield blocks.space(air.gap)


def _heading(said: str, air: Air, width: float = 1000) -> Block:
    return blocks.text(said, width, air.size + 1, air.leading + 2, face=Face.BOLD, ink=ACCENT)


def _right(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> Block:
    """What the school does, what the home can do, whom to ask."""
    page = words["page"]

    def paragraphs(*said: str) -> list[Block]:
        return [blocks.text(one, width, air.size, air.leading) for one in said]

    contact = page["contact_line"].format(function=sheet.contact, school=sheet.imprint.school)
    phone = [page["phone"].format(phone=sheet.phone)] if sheet.phone else []
    return blocks.stacked([
        _heading(page["school"], air, width),
        *paragraphs(*_school(sheet, words)),
        blocks.space(air.gap * 0.7),
        _heading(page["home"], air, width),
        *(blocks.bullet(said, width, air.size, air.leading) for said in sheet.home),
        *paragraphs(page["home_time"]),
        blocks.space(air.gap * 0.7),
        _heading(page["contact"], air, width),
        *paragraphs(contact, *phone),
    ])  # fmt: skip


def _school(sheet: GuardianSheet, words: dict[str, Any]) -> list[str]:
    if sheet.support:
        return [_support(support, words["school"]) for support in sheet.support]
    return [words["school"]["always"], *([words["school"]["talk"]] if sheet.says_needs_support else [])]


def _support(support: Support, words: dict[str, Any]) -> str:
    """What, who, from when, and when it is followed up."""
    said = [support.what]
    if support.function:
        said.append(words["by"].format(function=support.function))
    if support.from_on:
        said.append(words["from"].format(from_on=long_day(support.from_on)))
    if support.to_on:
        said.append(words["to" if support.from_on else "by_then"].format(to_on=long_day(support.to_on)))
    return " ".join(said)


def _least_left(sheet: GuardianSheet, air: Air) -> float:
    return (air.picture + air.gap if sheet.growth else 0) + 2 * (2 * HANDWRITING + 6 + air.leading + 2)


def _left(
    paper: Paper, sheet: GuardianSheet, air: Air, between: tuple[float, float], words: dict[str, Any]
) -> None:
    """The child's own way, and lines to write on, as many as there is room for between the two heights."""
    top, foot = between
    width = (paper.text_width - BETWEEN) / 2
    if sheet.growth is not None:
        _growth(paper, sheet.growth, width, air.picture, top)
        top -= air.picture + air.gap
    half = min((top - foot) / 2, (MOST_LINES + 2) * HANDWRITING)
    for number, said in enumerate(
        (words["page"]["pupil_says"].format(name=sheet.first_name), words["page"]["home_says"])
    ):
        start = top - number * half
        heading = _heading(said, air, width)
        heading.draw(paper, 0, start)
        lines = min(MOST_LINES, max(2, int((half - heading.height - 6) // HANDWRITING)))
        for line in range(lines):
            paper.rule(0, start - heading.height - (line + 1) * HANDWRITING, width, ink=MUTED, thick=0.4)


def _growth(paper: Paper, growth: Growth, width: float, height: float, top: float) -> None:
    """What classmates share is stored once in the document; the child's line is laid on it."""
    common = growth_scale(growth.scale, width, height)
    paper.once(("growth", growth.scale, height), lambda: paper.picture(common, 0, 0), 0, top - height)
    paper.picture(growth_line(growth, width, height), 0, top - height)


def _foot(paper: Paper, imprint: Imprint, words: dict[str, Any]) -> None:
    page, y = words["page"], paper.margin + 24
    small = [said.format(benchmark_set=imprint.benchmark_set) for said in page["small_print"]]
    if imprint.is_judged_afterwards:
        small[-1] += " " + page["judged_afterwards"]
    paper.rule(paper.margin, y + 11, paper.right)
    for number, said in enumerate(small):
        paper.fitted(paper.margin, y - number * 10.5, said, 8.5, paper.text_width, ink=MUTED)
    paper.foot(imprint, "Sida 1 av 1")
