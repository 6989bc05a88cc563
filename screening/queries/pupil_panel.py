"""What a pupil's side panel shows beside the class: one window by area, and what is open now."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar
from assessments.access.permissions import Permission, classes_open_to
from assessments.database import db
from assessments.instruments.catalogue import AREAS, measures
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening.handovers.seeing import held_from
from screening.levels import Level
from screening.models import Judgement
from screening.queries.expected import expected_at
from screening.queries.limit_sources import LimitSource, limit_sources
from screening.queries.pupil_threads import ThreadLife, thread_lives
from screening.queries.shown import MISSING, MISSING_WORD, Shown, level_of, note_on, shown_score
from screening.queries.standards import Standards, standards


@dataclass(frozen=True)
class PanelRow:
    name: str
    unit: str
    shown: Shown


@dataclass(frozen=True)
class PanelArea:
    """``level`` is the worst of the area's measures; None where nothing there has limits."""

    name: str
    level: str | None
    rows: tuple[PanelRow, ...]


@dataclass(frozen=True)
class PupilPanel:
    pupil_id: int
    name: str
    class_name: str
    class_id: int
    school_id: int
    year: str
    level: str | None  # None: in no window, or followed against own goals
    note: str
    areas: tuple[PanelArea, ...]
    signals: tuple[ThreadLife, ...]
    is_protected: bool
    sources: tuple[LimitSource, ...]


def pupil_panel(pupil: Pupil, window: AssessmentWindow) -> PupilPanel | None:
    """None where the pupil goes in no class of the window's year that the person may see. Fixed questions."""
    place = _place(pupil, window)
    if place is None:
        return None
    known = measures()
    judged_by = standards([window], known)
    if held_from(pupil.id).covers(window.closes_on):
        return None  # another school's to show, until a handover is accepted
    judgement = db.session.scalar(sa.select(Judgement).filter_by(pupil_id=pupil.id, window_id=window.id))
    has_own_goals = pupil.school_form is SchoolForm.ANPASSAD
    has_level = not has_own_goals and judged_by.has_window(window, place.year)
    one = place.SchoolClass
    expected = expected_at(window, {(one.school_id, place.year)}, judged_by)[one.school_id, place.year]
    shown = _shown(pupil, window, judged_by, expected)
    places = [(window, code, place.year) for code in known if code in shown]
    return PupilPanel(
        pupil_id=pupil.id,
        name=pupil.name,
        class_name=one.name,
        class_id=one.id,
        school_id=one.school_id,
        year=calendar.year_label(place.year, window.academic_year),
        level=level_of(judgement).value if has_level else None,
        note=note_on(judgement) if has_level else "",
        areas=tuple(_areas(shown, judged_by, has_own_goals)),
        signals=tuple(life for life in thread_lives(pupil) if life.card is not None),
        is_protected=pupil.is_protected,
        sources=() if has_own_goals else limit_sources(judged_by, places),
    )


def _place(pupil: Pupil, window: AssessmentWindow) -> Any:
    open_to_me = classes_open_to(Permission.SEE_SCORES).with_only_columns(SchoolClass.id)
    return db.session.execute(
        sa.select(SchoolClass, Enrolment.year)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(
            Enrolment.pupil_id == pupil.id,
            SchoolClass.academic_year == window.academic_year,
            SchoolClass.id.in_(open_to_me),
        )
        .options(joinedload(SchoolClass.school))
        .order_by(Enrolment.starts_on.desc())
        .limit(1)
    ).first()


def _shown(
    pupil: Pupil, window: AssessmentWindow, judged_by: Standards, expected: frozenset[str]
) -> dict[str, Shown]:
    rows = db.session.scalars(sa.select(Score).filter_by(pupil_id=pupil.id, window_id=window.id))
    found = {row.measure: shown_score(row, window, judged_by) for row in rows}
    lacking = {code: Shown("", MISSING, MISSING_WORD) for code in expected if code not in found}
    return found | lacking


def _areas(shown: dict[str, Shown], judged_by: Standards, has_own_goals: bool) -> list[PanelArea]:
    found = []
    for area, name in AREAS.items():
        mine = [code for code, measure in judged_by.known.items() if measure.area == area and code in shown]
        rows = tuple(
            PanelRow(judged_by.known[code].name, judged_by.known[code].unit, shown[code]) for code in mine
        )
        levels = [Level(row.shown.code) for row in rows if row.shown.code not in (None, MISSING)]
        worst = min(levels).value if levels and not has_own_goals else None
        if rows:
            found.append(PanelArea(name, worst, rows))
    return found
