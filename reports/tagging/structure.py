"""The tree that says what the marks on the pages are, in the order in which they are read."""

import functools
import re
from collections.abc import Iterator, Sequence

from reportlab.lib.rl_accel import escapePDF

LEAVES = frozenset({"P", "H1", "H2", "H3", "TH", "TD", "LBody", "Lbl", "Span", "Figure", "Caption"})
WESTERN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u00ff]*")
ON_A_PAGE = 1 << 20  # marks at most
OWN = 1 << 19  # the page's own are counted from here until it is known how many it shares with others
Mark = int  # page, from 0, times ON_A_PAGE, and the number on the page: many lie in memory


class PageMarks:
    """Whose the marks on a page are: those it shares with other pages come first."""

    __slots__ = ("own", "reference", "shared")

    def __init__(self) -> None:
        self.shared: list[Element] = []
        self.own: list[Element] = []
        self.reference = ""  # of the page, when it is written

    def number(self, mark: Mark) -> int:
        """By which the page's content names it."""
        number = mark % ON_A_PAGE
        return number if number < OWN else number - OWN + len(self.shared)


class Element:
    """A node of the tree. ``more`` is what else its dictionary says."""

    __slots__ = ("kids", "language", "more", "number", "parent", "tag")

    def __init__(self, tag: str, parent: "Element | None", language: str, more: str = "") -> None:
        self.tag, self.parent, self.language, self.more = tag, parent, language, more
        self.kids: list[Element | Mark] = []
        self.number = 0  # of the object in the file, when it is written
        if parent is not None:
            parent.kids.append(self)

    @property
    def is_leaf(self) -> bool:
        """Whether what is laid belongs to the element itself."""
        return self.tag in LEAVES

    @property
    def is_shown(self) -> bool:
        """Whether lines and areas laid in it are more than decoration: a picture, a sign for a word."""
        return self.tag == "Figure" or self.more.startswith("/ActualText")

    @property
    def last(self) -> "Element | None":
        """The element that ends this one, if one does."""
        kid = self.kids[-1] if self.kids else None
        return kid if isinstance(kid, Element) else None

    def walk(self) -> Iterator["Element"]:
        """Itself and all beneath it, in reading order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += [kid for kid in reversed(one.kids) if isinstance(kid, Element)]

    def written(self, above: int, pages: Sequence[PageMarks]) -> str:
        """Its dictionary. ``above``: the number of the object it hangs on."""
        on = next((pages[kid // ON_A_PAGE] for kid in self.kids if isinstance(kid, int)), None)
        kids = " ".join([_kid(kid, on, pages) for kid in self.kids])
        place = "" if on is None else f"/Pg {on.reference}"
        has_own_language = self.parent is None or self.parent.language != self.language
        language = f"/Lang({self.language})" if has_own_language else ""
        return f"<</S/{self.tag}/P {above} 0 R{place}/K[{kids}]{language}{self.more}>>"


def _kid(kid: Element | Mark, on: PageMarks | None, pages: Sequence[PageMarks]) -> str:
    if isinstance(kid, Element):
        return f"{kid.number} 0 R"
    page = pages[kid // ON_A_PAGE]
    number = page.number(kid)
    return str(number) if page is on else f"<</Type/MCR/Pg {page.reference}/MCID {number}>>"


@functools.lru_cache(maxsize=1024)
def text(said: str) -> str:
    """A text as PDF writes it, whatever its script: in a sign each where Western Europe's are enough."""
    if WESTERN.fullmatch(said):
        return f"({escapePDF(said.encode('latin-1'))})"
    return f"<FEFF{said.encode('utf-16-be').hex()}>"
