"""Outlines that a document stores once: a mark that stands on every page takes a few signs there."""

from reportlab.pdfgen.canvas import Canvas

from reports.tagging.document import PACKED, Raw
from reports.tagging.file import packed, stream

SHORT = 60  # signs: what is shorter is written where it stands


def outline(canvas: Canvas, operators: str, reach: float) -> str:
    """What draws ``operators``, in the colours and lines of the place: they reach at most ``reach`` points
    from (0, 0)."""
    if len(operators) < SHORT:
        return operators
    names: dict[str, str] = vars(canvas._doc).setdefault("outlines_stored", {})
    if operators not in names:
        names[operators] = f"mark{len(names)}"
        box = f"{-reach:g} {-reach:g} {reach:g} {reach:g}"
        said = f"/Type/XObject/Subtype/Form/BBox[{box}]/Resources<<>>{PACKED}"
        canvas._doc.addForm(names[operators], Raw(stream(said, packed(operators.encode()))))
    canvas._formsinuse.append(names[operators])
    return f"/{canvas._doc.getXObjectName(names[operators])} Do"
