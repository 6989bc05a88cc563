"""What a reader can work out of printed numbers about those that are not (decision logic, section 7).

A line is a number that is shown or hidden: a set of cells that it sums. A hidden line that is a combination
of shown ones is known exactly; the test is a rank test over the rationals, without floats. The others are
bounded by linear programming: counts are never negative, and a hidden count known within 4 counts as shown.

Sources: Hundepool et al. 2012, Statistical Disclosure Control, chapter 4 (audit of suppressed tables).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array

KNOWN_WITHIN = 4
ROUNDING = 1e-6  # of the solver
DIRECTIONS = 12  # to look in for other possible tables, before every end is asked for by itself
LINES_PER_DIRECTION = 20  # a small table is sooner asked line by line

Number = int | Fraction  # nearly all are 1 and -1, and whole numbers are much faster
Vector = dict[str, Number]
Lines = Mapping[str, frozenset[str]]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Exposure:
    """A hidden line that can be worked out, and the shown lines that it is worked out from."""

    name: str
    from_lines: tuple[str, ...]


@dataclass
class RowSpace:
    """The lines shown so far in echelon form, each with the lines it was made of. Exact."""

    rows: dict[str, tuple[Vector, Vector]] = field(default_factory=dict)  # by the cell each row leads with
    leads: list[str] = field(default_factory=list)  # in the order the rows were made
    places: dict[str, int] = field(default_factory=dict)  # by the cell a row leads with, its place in it

    @classmethod
    def of(cls, lines: Lines, shown: Iterable[str]) -> "RowSpace":
        space = cls()
        for name in shown:
            rest, made_of = space._reduced(lines[name])
            if rest:
                made_of[name] = made_of.get(name, 0) - 1
                lead = min(rest)
                space.places[lead] = len(space.leads)
                space.leads.append(lead)
                scale = rest[lead] if abs(rest[lead]) == 1 else 1 / Fraction(rest[lead])
                space.rows[lead] = (
                    {cell: value * scale for cell, value in rest.items()},
                    {line: -value * scale for line, value in made_of.items()},
                )
        return space

    def made_of(self, cells: frozenset[str]) -> Vector | None:
        """The line as a combination of shown ones; None where its vector lies outside their space."""
        rest, made_of = self._reduced(cells)
        return None if rest else made_of

    def _reduced(self, cells: frozenset[str]) -> tuple[Vector, Vector]:
        """What is left of the line when the rows are taken from it, and what was taken, as shown lines."""
        rest: Vector = dict.fromkeys(cells, 1)
        taken: Vector = {}
        waiting = [place for cell in cells if (place := self.places.get(cell)) is not None]
        heapify(waiting)
        while waiting:  # in the order of the rows: none holds the lead of one before it
            lead = self.leads[heappop(waiting)]
            if times := rest.get(lead):
                row, made_of = self.rows[lead]
                _add(rest, row, -times)
                _add(taken, made_of, times)
                for cell in row:
                    if cell in rest and (place := self.places.get(cell)) is not None:
                        heappush(waiting, place)
        return rest, taken


def _add(to: Vector, what: Vector, times: Number) -> None:
    """Add so many times the one vector to the other; what becomes 0 goes."""
    for key, value in what.items():
        total = to.pop(key, 0) + times * value
        if total:
            to[key] = total


def recoverable(lines: Lines, hidden: Iterable[str]) -> list[Exposure]:
    """The hidden lines that can be computed exactly. In the order given."""
    concealed = list(hidden)
    space = RowSpace.of(lines, [name for name in lines if name not in set(concealed)])
    found = ((name, space.made_of(lines[name])) for name in concealed)
    return [Exposure(name, tuple(made_of)) for name, made_of in found if made_of is not None]


@dataclass(frozen=True)
class Bounds:
    """Between which counts a hidden line must lie, and the shown lines that say so."""

    low: float
    high: float
    from_lines: tuple[str, ...]

    @property
    def is_narrow(self) -> bool:
        return self.high - self.low <= KNOWN_WITHIN + ROUNDING


class Bounding:
    """What the shown lines say of the others, given that no cell is negative. ``counts`` by cell.

    Cells that stand in the same shown lines are exchangeable: nothing says how their sum is shared among
    them. So each such class is one unknown, and most lines are cleared without any program at all.
    """

    def __init__(self, lines: Lines, shown: Sequence[str], counts: Mapping[str, int]) -> None:
        self.lines, self.shown = lines, shown
        self.counts = {line: sum(counts[cell] for cell in cells) for line, cells in lines.items()}
        self.class_of, members = _classes(lines, shown, counts)
        self.sizes = np.array([len(cells) for cells in members], np.int64)
        self.has_looked_around = False
        self.possible = [np.array([sum(counts[cell] for cell in cells) for cells in members], np.float64)]

    def bounds(self, line: str) -> Bounds:
        """The lowest and the highest count the line can have."""
        low, high = self._end(line, 1), self._end(line, -1)
        return Bounds(low[0], high[0], tuple(sorted(low[1] | high[1])))

    def narrow(self, line: str) -> Bounds | None:
        """The bounds where they say too much. Most lines are cleared by what is known to be possible."""
        if self.room(line) > KNOWN_WITHIN + ROUNDING:
            return None
        if not self.has_looked_around:
            self._look_around()
            if self.room(line) > KNOWN_WITHIN + ROUNDING:
                return None
        found = self.bounds(line)
        return found if found.is_narrow else None

    def room(self, line: str) -> float:
        """At least so far apart are the ends: from the least to the most in what has been found possible.

        A class that is partly in the line can be wholly in it or wholly out.
        """
        touched, whole = self._within(line)
        most = max(float(found[touched].sum()) for found in self.possible)
        return most - min(float(found[whole].sum()) for found in self.possible)

    def _within(self, line: str) -> tuple[Ints, Ints]:
        """The classes the line touches, and those of them that are wholly in it."""
        count = Counter(self.class_of[cell] for cell in self.lines[line])
        touched = np.array(list(count), np.int64)
        return touched, touched[self.sizes[touched] == np.array(list(count.values()), np.int64)]

    def _look_around(self) -> None:
        """More possible tables, in directions taken by chance (always the same): each clears many lines."""
        self.has_looked_around, chance = True, np.random.default_rng(0)
        most = sum(self.counts.values()) + KNOWN_WITHIN
        for _ in range(min(DIRECTIONS, len(self.lines) // LINES_PER_DIRECTION)):
            self._solve(chance.normal(size=len(self.sizes)), most)

    def _end(self, line: str, sign: int) -> tuple[float, set[str]]:
        """The least (sign 1) or most (-1) that the line can count, and the shown lines that keep it there."""
        touched, whole = self._within(line)
        cost = np.zeros(len(self.sizes))
        cost[whole if sign > 0 else touched] = sign
        found = self._solve(cost)
        if found.status != 0:
            return np.inf, set()  # nothing shown holds it back
        binding = np.flatnonzero(np.abs(found.eqlin.marginals) > ROUNDING).tolist()
        return sign * found.fun, {self.shown[at] for at in binding}

    def _solve(self, cost: Floats, most: float | None = None) -> OptimizeResult:
        """The cheapest table that looks the same. It is remembered as possible."""
        matrix, sums = self._constraints
        found = linprog(cost, A_eq=matrix, b_eq=sums, bounds=(0, most), method="highs")
        if found.status == 0:
            self.possible.append(found.x)
        return found

    @cached_property
    def _constraints(self) -> tuple[csr_array | None, Floats | None]:
        """Each shown line as the classes it sums; a class is wholly in it or wholly out."""
        if not self.shown:
            return None, None
        ones = [(row, one) for row, line in enumerate(self.shown) for one in self._within(line)[0]]
        rows, columns = zip(*ones, strict=True)
        shape = (len(self.shown), len(self.sizes))
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
