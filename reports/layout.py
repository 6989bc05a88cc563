"""The paper everything is printed on: pages, words, lines, marks and feet.

Nothing here reads markup. Names are laid as they are, sign by sign, so ``<b>`` in a name is three characters.
Coordinates are points from the lower left corner; heights grow upwards, as on the ReportLab canvas beneath.
"""

import functools
import io
from collections.abc import Callable, Hashable

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from reports import fonts
from reports.fonts import Face
from reports.marks import FAINT, INK, LOOKS, PAPER
from reports.renderer import Picture
from screening.levels import Level

MARGIN = 18 * mm
PORTRAIT = A4
LANDSCAPE = landscape(A4)


@functools.cache
def _colour(ink: str) -> HexColor:
    return HexColor(ink)


class Paper:
    """A document under way: ``finish`` gives its bytes, the same for the same calls."""

    def __init__(self, title: str, size: tuple[float, float] = PORTRAIT) -> None:
        fonts.font(Face.REGULAR)
        self._bytes = io.BytesIO()
        self.width, self.height = size
        # The canvas begins in Helvetica, unembedded, unless told which font it begins in.
        self.canvas = Canvas(
            self._bytes, pagesize=size, invariant=True, pageCompression=1, initialFontName=Face.REGULAR, lang="sv-SE"
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor("Lässpår")
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self._forms: dict[Hashable, str] = {}
        self.page = 1

    @property
    def top(self) -> float:
        return self.height - MARGIN

    @property
    def right(self) -> float:
        return self.width - MARGIN

    @property
    def text_width(self) -> float:
        return self.width - 2 * MARGIN

    def words(
        self, x: float, y: float, text: str, size: float, *,
        face: Face = Face.REGULAR, ink: str = INK, align: str = "left",
    ) -> float:  # fmt: skip
        """One line, as wide as it gets, with its baseline at ``y``. Returns its width."""
        return self._line(x, y, fonts.visual(fonts.ready(text)), size, face, ink, align)

    def lines(
        self, x: float, y: float, lines: list[str], size: float, leading: float, *,
        face: Face = Face.REGULAR, ink: str = INK,
    ) -> float:  # fmt: skip
        """Lines from :func:`reports.fonts.wrap`, the first baseline one ascent below ``y``. Returns the foot."""
        for number, line in enumerate(lines):
            self._line(x, y - size * 0.93 - number * leading, line, size, face, ink, "left")
        return y - leading * len(lines)

    def _line(self, x: float, y: float, line: str, size: float, face: Face, ink: str, align: str) -> float:
        runs = fonts.runs(line, face)
        width = fonts.width(line, face, size)
        at = x - {"left": 0.0, "right": width, "centre": width / 2}[align]
        self.canvas.setFillColor(_colour(ink))
        for name, text in runs:
            self.canvas.setFont(name, size)
            self.canvas.drawString(at, y, text)
            at += pdfmetrics.stringWidth(text, name, size)
        return width

    def rule(self, x: float, y: float, to_x: float, *, thick: float = 0.5, ink: str = FAINT) -> None:
        self.canvas.setStrokeColor(_colour(ink))
        self.canvas.setLineWidth(thick)
        self.canvas.line(x, y, to_x, y)

    def box(
        self, x: float, y: float, width: float, height: float, *,
        tint: str = PAPER, edge: str | None = None, thick: float = 0.5, radius: float = 0,
    ) -> None:  # fmt: skip
        self.canvas.setFillColor(_colour(tint))
        if edge is not None:
            self.canvas.setStrokeColor(_colour(edge))
            self.canvas.setLineWidth(thick)
        self.canvas.roundRect(x, y, width, height, radius, stroke=int(edge is not None), fill=1)

    def mark(self, level: Level | None, x: float, y: float, size: float) -> None:
        """The level's shape, ``size`` points across, centred on (x, y), in the level's ink."""
        self.shape(LOOKS[level].shape, x, y, size, LOOKS[level].ink)

    def shape(self, operators: str, x: float, y: float, size: float, ink: str) -> None:
        red, green, blue = _colour(ink).rgb()
        colours = f"{red:.3g} {green:.3g} {blue:.3g} rg {red:.3g} {green:.3g} {blue:.3g} RG"
        self.canvas._code.append(f"q {size:.2f} 0 0 {size:.2f} {x:.2f} {y:.2f} cm {colours} {operators} Q")

    def picture(self, picture: Picture, x: float, y: float) -> None:
        picture.put_on(self.canvas, x, y)

    def once(self, key: Hashable, draw: Callable[[], None], x: float = 0, y: float = 0) -> None:
        """What ``draw`` puts around (0, 0), stored once in the document and shown at (x, y) wherever asked for."""
        name = self._forms.get(key)
        if name is None:
            name = self._forms[key] = f"once{len(self._forms)}"
            self.canvas.beginForm(name, -self.width, -self.height, self.width, self.height)
            draw()
            self.canvas.endForm()
        if x or y:
            self.canvas.saveState()
            self.canvas.translate(x, y)
        self.canvas.doForm(name)
        if x or y:
            self.canvas.restoreState()

    def later(self, name: str) -> None:
        """Leave room on this page for what :meth:`fill` draws when it is known, such as "sida 1 av 3"."""
        self.canvas.doForm(name)

    def fill(self, name: str, draw: Callable[[], None]) -> None:
        self.canvas.beginForm(name, 0, 0, self.width, self.height)
        draw()
        self.canvas.endForm()

    def bookmark(self, text: str, level: int = 0) -> None:
        key = f"page{self.page}-{level}"
        self.canvas.bookmarkPage(key)
        self.canvas.addOutlineEntry(text, key, level=level)

    def next_page(self) -> None:
        self.canvas.showPage()
        self.page += 1

    def next_sheet(self) -> None:
        """To the next odd page: printed on both sides, nobody's page lies on the back of another's."""
        self.next_page()
        if self.page % 2 == 0:
            self.next_page()

    def finish(self) -> bytes:
        self.canvas.save()
        return self._bytes.getvalue()
