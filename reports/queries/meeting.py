"""The page for the home on a screen: what the paper says of one child, and of nobody else.

From the same frozen figures and the same catalogue as the paper, by the same rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from reports.figures.guardian import AreaRow, GuardianSheet
from reports.gathering.enrolled import place_of
from reports.gathering.guardian import class_set
from reports.growth_drawing import GrowthDrawing, growth_drawing
from reports.home_words import filled, kind_of, school_says
from reports.wording import SWEDISH, long_day, wording
from screening.levels import Level

BAND = 300  # the band's width in its own picture


@dataclass(frozen=True)
class Said:
    """Lines of a part; ``in_swedish`` are those that a teacher has rewritten, on a translated page."""

    title: str
    lines: tuple[str, ...]
    in_swedish: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """One area: its words, and its marks on the zones of a band, said in ``marks``. No marks: not measured,
    or no goal."""

    name: str
    example: str
    said: str
    told: str | None
    marks: str | None
    now: float | None
    before: float | None
    zones: tuple[tuple[float, float, Level | None], ...]  # of each: left, width, and as what it is coloured


@dataclass(frozen=True)
class Meeting:
    """What is shown. ``languages``: code and own name of each page that a home gets."""

    language: str
    direction: str
    title: str
    name: str
    where: str
    state: str
    summary: tuple[str, str]
    parts: tuple[Said, ...]
    comment: str
    bands: tuple[Band, ...]
    growth: GrowthDrawing | None
    school: tuple[str, ...]
    home: Said
    contact: tuple[str, ...]
    small_print: tuple[str, ...]
    not_reviewed: str | None
    languages: tuple[tuple[str, str], ...]
    words: dict[str, Any]


def meeting(pupil: Pupil, window: AssessmentWindow, language: str = SWEDISH) -> Meeting | None:
    """None where the pupil goes in no class then, or no home gets the page in the language."""
    place = place_of(pupil, window)
    sheets = class_set(place[0], window, sa.select(Pupil).where(Pupil.id == pupil.id)).sheets if place else ()
    pages = _pages(sheets[0]) if sheets else {}
    return _meeting(pages[language], tuple(pages)) if language in pages else None


def _pages(sheet: GuardianSheet) -> dict[str, GuardianSheet]:
    """By language; the Swedish page is always there, and first."""
    return {SWEDISH: sheet} | {home.language: home for home in sheet.homes if home.language != SWEDISH}


def _meeting(sheet: GuardianSheet, languages: tuple[str, ...]) -> Meeting:
    words = wording(sheet.language)
    page = words["page"]

    def said(text: str, **values: str) -> str:
        return filled(text, words, **values)

    first, second = (said(one, name=sheet.first_name) for one in words["summary"][kind_of(sheet)])
    day = long_day(sheet.imprint.printed_on, sheet.language)
    contact = [said(page["contact_line"], function=sheet.contact, school=sheet.imprint.school)]
    contact += [said(page["phone"], phone=sheet.phone)] if sheet.phone else []
    contact += [page["interpreter"].rstrip(".")] if sheet.offers_interpreter else []
    small = [said(one, benchmark_set=sheet.imprint.benchmark_set) for one in page["small_print"]]
    return Meeting(
        language=sheet.language,
        direction=words["direction"],
        title=page["title"],
        name=sheet.name,
        where=said(page["where_and_when"], school=sheet.imprint.school, class_name=sheet.class_name, day=day),
        state=page["reviewed"] if sheet.is_reviewed else page["draft"],
        summary=(first, second),
        parts=(
            Said(said(page["can"], name=sheet.first_name), sheet.can, sheet.can_in_swedish),
            Said(page["practise"], sheet.practise, sheet.practise_in_swedish),
        ),
        comment=sheet.comment,
        bands=tuple(_band(row, words) for row in sheet.rows),
        growth=growth_drawing(sheet.growth) if sheet.growth else None,
        school=tuple(school_says(sheet, words)),
        home=Said(page["home"], (*sheet.home, page["home_time"]), sheet.home_in_swedish),
        contact=tuple(contact),
        small_print=(*small, *([page["judged_afterwards"]] if sheet.imprint.is_judged_afterwards else [])),
        not_reviewed=None if words["is_reviewed"] else page["not_reviewed"],
        languages=tuple((code, wording(code)["own_name"]) for code in languages),
        words=words,
    )


def _zones(row: AreaRow, is_mirrored: bool) -> Iterator[tuple[float, float, Level | None]]:
    third, left = BAND / 3, 0.0
    for thirds, level in reversed(row.band) if is_mirrored else row.band:
        yield left, thirds * third, level
        left += thirds * third


def _band(row: AreaRow, words: dict[str, Any]) -> Band:
    area = words["areas"][row.area]
    marks = row.marks_said(words)
    is_mirrored = words["direction"] == "rtl"

    def mark(points: Any) -> float | None:
        if marks is None or row.zones is None or points is None:
            return None
        place = row.zones.place(points)
        return round((1 - place if is_mirrored else place) * BAND, 1)

    return Band(
        area["name"], area["example"], words["levels"][row.level_said], row.told, marks,
        mark(row.points), mark(row.before), tuple(_zones(row, is_mirrored)),
    )  # fmt: skip
