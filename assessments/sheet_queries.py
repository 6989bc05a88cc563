"""The score sheet as it stands, fetched in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.agreed_texts import texts_of, told
from assessments.cells import written
from assessments.database import db
from assessments.doors import CellLevel, LimitSource, screening
from assessments.expected import Enrolled, chosen_measures, enrolled, expected_at
from assessments.governing.measures import Switches
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Absence, AssessmentWindow, Score, ScoreChange
from assessments.roster.models import SchoolClass
from assessments.sheets import Cell, Column, Key, Row, Sheet


def sheet(school_class: SchoolClass, window: AssessmentWindow) -> Sheet:
    """The sheet as it stands. A fixed number of queries."""
    pupils = enrolled(window, [school_class.id])
    stored = _Stored.of({school_class.school_id}, window, pupils)
    columns = _columns(stored, window)
    return _sheet(school_class, window, pupils, columns, stored)


def measure_sheets(classes: Sequence[SchoolClass], window: AssessmentWindow, code: str) -> list[Sheet]:
    """One measure of several classes, a sheet for each of those with pupils. A fixed number of queries.

    Lists above the class never name a pupil with protected identity; the class's own sheet does.
    """
    pupils = enrolled(window, [school_class.id for school_class in classes])
    if len(classes) > 1:
        pupils = [pupil for pupil in pupils if not pupil.is_protected]
    stored = _Stored.of({school_class.school_id for school_class in classes}, window, pupils)
    columns = _columns(stored, window, {code})
    sheets = [
        _sheet(one, window, [pupil for pupil in pupils if pupil.class_id == one.id], columns, stored)
        for one in classes
    ]
    return [one for one in sheets if one.rows]


def limit_sources(sheets: Sequence[Sheet]) -> list[LimitSource]:
    """What the limits behind the levels of sheets of one window rest on."""
    places = dict.fromkeys(place for one in sheets for place in one.judged)
    return screening().limit_sources(sheets[0].window, list(places)) if places else []


def _sheet(
    school_class: SchoolClass,
    window: AssessmentWindow,
    pupils: Sequence[Enrolled],
    columns: list[Column],
    stored: "_Stored",
) -> Sheet:
    is_mixed = len({pupil.year for pupil in pupils}) > 1
    rows = [
        Row(
            pupil,
            calendar.year_label(pupil.year, school_class.academic_year) if is_mixed else None,
            [stored.cell(pupil, column.measure) for column in columns],
        )
        for pupil in pupils
    ]
    return Sheet(school_class, window, columns, rows)


@dataclass(frozen=True)
class _Stored:
    """Everything the sheet is made of."""

    years: set[int]
    known: dict[str, Measure]  # in reading order
    expected: dict[tuple[int, int], list[str]]  # by school and year
    in_use: set[str]
    scores: dict[Key, Any]
    versions: dict[Key, int]
    levels: dict[Key, CellLevel | None]

    @classmethod
    def of(cls, school_ids: set[int], window: AssessmentWindow, pupils: list[Enrolled]) -> "_Stored":
        ids = [pupil.pupil_id for pupil in pupils]
        known, scores = measures(), _scores(window, ids)
        return cls(
            years={pupil.year for pupil in pupils},
            known=known,
            expected=expected_at(window, {pupil.place for pupil in pupils}),
            in_use={code for codes in chosen_measures(school_ids).values() for code in codes}
            - Switches.fetch().off(window, {pupil.place for pupil in pupils}),
            scores=scores,
            versions=_versions(window, ids),
            levels=_levels(window, known, scores, {pupil.pupil_id for pupil in pupils if pupil.is_judged}),
        )

    def cell(self, pupil: Enrolled, measure: Measure) -> Cell:
        key = (pupil.pupil_id, measure.code)
        is_expected = measure.code in self.expected.get(pupil.place, [])
        version, score = self.versions.get(key, 0), self.scores.get(key)
        if score is None:
            is_open = is_expected or pupil.year in measure.years
            return Cell(version=version, is_expected=is_expected, is_open=is_open)
        text = written(measure, score.points, score.absence, score.is_discontinued)
        word = score.absence.label if score.absence else ("avbrutet" if score.is_discontinued else "")
        return Cell(
            text, text, word, version, score.assessed_on, self.levels.get(key), is_expected,
            is_on_other_text=measure.same_text and not score.is_on_agreed_text,
        )  # fmt: skip


def _columns(stored: _Stored, window: AssessmentWindow, only: AbstractSet[str] = frozenset()) -> list[Column]:
    """What is expected of anybody here, what the school uses in these years, and what somebody has anyway;
    or ``only`` these."""
    expected = {code for codes in stored.expected.values() for code in codes}
    shown = expected | {code for _, code in stored.scores}
    shown |= {code for code in stored.in_use if stored.years & set(stored.known[code].years)}
    shown = set(only) or shown
    days: dict[str, list[date]] = {}
    for (_, code), row in stored.scores.items():
        days.setdefault(code, []).append(row.assessed_on)
    texts = texts_of(window) if any(stored.known[code].same_text for code in shown) else {}
    return [
        Column(
            measure, code in expected, _usual(days.get(code, [])),
            told(texts, code, stored.years & set(measure.years), window.academic_year),
        )
        for code, measure in stored.known.items()
        if code in shown
    ]  # fmt: skip


def _usual(days: list[date]) -> date | None:
    return max(sorted(set(days)), key=days.count) if days else None


def _scores(window: AssessmentWindow, pupil_ids: list[int]) -> dict[Key, Any]:
    rows = db.session.execute(
        sa.select(
            Score.pupil_id, Score.measure, Score.year, Score.points, Score.absence, Score.is_discontinued,
            Score.assessed_on, Score.is_on_agreed_text,
        ).where(Score.window_id == window.id, Score.pupil_id.in_(pupil_ids))
    )  # fmt: skip
    return {(row.pupil_id, row.measure): row for row in rows}


def _versions(window: AssessmentWindow, pupil_ids: list[int]) -> dict[Key, int]:
    """The latest version of every cell, of emptied ones too: a removed value counts on."""
    rows = db.session.execute(
        sa.select(ScoreChange.pupil_id, ScoreChange.measure, sa.func.max(ScoreChange.version))
        .where(ScoreChange.window_id == window.id, ScoreChange.pupil_id.in_(pupil_ids))
        .group_by(ScoreChange.pupil_id, ScoreChange.measure)
    )
    return {(pupil_id, code): version for pupil_id, code, version in rows}


def _levels(
    window: AssessmentWindow, known: dict[str, Measure], scores: Mapping[Key, Any], judged: set[int]
) -> dict[Key, CellLevel | None]:
    asked: dict[Key, tuple[str, int, Decimal]] = {}
    for key, row in scores.items():
        points = points_judged(known[row.measure], row.points, row.absence)
        if points is not None and row.pupil_id in judged:
            asked[key] = (row.measure, row.year, points)
    return dict(zip(asked, screening().cell_levels(window, list(asked.values())), strict=True))


def points_judged(measure: Measure, points: Decimal | None, absence: Absence | None) -> Decimal | None:
    """What a level is taken of: "kan inte genomföras ännu" is the worst there is."""
    if absence is Absence.NOT_YET_ABLE:
        return measure.minimum if measure.higher_is_better else measure.maximum
    return points
