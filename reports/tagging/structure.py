"""The tree that says what the marks on the pages are, in the order in which they are read."""

import functools
import re
from collections.abc import Iterator, Sequence

from reportlab.lib.rl_accel import escapePDF

LEAVES = frozenset({"P", "H1", "H2", "H3", "TH", "TD", "LBody", "Lbl", "Span", "Figure", "Caption"})
WESTERN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u00ff]*")
ON_A_PAGE = 1 << 20  # marks at most
Mark = int  # page, from 0, times that, and the number on the page: many lie in memory


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

    def written(self, above: int, pages: Sequence[str]) -> str:
        """Its dictionary. ``above``: the number of the object it hangs on; ``pages``: references."""
        on = next((kid // ON_A_PAGE for kid in self.kids if isinstance(kid, int)), None)
        kids = " ".join([_kid(kid, on, pages) for kid in self.kids])
        place = "" if on is None else f"/Pg {pages[on]}"
        has_own_language = self.parent is None or self.parent.language != self.language
        language = f"/Lang({self.language})" if has_own_language else ""
        return f"<</S/{self.tag}/P {above} 0 R{place}/K[{kids}]{language}{self.more}>>"


def _kid(kid: Element | Mark, on: int | None, pages: Sequence[str]) -> str:
    if isinstance(kid, Element):
        return f"{kid.number} 0 R"
    page, number = divmod(kid, ON_A_PAGE)
    return str(number) if page == on else f"<</Type/MCR/Pg {pages[page]}/MCID {number}>>"


@functools.lru_cache(maxsize=1024)
def text(said: str) -> str:
    """A text as PDF writes it, whatever its script: in a sign each where Western Europe's are enough."""
    if WESTERN.fullmatch(said):
        return f"({escapePDF(said.encode('latin-1'))})"
    return f"<FEFF{said.encode('utf-16-be').hex()}>"
