"""What a reader can work out exactly of printed numbers about those that are not (decision logic, section 7).

A line is a number that is shown or hidden: a set of cells that it sums. A hidden line that is a combination
of shown ones is known exactly; the test is a rank test over the rationals, without floats. What is known
nearly is the matter of ``disclosure_bounds``.

Sources: Hundepool et al. 2012, Statistical Disclosure Control, chapter 4 (audit of suppressed tables).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush

Number = int | Fraction  # nearly all are 1 and -1, and whole numbers are much faster
Vector = dict[str, Number]
Lines = Mapping[str, frozenset[str]]


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
                made_of[name] = -1
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
