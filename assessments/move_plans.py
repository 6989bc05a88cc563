"""What a move would do, shown before it is done: what stands at both ends, and what is in the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assessments.cells import written
from assessments.database import db
from assessments.doors import screening
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Score, ScoreChange
from assessments.moving import TAKEN, End, Move, Taken, day_at
from assessments.recording import refusal
from assessments.roster.models import Pupil
from assessments.words import day

VALUE = ("points", "absence", "is_discontinued", "assessed_on")
Place = tuple[int, AssessmentWindow, str]  # pupil id, window, measure code
Ends = tuple[End, End]
Key = tuple[int, int, str]  # pupil id, window id, measure code


@dataclass(frozen=True)
class Line:
    """One result on its way. ``stands``: what there is where it goes; ``notes`` are told, never refused."""

    pupil: str
    measure: str
    told: str
    to_pupil: str
    to_measure: str
    to_window: str
    stands: str
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MovePlan:
    """``seen``: what a form sends back, so that nothing is moved that has changed since it was shown."""

    moves: list[Move] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    seen: str = ""
    is_taken: bool = False  # something stands at some destination
    taken: Taken | None = None

    @property
    def reasons(self) -> list[str]:
        told = [f"{line.pupil}, {line.measure}: {line.reason}" for line in self.lines if line.reason]
        return [*told, TAKEN] if self.is_taken and self.taken is None else told


def plan(ends: Sequence[tuple[Place, Place]], names: Mapping[int, str], taken: Taken | None) -> MovePlan:
    """The moves from each first place (pupil id, window, measure) to its second. A fixed number of queries.

    Where only the second holds a result it goes to the first, if they swap; equal ones stay where they are.
    So does what is of another school that has not handed it over: at neither end is it told, or written on.
    """
    standing, closed = _Cells.of([place for pair in ends for place in pair]), _closed(ends)
    both = [
        (standing.end(*here), standing.end(*there))
        for here, there in ends
        if not closed & {(pupil_id, window.id) for pupil_id, window, _ in (here, there)}
    ]
    moves = [move for here, there in both if (move := standing.move(here, there, taken))]
    return MovePlan(
        moves=moves,
        lines=[standing.line(move, names) for move in moves],
        seen=_seen(moves),
        is_taken=any(standing.score(move.target) is not None for move in moves),
        taken=taken,
    )


def _closed(ends: Sequence[tuple[Place, Place]]) -> set[tuple[int, int]]:
    """Of which pupil and window (their ids) nothing may be seen. One query."""
    if not ends:
        return set()
    places = {(pupil_id, window.id) for pair in ends for pupil_id, window, _ in pair}
    (_, seen_from, _), _ = ends[0]
    asked = sa.select(Pupil.id, AssessmentWindow.id).join(AssessmentWindow, sa.true())
    asked = asked.where(
        Pupil.id.in_({pupil_id for pupil_id, _ in places}),
        AssessmentWindow.id.in_({window_id for _, window_id in places}),
        ~screening().is_open(Pupil.id, AssessmentWindow.id, seen_from),
    )
    return {(pupil_id, window_id) for pupil_id, window_id in db.session.execute(asked)}


def _seen(moves: Sequence[Move]) -> str:
    """Every cell with the version that is shown: ``17.3.bokstavsljud.2>18.3.bokstavsljud.0``."""
    told = [
        [f"{end.pupil_id}.{end.window.id}.{end.measure}.{end.version}" for end in _both(one)] for one in moves
    ]
    return " ".join(">".join(pair) for pair in told)


def _both(move: Move) -> Ends:
    return move.source, move.target


@dataclass(frozen=True)
class _Cells:
    scores: dict[Key, Any]
    versions: dict[Key, int]
    known: dict[str, Measure]

    @classmethod
    def of(cls, places: Collection[Place]) -> "_Cells":
        pupils = {pupil_id for pupil_id, _, _ in places}
        windows = {window.id for _, window, _ in places}
        scores = db.session.execute(
            sa.select(Score.__table__).where(Score.pupil_id.in_(pupils), Score.window_id.in_(windows))
        )
        cell = (ScoreChange.pupil_id, ScoreChange.window_id, ScoreChange.measure)
        versions = db.session.execute(
            sa.select(*cell, sa.func.max(ScoreChange.version))
            .where(ScoreChange.pupil_id.in_(pupils), ScoreChange.window_id.in_(windows))
            .group_by(*cell)
        )
        return cls(
            scores={(row.pupil_id, row.window_id, row.measure): row for row in scores},
            versions={(pupil, window, code): version for pupil, window, code, version in versions},
            known=measures(),
        )

    def end(self, pupil_id: int, window: AssessmentWindow, measure: str) -> End:
        return End(window, pupil_id, measure, self.versions.get((pupil_id, window.id, measure), 0))

    def score(self, end: End) -> Any | None:
        return self.scores.get((end.pupil_id, end.window.id, end.measure))

    def move(self, here: End, there: End, taken: Taken | None) -> Move | None:
        came, stood = self.score(here), self.score(there)
        if came is None:
            return Move(there, here) if stood is not None and taken is Taken.SWAP else None
        if stood is None:
            return Move(here, there)
        is_same = taken is Taken.SWAP and all(getattr(came, name) == getattr(stood, name) for name in VALUE)
        return None if is_same else Move(here, there, taken)

    def line(self, move: Move, names: Mapping[int, str]) -> Line:
        source, target = _both(move)
        came, stood = self.score(source), self.score(target)
        back = stood if move.taken is Taken.SWAP else None
        return Line(
            pupil=names[source.pupil_id],
            measure=self.known[source.measure].name,
            told=self.said(came),
            to_pupil=names[target.pupil_id],
            to_measure=self.known[target.measure].name,
            to_window=target.window.label,
            stands=self.said(stood),
            reason=self._reason(came, target) or (self._reason(back, source) if back is not None else None),
            notes=tuple(_notes(came, target)),
        )

    def said(self, score: Any | None) -> str:
        if score is None:
            return ""
        if score.absence is not None:
            return str(score.absence.label)
        return written(self.known[score.measure], score.points, None, score.is_discontinued)

    def _reason(self, score: Any, target: End) -> str | None:
        return refusal(self.known.get(target.measure), score.points)


def _notes(score: Any, target: End) -> list[str]:
    there = day_at(score.assessed_on, target.window)
    if there != score.assessed_on:
        return [f"Provdatumet blir {day(there)}."]
    if not target.window.opens_on <= there <= target.window.closes_on:
        return [f"Provdatumet {day(there)} ligger utanför perioden."]
    return []
