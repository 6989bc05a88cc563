"""Windows as they stand for some pupils: one by one, and all in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from screening.growth import Behind
from screening.judging import Judged
from screening.standards import Bools, Bounds, Sheet, Standard, Yardstick

Small = npt.NDArray[np.int8]


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

    @property
    def bounds(self) -> Bounds:
        return next(iter(self.standards.values())).bounds


@dataclass(frozen=True)
class Whole:
    """All windows as one: a row for each of n pupils in the first window, then in the second ..."""

    windows: int
    sheet: Sheet
    judged: Judged
    is_judged: Bools
    is_counted: Bools
    expected: Bools
    is_due: Bools

    @classmethod
    def of(cls, periods: Sequence[Period]) -> "Whole":
        def joined(name: str) -> Any:
            return np.concatenate([getattr(period, name) for period in periods])

        names = ("is_judged", "is_counted", "expected", "is_due")
        sheets, judged = [one.sheet for one in periods], [one.judged for one in periods]
        return cls(len(periods), Sheet.joined(sheets), Judged.joined(judged), *map(joined, names))

    def rows(self, window: int) -> slice:
        pupils = len(self.is_due) // self.windows
        return slice(window * pupils, (window + 1) * pupils)
