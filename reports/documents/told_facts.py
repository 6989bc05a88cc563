"""The chosen facts about a pupil as blocks of a page: results, signals, support that worked, open steps."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reports import blocks, fonts
from reports.blocks import Block, Flow
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, INK, LOOKS, MUTED
from screening.levels import Level

SIZE, LEADING, SMALL, SMALL_LEADING = 10.5, 14.0, 9.0, 11.5
NAME, VALUE = 215.0, 130.0  # columns of the table of results; the rest is the level
Told = Mapping[str, Any]


def heading(said: str) -> Block:
    return blocks.text(said, 1000, 13, 19, face=Face.BOLD, ink=ACCENT, level=2)


def facts_on(flow: Flow, facts: Told, width: float) -> None:
    """Every chosen part under its heading; a part that holds nothing says so."""
    for part, title, none, teller in PARTS:
        if part not in facts:
            continue
        told = [list(teller(one, width)) for one in facts[part]]
        first = told[0] if told else [blocks.text(none, width, SIZE, LEADING, ink=MUTED)]
        flow.put(heading(title), *first)
        for rest in told[1:]:
            flow.put(*rest)
        flow.put(blocks.space(8))


def _window(one: Told, width: float) -> Iterator[Block]:
    """A period with its level, and a line for each measure."""
    level = None if one["level"] == Level.NOT_DETERMINED.value else Level(one["level"])
    note = f" ({one['note']})" if one["note"] else ""

    def draw(paper: Paper, x: float, top: float) -> None:
        base = top - SIZE * 0.93
        word = "Underlag saknas" if level is None else one["level_word"]
        with paper.heading(3):
            taken = paper.words(x, base, f"{one['label']} · {one['year']}", SIZE, face=Face.BOLD)
            paper.mark(level, x + taken + 18, base + 3.5, 9)
            paper.words(x + taken + 28, base, f"{word}{note}", SIZE, face=Face.BOLD, ink=LOOKS[level].ink)

    yield Block(LEADING + 3, draw)
    for measure in one["measures"]:
        yield _measure(measure, width)
    if one["judged_by"]:
        yield blocks.text(f"Bedömt efter {one['judged_by']}.", width, SMALL, SMALL_LEADING, ink=MUTED)
    yield blocks.space(6)


def _measure(one: Told, width: float) -> Block:
    level = None if one["level"] is None else Level(one["level"])
    name = blocks.text(one["name"], NAME - 8, SIZE, LEADING)
    shown = blocks.text(one["shown"], VALUE - 8, SIZE, LEADING)
    called = one["level_word"] if level is not None else ""
    word = blocks.text(called, width - NAME - VALUE - 14, SIZE, LEADING)

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.rule(x, top, x + width, thick=0.3)
        with paper.row():
            with paper.header("Row"):
                name.draw(paper, x, top - 1)
            with paper.cell():
                shown.draw(paper, x + NAME, top - 1)
            with paper.cell():
                if level is not None:
                    paper.mark(level, x + NAME + VALUE + 4, top - 8, 8)
                    word.draw(paper, x + NAME + VALUE + 14, top - 1)

    return Block(max(name.height, shown.height, word.height) + 2, draw)


def _signal(one: Told, width: float) -> Iterator[Block]:
    title = f"{one['label']} – {one['state'].lower()}"
    yield blocks.text(title, width, SIZE, LEADING, face=Face.BOLD)
    yield blocks.text(one["why"], width, SIZE, LEADING)
    yield blocks.text(one["window"], width, SMALL, SMALL_LEADING, ink=MUTED)
    yield blocks.space(4)


def _period(one: Told, width: float) -> Iterator[Block]:
    until = one["ended_on"] or one["goal_on"]
    how_often = f" · {one['how_often']}" if one["how_often"] else ""
    yield blocks.text(f"{one['kind']}, {one['measure'].lower()}", width, SIZE, LEADING, face=Face.BOLD)
    yield blocks.text(f"{one['starts_on']} till {until}{how_often}", width, SIZE, LEADING)
    yield blocks.text(one["goal"], width, SIZE, LEADING)
    if one["worked"]:
        after = f"Före {one['before']}, efter {one['after'] or 'inte mätt'}. {one['worked']}."
        yield blocks.text(after, width, SIZE, LEADING, face=Face.BOLD)
    else:
        yield blocks.text(f"Pågår: {one['verdict'].lower()}. {one['evidence']}", width, SIZE, LEADING)
    if one["line"]:
        yield blocks.text(one["line"], width, SIZE, LEADING)
    yield blocks.space(4)


def _step(one: Told, width: float) -> Iterator[Block]:
    parts = [f"{one['taken_on']}: {one['label']}", one["by"], (one["line"] or "").removesuffix(".")]
    parts.append(f"följs upp {one['due_on']}" if one["due_on"] else None)
    yield blocks.bullet(" · ".join(part for part in parts if part), width, SIZE, LEADING)


Teller = Callable[[Told, float], Iterator[Block]]
PARTS: tuple[tuple[str, str, str, Teller], ...] = (
    ("results", "Resultat", "Inga resultat.", _window),
    ("signals", "Öppna signaler", "Inga öppna signaler.", _signal),
    ("support", "Stöd och vad som fungerade", "Ingen stödperiod.", _period),
    ("steps", "Öppna steg", "Inga planerade steg.", _step),
)


def head(paper: Paper, title: str, name: str, where: str, day: str) -> float:
    """What it is, whose, from where and when. Returns where the text begins."""
    top = paper.top
    with paper.paragraph():
        taken = fonts.width(day, Face.REGULAR, 10)
        paper.fitted(paper.margin, top - 9, where, 10, paper.text_width - taken - 12, ink=MUTED)
        paper.words(paper.right, top - 9, day, 10, ink=MUTED, align="right")
    with paper.heading(1):
        paper.words(paper.margin, top - 31, title, 18, face=Face.BOLD, ink=ACCENT)
        paper.name(paper.margin, top - 54, name, 18, paper.text_width)
    return top - 70


def pair(term: str, said: str, width: float) -> Block:
    """A word and what it says, side by side."""
    told = blocks.text(said, width - 110, SIZE, LEADING)
    named = blocks.text(term, 105, SIZE, LEADING, face=Face.BOLD, ink=INK)

    def draw(paper: Paper, x: float, top: float) -> None:
        with paper.paragraph():
            named.draw(paper, x, top)
            told.draw(paper, x + 110, top)

    return Block(max(named.height, told.height), draw)
