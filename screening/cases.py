"""Some pupils in one window, and cells of theirs: what the words about signals are taken from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeVar

import numpy as np

from screening.evidence import Findings
from screening.periods import Period
from screening.standards import Bools, Ints, Standard, Yardstick

T = TypeVar("T")


@dataclass(frozen=True)
class Cases:
    """Some pupils (k rows) in one window (index) of those examined."""

    periods: Sequence[Period]
    findings: Sequence[Findings]
    window: int
    rows: Sequence[int]

    @property
    def period(self) -> Period:
        return self.periods[self.window]

    @property
    def found(self) -> Findings:
        return self.findings[self.window]

    @cached_property
    def at(self) -> Ints:
        """(k,) The rows, as arrays are asked by."""
        return np.array(self.rows, np.int64)

    @cached_property
    def standards(self) -> Sequence[Standard]:
        """Of each pupil, by the year."""
        return [self.period.standards[year] for year in self.period.year[self.at].tolist()]

    def codes_of(self, windows: Ints) -> list[str]:
        """The codes of windows, by index."""
        return [self.periods[window].code for window in windows.tolist()]

    def cells(self, chosen: Bools) -> tuple[Ints, Ints, Sequence[Yardstick]]:
        """The chosen cells (k, m): row among all pupils, column, and measure as the pupil's year uses it."""
        place, column = np.nonzero(chosen)
        both = zip(place.tolist(), column.tolist(), strict=True)
        return self.at[place], column, [self.standards[one].measures[at] for one, at in both]


def by_row(chosen: Bools, told: Iterable[T]) -> list[list[T]]:
    """What is told of the chosen cells (k, m), cell by cell, as a list for each row."""
    cells = iter(told)
    return [list(islice(cells, count)) for count in chosen.sum(axis=1).tolist()]
