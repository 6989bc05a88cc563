"""The words a document uses for what its marks are. Most are said by the layout; a document says where a
heading, a table or a picture is.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal

from reports.tagging.marks import Marks
from reports.tagging.structure import Element, text

Scope = Literal["Column", "Row"]


class Tagged:
    """What is laid inside these belongs together. Without them every text is a paragraph of its own, every
    line and area decoration."""

    marks: Marks

    def heading(self, level: int) -> AbstractContextManager[Element]:
        """Levels from 1 downwards; none is left out on the way down."""
        return self.marks.element(f"H{level}")

    def paragraph(self) -> AbstractContextManager[object]:
        """Texts that are read as one; part of what is there already in a cell, a heading, an item."""
        return nullcontext() if self.marks.inner.is_leaf else self.marks.element("P")

    def section(self) -> AbstractContextManager[Element]:
        return self.marks.element("Sect")

    def within(self, element: Element) -> AbstractContextManager[None]:
        """In a part that began before: what is laid late and read early."""
        return self.marks.within(element)

    def table(self) -> AbstractContextManager[Element]:
        """Rows, also over several pages; every row has as many cells."""
        return self.marks.element("Table")

    def row(self, *, begins: bool = False) -> AbstractContextManager[None]:
        """Of the table that is being laid, else of the one that was laid last here, else of a new one.
        ``begins``: always of a new one."""
        return self._part_of("Table", "TR", begins)

    def header(self, scope: Scope) -> AbstractContextManager[Element]:
        """A cell that names its column or its row."""
        return self.marks.element("TH", f"/A<</O/Table/Scope/{scope}>>")

    def cell(self) -> AbstractContextManager[Element]:
        """A cell; nothing laid in it is an empty one."""
        return self.marks.element("TD")

    def item(self) -> AbstractContextManager[None]:
        """Of the list that was laid last here, or of a new one: a bullet as ``label``, a text as ``body``."""
        return self._part_of("L", "LI", False)

    @contextmanager
    def _part_of(self, whole: str, part: str, begins: bool) -> Iterator[None]:
        inner = self.marks.inner
        there = inner if inner.tag == whole else inner.last
        if begins or there is None or there.tag != whole:
            there = self.marks.begun(whole)
        with self.marks.within(there), self.marks.element(part):
            yield

    def label(self) -> AbstractContextManager[Element]:
        return self.marks.element("Lbl")

    def body(self) -> AbstractContextManager[Element]:
        return self.marks.element("LBody")

    def figure(self, said: str, box: Sequence[float]) -> AbstractContextManager[Element]:
        """A picture, and ``said``, what it says, for whoever does not see it. ``box``: its lower left
        and upper right corner on the page."""
        place = f"/A<</O/Layout/BBox[{' '.join(f'{one:.2f}' for one in box)}]>>"
        return self.marks.element("Figure", (f"/Alt{text(said)}" if said else "") + place)

    def instead(self, said: str) -> AbstractContextManager[Element]:
        """A sign that stands for a word."""
        return self.marks.element("Span", f"/ActualText{text(said)}")

    def spoken(self, said: str | None, language: str | None) -> AbstractContextManager[object]:
        """A piece of a text that says something else than its signs, or is in another language."""
        if said is None and language is None:
            return nullcontext()
        return self.marks.span(language, "" if said is None else f"/ActualText{text(said)}")

    def artifact(self) -> AbstractContextManager[None]:
        """What is there for the eye only, or said before: a foot, the header of a table that goes on."""
        return self.marks.artifact()
