"""Pages of a paper as pictures on a screen, made when they are asked for and kept nowhere.

By PDFium, which draws them as the browser's own reader would (pypdfium2; Apache 2.0 or BSD).
"""

import io
import threading
from contextlib import closing

from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # it has no types

SCALE = 1.3  # dots a point: an A4 is 774 x 1095, enough to read every line
COLOURS = 64  # words and flat tints need no more
WIDTH, HEIGHT = 774, 1095
ONE_AT_A_TIME = threading.Lock()  # PDFium is not made for threads


def page_picture(content: bytes, number: int) -> bytes | None:
    """The page as PNG; None where the paper has no page of that number, counted from 1."""
    with ONE_AT_A_TIME, closing(PdfDocument(content)) as paper:
        if not 1 <= number <= len(paper):
            return None
        with closing(paper[number - 1]) as page, closing(page.render(scale=SCALE)) as drawn:
            image = drawn.to_pil().quantize(COLOURS)
    png = io.BytesIO()
    image.save(png, "PNG", optimize=True)
    return png.getvalue()
