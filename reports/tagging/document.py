"""What ReportLab has drawn, as a tagged document that describes itself: the file's objects in their order."""

import functools
import itertools
import zlib
from collections.abc import Iterator

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.tagging.about import About, colours
from reports.tagging.file import File, stream
from reports.tagging.marks import Marks

OF_A_PAGE = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
OF_ALL = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents"]
PACKED = "/Filter/FlateDecode"


class Raw(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object that is written already."""

    __RefOnly__ = 1

    def __init__(self, body: bytes) -> None:
        self.body = body

    def format(self, document: object) -> bytes:
        return self.body


def end_page(canvas: Canvas) -> None:
    """Show the page, and pack it at once: a thousand pages lie small in memory until they are written. What
    all empty ones hold is written once."""
    is_empty = not canvas._code
    canvas.showPage()
    page = canvas._doc.Pages.pages[-1]
    page.Resources, page.MediaBox, page.Trans = _resources(canvas._doc, page), _box(canvas._pagesize), None
    if is_empty:
        page.Contents = vars(canvas._doc).setdefault("nothing", _content(""))
    else:
        page.Contents = _content(page.stream)
    page.stream = None


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
    return Raw(stream(PACKED, zlib.compress(operators.encode("ascii"))))


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
    pages = []
    for number, page in enumerate(document.Pages.pages):
        page.__NoDefault__ = OF_A_PAGE
        page.StructParents, page.Tabs = number, "/S"
        pages.append(document.Reference(page).format(document).decode())
    return _elements(marks, top, pages)


def _elements(marks: Marks, top: int, pages: list[str]) -> Iterator[tuple[int, bytes]]:
    owners = "".join(
        f"{number}[{' '.join(f'{element.number} 0 R' for element in owners)}]"
        for number, owners in enumerate(marks.pages[: len(pages)])
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
