"""The score sheet of one class in one window: rows of pupils, columns of measures, ready to print."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.cells import written
from assessments.database import db
from assessments.doors import CellLevel, screening
from assessments.expected import Enrolled, chosen_measures, enrolled, expected_at
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Absence, AssessmentWindow, Score, ScoreChange
from assessments.roster.models import SchoolClass

Key = tuple[int, str]  # pupil id, measure code


@dataclass(frozen=True)
class Column:
    measure: Measure
    is_expected: bool  # of some year in the class; others are columns because the school uses them
    assessed_on: date | None  # the day most of its results were taken

    @property
    def code(self) -> str:
        return self.measure.code


@dataclass(frozen=True)
class Conflict:
    """Somebody wrote in the cell after the page was fetched."""

    theirs: str
    by: str
    at: str


@dataclass(frozen=True)
class Cell:
    """``stands`` is what is stored, ``text`` what the field holds: what was typed, if that was not stored."""

    text: str = ""
    stands: str = ""
    word: str = ""  # the code's word, or "avbrutet"
    version: int = 0
    assessed_on: date | None = None
    level: CellLevel | None = None
    is_expected: bool = False
    is_open: bool = True  # the measure is for the pupil's year, or something stands here
    fault: str | None = None
    conflict: Conflict | None = None

    @property
    def lacks(self) -> bool:
        return self.is_expected and not self.stands

    @property
    def seen(self) -> str:
        """What the person saw, sent back with the form: the version and the value."""
        return f"{self.version}:{self.stands}"


@dataclass(frozen=True)
class Row:
    pupil: Enrolled
    year: str | None  # the chip, when the class has several years
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    school_class: SchoolClass
    window: AssessmentWindow
    columns: list[Column]
    rows: list[Row]

    @property
    def expected(self) -> int:
        return sum(cell.is_expected for row in self.rows for cell in row.cells)

    @property
    def filled(self) -> int:
        return sum(cell.is_expected and bool(cell.stands) for row in self.rows for cell in row.cells)

    @property
    def missing(self) -> list[tuple[Enrolled, list[Measure]]]:
        """Whose results are missing, and which: expected cells where nothing stands."""
        lacks = [[column.measure for column, cell in self._cells(row) if cell.lacks] for row in self.rows]
        return [(row.pupil, measures) for row, measures in zip(self.rows, lacks, strict=True) if measures]

    @property
    def codes(self) -> dict[str, int]:
        """How often each word stands: ``{"frånvarande": 2, "avbrutet": 1}``."""
        words = [cell.word for row in self.rows for cell in row.cells if cell.word]
        return {word: words.count(word) for word in dict.fromkeys(words)}

    @property
    def faults(self) -> list[tuple[Enrolled, Measure, Cell]]:
        """The cells that could not be stored, row by row."""
        return [
            (row.pupil, column.measure, cell)
            for row in self.rows
            for column, cell in self._cells(row)
            if cell.fault or cell.conflict
        ]

    def _cells(self, row: Row) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, row.cells, strict=True))

    def cell(self, key: Key) -> Cell | None:
        for row in self.rows:
            if row.pupil.pupil_id == key[0]:
                return next((cell for column, cell in self._cells(row) if column.code == key[1]), None)
        return None

    def overlaid(self, changed: Mapping[Key, Cell]) -> "Sheet":
        """The same sheet with some cells replaced: what was typed stays where it could not be stored."""
        rows = [
            replace(
                row,
                cells=[
                    changed.get((row.pupil.pupil_id, column.code), cell) for column, cell in self._cells(row)
                ],
            )
            for row in self.rows
        ]
        return replace(self, rows=rows)


def sheet(school_class: SchoolClass, window: AssessmentWindow) -> Sheet:
    """The sheet as it stands. A fixed number of queries."""
    pupils = enrolled(window, [school_class.id])
    stored = _Stored.of(school_class, window, pupils)
    columns = _columns(stored)
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
    def of(cls, school_class: SchoolClass, window: AssessmentWindow, pupils: list[Enrolled]) -> "_Stored":
        ids = [pupil.pupil_id for pupil in pupils]
        known, scores = measures(), _scores(window, ids)
        return cls(
            years={pupil.year for pupil in pupils},
            known=known,
            expected=expected_at(window, {pupil.place for pupil in pupils}),
            in_use=chosen_measures([school_class.school_id]).get(school_class.school_id, set()),
            scores=scores,
            versions=_versions(window, ids),
            levels=_levels(window, known, scores),
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
        return Cell(text, text, word, version, score.assessed_on, self.levels.get(key), is_expected)


def _columns(stored: _Stored) -> list[Column]:
    """What is expected of anybody here, what the school uses in these years, and what somebody has anyway."""
    expected = {code for codes in stored.expected.values() for code in codes}
    shown = expected | {code for _, code in stored.scores}
    shown |= {code for code in stored.in_use if stored.years & set(stored.known[code].years)}
    days: dict[str, list[date]] = {}
    for (_, code), row in stored.scores.items():
        days.setdefault(code, []).append(row.assessed_on)
    return [
        Column(measure, code in expected, _usual(days.get(code, [])))
        for code, measure in stored.known.items()
        if code in shown
    ]


def _usual(days: list[date]) -> date | None:
    return max(sorted(set(days)), key=days.count) if days else None


def _scores(window: AssessmentWindow, pupil_ids: list[int]) -> dict[Key, Any]:
    rows = db.session.execute(
        sa.select(
            Score.pupil_id, Score.measure, Score.year, Score.points, Score.absence, Score.is_discontinued,
            Score.assessed_on,
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
    window: AssessmentWindow, known: dict[str, Measure], scores: Mapping[Key, Any]
) -> dict[Key, CellLevel | None]:
    asked: dict[Key, tuple[str, int, Decimal]] = {}
    for key, row in scores.items():
        measure = known[row.measure]
        points = row.points
        if row.absence is Absence.NOT_YET_ABLE:  # judged as the worst there is (decision logic, section 2)
            points = measure.minimum if measure.higher_is_better else measure.maximum
        if points is not None:
            asked[key] = (row.measure, row.year, points)
    return dict(zip(asked, screening().cell_levels(window, list(asked.values())), strict=True))
