"""Which signals the results of each window give (decision logic, section 5), for all pupils at once.

``examine`` takes the windows in order and answers, for each, one ``Found`` per family; ``screening.grounds``
turns one of them into the numbers a signal keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from screening import certainty
from screening.arrays import Arrays
from screening.coverage import Missing, missing
from screening.judging import Judged
from screening.levels import NO_RANK, Level
from screening.movement import (
    Lost,
    Oddities,
    Pair,
    Sums,
    drops,
    latest,
    latest_pairs,
    lost_levels,
    oddities,
)
from screening.periods import Period, Whole
from screening.signals import Family, Kind
from screening.standards import Bools

Small = npt.NDArray[np.int8]

KINDS = list(Kind)
NO_KIND = -1
NO_LEVEL = 0  # data signals have none

BELOW, NEAR, AT = Level.BELOW_GOAL.rank, Level.NEAR_GOAL.rank, Level.AT_GOAL.rank


@dataclass(frozen=True)
class Found(Arrays):
    """The kind (index in KINDS) and level each pupil's window gives in one family; NO_KIND where nothing."""

    kind: Small
    level: Small

    @classmethod
    def nothing(cls, pupils: int) -> "Found":
        return cls(np.full(pupils, NO_KIND, np.int8), np.full(pupils, NO_LEVEL, np.int8))

    def put(self, rows: Bools, kind: Kind, level: int) -> None:
        """The first row that fits counts: pupils who have a kind already keep it."""
        free = rows & (self.kind == NO_KIND)
        self.kind[free] = KINDS.index(kind)
        self.level[free] = level

    @property
    def is_there(self) -> Bools:
        found: Bools = self.kind != NO_KIND
        return found


@dataclass(frozen=True)
class Findings:
    """What one window gives, or all of them one after the other, and what it was found by."""

    by_family: Mapping[Family, Found]
    grounds: "NeedGrounds"
    pair: Pair
    odd: Oddities
    dropped: Bools  # (n, m)
    slow: Bools  # (n, m) support on this measure falls behind, and no number of the year waits for a check
    lost: Lost
    missing: Missing

    def part(self, rows: slice) -> "Findings":
        """The same of some rows."""
        return Findings(
            by_family={family: found.part(rows) for family, found in self.by_family.items()},
            grounds=self.grounds.part(rows),
            pair=self.pair.part(rows),
            odd=self.odd.part(rows),
            dropped=self.dropped[rows],
            slow=self.slow[rows],
            lost=self.lost.part(rows),
            missing=self.missing.part(rows),
        )


class Examined(Sequence[Findings]):
    """The findings of every window, and of all of them one after the other."""

    def __init__(self, periods: Sequence[Period], whole: Whole) -> None:
        self.whole = whole
        self.found = _examine(periods, whole)
        self._parts: dict[int, Findings] = {}

    def __len__(self) -> int:
        return self.whole.windows

    def __getitem__(self, window: Any) -> Any:
        number = range(len(self))[window]
        if number not in self._parts:
            self._parts[number] = self.found.part(self.whole.rows(number))
        return self._parts[number]


def examine(periods: Sequence[Period], whole: Whole | None = None) -> Examined:
    """The findings of every window, each seen with those before it and never with those after.

    There is one window at least. ``whole``: the same windows as one, where that has been made.
    """
    return Examined(periods, Whole.of(periods) if whole is None else whole)


def _examine(periods: Sequence[Period], whole: Whole) -> Findings:
    years = [period.academic_year for period in periods]
    starts = [years.index(year) for year in years]
    bounds = periods[0].bounds
    pair = latest_pairs(whole.sheet, starts)
    odd = oddities(whole.sheet, pair, bounds)
    doubted_in = latest(odd.any, whole.windows)
    doubted = (doubted_in >= np.array(starts)[:, None, None]).reshape(odd.fall.shape)
    # A number nobody has corrected or confirmed holds the drop back as long as the pair leans on it.
    held_back = doubted_in.reshape(odd.fall.shape) >= pair.before_in
    dropped = drops(pair, bounds, held_back)
    slow = _behind(periods, whole) & ~doubted
    lost = lost_levels(whole.judged, whole.sheet, _sums(periods), bounds.signs, whole.windows)
    gone = missing(whole.sheet, whole.expected, whole.is_due, whole.is_counted, whole.windows)
    grounds = need_grounds(whole.judged)
    by_family = {
        Family.NEED: need(whole.is_judged, grounds),
        Family.GROWTH: _growth(whole.is_judged, slow, grounds),
        Family.CHANGE: _change(whole.is_judged, dropped, lost),
        Family.COVERAGE: _coverage(whole.is_counted, gone),
        Family.DATA: _data(whole.is_judged, odd),
        Family.OBSERVATION: _observation(periods, whole),
    }
    return Findings(by_family, grounds, pair, odd, dropped, slow, lost, gone)


@dataclass(frozen=True)
class NeedGrounds(Arrays):
    """Why a window is in the family need, one array (n,) per row of the table, in its order."""

    firmly_below: Bools
    measure_below: Bools
    near: Bools
    near_unsure: Bools
    on_goal_line: Bools
    worse_than_firm: Bools
    skill_gap: Bools
    contradiction: Bools


def need_grounds(judged: Judged) -> NeedGrounds:
    """All the grounds that hold, also those behind the first that counts."""
    firm_stands = np.where(judged.firm_level != NO_RANK, judged.firm_level, judged.firm_at_best)
    firm_p_goal = certainty.clearest(judged.p_goal, judged.firm_setters)
    firmly_near = firm_stands == NEAR
    near_somehow = (judged.level == NEAR) | (judged.at_best == NEAR) | firmly_near
    return NeedGrounds(
        firmly_below=judged.firm_level == BELOW,
        measure_below=(judged.firm_ranks == BELOW).any(axis=1),
        near=firmly_near & (firm_p_goal <= certainty.ON_THE_LINE_ABOVE),
        near_unsure=near_somehow,
        on_goal_line=(judged.level == AT) & (judged.window_p_goal > certainty.ON_THE_LINE_ABOVE),
        # Without a firm level too: whatever it is when what is missing is there, the pupil has a signal.
        worse_than_firm=(judged.level != NO_RANK) & (judged.level < firm_stands),
        skill_gap=judged.skill_gap,
        contradiction=judged.contradiction,
    )


def need(rows: Bools, grounds: NeedGrounds) -> Found:
    """Under the goal 3 or 2, near it 2, a new check 1; an unknown chance is neither sure nor on the line."""
    found = Found.nothing(len(rows))
    found.put(rows & grounds.firmly_below, Kind.BELOW_GOAL, 3)
    found.put(rows & grounds.measure_below, Kind.BELOW_GOAL, 2)
    found.put(rows & grounds.near, Kind.NEAR_GOAL, 2)
    unsure = grounds.near_unsure | grounds.on_goal_line | grounds.worse_than_firm
    found.put(rows & (unsure | grounds.skill_gap | grounds.contradiction), Kind.WATCH, 1)
    return found


def _behind(periods: Sequence[Period], whole: Whole) -> Bools:
    """(w * n, m) The measures on which each pupil's support falls behind its plan."""
    found = np.zeros(whole.sheet.marks.shape, np.bool_)
    for number, period in enumerate(periods):
        for row, behind in period.behind.items():
            found[whole.rows(number)][row, [one.column for one in behind]] = True
    return found


def _growth(is_judged: Bools, slow: Bools, grounds: NeedGrounds) -> Found:
    found = Found.nothing(len(slow))
    rows = is_judged & slow.any(axis=1)
    found.put(rows & (grounds.firmly_below | grounds.measure_below), Kind.FALLING_BEHIND, 3)
    found.put(rows, Kind.FALLING_BEHIND, 2)
    return found


def _sums(periods: Sequence[Period]) -> Sums | None:
    """The composites that set the levels; None where there are none."""
    made = [standard.composite for period in periods for standard in period.standards.values()]
    codes = sorted({one.code for one in made if one is not None})
    return Sums.joined([_sums_of(period, codes) for period in periods]) if codes else None


def _sums_of(period: Period, codes: Sequence[str]) -> Sums:
    found = Sums(np.full(len(period.year), -1), np.zeros_like(period.judged.composite))
    for year, standard in period.standards.items():
        if (composite := standard.composite) is not None:
            rows: Bools = (period.year == year) & period.judged.has_composite
            sums = period.judged.composite[rows]
            found.which[rows] = codes.index(composite.code)
            found.values[rows] = sums if composite.limits.higher_is_better else -sums
    return found


def _change(is_judged: Bools, dropped: Bools, lost: Lost) -> Found:
    found = Found.nothing(len(dropped))
    found.put(is_judged & dropped.any(axis=1), Kind.DROP, 2)
    found.put(is_judged & lost.any, Kind.LOST_LEVEL, 1)
    return found


def _coverage(is_counted: Bools, gone: Missing) -> Found:
    found = Found.nothing(len(gone.found))
    found.put(is_counted & gone.found & gone.twice, Kind.NOT_ASSESSED, 2)
    found.put(is_counted & gone.found, Kind.NOT_ASSESSED, 1)
    return found


def _data(is_judged: Bools, odd: Oddities) -> Found:
    found = Found.nothing(len(is_judged))
    found.put(is_judged & odd.any.any(axis=1), Kind.CHECK_DATA, NO_LEVEL)
    return found


def _observation(periods: Sequence[Period], whole: Whole) -> Found:
    found = Found.nothing(len(whole.is_judged))
    seen = np.zeros(len(whole.is_judged), np.bool_)
    for number, period in enumerate(periods):
        if period.observations:
            seen[whole.rows(number)][list(period.observations)] = True
    found.put(seen, Kind.OBSERVATION, 2)
    return found
