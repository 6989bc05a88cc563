"""Dataclasses of arrays whose rows belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Arrays:
    """Every field of who inherits is an array, and all have the same rows."""

    def part(self, rows: slice) -> Self:
        """The same of some rows: views, where nothing is copied."""
        return type(self)(*[getattr(self, name)[rows] for name in self.__dataclass_fields__])

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of the first, then of the second ..."""
        if len(parts) == 1:
            return parts[0]
        names = cls.__dataclass_fields__
        return cls(*[np.concatenate([getattr(part, name) for part in parts]) for name in names])
