"""What is laid on a page belongs to an element of the structure, or is decoration that no reader is told of.

A mark begins where the owner of what is laid changes, and ends where it changes again: a paragraph of four
lines is one mark, and a rule between two of them would part it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reportlab.pdfgen.canvas import Canvas

from reports.tagging.structure import ON_A_PAGE, OWN, Element, PageMarks

SWEDISH = "sv-SE"
ARTIFACT = Element("Artifact", None, "")


class Marks:
    """Who owns what is laid on the canvas, page by page."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.root = Element("Document", None, SWEDISH)
        self.inner = self.root  # what is being filled
        self.language = SWEDISH
        self.languages: tuple[str, ...] = (SWEDISH,)  # all that were met, each once
        self.pages = [PageMarks()]
        self._open: Element | None = None
        self._own: list[int] = []  # where on the page, in its operators, a mark of its own begins
        self._cuts: list[int] = []  # and where what it shares begins and ends, in turn
        self._artifacts = 0
        self._apart: list[bool] = []  # of each stored drawing under way: whether it holds words

    def words(self) -> None:
        """Words follow: they are what is being filled, or a paragraph of their own."""
        if self._apart:
            self._apart[-1] = True
        elif self._artifacts:
            self._change(ARTIFACT)
        else:
            inner = self.inner
            self._change(inner if inner.is_leaf else Element("P", inner, self.language))

    def decoration(self) -> None:
        """Lines and areas follow. In a picture they are the picture."""
        if not self._apart:
            self._change(self.inner if self.inner.is_shown and not self._artifacts else ARTIFACT)

    @property
    def is_told(self) -> bool:
        """Whether what is laid now belongs to an element on this page."""
        return not self._apart and not self._artifacts

    @property
    def goes_on(self) -> bool:
        """Whether other words may follow in the same mark."""
        return bool(self._apart) or self.inner.is_leaf

    def close(self) -> None:
        """What comes next is another mark."""
        if not self._apart:
            self._change(None)

    def next_page(self) -> list[int]:
        """Ends the page; returns where among its operators what it shares begins and ends, in turn."""
        self.close()
        page, code = self.pages[-1], self._canvas._code
        if page.shared:  # now it is known how many they are
            for number, (owner, place) in enumerate(zip(page.own, self._own, strict=True), len(page.shared)):
                code[place] = _begins(owner, number)
        self.pages.append(PageMarks())
        cuts, self._own, self._cuts = self._cuts, [], []
        return cuts

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Other pages have the same: its marks are counted by themselves, so that they are the same too."""
        self.close()
        self._cuts.append(len(self._canvas._code))
        yield
        self.close()
        self._cuts.append(len(self._canvas._code))

    @contextmanager
    def element(self, tag: str, more: str = "") -> Iterator[Element]:
        """All that is laid meanwhile is in a new element of what was filled before."""
        before = self.inner
        self.inner = self.begun(tag, more)
        yield self.inner
        self.inner = before

    def begun(self, tag: str, more: str = "") -> Element:
        """A new element of what is being filled; none where nothing is told."""
        return Element(tag, self.inner, self.language, more) if self.is_told else self.inner

    @contextmanager
    def within(self, element: Element) -> Iterator[None]:
        """The same in one that there is already."""
        before, self.inner = self.inner, element
        yield
        self.inner = before

    @contextmanager
    def artifact(self) -> Iterator[None]:
        self._artifacts += 1
        yield
        self._artifacts -= 1

    @contextmanager
    def apart(self) -> Iterator[list[bool]]:
        """A drawing that is stored once and shown on many pages: it is marked where it is shown. Tells
        whether it holds words."""
        told = [False]
        self._apart.append(False)
        yield told
        told[0] = self._apart.pop()

    @contextmanager
    def speaking(self, language: str) -> Iterator[None]:
        """Elements that begin meanwhile are in that language."""
        before, self.language = self.language, language
        self.languages = tuple(dict.fromkeys((*self.languages, language)))
        yield
        self.language = before

    @contextmanager
    def span(self, language: str | None, more: str) -> Iterator[None]:
        """A piece within a text, in the text's language or its own."""
        before, self.language = self.language, language or self.language
        with self.element("Span", more):
            yield
        self.language = before

    @contextmanager
    def in_order(self, places: Sequence[int]) -> Iterator[None]:
        """As many marks or elements as ``places`` are laid, from left to right, and read in that order."""
        self.close()
        kids = self.inner.kids
        first = len(kids)
        yield
        if self.is_told:
            kids[first:] = [kid for _, kid in sorted(zip(places, kids[first:], strict=True), key=_place)]

    @contextmanager
    def read_from(self, place: int) -> Iterator[None]:
        """What is laid last of what is being filled is read earlier: before what was laid since ``place``."""
        kids = self.inner.kids
        last = len(kids)
        yield
        kids[place:] = kids[last:] + kids[place:last]

    def _change(self, owner: Element | None) -> None:
        if owner is self._open:
            return
        code = self._canvas._code
        if self._open is not None:
            code.append("EMC")
        self._open = owner
        if owner is ARTIFACT:
            code.append("/Artifact BMC")
        elif owner is not None:
            self._begin(owner, code)

    def _begin(self, owner: Element, code: list[str]) -> None:
        page, first = self.pages[-1], (len(self.pages) - 1) * ON_A_PAGE
        if len(self._cuts) % 2:
            marks = page.shared
        else:
            marks, first = page.own, first + OWN
            self._own.append(len(code))
        owner.kids.append(first + len(marks))
        code.append(_begins(owner, len(marks)))
        marks.append(owner)


def _begins(owner: Element, number: int) -> str:
    return f"/{owner.tag} <</MCID {number}>> BDC"


def _place(one: tuple[int, object]) -> int:
    return one[0]
