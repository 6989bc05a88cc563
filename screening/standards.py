"""What one year and season is judged by, and what was put down there: plain values, ready for arrays.

All arrays of one judgement have one row per pupil and one column per measure of the standard, in its order.
Points are whole thousandths.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from screening.arrays import Arrays, each_row
from screening.composites import Composite
from screening.levels import Limits, plain_number

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

NONE = -1  # attempted and errors nobody wrote down


class Mark(enum.IntEnum):
    """What stands in a cell. The names of the absences are those of ``assessments.models.Absence``."""

    BLANK = 0
    POINTS = 1
    ABSENT = 2
    DECLINED = 3
    EXEMPT = 4
    OTHER_LANGUAGE = 5
    INVALID = 6
    NOT_YET_ABLE = 7


@dataclass(frozen=True)
class Yardstick:
    """A measure as one year and season uses it. Numbers in thousandths; without limits it has no level."""

    code: str
    name: str
    area: str
    minimum: int
    maximum: int
    unit: str = ""
    area_word: str = ""
    step: int = 1000
    labels: tuple[str, ...] = ()
    higher_is_better: bool = True
    sem: int | None = None
    official: bool = False
    same_text: bool = False
    implausible_gain: int | None = None
    limits: Limits | None = None
    source: str = ""

    @property
    def worst(self) -> int:
        return self.minimum if self.higher_is_better else self.maximum

    @property
    def best(self) -> int:
        return self.maximum if self.higher_is_better else self.minimum

    @property
    def sign(self) -> int:
        return 1 if self.higher_is_better else -1

    @cached_property
    def plain_sem(self) -> int | float | None:
        return None if self.sem is None else plain_number(self.sem)

    @cached_property
    def named(self) -> dict[str, Any]:
        """What every signal says of a measure. Made once: nobody changes it."""
        told: dict[str, Any] = {
            "measure": self.code,
            "name": self.name,
            "unit": self.unit,
            "area": self.area,
            "higher_is_better": self.higher_is_better,
        }
        if self.labels:  # shown instead of the number: the first of them is the minimum
            told["labels"] = list(self.labels)
            told["labels_from"], told["labels_step"] = plain_number(self.minimum), plain_number(self.step)
        return told

    @cached_property
    def told(self) -> dict[str, Any]:
        """The same with what a level is judged by."""
        limits = {} if self.limits is None else self.limits.told
        return {
            **self.named,
            "sem": self.plain_sem,
            "official": self.official,
            "source": self.source,
            **limits,
        }


@dataclass(frozen=True)
class Bounds:
    """What numbers and their changes are measured by: arrays (m,), infinite where nothing is known."""

    signs: Ints  # -1 where less is better
    minimum: Ints
    maximum: Ints
    sem: Floats
    implausible_gain: Floats
    same_text: Bools

    @classmethod
    def of(cls, measures: tuple[Yardstick, ...]) -> "Bounds":
        def known(name: str) -> Floats:
            told = [getattr(measure, name) for measure in measures]
            return np.array([np.inf if one is None else one for one in told], np.float64)

        return cls(
            signs=np.array([measure.sign for measure in measures], np.int64),
            minimum=np.array([measure.minimum for measure in measures], np.int64),
            maximum=np.array([measure.maximum for measure in measures], np.int64),
            sem=known("sem"),
            implausible_gain=known("implausible_gain"),
            same_text=np.array([measure.same_text for measure in measures], np.bool_),
        )


@dataclass(frozen=True)
class Standard:
    """The measures (all of them, as columns) and what decides the level: groups or a composite.

    Without ``decides`` and ``composite`` the year is not in the window.
    """

    measures: tuple[Yardstick, ...]
    decides: tuple[tuple[str, ...], ...] = ()
    also: tuple[tuple[str, ...], ...] = ()
    expected: tuple[str, ...] = ()
    composite: Composite | None = None

    @property
    def has_window(self) -> bool:
        return bool(self.decides) or self.composite is not None

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {measure.code: column for column, measure in enumerate(self.measures)}

    @cached_property
    def bounds(self) -> Bounds:
        return Bounds.of(self.measures)

    def column(self, code: str) -> int:
        return self._columns[code]

    def judged_columns(self, codes: Iterable[str]) -> list[int]:
        """The columns of those of the measures that have limits here, in the order given."""
        columns = [self._columns[code] for code in codes if code in self._columns]
        return [column for column in columns if self.measures[column].limits is not None]

    @cached_property
    def named(self) -> frozenset[str]:
        """Every measure the set names for this year and season."""
        parts = self.composite.parts if self.composite else ()
        groups = [code for group in (*self.decides, *self.also) for code in group]
        return frozenset((*groups, *self.expected, *parts))


@dataclass(frozen=True)
class Sheet(Arrays):
    """What was put down for n pupils and m measures. ``points`` counts only where ``marks`` says POINTS."""

    marks: Marks
    points: Ints
    on_text: Bools  # taken on the text agreed for the window
    confirmed: Bools  # an odd number that a person has looked at
    attempted: Ints  # NONE where nobody wrote it down
    errors: Ints
    discontinued: Bools  # broken off (12b): a real score all the same

    @classmethod
    def blank(cls, pupils: int, measures: int) -> "Sheet":
        shape = (pupils, measures)
        return cls(
            marks=np.zeros(shape, np.int8),
            points=np.zeros(shape, np.int64),
            on_text=np.ones(shape, np.bool_),
            confirmed=np.zeros(shape, np.bool_),
            attempted=np.full(shape, NONE, np.int64),
            errors=np.full(shape, NONE, np.int64),
            discontinued=np.zeros(shape, np.bool_),
        )

    @each_row  # asked of a sheet that is filled
    def has_points(self) -> Bools:
        """Real scores, also of a test that was broken off (12b)."""
        found: Bools = self.marks == Mark.POINTS
        return found

    @each_row
    def counts(self) -> Bools:
        """What is judged: scores, and "kan inte genomföras ännu" as the worst score there is."""
        found: Bools = self.has_points | (self.marks == Mark.NOT_YET_ABLE)
        return found
