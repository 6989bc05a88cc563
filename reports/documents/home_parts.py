"""Pieces of a page for the home: headings, bullets, a teacher's Swedish, what the school and the home do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reports import blocks
from reports.blocks import Block
from reports.figures.guardian import GuardianSheet
from reports.fonts import Face
from reports.home_words import filled, school_says
from reports.marks import ACCENT, MUTED


@dataclass(frozen=True)
class Air:
    """Sizes in points: letters, lines, rows of the band table, space between blocks, the growth picture."""

    size: float
    leading: float
    row: float
    gap: float
    picture: float


def heading(said: str, air: Air, width: float = 1000) -> Block:
    return blocks.text(said, width, air.size + 1, air.leading + 2, face=Face.BOLD, ink=ACCENT, level=2)


def bullets(
    sentences: Iterable[str], rewritten: Iterable[str], width: float, air: Air, words: dict[str, Any]
) -> list[Block]:
    """The sentences of a part; what a teacher has rewritten stands under them as she wrote it."""
    listed = [blocks.bullet(said, width, air.size, air.leading) for said in sentences]
    theirs = [blocks.bullet(said, width, air.size, air.leading) for said in rewritten]
    return [*listed, *(in_swedish(theirs, width, air, words) if theirs else [])]


def in_swedish(written: list[Block], width: float, air: Air, words: dict[str, Any]) -> list[Block]:
    """Swedish words on a translated page, under a line that says so in the home's language."""
    told = blocks.text(words["page"]["in_swedish"], width, air.size * 0.85, air.leading * 0.9, ink=MUTED)
    return [told, *(blocks.from_left(block, width) for block in written)]


def school_and_home(sheet: GuardianSheet, air: Air, width: float, words: dict[str, Any]) -> Block:
    """What the school does, what the home can do, whom to ask."""
    page = words["page"]

    def paragraphs(*said: str) -> list[Block]:
        return [blocks.text(one, width, air.size, air.leading) for one in said]

    contact = filled(page["contact_line"], words, function=sheet.contact, school=sheet.imprint.school)
    phone = [filled(page["phone"], words, phone=sheet.phone)] if sheet.phone else []
    interpreter = [page["interpreter"]] if sheet.offers_interpreter else []
    return blocks.stacked([
        heading(page["school"], air, width),
        *paragraphs(*school_says(sheet, words)),
        blocks.space(air.gap * 0.7),
        heading(page["home"], air, width),
        *bullets(sheet.home, sheet.home_in_swedish, width, air, words),
        *paragraphs(page["home_time"]),
        blocks.space(air.gap * 0.7),
        heading(page["contact"], air, width),
        *paragraphs(contact, *phone, *interpreter),
    ])  # fmt: skip
