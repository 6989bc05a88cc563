"""What stands in the cells that are to be written, and so what becomes of each write."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa

from assessments.clock import today
from assessments.database.questions import Question, is_one_of
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow, Score, ScoreChange
from assessments.roster.holding import hold
from assessments.roster.models import Enrolment, SchoolClass
from assessments.roster.narrowing import NARROWED, SAID
from assessments.window_dates import WindowDates, at_schools
from assessments.writes import Cell, Outcome, Status, Write

SCORES = cast(sa.Table, Score.__table__)
CHANGES = cast(sa.Table, ScoreChange.__table__)

# Asked at every save: built once, for building costs more than asking.
STANDING = Question(
    sa.select(SCORES).where(
        SCORES.c.window_id == sa.bindparam("window"), is_one_of(SCORES.c.pupil_id, "pupils")
    )
)
LATER = CHANGES.alias()
LAST = sa.select(sa.func.max(LATER.c.version)).where(
    LATER.c.pupil_id == CHANGES.c.pupil_id,
    LATER.c.window_id == CHANGES.c.window_id,
    LATER.c.measure == CHANGES.c.measure,
)
LATEST = Question(
    sa.select(CHANGES).where(
        CHANGES.c.window_id == sa.bindparam("window"),
        is_one_of(CHANGES.c.pupil_id, "pupils"),
        CHANGES.c.version == LAST.scalar_subquery(),
    )
)
ANSWERED = Question(sa.select(CHANGES).where(is_one_of(CHANGES.c.client_id, "client_ids")))
ENROLMENTS = Question(
    sa.select(
        Enrolment.pupil_id,
        Enrolment.year,
        Enrolment.starts_on,
        Enrolment.ends_on,
        SchoolClass.school_id,
        Enrolment.pupil_id.in_(NARROWED).label("is_narrowed"),
    )
    .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
    .where(
        is_one_of(Enrolment.pupil_id, "pupils"), SchoolClass.academic_year == sa.bindparam("academic_year")
    )
    .order_by(Enrolment.starts_on)
)


def refusal(measure: Measure | None, points: Decimal | None) -> str | None:
    """Why the points cannot stand for this measure, in Swedish; None when they can."""
    if measure is None:
        return "Måttet finns inte."
    if points is None:
        return None
    if not points.is_finite() or not measure.minimum <= points <= measure.maximum:
        if measure.labels:
            return f"{measure.name} är {', '.join(measure.labels[:-1])} eller {measure.labels[-1]}."
        low, high = (f"{edge:f}".replace(".", ",") for edge in (measure.minimum, measure.maximum))
        return f"{measure.name} går från {low} till {high}."
    if (points - measure.minimum) % measure.step != 0:
        return f"{measure.name} anges i steg om {f'{measure.step:f}'.replace('.', ',')}."
    return None


@dataclass(frozen=True)
class Standing:
    """What stands in the cells of these pupils before the writes."""

    scores: dict[Cell, Any]
    latest: dict[Cell, Any]  # the latest change of each cell: its version counts on after a removal
    answered: dict[str, Any]  # client id -> the change it was stored as, in whatever window
    window_id: int
    years: dict[int, list[Any]]  # enrolments that touch the window
    dates: dict[int, WindowDates]  # of the window, at each school

    @classmethod
    def of(
        cls, window: AssessmentWindow, pupils: Collection[int], client_ids: Collection[str] = ()
    ) -> "Standing":
        """What stands now, and stands until the commit: other writers of these pupils wait."""
        pupils = set(pupils)
        hold(pupils)
        asked: dict[str, Any] = {"window": window.id, "pupils": sorted(pupils)}
        years = _enrolments(window, pupils)
        return cls(
            scores={(row.pupil_id, row.measure): row for row in STANDING.told(**asked)},
            latest={(row.pupil_id, row.measure): row for row in LATEST.told(**asked)},
            answered=answered_before(client_ids),
            years=years,
            dates=at_schools(window, {row.school_id for rows in years.values() for row in rows}),
            window_id=window.id,
        )

    def outcome(self, write: Write, measure: Measure | None, is_always_news: bool = False) -> Outcome:
        """What becomes of the write. ``is_always_news``: also where the cell says so already."""
        latest = self.latest.get(write.cell)
        version = latest.version if latest else 0
        if change := self.answered.get(write.client_id or ""):
            return _again(write, change, self.window_id)
        is_narrowed = any(row.is_narrowed for row in self.years.get(write.pupil_id, ()))
        if reason := SAID if is_narrowed else refusal(measure, write.points):
            return Outcome(write, Status.REFUSED, version, reason)
        is_always_news = is_always_news or write.undoes is not None
        if not is_always_news and self._says_so_already(write):
            return Outcome(write, Status.UNCHANGED, version)
        if write.expected_version not in (None, version):
            names = ("points", "absence", "duty_id", "changed_at")
            found: dict[str, Any] = {name: getattr(latest, name, None) for name in names}
            return Outcome(write, Status.CONFLICT, version, **found)
        if write.pupil_id not in self.years and write.undoes is None:
            return Outcome(write, Status.REFUSED, version, "Eleven gick inte i någon klass under perioden.")
        return Outcome(write, Status.STORED, version + 1)

    def _says_so_already(self, write: Write) -> bool:
        score = self.scores.get(write.cell)
        if score is None or write.is_empty:
            return score is None and write.is_empty
        return (score.points, score.absence, score.is_discontinued) == write.value and all(
            told in (None, standing)
            for told, standing in (
                (write.assessed_on, score.assessed_on),
                (write.attempted, score.attempted),
                (write.errors, score.errors),
                (write.is_on_agreed_text, score.is_on_agreed_text),
            )
        )

    def row(self, window: AssessmentWindow, outcome: Outcome, is_moved: bool = False) -> dict[str, Any]:
        """The score's columns after the write; the year of a score that stands stays what it was, unless
        another test's result has been moved there."""
        write, old = outcome.write, self.scores.get(outcome.write.cell)
        assessed_on = write.assessed_on or (old.assessed_on if old else self._usual_day(write.pupil_id))
        on_text = write.is_on_agreed_text
        if on_text is None:
            on_text = old.is_on_agreed_text if old else True
        counted: Any = write  # attempted and errors: they go with the value
        says_all = is_moved or write.undoes is not None
        if old and not says_all and (old.points, old.absence, old.is_discontinued) == write.value:
            counted = old
        return {
            "pupil_id": write.pupil_id,
            "window_id": window.id,
            "measure": write.measure,
            "year": old.year if old and not is_moved else self._place_on(write.pupil_id, assessed_on).year,
            "points": write.points,
            "absence": write.absence,
            "is_discontinued": write.is_discontinued,
            "is_on_agreed_text": on_text,
            "is_confirmed": write.is_confirmed,  # a changed number is looked at anew
            "assessed_on": assessed_on,
            "attempted": counted.attempted if write.attempted is None else write.attempted,
            "errors": counted.errors if write.errors is None else write.errors,
            "version": outcome.version,
        }

    def _usual_day(self, pupil_id: int) -> date:
        """Today, or the end nearest to it of the window at the pupil's school."""
        return self.dates[self._place_on(pupil_id, today()).school_id].nearest(today())

    def _place_on(self, pupil_id: int, day: date) -> Any:
        """The enrolment that began last on or before the day, else the first."""
        enrolments = self.years[pupil_id]
        begun = [row for row in enrolments if row.starts_on <= day]
        return (begun or enrolments[:1])[-1]


def answered_before(client_ids: Collection[str]) -> dict[str, Any]:
    """The changes that were stored under these ids: a repeated write is answered, not written. One query."""
    found = ANSWERED.told(client_ids=list(client_ids)) if client_ids else ()
    return {row.client_id: row for row in found}


def _again(write: Write, change: Any, window_id: int) -> Outcome:
    """The answer of the first time; an id that another write has used says nothing of this one."""
    cell = (change.pupil_id, change.measure)
    value = (change.points, change.absence, change.is_discontinued)
    if (cell, value, change.window_id) == (write.cell, write.value, window_id):
        return Outcome(write, Status.UNCHANGED, change.version)
    return Outcome(write, Status.REFUSED, change.version, "Samma client_id har använts förut.")


def _enrolments(window: AssessmentWindow, pupils: set[int]) -> dict[int, list[Any]]:
    """Each pupil's enrolments in classes of the window's academic year, in order of start."""
    rows = ENROLMENTS.told(pupils=sorted(pupils), academic_year=window.academic_year)
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.pupil_id, []).append(row)
    return found
