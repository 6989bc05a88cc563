"""Everything a class overview is made of, fetched in a fixed number of questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.expected import enrolled
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import Pupil, SchoolClass, SchoolForm
from screening import inbox
from screening.handovers.seeing import is_open
from screening.models import Judgement
from screening.queries.expected import expected_at
from screening.queries.standards import Standards, standards

Cell = tuple[int, str]  # pupil id, measure


@dataclass(frozen=True)
class Classmate:
    """A pupil of the class, by the name that may be shown."""

    id: int
    name: str
    year: int
    has_own_goals: bool  # anpassad grundskola: no level, and in no share


@dataclass(frozen=True)
class ClassMaterial:
    window: AssessmentWindow
    earlier: list[AssessmentWindow]  # oldest first
    classmates: list[Classmate]  # by name
    known: Mapping[str, Measure]
    standards: Standards
    expected: Mapping[int, frozenset[str]]  # by year, narrowed to what the school uses
    scores: Mapping[Cell, Any]
    before: Mapping[Cell, Decimal]  # the latest points before this window, same academic year
    judgements: Mapping[tuple[int, int], Judgement]  # pupil id, window id
    signals: Mapping[int, list[Any]]  # open threads as they stood in this window
    newest: Mapping[int, date]  # when anything was last assessed
    is_handed_in: bool


def class_material(school_class: SchoolClass, window: AssessmentWindow) -> ClassMaterial:
    mates = classmates(school_class, window)
    ids = [mate.id for mate in mates]
    earlier = [
        one for one in windows.in_order() if windows.place_in_time(one) < windows.place_in_time(window)
    ]
    known = measures()
    judged_by = standards([window], known)
    this_year = [one.id for one in earlier if one.academic_year == window.academic_year]
    rows = _scores(ids, [*this_year, window.id], window)
    expected = expected_at(window, {(school_class.school_id, mate.year) for mate in mates}, judged_by)
    return ClassMaterial(
        window=window,
        earlier=earlier,
        classmates=mates,
        known=known,
        standards=judged_by,
        expected={year: codes for (_school, year), codes in expected.items()},
        scores={(row.pupil_id, row.measure): row for row in rows if row.window_id == window.id},
        before=_before(rows, this_year),
        judgements=_judgements(ids, [*(one.id for one in earlier), window.id], window),
        signals=_signals(ids, window),
        newest=_newest(ids, window),
        is_handed_in=inbox.is_handed_in(school_class, window),
    )


def classmates(school_class: SchoolClass, window: AssessmentWindow) -> list[Classmate]:
    """Who goes in the class and may be seen, by name."""
    pupils = enrolled(window, [school_class.id])
    adapted = set(
        db.session.scalars(
            sa.select(Pupil.id).where(
                Pupil.id.in_([pupil.pupil_id for pupil in pupils]), Pupil.school_form == SchoolForm.ANPASSAD
            )
        )
    )
    return [Classmate(one.pupil_id, one.name, one.year, one.pupil_id in adapted) for one in pupils]


def _scores(pupil_ids: list[int], window_ids: list[int], window: AssessmentWindow) -> list[Any]:
    columns = (
        Score.pupil_id, Score.window_id, Score.measure, Score.year, Score.points, Score.absence,
        Score.is_discontinued, Score.assessed_on,
    )  # fmt: skip
    asked = sa.select(*columns).where(Score.pupil_id.in_(pupil_ids), Score.window_id.in_(window_ids))
    asked = asked.where(is_open(Score.pupil_id, Score.window_id, window))
    return list(db.session.execute(asked))


def _before(rows: list[Any], windows_in_order: list[int]) -> dict[Cell, Decimal]:
    found = {}
    for row in sorted(
        (row for row in rows if row.window_id in windows_in_order),
        key=lambda row: windows_in_order.index(row.window_id),
    ):
        if row.points is not None:
            found[row.pupil_id, row.measure] = row.points
    return found


def _judgements(
    pupil_ids: list[int], window_ids: list[int], window: AssessmentWindow
) -> dict[tuple[int, int], Judgement]:
    rows = db.session.scalars(
        sa.select(Judgement).where(
            Judgement.pupil_id.in_(pupil_ids),
            Judgement.window_id.in_(window_ids),
            is_open(Judgement.pupil_id, Judgement.window_id, window),
        )
    )
    return {(row.pupil_id, row.window_id): row for row in rows}


def _signals(pupil_ids: list[int], window: AssessmentWindow) -> dict[int, list[Any]]:
    pupils = sa.select(Pupil.id).where(Pupil.id.in_(pupil_ids))
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(inbox.standing(pupils, through=window, only_arrived=False)):
        found.setdefault(row.pupil_id, []).append(row)
    return found


def _newest(pupil_ids: list[int], window: AssessmentWindow) -> dict[int, date]:
    rows = db.session.execute(
        sa.select(Score.pupil_id, sa.func.max(Score.assessed_on).label("day"))
        .join(AssessmentWindow, AssessmentWindow.id == Score.window_id)
        .where(
            Score.pupil_id.in_(pupil_ids),
            inbox.place_in_time() <= inbox.place_of(window),
            is_open(Score.pupil_id, Score.window_id, window),
        )
        .group_by(Score.pupil_id)
    )
    return {row.pupil_id: row.day for row in rows}
