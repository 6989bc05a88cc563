"""Writing scores down: the one place where a score is written, with its history, and screening told."""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from blinker import signal

from assessments.clock import now
from assessments.database import db
from assessments.database.questions import Change
from assessments.import_traces import keep_traces, take_back_traces
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, How, Score, ScoreChangeNote
from assessments.roster.holding import hold
from assessments.standing import CHANGES, SCORES, Standing, answered_before, refusal
from assessments.writes import Cell, Outcome, Recorder, Status, Write

__all__ = [
    "CHANGES",
    "SCORES",
    "Outcome",
    "Recorder",
    "Status",
    "Write",
    "answered_before",
    "change_ids",
    "confirm_scores",
    "record_scores",
    "refusal",
    "scores_recorded",
    "told_at_once",
    "write_down",
    "write_notes",
]

News = dict[int, tuple[AssessmentWindow, set[int], set[str]]]  # by window id: whose scores, of which measures
_waiting_news: ContextVar[News | None] = ContextVar("waiting_news", default=None)
scores_recorded = signal("scores-recorded")
"""Sent with the window, ``pupil_ids`` and the ``measures`` that cells were filled or emptied of, in the same
transaction: screening judges those pupils."""

NOTES = cast(sa.Table, ScoreChangeNote.__table__)
# Done at every save: put into words once.
THIS = SCORES.c.id == sa.bindparam("row_id")
ADD, NOTE_CHANGE, NOTE = Change(sa.insert(SCORES)), Change(sa.insert(CHANGES)), Change(sa.insert(NOTES))
CHANGE, REMOVE = Change(sa.update(SCORES).where(THIS)), Change(sa.delete(SCORES).where(THIS))
CHUNK = 5000  # pupils in one question: both databases limit how many values one statement may hold


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
    parts = list(_parts(writes))
    if len(parts) > 1:
        hold({write.pupil_id for write in writes})
    for part in parts:
        outcomes += _record_part(window, part, by, known)
    outcomes = _as_answered_before(window, outcomes)
    stored = [one for one in outcomes if one.status is Status.STORED]
    if stored:
        codes = {one.write.measure for one in stored if one.comes_or_goes}
        _tell(window, {one.write.pupil_id for one in stored}, codes)
    return outcomes


@contextlib.contextmanager
def told_at_once() -> Iterator[None]:
    """Screening hears of what is recorded inside when all of it is, once for each window."""
    news: News = {}
    token = _waiting_news.set(news)
    try:
        yield
    finally:
        _waiting_news.reset(token)
    for window, pupil_ids, codes in news.values():
        scores_recorded.send(window, pupil_ids=pupil_ids, measures=codes)


def _tell(window: AssessmentWindow, pupil_ids: set[int], codes: set[str]) -> None:
    news = _waiting_news.get()
    if news is None:
        scores_recorded.send(window, pupil_ids=pupil_ids, measures=codes)
        return
    _window, pupils, measures_of = news.setdefault(window.id, (window, set(), set()))
    pupils |= pupil_ids
    measures_of |= codes


def confirm_scores(window: AssessmentWindow, pupil_id: int, codes: set[str]) -> list[str]:
    """A person has looked at odd numbers and says they are right; returns the measures it was news for.

    The value stands as it was, so its version does too. The trail of who said so is the caller's audit row.
    """
    hold({pupil_id})
    here = (Score.window_id == window.id, Score.pupil_id == pupil_id, Score.measure.in_(codes))
    doubted = sa.select(Score.measure).where(*here, ~Score.is_confirmed, Score.points.is_not(None))
    news = list(db.session.scalars(doubted.order_by(Score.measure)))
    if news:
        confirmed = sa.update(SCORES).where(*here, SCORES.c.measure.in_(news))
        db.session.execute(confirmed.values(is_confirmed=True))
        scores_recorded.send(window, pupil_ids={pupil_id})
    return news


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


def _as_answered_before(window: AssessmentWindow, outcomes: list[Outcome]) -> list[Outcome]:
    """The same answers to a request that comes again and writes a cell twice: its first word, if it said what
    the cell said, left no trace to be known by, and would be in conflict with its own second word."""
    stands = {(one.write.cell, one.version) for one in outcomes if one.status is Status.UNCHANGED}
    return [
        Outcome(one.write, Status.UNCHANGED, seen, stands=one.stands)
        if one.status is Status.CONFLICT
        and (seen := one.write.expected_version) is not None
        and (one.write.cell, seen + 1) in stands
        and _said(window, one.write, seen)
        else one
        for one in outcomes
    ]


def _said(window: AssessmentWindow, write: Write, version: int) -> bool:
    """Whether the cell said in that version what is written."""
    here = (CHANGES.c.window_id == window.id, CHANGES.c.pupil_id == write.pupil_id)
    value = sa.select(CHANGES.c.points, CHANGES.c.absence, CHANGES.c.is_discontinued)
    found = db.session.execute(
        value.where(*here, CHANGES.c.measure == write.measure, CHANGES.c.version == version)
    )
    return found.one_or_none() == write.value


def _record_part(
    window: AssessmentWindow, writes: list[Write], by: Recorder, known: dict[str, Measure]
) -> list[Outcome]:
    pupils = {write.pupil_id for write in writes}
    before = Standing.of(window, pupils, [write.client_id for write in writes if write.client_id])
    outcomes = [before.outcome(write, known.get(write.measure)) for write in writes]
    rows = write_down(window, before, outcomes, by)
    _note(window, before, [one for one in outcomes if one.status is Status.STORED], rows, by)
    return [_done(one, before, rows) for one in outcomes]


def _done(outcome: Outcome, before: Standing, rows: Mapping[Cell, dict[str, Any]]) -> Outcome:
    cell, is_empty = outcome.write.cell, outcome.write.is_empty
    old = before.scores.get(cell)
    if outcome.status is not Status.STORED:
        return replace(outcome, stands=old._asdict() if old else None)
    stands = None if is_empty else rows[cell]
    return replace(outcome, stands=stands, comes_or_goes=(old is not None) is is_empty)


def write_down(
    window: AssessmentWindow,
    before: Standing,
    outcomes: Sequence[Outcome],
    by: Recorder,
    is_moved: bool = False,
) -> dict[Cell, dict[str, Any]]:
    """Write the outcomes that are STORED, with their history; returns the rows they became.

    Whoever calls it tells screening (``scores_recorded``) when all is written.
    """
    stored, moment = [outcome for outcome in outcomes if outcome.status is Status.STORED], now()
    rows = {outcome.write.cell: before.row(window, outcome, is_moved) for outcome in stored}
    gone, new, changed = [], [], []
    for outcome in stored:
        old, row = before.scores.get(outcome.write.cell), rows[outcome.write.cell]
        if outcome.write.is_empty:
            gone.extend([{"row_id": old.id}] if old else [])
        elif old is None:
            new.append({**row, "created_at": moment})
        else:
            changed.append({**row, "row_id": old.id})
    REMOVE.write(gone)
    ADD.write(new)
    CHANGE.write(changed)
    NOTE_CHANGE.write([_history(rows[outcome.write.cell], outcome, by, moment) for outcome in stored])
    return rows


def _note(
    window: AssessmentWindow,
    before: Standing,
    stored: Sequence[Outcome],
    rows: dict[Cell, dict[str, Any]],
    by: Recorder,
) -> None:
    """What there is to say beside the values: mostly nothing, and then nothing is asked."""
    undone = [one for one in stored if one.write.undoes is not None]
    said = [one for one in stored if _how(one.write, by) or not _is_on_agreed_text(rows[one.write.cell])]
    if not said and not undone:
        return
    ids = change_ids(window, [*said, *undone])
    write_notes(
        [
            {
                "change_id": ids[one.write.cell],
                "how": _how(one.write, by),
                "counterpart_id": one.write.restores,
                "is_on_agreed_text": _is_on_agreed_text(rows[one.write.cell]),
            }
            for one in said
        ]
    )
    if by.file_id is not None:
        keep_traces(by.file_id, said, ids, before.scores)
    if undone:
        take_back_traces(undone, ids)


def _how(write: Write, by: Recorder) -> How | None:
    if write.restores is not None:
        return How.RESTORED
    return None if by.file_id is None else How.FILE


def _is_on_agreed_text(row: dict[str, Any]) -> bool:
    """An empty cell is on no text at all."""
    return bool(row["is_on_agreed_text"]) or (row["points"] is None and row["absence"] is None)


def change_ids(window: AssessmentWindow, stored: Collection[Outcome]) -> dict[Cell, int]:
    """The changes that these outcomes became. One query."""
    latest = (
        sa.select(CHANGES.c.pupil_id, CHANGES.c.measure, sa.func.max(CHANGES.c.id))
        .where(
            CHANGES.c.window_id == window.id, CHANGES.c.pupil_id.in_({one.write.pupil_id for one in stored})
        )
        .group_by(CHANGES.c.pupil_id, CHANGES.c.measure)
    )
    return {(pupil_id, measure): number for pupil_id, measure, number in db.session.execute(latest)}


def write_notes(notes: list[dict[str, Any]]) -> None:
    """What there is to say of changes, beside their values."""
    NOTE.write(notes)


def _history(row: dict[str, Any], outcome: Outcome, by: Recorder, moment: datetime) -> dict[str, Any]:
    cell = ("pupil_id", "window_id", "measure", "version")
    value = ("points", "absence", "is_discontinued", "assessed_on")
    return {key: row[key] for key in (*cell, *value)} | {
        "client_id": outcome.write.client_id,
        "account_id": by.account_id,
        "duty_id": by.duty_id,
        "changed_at": moment,
    }
