"""Writing scores down: the one place where a score is written, with its history, and screening told."""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from blinker import signal

from assessments.clock import now, today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Absence, AssessmentWindow, Score, ScoreChange
from assessments.roster.holding import hold
from assessments.roster.models import Enrolment, SchoolClass

scores_recorded = signal("scores-recorded")
"""Sent with the window and ``pupil_ids``, in the same transaction: screening judges exactly those pupils."""

SCORES = cast(sa.Table, Score.__table__)
CHANGES = cast(sa.Table, ScoreChange.__table__)
Cell = tuple[int, str]  # pupil id, measure code
CHUNK = 5000  # pupils in one question: both databases limit how many values one statement may hold


@dataclass(frozen=True)
class Write:
    """One cell as somebody left it. Points and absence both None: the value is taken away.

    ``expected_version`` 0 means "the cell was empty when I saw it"; None does not ask.
    """

    pupil_id: int
    measure: str
    points: Decimal | None = None
    absence: Absence | None = None
    is_discontinued: bool = False
    assessed_on: date | None = None
    attempted: int | None = None
    errors: int | None = None
    expected_version: int | None = None
    client_id: str | None = None

    @property
    def cell(self) -> Cell:
        return self.pupil_id, self.measure

    @property
    def is_empty(self) -> bool:
        return self.points is None and self.absence is None


@dataclass(frozen=True)
class Recorder:
    """Who writes, and by which duty; both None on the command line."""

    account_id: int | None = None
    duty_id: int | None = None


class Status(enum.StrEnum):
    STORED = "stored"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of a write; on a conflict the value that stands there, by which duty and since when."""

    write: Write
    status: Status
    version: int
    reason: str | None = None
    points: Decimal | None = None
    absence: Absence | None = None
    duty_id: int | None = None
    changed_at: datetime | None = None


def record_scores(
    window: AssessmentWindow,
    writes: Sequence[Write],
    by: Recorder,
    *,
    known: dict[str, Measure] | None = None,
) -> list[Outcome]:
    """Store what can be stored, with history, and say what became of each write, in order.

    A fixed number of statements per 5,000 writes. Flushes; the caller commits, everything or nothing.
    """
    known = known or measures()
    outcomes: list[Outcome] = []
    for part in _parts(writes):
        outcomes += _record_part(window, part, by, known)
    touched = {outcome.write.pupil_id for outcome in outcomes if outcome.status is Status.STORED}
    if touched:
        scores_recorded.send(window, pupil_ids=touched)
    return outcomes


def confirm_scores(window: AssessmentWindow, pupil_id: int, codes: set[str]) -> list[str]:
    """A person has looked at odd numbers and says they are right; returns the measures it was news for.

    The value stands as it was, so its version does too. The trail of who said so is the caller's audit row.
    """
    here = (Score.window_id == window.id, Score.pupil_id == pupil_id, Score.measure.in_(codes))
    doubted = sa.select(Score.measure).where(*here, ~Score.is_confirmed, Score.points.is_not(None))
    news = list(db.session.scalars(doubted.order_by(Score.measure)))
    if news:
        confirmed = sa.update(SCORES).where(*here, SCORES.c.measure.in_(news))
        db.session.execute(confirmed.values(is_confirmed=True))
        scores_recorded.send(window, pupil_ids={pupil_id})
    return news


def refusal(measure: Measure | None, points: Decimal | None) -> str | None:
    """Why the points cannot stand for this measure, in Swedish; None when they can."""
    if measure is None:
        return "Måttet finns inte."
    if points is None:
        return None
    if not points.is_finite() or not measure.minimum <= points <= measure.maximum:
        low, high = (f"{edge:f}".replace(".", ",") for edge in (measure.minimum, measure.maximum))
        return f"{measure.name} går från {low} till {high}."
    if (points - measure.minimum) % measure.step != 0:
        return f"{measure.name} anges i steg om {f'{measure.step:f}'.replace('.', ',')}."
    return None


def _parts(writes: Sequence[Write]) -> Iterator[list[Write]]:
    """Parts of at most CHUNK writes in which no cell stands twice."""
    part: list[Write] = []
    seen: set[Cell] = set()
    for write in writes:
        if len(part) == CHUNK or write.cell in seen:
            yield part
            part, seen = [], set()
        part.append(write)
        seen.add(write.cell)
    if part:
        yield part


def _record_part(
    window: AssessmentWindow, writes: list[Write], by: Recorder, known: dict[str, Measure]
) -> list[Outcome]:
    before = _Before.of(window, writes)
    outcomes = [before.outcome(write, known.get(write.measure)) for write in writes]
    stored = [outcome for outcome in outcomes if outcome.status is Status.STORED]
    day, moment = min(max(today(), window.opens_on), window.closes_on), now()
    rows = {outcome.write.cell: before.row(window, outcome, day) for outcome in stored}
    gone, new, changed = [], [], []
    for outcome in stored:
        old, row = before.scores.get(outcome.write.cell), rows[outcome.write.cell]
        if old is None:
            new.append({**row, "created_at": moment})
        elif outcome.write.is_empty:
            gone.append({"row_id": old.id})
        else:
            changed.append({**row, "row_id": old.id})
    _execute(sa.delete(SCORES).where(SCORES.c.id == sa.bindparam("row_id")), gone)
    _execute(sa.insert(SCORES), new)
    _execute(sa.update(SCORES).where(SCORES.c.id == sa.bindparam("row_id")), changed)
    history = [_history(rows[outcome.write.cell], outcome, by, moment) for outcome in stored]
    _execute(sa.insert(CHANGES), history)
    return outcomes


def _execute(statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.connection().execute(statement, rows)


def _history(row: dict[str, Any], outcome: Outcome, by: Recorder, moment: datetime) -> dict[str, Any]:
    cell = ("pupil_id", "window_id", "measure", "version")
    value = ("points", "absence", "is_discontinued", "assessed_on")
    return {key: row[key] for key in (*cell, *value)} | {
        "client_id": outcome.write.client_id,
        "account_id": by.account_id,
        "duty_id": by.duty_id,
        "changed_at": moment,
    }


@dataclass(frozen=True)
class _Before:
    """What stands in the cells of these pupils before the writes."""

    scores: dict[Cell, Any]
    latest: dict[Cell, Any]  # the latest change of each cell: its version counts on after a removal
    answered: dict[str, int]  # client id -> the version it was stored as
    years: dict[int, list[Any]]  # enrolments that touch the window

    @classmethod
    def of(cls, window: AssessmentWindow, writes: list[Write]) -> "_Before":
        pupils = {write.pupil_id for write in writes}
        hold(pupils)
        here = sa.select(SCORES).where(SCORES.c.window_id == window.id, SCORES.c.pupil_id.in_(pupils))
        return cls(
            scores={(row.pupil_id, row.measure): row for row in db.session.execute(here)},
            latest=_latest_changes(window, pupils),
            answered=_answered([write.client_id for write in writes if write.client_id]),
            years=_enrolments(window, pupils),
        )

    def outcome(self, write: Write, measure: Measure | None) -> Outcome:
        latest = self.latest.get(write.cell)
        version = latest.version if latest else 0
        if write.client_id in self.answered:
            return Outcome(write, Status.UNCHANGED, self.answered[write.client_id])
        if reason := refusal(measure, write.points):
            return Outcome(write, Status.REFUSED, version, reason)
        if self._says_so_already(write):
            return Outcome(write, Status.UNCHANGED, version)
        if write.expected_version not in (None, version):
            names = ("points", "absence", "duty_id", "changed_at")
            found = (getattr(latest, name, None) for name in names)
            return Outcome(write, Status.CONFLICT, version, None, *found)
        if write.pupil_id not in self.years:
            return Outcome(write, Status.REFUSED, version, "Eleven gick inte i någon klass under perioden.")
        return Outcome(write, Status.STORED, version + 1)

    def _says_so_already(self, write: Write) -> bool:
        score = self.scores.get(write.cell)
        if score is None or write.is_empty:
            return score is None and write.is_empty
        value = (score.points, score.absence, score.is_discontinued)
        return value == (write.points, write.absence, write.is_discontinued) and all(
            told in (None, standing)
            for told, standing in (
                (write.assessed_on, score.assessed_on),
                (write.attempted, score.attempted),
                (write.errors, score.errors),
            )
        )

    def row(self, window: AssessmentWindow, outcome: Outcome, day: date) -> dict[str, Any]:
        """The score's columns after the write; the year of a score that stands stays what it was."""
        write, old = outcome.write, self.scores.get(outcome.write.cell)
        assessed_on = write.assessed_on or (old.assessed_on if old else day)
        return {
            "pupil_id": write.pupil_id,
            "window_id": window.id,
            "measure": write.measure,
            "year": old.year if old else _year_on(self.years[write.pupil_id], assessed_on),
            "points": write.points,
            "absence": write.absence,
            "is_discontinued": write.is_discontinued,
            "is_on_agreed_text": True,
            "is_confirmed": False,  # a changed number is looked at anew
            "assessed_on": assessed_on,
            "attempted": write.attempted,
            "errors": write.errors,
            "version": outcome.version,
        }


def _latest_changes(window: AssessmentWindow, pupils: set[int]) -> dict[Cell, Any]:
    changes = db.session.execute(
        sa.select(CHANGES)
        .where(CHANGES.c.window_id == window.id, CHANGES.c.pupil_id.in_(pupils))
        .order_by(CHANGES.c.version)
    )
    return {(row.pupil_id, row.measure): row for row in changes}


def _answered(client_ids: list[str]) -> dict[str, int]:
    found = db.session.execute(
        sa.select(CHANGES.c.client_id, CHANGES.c.version).where(CHANGES.c.client_id.in_(client_ids))
    )
    return {row.client_id: row.version for row in found}


def _enrolments(window: AssessmentWindow, pupils: set[int]) -> dict[int, list[Any]]:
    """Each pupil's enrolments in classes of the window's academic year, in order of start."""
    rows = db.session.execute(
        sa.select(Enrolment.pupil_id, Enrolment.year, Enrolment.starts_on, Enrolment.ends_on)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id.in_(pupils), SchoolClass.academic_year == window.academic_year)
        .order_by(Enrolment.starts_on)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.pupil_id, []).append(row)
    return found


def _year_on(enrolments: list[Any], day: date) -> int:
    """The year of the enrolment that began last on or before the day, else of the first."""
    begun = [row for row in enrolments if row.starts_on <= day]
    return int((begun or enrolments[:1])[-1].year)
