"""A drawn document as a file. ReportLab's own writing of it ends streams in a way that archives refuse, and
knows no stores of small objects: the structure of a class set would be as large as its pages.
"""

import hashlib
import itertools
import zlib
from collections.abc import Iterable, Iterator

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.tagging.about import About, colours
from reports.tagging.marks import Marks

HEAD = b"%PDF-1.7\n%\xe5\xe4\xf6\xc5\n"
IN_A_STORE = 200  # objects: a reader unpacks the whole store for one of them
END = b"endstream\n"
ENDED = b"\r\nendstream\n"  # both signs: content that ends in the first is not taken to be shorter
OF_A_PAGE = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
OF_ALL = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents"]
Body = tuple[int, bytes]


class Raw(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object that is written already."""

    __RefOnly__ = 1

    def __init__(self, body: bytes) -> None:
        self.body = body

    def format(self, document: object) -> bytes:
        return self.body


def written(canvas: Canvas, marks: Marks, about: About) -> bytes:
    """The bytes of a canvas whose last page is shown. The same calls before give the same bytes."""
    document = canvas._doc
    _add_fonts(document)
    document.Outlines.prepare(document, canvas)
    if document.Outlines.ready < 0:
        document.Catalog.Outlines = None
    document.info = Raw(about.info())
    _tell(document, about)
    root = document.Reference(document.Catalog)
    info = document.Reference(document.info)
    tree = list(_tree(document, marks))
    return _file([*_bodies(document), *tree], root.format(document), info.format(document))


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
    catalog.Metadata = _stream(about.xmp(), "/Type/Metadata/Subtype/XML")
    profile = document.Reference(_stream(zlib.compress(colours()), "/N 3/Filter/FlateDecode"))
    intent = "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile {}>>]"
    catalog.OutputIntents = Raw(intent.format(profile.format(document).decode()).encode())


def _stream(content: bytes, said: str) -> Raw:
    return Raw(b"<<%s/Length %d>>\nstream\n%s%s" % (said.encode(), len(content), content, END))


def _tree(document: pdfdoc.PDFDocument, marks: Marks) -> Iterator[Body]:
    """The structure, its numbers set aside among those of the document; pages and catalog point at it."""
    elements = list(marks.root.walk())
    top = document.objectcounter + 1
    document.objectcounter += 1 + len(elements)
    for number, element in enumerate(elements, start=top + 1):
        element.number = number
    document.Catalog.StructTreeRoot = f"{top} 0 R"
    pages = []
    for number, page in enumerate(document.Pages.pages):
        page.__NoDefault__ = OF_A_PAGE
        page.StructParents, page.Tabs = number, "/S"
        pages.append(document.Reference(page).format(document).decode())
    owners = "".join(
        f"{number}[{' '.join(f'{element.number} 0 R' for element in owners)}]"
        for number, owners in enumerate(marks.pages[: len(pages)])
    )
    by_mark = f"/ParentTree<</Nums[{owners}]>>/ParentTreeNextKey {len(pages)}"
    yield top, f"<</Type/StructTreeRoot/K {top + 1} 0 R{by_mark}>>".encode()
    for element in elements:
        above = top if element.parent is None else element.parent.number
        yield element.number, element.written(above, pages).encode()


def _bodies(document: pdfdoc.PDFDocument) -> Iterator[Body]:
    """Every object of ReportLab's. Writing one may add others."""
    for number in itertools.count(1):
        if number > document.objectcounter:
            return
        name = document.numberToId.get(number)
        if name is not None:
            yield number, pdfdoc.format(document.idToObject[name], document, toplevel=1)


def _file(bodies: Iterable[Body], root: bytes, info: bytes) -> bytes:
    """Streams one by one, all else in compressed stores, and a compressed table of where each is."""
    parts, places, small = [HEAD], {}, []
    at = len(HEAD)
    for number, body in bodies:
        if not body.endswith(END):
            small.append((number, body))
            continue
        places[number] = (1, at, 0)
        parts.append(b"%d 0 obj\n%s%sendobj\n" % (number, body[: -len(END)], ENDED))
        at += len(parts[-1])
    last = max([*places, *(number for number, _ in small)])
    for begins in range(0, len(small), IN_A_STORE):
        last += 1
        some = small[begins : begins + IN_A_STORE]
        places |= {number: (2, last, place) for place, (number, _) in enumerate(some)}
        places[last] = (1, at, 0)
        parts.append(b"%d 0 obj\n%s" % (last, _store(some)))
        at += len(parts[-1])
    places[last + 1] = (1, at, 0)
    summed = hashlib.md5(usedforsecurity=False)
    for part in parts:
        summed.update(part)
    digest = summed.hexdigest().encode()
    said = b"/Type/XRef/W[1 4 2]/Size %d/Root %s/Info %s/ID[<%s><%s>]"
    table = b"".join(
        kind.to_bytes(1, "big") + where.to_bytes(4, "big") + place.to_bytes(2, "big")
        for kind, where, place in (places.get(number, (0, 0, 0)) for number in range(last + 2))
    )
    parts.append(b"%d 0 obj\n%s" % (last + 1, _packed(said % (last + 2, root, info, digest, digest), table)))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
    return b"".join(parts)


def _store(bodies: list[Body]) -> bytes:
    places = itertools.accumulate((len(body) + 1 for _, body in bodies), initial=0)
    index = " ".join(f"{number} {place}" for (number, _), place in zip(bodies, places, strict=False)).encode()
    content = b"%s\n%s" % (index, b"\n".join(body for _, body in bodies))
    return _packed(b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(index) + 1), content)


def _packed(said: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s%sendobj\n" % (said, len(packed), packed, ENDED)
