"""The level of a window for all pupils of one year at once (decision logic, sections 2 to 4).

A rank is a level as a number (``Level.rank``): 0 below the goal to 3 above it, -1 where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from screening import certainty
from screening.composites import Composite
from screening.levels import NO_RANK, Level
from screening.standards import Bools, Ints, Sheet, Standard

Ranks = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

TOP = Level.ABOVE_GOAL.rank + 1  # better than any level: what nobody has said


READING_AREAS = ("decoding", "fluency", "comprehension")


class View(NamedTuple):
    """The arrays of a judgement that come in two kinds: by all limits, and by the firm ones."""

    ranks: Ranks
    level: Ranks
    at_best: Ranks
    setters: Bools


@dataclass(frozen=True)
class Judged:
    """What the window says of n pupils on m measures. A chance is NaN where no sem is known."""

    points: Ints  # (n, m) as judged: "kan inte genomföras ännu" is the worst score there is
    ranks: Ranks  # (n, m) level of each score; -1 without score or limits
    firm_ranks: Ranks  # (n, m) the same without limits that are our own proposal
    p_other_side: Floats  # (n, m) the true score on the other side of the nearer limit
    p_goal: Floats  # (n, m) on the other side of the goal
    level: Ranks  # (n,) of the window; -1 not determined
    at_best: Ranks  # (n,) the best it can be where it is not determined, else -1
    firm_level: Ranks
    firm_at_best: Ranks
    setters: Bools  # (n, m) measures that set the level (or at_best)
    firm_setters: Bools
    despite_missing: Bools  # (n,) determined, whatever a missing part would have said
    lacking: Bools  # (n, m) measures of the groups and parts that are missing
    composite: Ints  # (n,) in thousandths, where has_composite
    has_composite: Bools
    skill_gap: Bools  # (n,) a measure below its goal in a window at or above its own
    contradiction: Bools  # (n,) official material and other results say different things

    @classmethod
    def empty(cls, pupils: int, measures: int) -> "Judged":
        """Nothing judged: no level anywhere."""
        wide, flat = (pupils, measures), (pupils,)
        return cls(
            points=np.zeros(wide, np.int64),
            ranks=np.full(wide, NO_RANK, np.int8),
            firm_ranks=np.full(wide, NO_RANK, np.int8),
            p_other_side=np.full(wide, np.nan),
            p_goal=np.full(wide, np.nan),
            level=np.full(flat, NO_RANK, np.int8),
            at_best=np.full(flat, NO_RANK, np.int8),
            firm_level=np.full(flat, NO_RANK, np.int8),
            firm_at_best=np.full(flat, NO_RANK, np.int8),
            setters=np.zeros(wide, np.bool_),
            firm_setters=np.zeros(wide, np.bool_),
            despite_missing=np.zeros(flat, np.bool_),
            lacking=np.zeros(wide, np.bool_),
            composite=np.zeros(flat, np.int64),
            has_composite=np.zeros(flat, np.bool_),
            skill_gap=np.zeros(flat, np.bool_),
            contradiction=np.zeros(flat, np.bool_),
        )

    def put(self, rows: Ints, part: "Judged") -> None:
        """Write the judgement of some pupils (a year) into this one of all."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(part, field.name)

    def view(self, firm: bool) -> View:
        if firm:
            return View(self.firm_ranks, self.firm_level, self.firm_at_best, self.firm_setters)
        return View(self.ranks, self.level, self.at_best, self.setters)

    @cached_property  # read when everything is put in place, once per signal
    def window_p(self) -> Floats:
        """(n,) The chance behind the window's certainty: that of the clearest measure that set its level."""
        return np.where(self.level == NO_RANK, np.nan, certainty.clearest(self.p_other_side, self.setters))

    @cached_property
    def window_p_goal(self) -> Floats:
        """(n,) How much the window is on the goal line."""
        return np.where(self.level == NO_RANK, np.nan, certainty.clearest(self.p_goal, self.setters))


def judge(standard: Standard, sheet: Sheet) -> Judged:
    """Judge every pupil of the sheet by the standard of their year. Pure; rows do not touch each other."""
    judged = Judged.empty(*sheet.marks.shape)
    counts = sheet.counts
    _judge_scores(judged, standard, sheet, counts)
    if standard.composite is not None:
        _judge_composite(judged, standard.composite, standard, counts)
    elif standard.decides:
        _judge_groups(judged, standard, counts)
    _compare(judged, standard)
    return judged


def _judge_scores(judged: Judged, standard: Standard, sheet: Sheet, counts: Bools) -> None:
    worst = np.array([measure.worst for measure in standard.measures], np.int64)
    judged.points[:] = np.where(sheet.has_points, sheet.points, worst)
    for column, measure in enumerate(standard.measures):
        rows = counts[:, column]
        if measure.limits is None or not rows.any():
            continue
        points = judged.points[rows, column]
        judged.ranks[rows, column] = measure.limits.edges.rank(points)
        judged.firm_ranks[rows, column] = measure.limits.firm_edges.rank(points)
        judged.p_other_side[rows, column] = certainty.p_other_side(points, measure.limits, measure.sem)
        judged.p_goal[rows, column] = certainty.p_goal(points, measure.limits, measure.sem)


def _judge_groups(judged: Judged, standard: Standard, counts: Bools) -> None:
    """The worst of the groups that speak, tried with every missing one at its worst and at its best."""
    groups = [standard.judged_columns(group) for group in (*standard.decides, *standard.also)]
    speakers = [_first_with_score(columns, counts) for columns in groups]
    for codes, speaker in zip(standard.decides, speakers, strict=False):  # those of ``also`` may be missing
        silent = np.flatnonzero(speaker < 0)
        judged.lacking[silent[:, None], [standard.column(code) for code in codes]] = True
    for firm in (False, True):
        reaches = [_reach(standard, columns, firm) for columns in groups[: len(standard.decides)]]
        reaches += [(TOP, TOP)] * len(standard.also)
        _settle_groups(judged.view(firm), speakers, reaches)
    judged.despite_missing[:] = (judged.level != NO_RANK) & judged.lacking.any(axis=1)


def _first_with_score(columns: Sequence[int], counts: Bools) -> Ints:
    """(n,) The first of the columns that has a score, for each pupil; -1 where none has."""
    speaker = np.full(len(counts), -1, np.int64)
    for column in reversed(columns):
        speaker[counts[:, column]] = column
    return speaker


def _reach(standard: Standard, columns: Sequence[int], firm: bool) -> tuple[int, int]:
    """The worst and the best rank that any measure of a group can give."""
    ends: list[int] = []
    for measure in (standard.measures[column] for column in columns):
        if measure.limits is not None:
            edges = measure.limits.edges_of(firm)
            ends.append(edges.rank(measure.worst))
            ends.append(edges.rank(measure.best))
    return (min(ends), max(ends)) if ends else (Level.BELOW_GOAL.rank, Level.ABOVE_GOAL.rank)


def _settle_groups(view: View, speakers: Sequence[Ints], reaches: Sequence[tuple[int, int]]) -> None:
    worst = np.full(len(view.ranks), TOP, np.int8)
    best = worst.copy()
    for speaker, (low, high) in zip(speakers, reaches, strict=True):
        said = np.take_along_axis(view.ranks, np.maximum(speaker, 0)[:, None], axis=1)[:, 0]
        worst = np.minimum(worst, np.where(speaker < 0, low, said))
        best = np.minimum(best, np.where(speaker < 0, high, said))
    _settle(view, worst, best)
    for speaker in speakers:
        spoke = np.flatnonzero(speaker >= 0)
        spoke = spoke[view.ranks[spoke, speaker[spoke]] == best[spoke]]
        view.setters[spoke, speaker[spoke]] = True


def _settle(view: View, worst: Ranks, best: Ranks) -> None:
    """Both ways one level: that level. Otherwise none, and what it is at best."""
    same = worst == best
    view.level[:] = np.where(same, best, NO_RANK)
    view.at_best[:] = np.where(same, NO_RANK, best)


def _judge_composite(judged: Judged, composite: Composite, standard: Standard, counts: Bools) -> None:
    """The level of a weighted sum, tried with every missing part at its worst and at its best."""
    columns = [standard.column(part) for part in composite.parts]
    lowest, highest = [], []
    for part, column in zip(composite.parts, columns, strict=True):
        measure, there = standard.measures[column], counts[:, column]
        low, high = (measure.minimum, measure.maximum)[:: 1 if composite.helps(part) else -1]
        lowest.append(np.where(there, judged.points[:, column], low))
        highest.append(np.where(there, judged.points[:, column], high))
        judged.lacking[:, column] = ~there
    sums = composite.thousandths(lowest), composite.thousandths(highest)
    worst, best = sums if composite.limits.higher_is_better else sums[::-1]
    for firm in (False, True):
        edges = composite.limits.edges_of(firm)
        _settle(judged.view(firm), edges.rank(worst).astype(np.int8), edges.rank(best).astype(np.int8))
    judged.has_composite[:] = counts[:, columns].all(axis=1)
    judged.composite[:] = np.where(judged.has_composite, worst, 0)
    judged.despite_missing[:] = (judged.level != NO_RANK) & ~judged.has_composite


def _compare(judged: Judged, standard: Standard) -> None:
    """Skill gap and contradiction: what the measures say beside the window's level."""
    at_goal = judged.ranks >= Level.AT_GOAL.rank
    below = judged.ranks == Level.BELOW_GOAL.rank
    under = (judged.ranks != NO_RANK) & ~at_goal
    judged.skill_gap[:] = (judged.level >= Level.AT_GOAL.rank) & under.any(axis=1)
    official = np.array([measure.official for measure in standard.measures], np.bool_)
    reading = np.array([measure.area in READING_AREAS for measure in standard.measures], np.bool_)
    # One measure cannot be both at its goal and below it, so "another" needs no saying.
    judged.contradiction[:] = ((at_goal & official).any(axis=1) & (below & reading).any(axis=1)) | (
        (below & official).any(axis=1) & (at_goal & reading).any(axis=1)
    )
