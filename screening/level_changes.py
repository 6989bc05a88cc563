"""Who would change level if another set judged a window: counted on what was put down, set-wise, in arrays.

Counts only, by school and year, never a pupil; which of them may be shown is ``screening.shown_changes``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from screening import flagging
from screening.benchmarks.catalogue import Benchmarks, InForce
from screening.frame import Frame
from screening.levels import Level
from screening.lives import signalled
from screening.material import Material, gather
from screening.placed import NOWHERE
from screening.standards import Ints

CANDIDATE = 0  # no stored set has this id
LEVELS = len(Level)  # rank -1 (not determined) to 3: the rank + 1 is its place in a flow

Flow = npt.NDArray[np.int64]
"""(LEVELS, LEVELS) How many went from a level (row) to a level (column)."""


def _no_flow() -> Flow:
    return np.zeros((LEVELS, LEVELS), np.int64)


@dataclass(frozen=True)
class LevelChanges:
    """What the candidate would make of a window.

    ``windows`` by (school id, year): the window's level; ``measures`` by (code, year): the single measure's.
    """

    windows: Mapping[tuple[int, int], Flow]
    measures: Mapping[tuple[str, int], Flow]


@dataclass
class _Counting:
    windows: defaultdict[tuple[int, int], Flow] = field(default_factory=lambda: defaultdict(_no_flow))
    measures: defaultdict[tuple[str, int], Flow] = field(default_factory=lambda: defaultdict(_no_flow))


def level_changes(window: AssessmentWindow, candidate: Benchmarks) -> LevelChanges:
    """Judge the window by the set in force and by the candidate, a school's worth of pupils at a time.

    A fixed number of queries per 1,000 pupils; memory does not grow with them. Writes nothing.
    """
    frame = Frame.fetch()
    force = frame.in_force.get(window.id)
    now = _of(frame, window, force, frame.sets) if force else None
    then = _of(frame, window, InForce(CANDIDATE, "", "", False), {CANDIDATE: candidate})
    counting = _Counting()
    for ids in flagging.by_school(flagging.window_pupils(window)):
        _count(counting, gather(now, ids) if now else None, gather(then, ids))
    return LevelChanges(counting.windows, counting.measures)


def would_signal(window: AssessmentWindow, candidate: Benchmarks) -> tuple[int, int]:
    """How many the candidate would judge, and for how many of them it would signal a need. Writes nothing."""
    then = _of(Frame.fetch(), window, InForce(CANDIDATE, "", "", False), {CANDIDATE: candidate})
    parts = (gather(then, ids) for ids in flagging.by_school(flagging.window_pupils(window)))
    counts = [signalled(part, 0) for part in parts]
    return sum(judged for judged, _ in counts), sum(need for _, need in counts)


def _of(frame: Frame, window: AssessmentWindow, force: InForce, sets: Mapping[int, Benchmarks]) -> Frame:
    """The frame of this window alone, judged so."""
    # A candidate has no id of its own: what is made of its limits is kept for this frame alone.
    return replace(frame, windows=[window], in_force={window.id: force}, sets=sets, _standards={}, _scales={})


def _count(counting: _Counting, now: Material | None, then: Material) -> None:
    period = then.periods[0]
    before = now.periods[0] if now else None
    here = period.is_judged | (before.is_judged if before else False)
    schools = _schools(then.classes[0])
    after = np.where(period.is_judged, period.judged.level, -1)
    former = np.where(before.is_judged, before.judged.level, -1) if before else np.full_like(after, -1)
    for school, year in _pairs(schools[here], period.year[here]):
        rows = here & (schools == school) & (period.year == year)
        _add(counting.windows[school, year], former[rows], after[rows])
    for column, code in enumerate(then.frame.measures):
        ranks = period.judged.ranks[:, column]
        old = before.judged.ranks[:, column] if before else np.full_like(ranks, -1)
        for year in np.unique(period.year[here & ((ranks >= 0) | (old >= 0))]).tolist():
            rows = here & (period.year == year) & ((ranks >= 0) | (old >= 0))
            _add(counting.measures[code, year], old[rows], ranks[rows])


def _add(flow: Flow, before: npt.NDArray[np.int8], after: npt.NDArray[np.int8]) -> None:
    np.add.at(flow, (before.astype(np.int64) + 1, after.astype(np.int64) + 1), 1)


def _pairs(schools: Ints, years: npt.NDArray[np.int8]) -> Iterator[tuple[int, int]]:
    yield from sorted(set(zip(schools.tolist(), years.tolist(), strict=True)))


def _schools(classes: Ints) -> Ints:
    """(n,) The school of each pupil's class, NOWHERE where in none. One query."""
    wanted = [one for one in np.unique(classes).tolist() if one != NOWHERE]
    rows = db.session.execute(
        sa.select(SchoolClass.id, SchoolClass.school_id).where(SchoolClass.id.in_(wanted))
    )
    found = {row.id: row.school_id for row in rows}
    return np.array([found.get(one, NOWHERE) for one in classes.tolist()], np.int64)
