"""Dataclasses of arrays whose rows belong together."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Arrays:
    """Every field of who inherits is an array, and all have the same rows."""

    def part(self, rows: slice) -> Self:
        """The same of some rows: views, where nothing is copied."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of the first, then of the second ..."""
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))
