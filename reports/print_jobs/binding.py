"""Several documents as one: their pages, bookmarks and structure trees, each beginning on an odd page.

What a screen reader follows stays whole: marked content names its place by numbers of its own document, and
those of the later documents are moved beyond the ones before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.tagging.file import File
from reports.tagging.reading import REFERENCE, objects, root_and_info
from reports.tagging.structure import text

JOINED = (b"Outlines", b"Pages", b"StructTreeRoot")  # of the catalog: one for all, the rest is the first's
NAMED = re.compile(rb"/(\w+) (\d+) 0 R")
KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
BOX = re.compile(rb"/MediaBox (\[[^\]]*\])")
MARKED = re.compile(rb"(?<=/StructParents )\d+")
OWNERS = re.compile(rb"(\d+)(\[[^\]]*\])")
ABOVE = re.compile(rb"(?<=/P )\d+")
DOCUMENT, PART = b"/S/Document", b"/S/Part"
COUNT = re.compile(rb"/Count (\d+)")

Objects = dict[int, bytes]


@dataclass(frozen=True)
class Bookmark:
    """Of one of the documents: its object, what is written in it besides its neighbours, those beneath it."""

    number: int
    said: bytes
    beneath: int


def bound(files: Mapping[Path, str]) -> bytes:
    """One document; ``files`` by path with the bookmark of each, in their order. The same files give the same
    bytes. They are ours, as :mod:`reports.tagging.file` writes them. Raises ``FileNotFoundError``.
    """
    whole = Whole()
    for file, title in files.items():
        whole.join(file.read_bytes(), title)
    return whole.ended()


class Whole:
    """The document under way. Each that joins it is copied, and let go of, before the next."""

    def __init__(self) -> None:
        self._last = 0  # number of an object
        self._file = File(self._number)
        self._outlines, self._pages, self._tree = (self._number() for _ in JOINED)
        self._document = self._number()  # the one element at the top of the structure
        self._shown = 0  # pages
        self._kids: list[int] = []  # of the tree of pages: a document or an empty page each
        self._box = b""
        self._documents: list[int] = []  # what was their elements at the top
        self._owners: list[bytes] = []  # of marks, page by page
        self._bookmarks: list[Bookmark] = []
        self._about = (b"", 0)  # the first catalog; the object that says the title to older readers

    def _number(self) -> int:
        self._last += 1
        return self._last

    def join(self, content: bytes, title: str) -> None:
        """Another document, on the next odd page."""
        if self._shown % 2:  # the back of the last sheet stays empty
            self._put_empty_page()
        found = dict(objects(content, self._last))
        root, info = root_and_info(content, self._last)
        self._last = max(found)
        catalog = found.pop(root)
        named = {name: int(number) for name, number in NAMED.findall(catalog)}
        pages = self._join_pages(found, named[b"Pages"])
        self._join_tree(found, named[b"StructTreeRoot"])
        self._bookmark(found, named.get(b"Outlines"), title, pages[0])
        self._shown += len(pages)
        if self._about[1]:
            _leave_out(found, [info, *(number for name, number in named.items() if name not in JOINED)])
        else:
            self._about = (catalog, info)
        for number, body in found.items():
            self._file.add(number, body)

    def _put_empty_page(self) -> None:
        self._kids.append(self._number())
        said = b"<</Type/Page/Parent %d 0 R/MediaBox %s/Resources<<>>/Tabs/S>>"
        self._file.add(self._kids[-1], said % (self._pages, self._box))
        self._shown += 1

    def _join_pages(self, found: Objects, number: int) -> list[int]:
        kids = _one(KIDS, found[number])
        pages = [int(one) for one in REFERENCE.findall(kids)]
        said = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>"
        found[number] = said % (self._pages, len(pages), kids)
        for page in pages:
            found[page] = MARKED.sub(lambda one: b"%d" % (int(one[0]) + self._shown), found[page])
        self._kids.append(number)
        self._box = _one(BOX, found[pages[-1]])
        return pages

    def _join_tree(self, found: Objects, number: int) -> None:
        tree = found.pop(number)
        top = next(int(one) for name, one in NAMED.findall(tree) if name == b"K")
        found[top] = ABOVE.sub(b"%d" % self._document, found[top], count=1).replace(DOCUMENT, PART, 1)
        self._documents.append(top)
        self._owners += [b"%d%s" % (int(page) + self._shown, them) for page, them in OWNERS.findall(tree)]

    def _bookmark(self, found: Objects, number: int | None, title: str, page: int) -> None:
        """What was above all bookmarks of the document is now the document's own."""
        above = found.get(number, b"") if number else b""
        beneath = int(_one(COUNT, above)) if above else 0
        ends = b"".join(b"/%s %s 0 R" % one for one in NAMED.findall(above) if one[0] in (b"First", b"Last"))
        count = b"/Count %d" % beneath if beneath else b""
        said = b"/Title%s/Dest[%d 0 R/Fit]%s%s" % (text(title).encode(), page, ends, count)
        self._bookmarks.append(Bookmark(number or self._number(), said, beneath))
        found.pop(self._bookmarks[-1].number, None)

    def ended(self) -> bytes:
        """The bytes of it all."""
        catalog, info = self._about
        kids, parts = (b" ".join(b"%d 0 R" % one for one in some) for some in (self._kids, self._documents))
        add = self._file.add
        add(self._pages, b"<</Type/Pages/Count %d/Kids[%s]>>" % (self._shown, kids))
        numbers = b"/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d" % (b"".join(self._owners), self._shown)
        add(self._tree, b"<</Type/StructTreeRoot/K %d 0 R%s>>" % (self._document, numbers))
        add(self._document, b"<<%s/P %d 0 R/K[%s]/Lang(sv-SE)>>" % (DOCUMENT, self._tree, parts))
        self._add_bookmarks()
        root = self._number()
        others = NAMED.sub(lambda one: b"" if one[1] in JOINED else one[0], catalog)
        joined = zip(JOINED, (self._outlines, self._pages, self._tree), strict=True)
        named = b"".join(b"/%s %d 0 R" % one for one in joined)
        add(root, b"%s%s>>" % (others[: others.rindex(b">>")], named))
        return self._file.ended(b"%d 0 R" % root, b"%d 0 R" % info)

    def _add_bookmarks(self) -> None:
        before = [b"", *(b"/Prev %d 0 R" % one.number for one in self._bookmarks)]
        after = [*(b"/Next %d 0 R" % one.number for one in self._bookmarks[1:]), b""]
        for one, previous, following in zip(self._bookmarks, before, after, strict=False):
            beside = b"/Parent %d 0 R%s%s" % (self._outlines, previous, following)
            self._file.add(one.number, b"<<%s%s>>" % (one.said, beside))
        first, last = self._bookmarks[0].number, self._bookmarks[-1].number
        count = sum(1 + one.beneath for one in self._bookmarks)
        said = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        self._file.add(self._outlines, said % (first, last, count))


def _leave_out(found: Objects, numbers: list[int]) -> None:
    """What the first document says for all, and what only that names: the profile of colours."""
    for number in numbers:
        body = found.pop(number)
        if b"/DestOutputProfile" in body:
            _leave_out(found, [int(one) for one in REFERENCE.findall(body)])


def _one(sought: re.Pattern[bytes], said: bytes) -> bytes:
    found = sought.search(said)
    if found is None:
        raise ValueError("not a file of ours")
    return found[1]
