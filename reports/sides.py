"""A page that is read from the right: everything that is laid on it is mirrored, place by place."""

from collections.abc import Iterator
from contextlib import contextmanager

from reports.tagging.marks import SWEDISH, Marks


class Sided:
    """Where things begin on a page ``width`` points wide. Not mirrored unless told so."""

    marks: Marks
    width: float
    _axis: float | None = None  # places are counted backwards from it

    def _left(self, x: float, width: float = 0) -> float:
        """Where something ``width`` wide begins from the left; ``x`` is from the side that is read first."""
        return x if self._axis is None else self._axis - x - width

    @contextmanager
    def read_in(self, language: str, *, is_mirrored: bool) -> Iterator[None]:
        """A page in another language than the document's. Mirrored: all that is laid stands as far from the
        right as it would from the left, and lines are turned as in a text from right to left.
        """
        self._axis = float(self.width) if is_mirrored else None
        with self.marks.speaking(language), self.marks.element("Sect"):
            yield
        self._axis = None

    @contextmanager
    def read_from_left(self, x: float, width: float) -> Iterator[float]:
        """A Swedish piece, ``width`` wide, that is no part of the translated page around it. Gives its left
        edge."""
        axis, at = self._axis, self._left(x, width)
        self._axis = None
        with self.marks.speaking(SWEDISH):
            yield at
        self._axis = axis

    @contextmanager
    def _around_zero(self) -> Iterator[None]:
        axis = self._axis
        self._axis = None if axis is None else 0
        yield
        self._axis = axis
