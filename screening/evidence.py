"""Which signals the results of each window give (decision logic, section 5), for all pupils at once.

``examine`` takes the windows in order and answers, for each, one ``Found`` per family; ``screening.grounds``
turns one of them into the numbers a signal keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from screening import certainty
from screening.coverage import Missing, carried, missing
from screening.growth import Behind
from screening.judging import Judged
from screening.levels import NO_RANK, Level
from screening.movement import (
    Oddities,
    Pair,
    Remembered,
    Sums,
    drops,
    latest_pair,
    lost_levels,
    lost_sums,
    oddities,
)
from screening.signals import Family, Kind
from screening.standards import Bools, Ints, Sheet, Standard, Yardstick

Small = npt.NDArray[np.int8]

KINDS = list(Kind)
NO_KIND = -1
NO_LEVEL = 0  # data signals have none

BELOW, NEAR, AT = Level.BELOW_GOAL.rank, Level.NEAR_GOAL.rank, Level.AT_GOAL.rank


@dataclass(frozen=True)
class Period:
    """One window as it stands for n pupils. Arrays are (n,) or (n, m), all in one order of pupils."""

    code: str
    academic_year: str
    opens_on: date
    sheet: Sheet
    judged: Judged
    year: Small  # the pupil's year in this window
    standards: Mapping[int, Standard]  # by year; all with the same measures as columns
    is_judged: Bools  # enrolled, in grundskola, and the year is in the window: levels and signals
    is_counted: Bools  # the same with anpassad grundskola: a missing result is told
    expected: Bools  # (n, m) narrowed to what the school uses
    is_due: Bools  # (n,) the make-up days have passed
    gives_signals: bool  # not judged afterwards, and not still to come
    observations: Mapping[int, dict[str, Any]]  # by row: who saw something, and when
    # By row: support that falls behind its plan; empty where it can be said that none does.
    behind: Mapping[int, Sequence[Behind]] = field(default_factory=dict)

    @cached_property
    def measures(self) -> tuple[Yardstick, ...]:
        """The columns; limits and sources differ by year, the rest is the same for all."""
        return next(iter(self.standards.values())).measures


@dataclass(frozen=True)
class Found:
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
    """What one window gives, and what it was found by."""

    by_family: Mapping[Family, Found]
    grounds: "NeedGrounds"
    pair: Pair
    year_starts: int  # index of the first window of the academic year: what the pair's windows count from
    odd: Oddities
    dropped: Bools  # (n, m)
    slow: Bools  # (n, m) support on this measure falls behind, and no number of the year waits for a check
    lost: Bools  # (n, m)
    lost_sum: Bools  # (n,) by the composite that set the level
    lost_from: tuple[Remembered, Remembered]
    missing: Missing


def examine(periods: Sequence[Period]) -> list[Findings]:
    """The findings of every window, each seen with those before it and never with those after."""
    answers: list[Findings] = []
    if not periods:
        return answers
    shape = periods[0].sheet.marks.shape
    pupils, measures = shape
    no_sums = Sums.none(pupils)
    first = second = Remembered.nothing(pupils, measures, no_sums)
    previous: Missing | None = None
    doubted_in = np.full(shape, -1, np.int64)
    sums = _sums(periods, no_sums)
    start = 0
    for number, period in enumerate(periods):
        if period.academic_year != periods[start].academic_year:
            start, doubted_in = number, np.full(shape, -1, np.int64)
        pair = latest_pair([earlier.sheet for earlier in periods[start : number + 1]])
        odd = oddities(period.sheet, pair, period.measures)
        doubted_in = np.where(odd.any, number - start, doubted_in)
        now = Remembered.of(period.judged, period.sheet, number, sums[number])
        gone = missing(period.sheet, period.expected, previous, period.is_due)
        # A number nobody has corrected or confirmed holds the drop back as long as the pair leans on it.
        dropped = drops(pair, period.measures, held_back=pair.there & (doubted_in >= pair.before_in))
        slow = _behind(period) & (doubted_in < 0)
        lost, lost_sum = lost_levels(first, second, now, period.measures), lost_sums(first, second, now)
        grounds = need_grounds(period.judged)
        by_family = {
            Family.NEED: need(period.is_judged, grounds),
            Family.GROWTH: _growth(period, slow, grounds),
            Family.CHANGE: _change(period, dropped, lost.any(axis=1) | lost_sum),
            Family.COVERAGE: _coverage(period, gone),
            Family.DATA: _data(period, odd),
            Family.OBSERVATION: _observation(period),
        }
        answers.append(
            Findings(
                by_family, grounds, pair, start, odd, dropped, slow, lost, lost_sum, (first, second), gone
            )
        )
        determined = period.judged.level != NO_RANK
        first, second = first.unless(determined, second), second.unless(determined, now)
        previous = carried(previous, gone, period.is_counted)
    return answers


@dataclass(frozen=True)
class NeedGrounds:
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
    determined = (judged.level != NO_RANK) & (judged.firm_level != NO_RANK)
    return NeedGrounds(
        firmly_below=judged.firm_level == BELOW,
        measure_below=(judged.firm_ranks == BELOW).any(axis=1),
        near=firmly_near & (firm_p_goal <= certainty.ON_THE_LINE_ABOVE),
        near_unsure=near_somehow,
        on_goal_line=(judged.level == AT) & (judged.window_p_goal > certainty.ON_THE_LINE_ABOVE),
        worse_than_firm=determined & (judged.level < judged.firm_level),
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


def _behind(period: Period) -> Bools:
    """(n, m) The measures on which each pupil's support falls behind its plan."""
    found = np.zeros(period.sheet.marks.shape, np.bool_)
    for row, periods in period.behind.items():
        found[row, [one.column for one in periods]] = True
    return found


def _growth(period: Period, slow: Bools, grounds: NeedGrounds) -> Found:
    found = Found.nothing(len(slow))
    rows = period.is_judged & slow.any(axis=1)
    found.put(rows & (grounds.firmly_below | grounds.measure_below), Kind.FALLING_BEHIND, 3)
    found.put(rows, Kind.FALLING_BEHIND, 2)
    return found


def _sums(periods: Sequence[Period], nothing: Sums) -> list[Sums]:
    """Per window the composites that set the levels; ``nothing`` for all where there are none."""
    made = [standard.composite for period in periods for standard in period.standards.values()]
    codes = sorted({one.code for one in made if one is not None})
    return [_sums_of(period, codes, nothing) for period in periods] if codes else [nothing] * len(periods)


def _sums_of(period: Period, codes: Sequence[str], nothing: Sums) -> Sums:
    found = nothing
    for year, standard in period.standards.items():
        if (composite := standard.composite) is not None:
            rows: Bools = (period.year == year) & period.judged.has_composite
            sign = 1 if composite.limits.higher_is_better else -1
            which = np.full_like(nothing.which, codes.index(composite.code))
            found = found.unless(rows, Sums(which, sign * period.judged.composite))
    return found


def _change(period: Period, dropped: Bools, lost: Bools) -> Found:
    found = Found.nothing(len(dropped))
    found.put(period.is_judged & dropped.any(axis=1), Kind.DROP, 2)
    found.put(period.is_judged & lost, Kind.LOST_LEVEL, 1)
    return found


def _coverage(period: Period, gone: Missing) -> Found:
    found = Found.nothing(len(gone.found))
    found.put(period.is_counted & gone.found & gone.twice, Kind.NOT_ASSESSED, 2)
    found.put(period.is_counted & gone.found, Kind.NOT_ASSESSED, 1)
    return found


def _data(period: Period, odd: Oddities) -> Found:
    found = Found.nothing(len(period.is_judged))
    found.put(period.is_judged & odd.any.any(axis=1), Kind.CHECK_DATA, NO_LEVEL)
    return found


def _observation(period: Period) -> Found:
    found = Found.nothing(len(period.is_judged))
    seen = np.zeros(len(period.is_judged), np.bool_)
    seen[list(period.observations)] = True
    found.put(seen, Kind.OBSERVATION, 2)
    return found


__all__ = ["KINDS", "Findings", "Found", "Ints", "NeedGrounds", "Period", "examine", "need", "need_grounds"]
