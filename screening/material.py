"""From the database to arrays: everything that some pupils are judged by, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening.evidence import Period
from screening.frame import Frame
from screening.growth import Behind
from screening.judging import Judged, judge
from screening.models import Observation
from screening.narrowing import narrowed
from screening.score_arrays import ScoreArrays
from screening.standards import Bools, Ints, Mark, Sheet, Standard
from screening.support import periods as support_periods
from screening.support.stored import PERIODS

NOWHERE = -1
IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)

# Asked at every save: built once, for building costs more than asking.
ENROLMENTS = (
    sa.select(
        Enrolment.pupil_id,
        Enrolment.year,
        AssessmentWindow.id.label("window_id"),
        SchoolClass.id.label("class_id"),
        SchoolClass.school_id,
    )
    .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
    .join(AssessmentWindow, AssessmentWindow.academic_year == SchoolClass.academic_year)
    .where(
        Enrolment.pupil_id.in_(IDS),
        Enrolment.starts_on <= AssessmentWindow.closes_on,
        sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= AssessmentWindow.closes_on),
    )
    .order_by(Enrolment.starts_on, Enrolment.id)
)
ADAPTED = sa.select(Pupil.id).where(Pupil.id.in_(IDS), Pupil.school_form == SchoolForm.ANPASSAD)
OBSERVATIONS = (
    sa.select(Observation.pupil_id, Observation.window_id, Observation.observed_by, Observation.observed_on)
    .where(Observation.pupil_id.in_(IDS))
    .order_by(Observation.observed_on, Observation.id)
)
USED = (
    sa.select(SchoolClass.school_id, Score.window_id, Score.measure)
    .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
    .join(Score, Score.pupil_id == Enrolment.pupil_id)
    .join(AssessmentWindow, AssessmentWindow.id == Score.window_id)
    .where(
        SchoolClass.school_id.in_(sa.bindparam("schools", expanding=True)),
        SchoolClass.academic_year == AssessmentWindow.academic_year,
    )
    .distinct()
)

Used = Mapping[tuple[int, int], frozenset[str]]  # school id, window id: measures somebody has a record of


@dataclass(frozen=True)
class Material:
    """n pupils in every window, oldest first. Row i is pupil_ids[i] everywhere."""

    frame: Frame
    pupil_ids: Sequence[int]
    windows: Sequence[AssessmentWindow]
    periods: Sequence[Period]
    enrolled: Sequence[Bools]  # per window (n,): in a class on its closing date
    classes: Sequence[Ints]  # per window (n,): id of that class, or NOWHERE
    adapted: Bools  # (n,) anpassad grundskola
    there: Sequence[Bools]  # per window (n,): in a class while it runs or has run, or with something put down

    @cached_property
    def row_of(self) -> dict[int, int]:
        return {pupil_id: row for row, pupil_id in enumerate(self.pupil_ids)}


def gather(frame: Frame, pupil_ids: Iterable[int]) -> Material:
    """Seven queries, whatever the number of pupils; the arithmetic is one pass per window and year."""
    ids = sorted(pupil_ids)
    places = _Places.fetch(frame, ids)
    sheets = _sheets(frame, ids, places)
    seen, behind = _observations(frame, ids), _behind(frame, ids)
    source = _Source(frame, places, sheets, _adapted(ids), seen, behind, _used(places))
    return Material(
        frame=frame,
        pupil_ids=ids,
        windows=frame.windows,
        periods=[source.period(number) for number in range(len(frame.windows))],
        enrolled=list(places.classes != NOWHERE),
        classes=list(places.classes),
        adapted=source.adapted,
        there=[source.there(number) for number in range(len(frame.windows))],
    )


@dataclass(frozen=True)
class _Places:
    """Where each pupil went on each window's closing date: arrays (windows, n), NOWHERE where in no class.

    Years are put right by the scores: the year a score was taken in is frozen on the score.
    """

    years: Ints
    classes: Ints
    schools: Ints

    @classmethod
    def fetch(cls, frame: Frame, ids: Sequence[int]) -> "_Places":
        shape = len(frame.windows), len(ids)
        years, classes, schools = (np.full(shape, NOWHERE, np.int64) for _ in range(3))
        window_of = {window.id: number for number, window in enumerate(frame.windows)}
        row_of = {pupil_id: row for row, pupil_id in enumerate(ids)}
        for found in db.session.execute(ENROLMENTS, {"ids": ids}):  # of two on one day the later one
            if found.window_id in window_of:
                place = window_of[found.window_id], row_of[found.pupil_id]
                years[place], classes[place], schools[place] = found.year, found.class_id, found.school_id
        return cls(years, classes, schools)


def _sheets(frame: Frame, ids: Sequence[int], places: _Places) -> list[Sheet]:
    """What was put down, per window. Also sets the years of pupils who have scores."""
    sheets = [Sheet.blank(len(ids), len(frame.measures)) for _ in frame.windows]
    scores = ScoreArrays.fetch(frame, ids)
    frozen = np.full_like(places.years, NOWHERE)
    np.maximum.at(frozen, (scores.window, scores.row), scores.year)
    places.years[:] = np.where(frozen == NOWHERE, places.years, frozen)
    for number, sheet in enumerate(sheets):
        here = scores.window == number
        cells = scores.row[here], scores.column[here]
        for name, values in scores.values.items():
            getattr(sheet, name)[cells] = values[here]
    return sheets


def _adapted(ids: Sequence[int]) -> Bools:
    found = db.session.execute(ADAPTED, {"ids": ids})
    return np.isin(ids, list(found.scalars()))


def _observations(frame: Frame, ids: Sequence[int]) -> list[dict[int, dict[str, Any]]]:
    """Per window the latest observation of each pupil (by row): who saw something, and when; never what."""
    told: list[dict[int, dict[str, Any]]] = [{} for _ in frame.windows]
    window_of = {window.id: number for number, window in enumerate(frame.windows)}
    row_of = {pupil_id: row for row, pupil_id in enumerate(ids)}
    for row in db.session.execute(OBSERVATIONS, {"ids": ids}):
        if row.window_id in window_of:
            told[window_of[row.window_id]][row_of[row.pupil_id]] = {
                "observed_by": row.observed_by.value,
                "observed_on": row.observed_on.isoformat(),
            }
    return told


def _behind(frame: Frame, ids: Sequence[int]) -> list[dict[int, Sequence[Behind]]]:
    """Per window the support (by row) that falls behind; empty where none that can be judged does."""
    support = support_periods.fetch(PERIODS.c.pupil_id.in_(ids), frame.measures)
    row_of = {pupil_id: row for row, pupil_id in enumerate(ids)}
    columns = {code: column for column, code in enumerate(frame.measures)}
    told: list[dict[int, Sequence[Behind]]] = []
    for seen in support_periods.seen_by(frame.windows):
        found = support.behind(seen, columns)
        told.append({row_of[pupil_id]: behind for pupil_id, behind in found.items()})
    return told


def _used(places: _Places) -> Used:
    """What anybody at these pupils' schools has a record of, per window."""
    schools = {int(school) for school in np.unique(places.schools) if school != NOWHERE}
    rows = db.session.execute(USED, {"schools": sorted(schools)})
    used: dict[tuple[int, int], set[str]] = {}
    for school_id, window_id, measure in rows:
        used.setdefault((school_id, window_id), set()).add(measure)
    return {place: frozenset(codes) for place, codes in used.items()}


@dataclass(frozen=True)
class _Source:
    """What was fetched, from which each window's period is made."""

    frame: Frame
    places: _Places
    sheets: Sequence[Sheet]
    adapted: Bools
    observations: Sequence[Mapping[int, dict[str, Any]]]
    behind: Sequence[Mapping[int, Sequence[Behind]]]
    used: Used

    def period(self, number: int) -> Period:
        window, years = self.frame.windows[number], self.places.years[number]
        there = [int(year) for year in np.unique(years) if year != NOWHERE]
        standards = {year: self.frame.standard(window, year) for year in there or [0]}
        counted = self._counted(number, standards)
        return Period(
            code=window.code,
            academic_year=window.academic_year,
            opens_on=window.opens_on,
            sheet=self.sheets[number],
            judged=self._judged(number, standards),
            year=years.astype(np.int8),
            standards=standards,
            is_judged=counted & ~self.adapted,
            is_counted=counted,
            expected=self._expected(number),
            is_due=window.closes_on + timedelta(days=window.makeup_days) < today(),
            gives_signals=not self.frame.in_force[window.id].judged_afterwards,
            observations=self.observations[number],
            behind=self.behind[number],
        )

    def there(self, number: int) -> Bools:
        has_begun = self.frame.windows[number].opens_on <= today()
        written: Bools = np.asarray((self.sheets[number].marks != Mark.BLANK).any(axis=1))
        enrolled: Bools = self.places.classes[number] != NOWHERE
        return written | enrolled if has_begun else written

    def _counted(self, number: int, standards: Mapping[int, Standard]) -> Bools:
        """Enrolled, in a year the window is for; a window still to come only where it has records already."""
        with_window = [year for year, standard in standards.items() if standard.has_window]
        enrolled: Bools = self.places.classes[number] != NOWHERE
        return enrolled & np.isin(self.places.years[number], with_window) & self.there(number)

    def _judged(self, number: int, standards: Mapping[int, Standard]) -> Judged:
        sheet, years = self.sheets[number], self.places.years[number]
        judged = Judged.empty(*sheet.marks.shape)
        for year, standard in standards.items():
            rows = np.flatnonzero((years == year) & ~self.adapted)
            if len(rows):
                judged.put(rows, judge(standard, sheet.of(rows)))
        return judged

    def _expected(self, number: int) -> Bools:
        """(n, m) The results expected of each pupil, by year and by what the school uses."""
        window, frame = self.frame.windows[number], self.frame
        years, schools = self.places.years[number], self.places.schools[number]
        columns = {code: column for column, code in enumerate(frame.measures)}
        expected = np.zeros((len(years), len(columns)), np.bool_)
        here = schools != NOWHERE
        for school, year in {(int(s), int(y)) for s, y in zip(schools[here], years[here], strict=True)}:
            standard = frame.standard(window, year)
            codes = narrowed(
                standard.expected,
                (*standard.decides, *standard.also),
                frame.chosen.get(school, frozenset()),
                self.used.get((school, window.id), frozenset()),
            )
            rows = np.flatnonzero((schools == school) & (years == year))
            expected[rows[:, None], [columns[code] for code in codes]] = True
        return expected
