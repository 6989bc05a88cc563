"""Dataclasses of arrays whose rows belong together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

PART_OF = "part of"
Taken = TypeVar("Taken")


def each_row(reckon: Callable[[Any], Taken]) -> cached_property[Taken]:
    """A cached array whose rows are reckoned each by itself: of a part it is that part of the whole's."""

    def found(arrays: Any) -> Taken:
        if PART_OF not in arrays.__dict__:
            return reckon(arrays)
        of, rows = arrays.__dict__[PART_OF]
        part: Taken = getattr(of, reckon.__name__)[rows]
        return part

    return cached_property(found)


@dataclass(frozen=True)
class Arrays:
    """Every field of who inherits is an array, and all have the same rows."""

    def part(self, rows: slice) -> Self:
        """The same of some rows: views, each taken when somebody asks for it. Nothing is copied."""
        part = object.__new__(type(self))
        part.__dict__[PART_OF] = self, rows
        return part

    def __getattr__(self, name: str) -> Any:
        """A field of a part that nobody has asked for yet."""
        if name not in type(self).__dataclass_fields__ or PART_OF not in self.__dict__:
            raise AttributeError(name)
        of, rows = self.__dict__[PART_OF]
        found = self.__dict__[name] = getattr(of, name)[rows]
        return found

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of the first, then of the second ..."""
        if len(parts) == 1:
            return parts[0]
        names = cls.__dataclass_fields__
        return cls(*[np.concatenate([getattr(part, name) for part in parts]) for name in names])
