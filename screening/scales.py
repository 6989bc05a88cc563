"""What standards say, as arrays: so that rows that go by different standards are judged in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from screening.composites import Composite
from screening.levels import Limits, thousandths
from screening.standards import Bools, Floats, Ints, Standard, Yardstick

READING_AREAS = ("decoding", "fluency", "comprehension")
TOP = 4  # better than any level: what nobody has said
NOBODY = -1  # in the place of a column

Ranks = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Scales:
    """k standards of the same m measures. Views are two: 0 by all limits, 1 by the firm ones."""

    standards: Sequence[Standard]

    @property
    def measures(self) -> tuple[Yardstick, ...]:
        """The columns; limits and sources differ by standard, the rest is the same for all."""
        return self.standards[0].measures

    @cached_property
    def worst(self) -> Ints:
        """(m,)"""
        return np.array([measure.worst for measure in self.measures], np.int64)

    @cached_property
    def official(self) -> Bools:
        """(m,)"""
        return np.array([measure.official for measure in self.measures], np.bool_)

    @cached_property
    def reading(self) -> Bools:
        """(m,)"""
        return np.array([measure.area in READING_AREAS for measure in self.measures], np.bool_)

    @cached_property
    def has_limits(self) -> Bools:
        """(k, m)"""
        return np.array([[one.limits is not None for one in each.measures] for each in self.standards])

    @cached_property
    def edges(self) -> Ints:
        """(7, k * m) Where near, at and above the goal begin, of either view, and the sign of them all."""
        told = [_edges(one.limits) for each in self.standards for one in each.measures]
        return np.array(told, np.int64).T.copy()

    @cached_property
    def distances(self) -> Floats:
        """(3, k * m) near_from, goal_from and sem in thousandths; NaN where there is none."""
        told = [_distances(one) for each in self.standards for one in each.measures]
        return np.array(told, np.float64).T.copy()

    @cached_property
    def has_groups(self) -> Bools:
        """(k,) The level is that of the worst group."""
        return np.array([bool(one.decides) and one.composite is None for one in self.standards], np.bool_)

    @cached_property
    def groups(self) -> Ints:
        """(k, g, p) The columns of each group in order, those with limits; NOBODY where there are fewer."""
        told = [
            [one.judged_columns(codes) for codes in (*one.decides, *one.also)] if grouped else []
            for one, grouped in zip(self.standards, self.has_groups.tolist(), strict=True)
        ]
        wide = max((len(columns) for groups in told for columns in groups), default=0)
        found = np.full((len(told), self._most_groups, max(wide, 1)), NOBODY, np.int64)
        for number, groups in enumerate(told):
            for group, columns in enumerate(groups):
                found[number, group, : len(columns)] = columns
        return found

    @cached_property
    def needed(self) -> Bools:
        """(k, g, m) The measures of each group that is needed; none of one that may be missing."""
        found = np.zeros((len(self.standards), self._most_groups, len(self.measures)), np.bool_)
        for number, one in enumerate(self.standards):
            for group, codes in enumerate(one.decides if self.has_groups[number] else ()):
                found[number, group, [one.column(code) for code in codes]] = True
        return found

    @cached_property
    def reaches(self) -> Ranks:
        """(2, 2, k, g) By view: the worst and the best rank that a silent group may stand for; TOP where it
        says nothing."""
        found = np.full((2, 2, len(self.standards), self._most_groups), TOP, np.int8)
        for number, one in enumerate(self.standards):
            for group, codes in enumerate(one.decides if self.has_groups[number] else ()):
                for view, firm in enumerate((False, True)):
                    found[view, :, number, group] = _reach(one, one.judged_columns(codes), firm)
        return found

    @cached_property
    def composites(self) -> dict[int, Composite]:
        """Of the standards that have one, by index."""
        told = ((number, one.composite) for number, one in enumerate(self.standards))
        return {number: one for number, one in told if one is not None}

    @property
    def _most_groups(self) -> int:
        return max((len(one.decides) + len(one.also) for one in self.standards), default=0)


def _edges(limits: Limits | None) -> list[int]:
    if limits is None:
        return [0] * 7  # never asked
    both = (limits.edges, limits.firm_edges)
    return [edge for one in both for edge in (one.near, one.goal, one.above)] + [limits.edges.sign]


def _distances(measure: Yardstick) -> list[Any]:
    limits = measure.limits
    near, goal = (None, None) if limits is None else (limits.near_from, limits.goal_from)
    told = [None if edge is None else thousandths(edge) for edge in (near, goal)] + [measure.sem]
    return [np.nan if one is None else one for one in told]


def _reach(standard: Standard, columns: Sequence[int], firm: bool) -> tuple[int, int]:
    """The worst and the best rank that any measure of a group can give."""
    ends: list[int] = []
    for measure in (standard.measures[column] for column in columns):
        if measure.limits is not None:
            edges = measure.limits.edges_of(firm)
            ends += [edges.rank(measure.worst), edges.rank(measure.best)]
    return (min(ends), max(ends)) if ends else (0, TOP - 1)
