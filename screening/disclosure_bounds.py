"""Between which counts a hidden number must lie, by what is shown beside it (decision logic, section 7).

By linear programming: counts are never negative, and where it is told how many pupils a cell has, never more
than those. A hidden count known within 4 counts as shown.

Sources: Hundepool et al. 2012, Statistical Disclosure Control, chapter 4 (audit of suppressed tables).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array, hstack

from screening.disclosure_audit import Lines

KNOWN_WITHIN = 4
ROUNDING = 1e-6  # of the solver
DIRECTIONS = 12  # to look in for other possible tables, before every end is asked for by itself
LINES_PER_DIRECTION = 20  # a small table is sooner asked line by line

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Bounds:
    """Between which counts a hidden line must lie, and the shown lines that say so.

    ``size``: of how many pupils it is a part, where that is told: so much is known without any number.
    """

    low: float
    high: float
    from_lines: tuple[str, ...]
    size: float = np.inf

    @property
    def is_narrow(self) -> bool:
        return self.high - self.low <= _too_near(self.size)


def _too_near(size: float) -> float:
    """The widest bounds that say too much; of four pupils and fewer any that say anything."""
    return min(KNOWN_WITHIN + ROUNDING, size - 1 + ROUNDING)


@dataclass(frozen=True)
class _Within:
    """A line among the classes it touches: how many its cells can count of each, and the others' cells."""

    classes: Ints
    inside: Floats
    outside: Floats  # 0 where all of the class is in the line

    def least(self, found: Floats) -> float:
        """Of a possible table: as much as can be outside the line is."""
        return float(np.maximum(found[self.classes] - self.outside, 0).sum())

    def most(self, found: Floats) -> float:
        return float(np.minimum(found[self.classes], self.inside).sum())


class Bounding:
    """What the shown lines say of the others. ``counts`` by cell; ``sizes`` by cell how many it can count at
    most, None where nobody is told.

    Cells that stand in the same shown lines are exchangeable: nothing says how their sum is shared among
    them. So each such class is one unknown, and most lines are cleared without any program at all.
    """

    def __init__(
        self,
        lines: Lines,
        shown: Sequence[str],
        counts: Mapping[str, int],
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        self.lines, self.shown = lines, shown
        self.sizes: Mapping[str, float] = dict.fromkeys(counts, np.inf) if sizes is None else sizes
        self.counts = {line: sum(counts[cell] for cell in cells) for line, cells in lines.items()}
        self.class_of, self.members = _classes(lines, shown, counts)
        self.room_of = np.array([self._most(cells) for cells in self.members])
        self.has_looked_around = False
        self.possible = [np.array([sum(counts[cell] for cell in cells) for cells in self.members])]

    def bounds(self, line: str) -> Bounds:
        """The lowest and the highest count the line can have."""
        low, high = self._end(line, 1), self._end(line, -1)
        return Bounds(low[0], high[0], tuple(sorted(low[1] | high[1])), self._most(self.lines[line]))

    def narrow(self, line: str) -> Bounds | None:
        """The bounds where they say too much. Most lines are cleared by what is known to be possible."""
        enough = _too_near(self._most(self.lines[line]))
        if self.room(line) > enough:
            return None
        if not self.has_looked_around:
            self._look_around()
            if self.room(line) > enough:
                return None
        found = self.bounds(line)
        return found if found.is_narrow else None

    def room(self, line: str) -> float:
        """At least so far apart are the ends: from the least to the most in what has been found possible."""
        within = self._within(line)
        return max(map(within.most, self.possible)) - min(map(within.least, self.possible))

    def _within(self, line: str) -> _Within:
        of, own = self.lines[line], dict[int, list[str]]()
        for cell in of:
            own.setdefault(self.class_of[cell], []).append(cell)
        classes = sorted(own)
        inside = [self._most(own[one]) for one in classes]
        outside = [self._most(cell for cell in self.members[one] if cell not in of) for one in classes]
        return _Within(np.array(classes, np.int64), np.array(inside), np.array(outside))

    def _most(self, cells: Iterable[str]) -> float:
        """How many these can count together."""
        return sum(self.sizes[cell] for cell in cells)

    def _look_around(self) -> None:
        """More possible tables, in directions taken by chance (always the same): each clears many lines."""
        self.has_looked_around, chance = True, np.random.default_rng(0)
        most = sum(self.counts.values()) + KNOWN_WITHIN
        for _ in range(min(DIRECTIONS, len(self.lines) // LINES_PER_DIRECTION)):
            self._solve(chance.normal(size=len(self.members)), np.minimum(self.room_of, most))

    def _end(self, line: str, sign: int) -> tuple[float, set[str]]:
        """The least (sign 1) or most (-1) that the line can count, and the shown lines that keep it there."""
        within = self._within(line)
        is_parted = within.outside > 0
        parted = within.classes[is_parted]
        cost = np.zeros(len(self.members) + len(parted))
        cost[within.classes[~is_parted]] = cost[len(self.members) :] = sign
        ends = np.concatenate([self.room_of, within.inside[is_parted]])
        ends[parted] = within.outside[is_parted]
        found = self._solve(cost, ends, parted)
        if found.status != 0:
            return np.inf, set()  # nothing shown holds it back
        binding = np.flatnonzero(np.abs(found.eqlin.marginals) > ROUNDING).tolist()
        return sign * found.fun, {self.shown[at] for at in binding}

    def _solve(self, cost: Floats, ends: Floats, parted: Ints | None = None) -> OptimizeResult:
        """The cheapest table that looks the same. It is remembered as possible.

        ``ends``: the most of each class, and then of the parts of the ``parted`` ones that are in a line.
        """
        matrix, sums = self._constraints
        if parted is not None and len(parted) and matrix is not None:
            matrix = hstack([matrix, matrix[:, parted]])
        between = np.column_stack([np.zeros_like(ends), ends])
        found = linprog(cost, A_eq=matrix, b_eq=sums, bounds=between)
        if found.status == 0:
            whole = found.x[: len(self.members)].copy()
            if parted is not None:
                whole[parted] += found.x[len(self.members) :]
            self.possible.append(whole)
        return found

    @cached_property
    def _constraints(self) -> tuple[csr_array | None, Floats | None]:
        """Each shown line as the classes it sums; a class is wholly in it or wholly out."""
        if not self.shown:
            return None, None
        ones = [
            (row, one)
            for row, line in enumerate(self.shown)
            for one in sorted({self.class_of[cell] for cell in self.lines[line]})
        ]
        rows, columns = zip(*ones, strict=True)
        shape = (len(self.shown), len(self.members))
        sums = np.array([self.counts[line] for line in self.shown], np.float64)
        return csr_array((np.ones(len(ones)), (rows, columns)), shape=shape), sums


def _classes(
    lines: Lines, shown: Sequence[str], cells: Iterable[str]
) -> tuple[dict[str, int], list[list[str]]]:
    """The class of each cell, and the cells of each class: those that stand in the same shown lines."""
    stands_in: dict[str, list[int]] = {cell: [] for cell in cells}
    for row, line in enumerate(shown):
        for cell in lines[line]:
            stands_in[cell].append(row)
    members: dict[tuple[int, ...], list[str]] = {}
    for cell, rows in stands_in.items():
        members.setdefault(tuple(rows), []).append(cell)
    class_of = {cell: one for one, own in enumerate(members.values()) for cell in own}
    return class_of, list(members.values())
