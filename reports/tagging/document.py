"""What ReportLab has drawn, as a tagged document that describes itself: the file's objects in their order."""

import functools
import itertools
from collections.abc import Iterator, Sequence

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.tagging.about import About, colours
from reports.tagging.file import File, packed, stream
from reports.tagging.marks import Marks
from reports.tagging.structure import PageMarks

OF_A_PAGE = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
OF_ALL = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents"]
PACKED = "/Filter/FlateDecode"
SHORT = 60  # signs: what a page has between two things it shares, others have as well


class Raw(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object that is written already."""

    __RefOnly__ = 1

    def __init__(self, body: bytes) -> None:
        self.body = body

    def format(self, document: object) -> bytes:
        return self.body


def end_page(canvas: Canvas, cuts: Sequence[int]) -> None:
    """Show the page, and pack it at once: a thousand pages lie small in memory until they are written. What
    stands between the first of the ``cuts`` among its operators and the second, and so on, is written once
    for all pages that have it; so is what all empty pages hold."""
    code, canvas._code = canvas._code, []
    canvas.showPage()
    document = canvas._doc
    page = document.Pages.pages[-1]
    page.Resources, page.MediaBox, page.Trans = _resources(document, page), _box(canvas._pagesize), None
    ends = itertools.pairwise((0, *cuts, len(code)))
    pieces = ["\n".join(code[begin:end]) for begin, end in ends]
    if len(pieces) == 1:
        page.Contents = _shared(document, "") if not code else _content(pieces[0])
    else:
        page.Contents = f"[{' '.join(_references(document, pieces))}]"
    page.stream = None


def _references(document: pdfdoc.PDFDocument, pieces: Sequence[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        if piece:
            is_shared = number % 2 or len(piece) < SHORT
            content = _shared(document, piece) if is_shared else _content(piece)
            yield document.Reference(content).format(document).decode()


def _shared(document: pdfdoc.PDFDocument, piece: str) -> Raw:
    contents: dict[str, Raw] = vars(document).setdefault("contents_shared", {})
    if piece not in contents:
        contents[piece] = _content(piece)
    return contents[piece]


def _resources(document: pdfdoc.PDFDocument, page: pdfdoc.PDFPage) -> pdfdoc.PDFObjectReference:
    """What pages with the same stored drawings have in common is written once."""
    drawings = page.XObjects.dict if page.XObjects else {}
    shared = vars(document).setdefault("resources_shared", {})
    key = tuple(drawings)
    if key not in shared:
        resources = pdfdoc.PDFResourceDictionary(ProcSet=None, XObject=drawings)
        resources.basicFonts()
        shared[key] = document.Reference(resources)
    return shared[key]


@functools.cache
def _box(size: tuple[float, float]) -> str:
    return f"[0 0 {size[0]:.7g} {size[1]:.7g}]"


def _content(operators: str) -> Raw:
    return Raw(stream(PACKED, packed(operators.encode("ascii"))))


def written(canvas: Canvas, marks: Marks, about: About) -> bytes:
    """The bytes of a canvas whose last page is ended. The same calls before give the same bytes."""
    document = canvas._doc
    _add_fonts(document)
    document.Outlines.prepare(document, canvas)
    if document.Outlines.ready < 0:
        document.Catalog.Outlines = None
    document.info = Raw(about.info())
    _tell(document, about)
    root, info = document.Reference(document.Catalog), document.Reference(document.info)
    tree = _tree(document, marks)
    file = File(lambda: _next_number(document))
    for number, body in itertools.chain(_bodies(document), tree):
        file.add(number, body)
    return file.ended(root.format(document), info.format(document))


def _next_number(document: pdfdoc.PDFDocument) -> int:
    document.objectcounter += 1
    return int(document.objectcounter)


def _add_fonts(document: pdfdoc.PDFDocument) -> None:
    """What the text uses of each font. ReportLab names a letter also for the places of a font that it leaves
    empty; no text uses them."""
    for font in document.delayedFonts:
        font.addObjects(document)
    for key, thing in document.idToObject.items():
        if key.startswith("toUnicodeCMap:"):
            thing.content = thing.content.replace(" <0000>\n", " <0020>\n")


def _tell(document: pdfdoc.PDFDocument, about: About) -> None:
    """What the catalog says: tagged, described, and in which colours."""
    catalog = document.Catalog
    catalog.__NoDefault__ = catalog.__Refs__ = OF_ALL
    catalog.MarkInfo = Raw(b"<</Marked true>>")
    catalog.Metadata = Raw(stream("/Type/Metadata/Subtype/XML", about.xmp()))
    profile = document.Reference(Raw(stream(f"/N 3{PACKED}", colours())))
    intent = "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile {}>>]"
    catalog.OutputIntents = Raw(intent.format(profile.format(document).decode()).encode())


def _tree(document: pdfdoc.PDFDocument, marks: Marks) -> Iterator[tuple[int, bytes]]:
    """The structure, its numbers set aside among those of the document; pages and catalog point at it."""
    top = _next_number(document)
    for element in marks.root.walk():
        element.number = _next_number(document)
    document.Catalog.StructTreeRoot = f"{top} 0 R"
    for number, (page, its_marks) in enumerate(zip(document.Pages.pages, marks.pages, strict=False)):
        page.__NoDefault__ = OF_A_PAGE
        page.StructParents, page.Tabs = number, "/S"
        its_marks.reference = document.Reference(page).format(document).decode()
    return _elements(marks, top, marks.pages[: len(document.Pages.pages)])


def _elements(marks: Marks, top: int, pages: Sequence[PageMarks]) -> Iterator[tuple[int, bytes]]:
    owners = "".join(
        f"{number}[{' '.join(f'{element.number} 0 R' for element in (*page.shared, *page.own))}]"
        for number, page in enumerate(pages)
    )
    by_mark = f"/ParentTree<</Nums[{owners}]>>/ParentTreeNextKey {len(pages)}"
    yield top, f"<</Type/StructTreeRoot/K {marks.root.number} 0 R{by_mark}>>".encode()
    for element in marks.root.walk():
        above = top if element.parent is None else element.parent.number
        yield element.number, element.written(above, pages).encode()


def _bodies(document: pdfdoc.PDFDocument) -> Iterator[tuple[int, bytes]]:
    """Every object of ReportLab's. Writing one may add others."""
    for number in itertools.count(1):
        if number > document.objectcounter:
            return
        name = document.numberToId.get(number)
        if name is not None:
            yield number, pdfdoc.format(document.idToObject[name], document, toplevel=1)
