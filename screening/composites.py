"""Weighted sums of measures, computed exactly: whole numbers over one denominator, never binary floats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
import numpy.typing as npt

from screening.levels import Limits, thousandths

Ints = npt.NDArray[np.int64]
SAFE_IN_INT64 = 2**61


@dataclass(frozen=True)
class Composite:
    """round(scale * (sum of weight * part - mean) / sd) + constant, halves away from zero.

    ``divide`` holds what a part is divided by before it is weighted.
    """

    code: str
    weights: Mapping[str, Decimal]
    mean: Decimal
    sd: Decimal
    scale: Decimal
    constant: Decimal
    limits: Limits
    divide: Mapping[str, Decimal] = field(default_factory=dict)
    source: str = ""  # of the limits

    @cached_property
    def _exact(self) -> "_Line":
        """The inner expression as (sum of factor * thousandths + offset) / denominator, all whole numbers."""
        scale = Fraction(self.scale) / Fraction(self.sd)
        factors = [
            scale * Fraction(weight) / Fraction(self.divide.get(part, Decimal(1))) / 1000
            for part, weight in self.weights.items()
        ]
        offset = -scale * Fraction(self.mean)
        denominator = lcm(offset.denominator, *(factor.denominator for factor in factors))
        return _Line([int(f * denominator) for f in factors], int(offset * denominator), denominator)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.weights)

    def helps(self, part: str) -> bool:
        """Whether more points on the part make the composite higher."""
        return self._exact.factors[self.parts.index(part)] >= 0

    def thousandths(self, parts: Sequence[Ints]) -> Ints:
        """The composite in thousandths, from one array of points in thousandths per part, in their order."""
        line = self._exact
        terms = list(zip(line.factors, parts, strict=True))
        largest = sum(abs(factor) * int(np.abs(part).max(initial=0)) for factor, part in terms)
        # Long weights outgrow int64: then the same sums run on Python's whole numbers, slower and as exact.
        kind = np.int64 if 2 * (largest + abs(line.offset)) + line.denominator < SAFE_IN_INT64 else object
        total = sum((factor * part.astype(kind) for factor, part in terms), start=line.offset)
        halves_up = (2 * np.abs(total) + line.denominator) // (2 * line.denominator)
        rounded: Ints = (np.sign(total) * halves_up).astype(np.int64)
        return rounded * 1000 + thousandths(self.constant)


@dataclass(frozen=True)
class _Line:
    factors: list[int]
    offset: int
    denominator: int
