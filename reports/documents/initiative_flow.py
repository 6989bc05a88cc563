"""From window to window, as a chapter of the report on the initiative: a picture, then the tables."""

from reports import blocks
from reports.blocks import Block, Flow
from reports.documents.chapters import AFTER, chapter, note, paragraph
from reports.documents.initiative_groups import HIDDEN, share
from reports.figures.initiative import FlowPart, FlowTold
from reports.flow_chart import STANDINGS, bars, flow_chart, flow_height, flow_sentence
from reports.tables import Column, table

FIRST = 110.0
THERE = ("Når inte målet", "Når målet", "Utan nivå")
LEVELS = ("Under målet", "Nära målet", "Når målet", "Över målet", "Utan nivå")
GONE, ALL_THEN = "Inte kvar", "Alla då"
NEW, ALL_NOW = "Nya", "Alla nu"
NOTE = (
    "Inte kvar: har flyttat, eller går i en årskurs som inte ingår i perioden. Nya: har kommit, eller har "
    "kommit till en årskurs som ingår. Övriga i bilden: de som inte visas var för sig. Varje periods eget "
    "mål gäller. Tal under tio visas inte, inte heller noll."
)
TOO_FEW = "Nivå för nivå är grupperna för små för att visas."


def way(flow: Flow, told: FlowTold, now: str, width: float) -> None:
    """Of all from standing to standing; of each municipality how many have reached the goal since."""
    everybody = told.parts[0]
    title = chapter(f"Från {told.before.lower()} till {now.lower()}")
    flow.put(title, paragraph(told.sentence, width), _picture(everybody, width), blocks.space(6))
    _table(flow, told.before, everybody.table, (STANDINGS, THERE), width)
    flow.put(blocks.space(8))
    heads = ("Nådde inte målet då", "Når det nu", "Av dem med resultat båda gångerna", "Av alla som är kvar")
    parts = [Column("Kommun", 130), *(Column(said, (width - 130) / 4, is_number=True) for said in heads)]
    table(flow, parts, [_reached(one) for one in told.parts])
    flow.put(blocks.space(8))
    if everybody.levels:
        _table(flow, told.before, everybody.levels, (LEVELS, LEVELS), width)
        flow.put(note(NOTE, width), blocks.space(AFTER))
    else:
        flow.put(note(f"{NOTE} {TOO_FEW}", width), blocks.space(AFTER))


def _picture(part: FlowPart, width: float) -> Block:
    rows = bars(part.table)
    chart, height = flow_chart(rows, width), flow_height(rows)
    said = f"{part.name}. {flow_sentence(rows)}"
    return Block(height, lambda paper, x, top: paper.picture(chart, x, top - height, said))


def _table(
    flow: Flow,
    before: str,
    counts: tuple[tuple[int | None, ...], ...],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    width: float,
) -> None:
    """``names``: of the standings then, down, and now, across."""
    then, now = names
    heads = (*now, GONE, ALL_THEN)
    wide = (width - FIRST) / len(heads)
    columns = [Column(f"{before}, nedåt", FIRST), *(Column(said, wide, is_number=True) for said in heads)]
    rows = [[name, *map(_count, found)] for name, found in zip((*then, NEW, ALL_NOW), counts, strict=True)]
    for row in rows[len(then) :]:  # who is new was nowhere before, and nobody is gone of all who are here
        row[-2:] = ["–", "–"]
    table(flow, columns, rows)


def _reached(one: FlowPart) -> list[str]:
    start, now = one.table[0][-1], one.table[0][1]
    return [one.name, _count(start), _count(now), *map(share, one.reached)]


def _count(count: int | None) -> str:
    return HIDDEN if count is None else str(count)
