"""Results that stand in the wrong place: moved with one act that leaves both histories true.

Both cells get a change that names the other. Nothing is overwritten that nobody has spoken for, and either
everything is moved or nothing is.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import calendar
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, How, Season
from assessments.recording import (
    Outcome,
    Recorder,
    Status,
    Write,
    change_ids,
    scores_recorded,
    write_down,
    write_notes,
)
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.standing import Standing
from assessments.writes import Cell

NOTHING = "Där står inget att flytta."
TAKEN = "Där står redan ett resultat. Välj om de ska byta plats eller om det ska ersättas."


class Taken(enum.StrEnum):
    """What becomes of the result that stands where another is moved to."""

    SWAP = "swap"
    REPLACE = "replace"


@dataclass(frozen=True)
class End:
    """One cell, and the version somebody saw there."""

    window: AssessmentWindow
    pupil_id: int
    measure: str
    version: int

    @property
    def cell(self) -> Cell:
        return self.pupil_id, self.measure


@dataclass(frozen=True)
class Move:
    """One result from a cell to another. ``taken`` None: the other is believed to be empty."""

    source: End
    target: End
    taken: Taken | None = None


def move_scores(moves: Sequence[Move], by: Recorder) -> list[Outcome]:
    """Move every result, or none: then some outcome is not STORED, and says why.

    Flushes; the caller commits. A fixed number of statements, however many results.
    """
    ends = [end for move in moves for end in (move.source, move.target)]
    places = [(end.window.id, *end.cell) for end in ends]
    if len(set(places)) < len(places):
        raise Refused("Samma ruta kan inte vara med två gånger.")
    pupils = {end.pupil_id for end in ends}
    hold(pupils)  # all of them at once and in order: two who move towards each other wait, and do not lock
    windows = sorted({end.window.id: end.window for end in ends}.values(), key=_place_in_time)
    before = {window.id: Standing.of(window, pupils) for window in windows}
    outcomes = _outcomes(moves, before)
    if all(outcome.status is Status.STORED for _, outcome in outcomes):
        ids = _write(windows, before, outcomes, by)
        _name_each_other(moves, ids, outcomes)
        for window in windows:
            scores_recorded.send(window, pupil_ids=pupils, measures={end.measure for end in ends})
    return [outcome for _, outcome in outcomes]


def _place_in_time(window: AssessmentWindow) -> tuple[str, int]:
    return window.academic_year, list(Season).index(window.season)


Before = dict[int, Standing]  # by window id
Outcomes = list[tuple[End, Outcome]]
Place = tuple[int, Cell]  # window id, cell


def _outcomes(moves: Sequence[Move], before: Before) -> Outcomes:
    known = measures()
    return [
        (end, _outcome(move, end, write, before, known.get(end.measure)))
        for move in moves
        for end, write in _writes(move, before)
    ]


def _writes(move: Move, before: Before) -> list[tuple[End, Write]]:
    """What each end is to say."""
    source, target = move.source, move.target
    came, stood = (before[end.window.id].scores.get(end.cell) for end in (source, target))
    swaps = stood is not None and move.taken is Taken.SWAP
    return [
        (target, _emptied(target) if came is None else _carried(came, source, target)),
        (source, _carried(stood, target, source) if swaps else _emptied(source)),
    ]


def _outcome(move: Move, end: End, write: Write, before: Before, measure: Measure | None) -> Outcome:
    outcome = before[end.window.id].outcome(write, measure, is_always_news=True)
    reason = _in_the_way(move, before)
    if outcome.status is Status.STORED and reason:
        return Outcome(write, Status.REFUSED, end.version, reason)
    return outcome


def _in_the_way(move: Move, before: Before) -> str | None:
    if move.source.cell not in before[move.source.window.id].scores:
        return NOTHING
    if move.taken is None and move.target.cell in before[move.target.window.id].scores:
        return TAKEN
    return None


def _emptied(end: End) -> Write:
    return Write(*end.cell, expected_version=end.version)


def _carried(score: Any, source: End, target: End) -> Write:
    """The result as it stands at the other end: the day it was taken goes along, and what was counted."""
    same_place = (source.window.id, source.measure) == (target.window.id, target.measure)
    return Write(
        *target.cell,
        points=score.points,
        absence=score.absence,
        is_discontinued=score.is_discontinued,
        assessed_on=day_at(score.assessed_on, target.window),
        attempted=score.attempted,
        errors=score.errors,
        expected_version=target.version,
        is_on_agreed_text=score.is_on_agreed_text if same_place else True,
    )


def day_at(day: date, window: AssessmentWindow) -> date:
    """The day of the test if it lies in the window's academic year, else the nearest day of the window."""
    if calendar.academic_year_on(day) == window.academic_year:
        return day
    return min(max(day, window.opens_on), window.closes_on)


def _write(
    windows: Sequence[AssessmentWindow], before: Before, outcomes: Outcomes, by: Recorder
) -> dict[Place, int]:
    """Every cell written; returns the change that each became."""
    ids: dict[Place, int] = {}
    for window in windows:
        here = [outcome for end, outcome in outcomes if end.window.id == window.id]
        write_down(window, before[window.id], here, by, is_moved=True)
        ids |= {(window.id, cell): number for cell, number in change_ids(window, here).items()}
    return ids


def _name_each_other(moves: Sequence[Move], ids: dict[Place, int], outcomes: Outcomes) -> None:
    on_text = {
        (end.window.id, end.cell): outcome.write.is_on_agreed_text is not False for end, outcome in outcomes
    }
    ends = [(move.source, move.target) for move in moves]
    notes = []
    for here, there in ends + [(target, source) for source, target in ends]:
        place = here.window.id, here.cell
        notes.append(
            {
                "change_id": ids[place],
                "how": How.MOVED,
                "counterpart_id": ids[there.window.id, there.cell],
                "is_on_agreed_text": on_text[place],
            }
        )
    write_notes(notes)
