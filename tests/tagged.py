"""A PDF as those hear it who do not see it: its structure tree, with the words of the pages in it."""

import functools
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
import pikepdf


@dataclass
class Node:
    tag: str
    language: str
    alt: str = ""
    scope: str = ""
    kids: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its words on one line; pictures say what they show."""
        return " ".join(self.spoken.split())

    @property
    def spoken(self) -> str:
        return self.alt or "".join(kid if isinstance(kid, str) else kid.spoken for kid in self.kids)

    def all(self, *tags: str) -> list["Node"]:
        """Those beneath it with one of the tags, in reading order."""
        return [node for node in self.walk() if node.tag in tags]

    def walk(self) -> Iterator["Node"]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.walk()

    @property
    def children(self) -> list["Node"]:
        return [kid for kid in self.kids if isinstance(kid, Node)]


@dataclass(frozen=True)
class Told:
    """``root``: the whole document; ``decoration``: the words that no reader is told of; ``unmarked``: the
    signs that belong to no mark."""

    root: Node
    decoration: str
    unmarked: str


@functools.cache
def read(content: bytes) -> Told:
    marked: dict[tuple[int, int], str] = defaultdict(str)
    other: dict[str | None, str] = defaultdict(str)
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for number, page in enumerate(pdf.pages):
            for char in page.chars:
                if char["mcid"] is None:
                    other[char["tag"]] += char["text"]
                else:
                    marked[number, char["mcid"]] += char["text"]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
        root = _node(pdf.Root.StructTreeRoot.K, str(pdf.Root.Lang), pages, marked)
    return Told(root, other["Artifact"], other[None])


def told(content: bytes) -> Node:
    """The document's tree."""
    return read(content).root


def _node(element: Any, language: str, pages: dict[Any, int], marked: dict[tuple[int, int], str]) -> Node:
    language = str(element.get("/Lang", language))
    attributes = element.get("/A", {})
    node = Node(
        str(element.S)[1:], language, str(element.get("/Alt", "")), str(attributes.get("/Scope", ""))[1:]
    )
    if "/ActualText" in element:
        node.kids = [str(element.ActualText)]
        return node
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            node.kids.append(_node(kid, language, pages, marked))
        elif isinstance(kid, pikepdf.Dictionary):
            node.kids.append(marked[pages[kid.Pg.objgen], int(kid.MCID)])
        else:
            node.kids.append(marked[pages[element.Pg.objgen], int(kid)])
    return node
