"""The level of a window for all pupils at once, whatever their years (decision logic, sections 2 to 4).

A rank is a level as a number (``Level.rank``): 0 below the goal to 3 above it, -1 where there is none.
"""

from dataclasses import dataclass

import numpy as np

from screening import certainty
from screening.arrays import Arrays, each_row
from screening.composites import Composite
from screening.levels import NO_RANK, Level
from screening.scales import NOBODY, Ranks, Scales
from screening.standards import Bools, Floats, Ints, Sheet, Standard


@dataclass(frozen=True)
class Judged(Arrays):
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

    @each_row  # read when everything is put in place, once per signal
    def window_p(self) -> Floats:
        """(n,) The chance behind the window's certainty: that of the clearest measure that set its level."""
        return np.where(self.level == NO_RANK, np.nan, certainty.clearest(self.p_other_side, self.setters))

    @each_row
    def window_p_goal(self) -> Floats:
        """(n,) How much the window is on the goal line."""
        return np.where(self.level == NO_RANK, np.nan, certainty.clearest(self.p_goal, self.setters))


def judge(standard: Standard, sheet: Sheet) -> Judged:
    """Judge every pupil of the sheet by the standard of their year. Pure; rows do not touch each other."""
    return judge_each(Scales([standard]), np.zeros(len(sheet.marks), np.int64), sheet)


def judge_each(scales: Scales, which: Ints, sheet: Sheet) -> Judged:
    """The same, each row by a standard of its own: its index (n,) in ``scales``, NOBODY for no judgement."""
    wide, is_judged = sheet.marks.shape, which != NOBODY
    counts = sheet.counts & is_judged[:, None]
    cells = _Cells.judge(scales, which, counts, sheet)
    views = _Views.empty(wide)
    views.ranks[:, cells.rows, cells.columns] = cells.ranks
    chances = np.full((2, *wide), np.nan)
    chances[:, cells.rows, cells.columns] = cells.chances
    points = np.where(sheet.has_points, sheet.points, scales.worst)
    points[~is_judged] = 0
    lacking = np.zeros(wide, np.bool_)
    composite, has_composite = np.zeros(len(which), np.int64), np.zeros(len(which), np.bool_)
    _judge_groups(views, lacking, scales, which, counts)
    for number, one in scales.composites.items():
        rows = np.flatnonzero(which == number)
        columns = [scales.standards[number].column(part) for part in one.parts]
        lacking[rows[:, None], columns] = ~counts[rows[:, None], columns]
        values, is_whole = _judge_composite(views, scales, (rows, columns), one, (points, counts))
        composite[rows], has_composite[rows] = np.where(is_whole, values, 0), is_whole
    skill_gap, contradiction = _compare(views, scales)
    return Judged(
        points=points,
        ranks=views.ranks[0],
        firm_ranks=views.ranks[1],
        p_other_side=chances[0],
        p_goal=chances[1],
        level=views.level[0],
        at_best=views.at_best[0],
        firm_level=views.level[1],
        firm_at_best=views.at_best[1],
        setters=views.setters[0],
        firm_setters=views.setters[1],
        despite_missing=(views.level[0] != NO_RANK) & lacking.any(axis=1),
        lacking=lacking,
        composite=composite,
        has_composite=has_composite,
        skill_gap=skill_gap,
        contradiction=contradiction,
    )


@dataclass(frozen=True)
class _Views:
    """The arrays of a judgement that come in two kinds, first of all: by all limits, and by the firm ones."""

    ranks: Ranks  # (2, n, m)
    level: Ranks  # (2, n)
    at_best: Ranks
    setters: Bools  # (2, n, m)

    @classmethod
    def empty(cls, wide: tuple[int, ...]) -> "_Views":
        flat = (2, wide[0])
        return cls(
            np.full((2, *wide), NO_RANK, np.int8),
            np.full(flat, NO_RANK, np.int8),
            np.full(flat, NO_RANK, np.int8),
            np.zeros((2, *wide), np.bool_),
        )

    def settle(self, rows: Ints, worst: Ranks, best: Ranks) -> None:
        """Both ways (2, k) one level: that level. Otherwise none, and what it is at best."""
        same = worst == best
        self.level[:, rows] = np.where(same, best, NO_RANK)
        self.at_best[:, rows] = np.where(same, NO_RANK, best)


@dataclass(frozen=True)
class _Cells:
    """The cells (c,) that have a score and limits, and what is judged of each."""

    rows: Ints
    columns: Ints
    ranks: Ranks  # (2, c) by view
    chances: Floats  # (2, c) of the nearer limit, and of the goal

    @classmethod
    def judge(cls, scales: Scales, which: Ints, counts: Bools, sheet: Sheet) -> "_Cells":
        rows, columns = np.nonzero(counts & scales.has_limits[which])
        cell = which[rows] * len(scales.measures) + columns
        points = np.where(sheet.has_points[rows, columns], sheet.points[rows, columns], scales.worst[columns])
        edges = scales.edges[:, cell]
        reached = edges[:6] <= points * edges[6]
        near, goal, sem = scales.distances[:, cell]
        to_goal = np.abs(points - goal)
        return cls(
            rows,
            columns,
            reached.reshape(2, 3, -1).sum(axis=1, dtype=np.int8),
            certainty.p_beyond(np.array([np.fmin(np.abs(points - near), to_goal), to_goal]), sem),
        )


def _judge_groups(views: _Views, lacking: Bools, scales: Scales, which: Ints, counts: Bools) -> None:
    """The worst of the groups that speak, tried with every missing one at its worst and at its best."""
    rows = np.flatnonzero(scales.has_groups[which] & (which != NOBODY))
    if not len(rows):
        return
    standard = which[rows]
    speaker = _first_with_score(scales.groups[standard], counts[rows])
    silent = speaker == NOBODY
    lacking[rows] = (silent[:, :, None] & scales.needed[standard]).any(axis=1)
    said = views.ranks[:, rows[:, None], speaker]  # of who is silent any column's: not looked at
    worst, best = np.where(silent, scales.reaches[:, :, standard].swapaxes(0, 1), said)
    ends = worst.min(axis=2), best.min(axis=2)
    views.settle(rows, *ends)
    view, place, group = np.nonzero(~silent & (said == ends[1][:, :, None]))
    views.setters[view, rows[place], speaker[place, group]] = True


def _first_with_score(groups: Ints, counts: Bools) -> Ints:
    """(n, g) The first column of each group (n, g, p) that has a score; NOBODY where none has."""
    speaker = np.full(groups.shape[:2], NOBODY, np.int64)
    rows = np.arange(len(groups))[:, None]
    for place in reversed(range(groups.shape[2])):
        columns = groups[:, :, place]
        speaks = counts[rows, columns] & (columns != NOBODY)
        speaker = np.where(speaks, columns, speaker)
    return speaker


def _judge_composite(
    views: _Views,
    scales: Scales,
    here: tuple[Ints, list[int]],
    composite: Composite,
    put_down: tuple[Ints, Bools],
) -> tuple[Ints, Bools]:
    """The level of a weighted sum, tried with every missing part at its worst and at its best.

    ``here``: the rows, and the columns of the parts; ``put_down``: points, and which of them count. Returns
    the sum of each row, and where every part is there.
    """
    (rows, columns), (points, counts) = here, put_down
    lowest, highest = [], []
    for part, column in zip(composite.parts, columns, strict=True):
        measure, there = scales.measures[column], counts[rows, column]
        low, high = (measure.minimum, measure.maximum)[:: 1 if composite.helps(part) else -1]
        lowest.append(np.where(there, points[rows, column], low))
        highest.append(np.where(there, points[rows, column], high))
    sums = composite.thousandths(lowest), composite.thousandths(highest)
    worst, best = sums if composite.limits.higher_is_better else sums[::-1]
    edges = [composite.limits.edges_of(firm) for firm in (False, True)]
    low_ranks, high_ranks = (np.array([each.rank(end) for each in edges], np.int8) for end in (worst, best))
    views.settle(rows, low_ranks, high_ranks)
    is_whole: Bools = np.asarray(counts[rows[:, None], columns].all(axis=1))
    return worst, is_whole


def _compare(views: _Views, scales: Scales) -> tuple[Bools, Bools]:
    """Skill gap and contradiction: what the measures say beside the window's level."""
    ranks = views.ranks[0]
    at_goal, below = ranks >= Level.AT_GOAL.rank, ranks == Level.BELOW_GOAL.rank
    under = (ranks != NO_RANK) & ~at_goal
    skill_gap: Bools = (views.level[0] >= Level.AT_GOAL.rank) & under.any(axis=1)
    official, reading = scales.official, scales.reading
    # One measure cannot be both at its goal and below it, so "another" needs no saying.
    contradiction: Bools = ((at_goal & official).any(axis=1) & (below & reading).any(axis=1)) | (
        (below & official).any(axis=1) & (at_goal & reading).any(axis=1)
    )
    return skill_gap, contradiction
