"""Pages of a paper as pictures on a screen, made when they are asked for and kept nowhere.

By PDFium, which draws them as the browser's own reader would (pypdfium2; Apache 2.0 or BSD).
"""

import io
import math
import threading
from contextlib import closing
from dataclasses import dataclass

from PIL.Image import Quantize
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # it has no types

SCALE = 1.3  # dots a point: an A4 is 774 x 1095, enough to read every line
COLOURS = 64  # words and flat tints need no more
SQUEEZED = 6  # zlib's own middle: a twentieth more bytes than its best, for a fifth of the work
ONE_AT_A_TIME = threading.Lock()  # PDFium is not made for threads


@dataclass(frozen=True)
class PaperTold:
    """What a paper is called, and the size of each page's picture in dots."""

    title: str
    sizes: list[tuple[int, int]]


def paper_told(content: bytes) -> PaperTold:
    """Of the file, without drawing a page."""
    with ONE_AT_A_TIME, closing(PdfDocument(content)) as paper:
        points = [paper.get_page_size(number) for number in range(len(paper))]
        title = paper.get_metadata_value("Title")
    return PaperTold(title, [(math.ceil(wide * SCALE), math.ceil(high * SCALE)) for wide, high in points])


def page_picture(content: bytes, number: int) -> bytes | None:
    """The page as PNG; None where the paper has no page of that number, counted from 1."""
    with ONE_AT_A_TIME, closing(PdfDocument(content)) as paper:
        if not 1 <= number <= len(paper):
            return None
        with closing(paper[number - 1]) as page, closing(page.render(scale=SCALE)) as drawn:
            image = drawn.to_pil().copy()  # it would go with what it was drawn on
    few = image.quantize(COLOURS, Quantize.FASTOCTREE)  # a seventh of the work of the usual way
    few.putpalette([255 if one == 254 else one for one in few.getpalette()])  # it takes white for a grey
    png = io.BytesIO()
    few.save(png, "PNG", compress_level=SQUEEZED)
    return png.getvalue()
