"""The class overview: pupils x measures, levels, movement and what is missing, the greatest need first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.absence.queries import Absence, worrying_absence
from assessments.clock import today
from assessments.expected import counting_day
from assessments.governing import in_force
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass
from screening.class_first import ClassAnswer, class_answer
from screening.levels import Level
from screening.queries.class_columns import Column, Part, bar_of, cell, column, columns_of, years_asked
from screening.queries.class_material import Classmate, ClassMaterial, class_material
from screening.queries.class_needs import is_in_window, judged, misses, movement, sentence
from screening.queries.class_orders import NAME, NEED, YEAR, in_order
from screening.queries.class_spreads import distributions
from screening.queries.limit_sources import LimitSource, limit_sources
from screening.queries.shown import (
    MISSING,
    Mark,
    Shown,
    kind_label,
    level_of,
    mark_of,
    months_before,
    note_on,
    signal_code,
)
from screening.signals import state_label
from screening.spread import Distribution

EARLIER_SHOWN = 3
LOW = {Level.NEAR_GOAL, Level.BELOW_GOAL}


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
    is_in_window: bool
    earlier: tuple[Mark, ...]
    moved: int
    moved_from: str
    signals: tuple[SignalChip, ...]
    stale_since: date | None
    absence: str  # beside a result that is low or missing, where the pupil has been away much


@dataclass(frozen=True)
class ClassOverview:
    sentence: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    spreads: tuple[Distribution, ...]
    order: str
    is_mixed: bool
    bar: tuple[Part, ...]
    answer: ClassAnswer
    set_id: int | None
    set_name: str | None
    judged_before: (
        bool  # somebody's level is by another set than the one in force: judging again is under way
    )
    sources: tuple[LimitSource, ...]
    is_afterwards: bool
    is_handed_in: bool
    earlier_labels: tuple[str, ...]


def class_overview(
    school_class: SchoolClass, window: AssessmentWindow, *, order: str = NEED
) -> ClassOverview:
    """The overview as it is printed. About a dozen questions, however many the pupils are.

    ``order`` is ``need``, ``name``, ``year`` or a measure's code; anything else is ``need``.
    """
    material = class_material(school_class, window)
    codes = columns_of(material)
    known_order = order if order in (NAME, YEAR, *codes) else NEED
    levels = [level_of(material.judgements.get((mate.id, window.id))) for mate in judged(material)]
    judged_by = material.standards.in_force.get(window.id)
    away = worrying_absence(
        sa.select(Pupil.id).where(Pupil.id.in_([mate.id for mate in material.classmates]))
    )
    return ClassOverview(
        sentence=sentence(material),
        columns=tuple(column(material, code) for code in codes),
        rows=tuple(
            _row(material, mate, codes, away.get((mate.id, window.id)))
            for mate in in_order(material, known_order)
        ),
        spreads=tuple(distributions(material, codes)),
        order=known_order,
        is_mixed=len({mate.year for mate in material.classmates}) > 1,
        bar=bar_of(MISSING if level is Level.NOT_DETERMINED else level.value for level in levels),
        answer=class_answer(levels),
        set_id=judged_by.set_id if judged_by else None,
        set_name=judged_by.called if judged_by else None,
        judged_before=_is_judged_before(material),
        sources=limit_sources(
            material.standards,
            [(window, code, year) for code in codes for year in years_asked(material, code)],
        ),
        is_afterwards=bool(judged_by and judged_by.judged_afterwards),
        is_handed_in=material.is_handed_in,
        earlier_labels=tuple(one.label for one in material.earlier[-EARLIER_SHOWN:]),
    )


def _is_judged_before(material: ClassMaterial) -> bool:
    force = material.standards.in_force.get(material.window.id)
    found = (material.judgements.get((mate.id, material.window.id)) for mate in material.classmates)
    return force is not None and any(one and one.benchmark_set_id != force.set_id for one in found)


def _row(material: ClassMaterial, mate: Classmate, codes: list[str], away: Absence | None) -> Row:
    window = material.window
    judgement = None if mate.has_own_goals else material.judgements.get((mate.id, window.id))
    moved, moved_from = movement(material, mate)
    years = {one.year for one in material.classmates}
    return Row(
        pupil_id=mate.id,
        name=mate.name,
        year=calendar.year_label(mate.year, window.academic_year) if len(years) > 1 else None,
        cells=tuple(cell(material, mate, code) for code in codes),
        level=level_of(judgement).value,
        note=note_on(judgement),
        has_level=not mate.has_own_goals and is_in_window(material, mate),
        is_in_window=is_in_window(material, mate),
        earlier=tuple(
            mark_of(material.judgements.get((mate.id, one.id)), one)
            for one in material.earlier[-EARLIER_SHOWN:]
        ),
        moved=moved,
        moved_from=moved_from,
        signals=tuple(_chip(signal) for signal in material.signals.get(mate.id, [])),
        stale_since=_stale_since(material, mate),
        absence=away.share if away and _is_low_or_missing(material, mate) else "",
    )


def _is_low_or_missing(material: ClassMaterial, mate: Classmate) -> bool:
    level = level_of(material.judgements.get((mate.id, material.window.id)))
    return level in LOW or (misses(material, mate) and is_in_window(material, mate))


def _chip(signal: Any) -> SignalChip:
    kind = signal.kind
    return SignalChip(kind_label(kind), state_label(signal.state, kind), signal_code(kind))


def _stale_since(material: ClassMaterial, mate: Classmate) -> date | None:
    newest = material.newest.get(mate.id)
    oldest = months_before(counting_day(material.window), in_force.number("results_old", today()))
    return newest if newest and newest < oldest else None
