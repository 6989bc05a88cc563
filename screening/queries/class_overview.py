"""The class overview: pupils x measures, levels, movement and what is missing, the greatest need first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import calendar
from assessments.expected import counting_day
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from assessments.words import decimal
from screening.class_first import ClassAnswer, class_answer
from screening.levels import Level
from screening.queries.class_material import Classmate, ClassMaterial, class_material
from screening.queries.class_needs import is_in_window, judged, movement, need, sentence
from screening.queries.shown import (
    MISSING,
    MISSING_WORD,
    STALE_MONTHS,
    Mark,
    Shown,
    kind_label,
    level_of,
    mark_of,
    months_before,
    note_on,
    shown_score,
    signal_code,
)

EARLIER_SHOWN = 3
BAR = (*(level.value for level in reversed(Level) if level is not Level.NOT_DETERMINED), MISSING)


@dataclass(frozen=True)
class Part:
    """A piece of a bar: its level, how many, and where it begins and ends in percent."""

    code: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Column:
    code: str
    name: str
    unit: str
    goal: str
    bar: tuple[Part, ...]


@dataclass(frozen=True)
class SignalChip:
    label: str
    state: str
    code: str


@dataclass(frozen=True)
class Row:
    pupil_id: int
    name: str
    year: str | None  # a chip in mixed classes
    cells: tuple[Shown, ...]
    level: str
    note: str
    has_level: bool
    earlier: tuple[Mark, ...]
    moved: int
    moved_from: str
    signals: tuple[SignalChip, ...]
    stale_since: date | None


@dataclass(frozen=True)
class ClassOverview:
    sentence: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bar: tuple[Part, ...]
    answer: ClassAnswer
    set_id: int | None
    set_name: str | None
    is_afterwards: bool
    is_handed_in: bool
    earlier_labels: tuple[str, ...]


def class_overview(
    school_class: SchoolClass, window: AssessmentWindow, *, by_name: bool = False
) -> ClassOverview:
    """The overview as it is printed. About a dozen questions, however many the pupils are."""
    material = class_material(school_class, window)
    mates = material.classmates
    if not by_name:
        mates = sorted(mates, key=lambda mate: need(material, mate))
    codes = _columns(material)
    levels = [level_of(material.judgements.get((mate.id, window.id))) for mate in judged(material)]
    judged_by = material.standards.in_force.get(window.id)
    return ClassOverview(
        sentence=sentence(material),
        columns=tuple(_column(material, code) for code in codes),
        rows=tuple(_row(material, mate, codes) for mate in mates),
        bar=bar_of(MISSING if level is Level.NOT_DETERMINED else level.value for level in levels),
        answer=class_answer(levels),
        set_id=judged_by.set_id if judged_by else None,
        set_name=judged_by.name if judged_by else None,
        is_afterwards=bool(judged_by and judged_by.judged_afterwards),
        is_handed_in=material.is_handed_in,
        earlier_labels=tuple(one.label for one in material.earlier[-EARLIER_SHOWN:]),
    )


def bar_of(codes: Iterable[str]) -> tuple[Part, ...]:
    """Counts as pieces of one bar, the best level first and what is missing last."""
    told = list(codes)
    parts, start = [], 0.0
    for code in BAR:
        count = told.count(code)
        if count:
            width = 100 * count / len(told)
            parts.append(Part(code, count, start, width))
            start += width
    return tuple(parts)


def _columns(material: ClassMaterial) -> list[str]:
    asked = {code for codes in material.expected.values() for code in codes}
    asked |= {measure for _pupil, measure in material.scores}
    return [code for code in material.known if code in asked]


def _column(material: ClassMaterial, code: str) -> Column:
    measure = material.known[code]
    mates = [mate for mate in judged(material) if _is_asked(material, mate, code)]
    return Column(
        code, measure.name, measure.unit, _goals(material, code),
        bar_of(_cell(material, mate, code).code or "no_limit" for mate in mates),
    )  # fmt: skip


def _goals(material: ClassMaterial, code: str) -> str:
    """``mål 35``, or in a mixed class one goal a year."""
    measure = material.known[code]
    told = {}
    for year in sorted({mate.year for mate in material.classmates}):
        cut = material.standards.cut(material.window, code, year)
        goals = [cut.limits.goal_from, cut.limits.near_from] if cut else []
        goal = next((one for one in goals if one is not None), None)
        if goal is not None:
            told[year] = measure.shown(goal) if measure.labels else decimal(goal)
    if len(set(told.values())) <= 1:
        return f"mål {next(iter(told.values()))}" if told else ""
    year_of = {year: calendar.year_label(year, material.window.academic_year) for year in told}
    parts = [f"{goal} ({year_of[year]})".replace(" ", "\u00a0") for year, goal in told.items()]
    return f"mål {', '.join(parts)}"


def _is_asked(material: ClassMaterial, mate: Classmate, code: str) -> bool:
    return code in material.expected.get(mate.year, frozenset()) or (mate.id, code) in material.scores


def _cell(material: ClassMaterial, mate: Classmate, code: str) -> Shown:
    score = material.scores.get((mate.id, code))
    if score is None:
        return Shown("", MISSING, MISSING_WORD, is_asked_for=_is_asked(material, mate, code))
    shown = shown_score(score, material.window, material.standards)
    if mate.has_own_goals and not shown.is_missing:
        return Shown(shown.text, None, "Ingen nivå", shown.assessed_on)
    return shown


def _row(material: ClassMaterial, mate: Classmate, codes: list[str]) -> Row:
    window = material.window
    judgement = None if mate.has_own_goals else material.judgements.get((mate.id, window.id))
    moved, moved_from = movement(material, mate)
    years = {one.year for one in material.classmates}
    return Row(
        pupil_id=mate.id,
        name=mate.name,
        year=calendar.year_label(mate.year, window.academic_year) if len(years) > 1 else None,
        cells=tuple(_cell(material, mate, code) for code in codes),
        level=level_of(judgement).value,
        note=note_on(judgement),
        has_level=not mate.has_own_goals and is_in_window(material, mate),
        earlier=tuple(
            mark_of(material.judgements.get((mate.id, one.id)), one)
            for one in material.earlier[-EARLIER_SHOWN:]
        ),
        moved=moved,
        moved_from=moved_from,
        signals=tuple(_chip(signal) for signal in material.signals.get(mate.id, [])),
        stale_since=_stale_since(material, mate),
    )


def _chip(signal: Any) -> SignalChip:
    return SignalChip(kind_label(signal.kind), signal.state.label, signal_code(signal.kind))


def _stale_since(material: ClassMaterial, mate: Classmate) -> date | None:
    newest = material.newest.get(mate.id)
    return newest if newest and newest < months_before(counting_day(material.window), STALE_MONTHS) else None
