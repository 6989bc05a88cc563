"""The paper everything is printed on: pages, lines, marks and feet; how words are laid is in ``written``.

Coordinates are points from the lower left corner; heights grow upwards, as on the ReportLab canvas beneath.
"""

import io
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports import fonts, stored
from reports.figures.imprint import Imprint
from reports.fonts import Face
from reports.marks import FAINT, LOOKS, MUTED, PAPER, rgb, rounded
from reports.picture import Picture
from reports.tagging.about import About
from reports.tagging.document import end_page, written
from reports.tagging.marks import SWEDISH, Marks
from reports.written import Written
from screening.levels import Level

rl_config.useA85 = 0  # streams as bytes: a fifth smaller than as printable characters, and faster

MARGIN = 18 * mm
FOOT_SIZE = 8.5
PORTRAIT = A4
LANDSCAPE = landscape(A4)


class Paper(Written):
    """A document under way: ``finish`` gives its bytes, the same for the same calls."""

    margin = MARGIN

    def __init__(self, title: str, size: tuple[float, float] = PORTRAIT) -> None:
        fonts.font(Face.REGULAR)
        self.width, self.height = size
        # The canvas begins in Helvetica, unembedded, unless told which font it begins in.
        self.canvas = Canvas(
            io.BytesIO(),  # nothing is written there: the file is ours
            pagesize=size,
            invariant=True,
            pageCompression=1,
            initialFontName=Face.REGULAR,
            lang=SWEDISH,
        )
        self.marks = Marks(self.canvas)
        self._title = title
        self._made_on: date | None = None
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self._forms: dict[Hashable, tuple[str, bool]] = {}  # name, and whether it holds words
        self._numbered: tuple[Imprint, str, int] | None = None
        self._scale = 1.0
        self.page = 1

    @property
    def top(self) -> float:
        return float(self.height - self.margin)

    @property
    def right(self) -> float:
        return float(self.width - self.margin)

    @property
    def text_width(self) -> float:
        """Between the margins; in something drawn smaller, as much wider in its own points."""
        return float(self.width - 2 * self.margin) / self._scale

    def rule(self, x: float, y: float, to_x: float, *, thick: float = 0.5, ink: str = FAINT) -> None:
        self.marks.decoration()
        x, to_x = self._left(x), self._left(to_x)
        line = f"{x:.2f} {y:.2f} m {to_x:.2f} {y:.2f} l S"
        self.canvas._code.append(f"{rgb(ink)} RG {thick:.2f} w {line}")

    def box(
        self, x: float, y: float, width: float, height: float, *,
        tint: str = PAPER, edge: str | None = None, thick: float = 0.5, radius: float = 0,
    ) -> None:  # fmt: skip
        self.marks.decoration()
        x = self._left(x, width)
        if radius:
            drawn = stored.outline(self.canvas, rounded(width, height, radius), max(width, height))
            self.canvas._code.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm {rgb(tint)} rg {drawn} Q")
            return
        border, paint = (f"{rgb(edge)} RG {thick:.2f} w ", "B") if edge else ("", "f")
        self.canvas._code.append(
            f"{rgb(tint)} rg {border}{x:.2f} {y:.2f} {width:.2f} {height:.2f} re {paint}"
        )

    def mark(self, level: Level | None, x: float, y: float, size: float, said: str = "") -> None:
        """The level's shape, ``size`` points across, centred on (x, y), in the level's ink. ``said``: the
        word it stands for, where no word stands beside it."""
        with self.instead(said) if said else nullcontext():
            self.shape(LOOKS[level].shape, x, y, size, LOOKS[level].ink)

    def shape(self, operators: str, x: float, y: float, size: float, ink: str) -> None:
        self.marks.decoration()
        x, colours = self._left(x), f"{rgb(ink)} rg {rgb(ink)} RG"
        drawn = stored.outline(self.canvas, operators, reach=1)
        self.canvas._code.append(f"q {size:.4g} 0 0 {size:.4g} {x:.2f} {y:.2f} cm {colours} {drawn} Q")

    def picture(self, picture: Picture, x: float, y: float, said: str = "") -> None:
        """As it is, also on a mirrored page: only its place is mirrored. ``said``: what it says, for whoever
        does not see it; a picture that is a part of another one says it there."""
        with self.shown(said, x, y, picture.width, picture.height):
            self.marks.decoration()
            picture.put_on(self.canvas, self._left(x, picture.width), y)

    def shown(
        self, said: str, x: float, y: float, width: float, height: float
    ) -> AbstractContextManager[object]:  # fmt: skip
        """What is laid meanwhile is one picture, with its lower corner that is read first at (x, y)."""
        if self.marks.inner.is_shown:
            return nullcontext()
        left = self._left(x, width)
        low, high = (
            self.canvas.absolutePosition(*corner) for corner in ((left, y), (left + width, y + height))
        )
        return self.figure(said, (*low, *high))

    @contextmanager
    def shrunk(self, scale: float, x: float, y: float) -> Iterator[None]:
        """Draw around (0, 0) laid at (x, y), everything ``scale`` times its size."""
        self.marks.close()
        self.canvas.saveState()
        self.canvas.translate(self._left(x), y)
        if scale != 1:
            self.canvas.scale(scale, scale)
        self._scale = scale
        with self._around_zero():
            yield
        self._scale = 1.0
        self.marks.close()
        self.canvas.restoreState()

    def foot(self, imprint: Imprint, pages: str) -> None:
        """School, window, benchmark set and page, under everything."""
        y, self._made_on = self.margin - 14, imprint.printed_on
        with self.artifact():
            taken = self.words(self.right, y, pages, FOOT_SIZE, ink=MUTED, align="right")
            said = " · ".join(filter(None, (imprint.school, imprint.window, imprint.benchmark_set)))
            self.fitted(self.margin, y, said, FOOT_SIZE, self.text_width - taken - 12, ink=MUTED)

    def once(self, key: Hashable, draw: Callable[[], None], x: float = 0, y: float = 0) -> None:
        """What ``draw`` puts around (0, 0), stored once in the document, shown at (x, y) where asked for. It
        is one paragraph if it holds words, or what it is shown in: neither a table nor a list."""
        key = (key, self._axis is None)
        if key not in self._forms:
            self._forms[key] = self._stored(f"once{len(self._forms)}", draw)
        name, has_words = self._forms[key]
        self.marks.words() if has_words else self.marks.decoration()
        at = self._left(x)
        if at or y:
            self.canvas._code.append(f"q 1 0 0 1 {at:.2f} {y:.2f} cm")
        self.canvas.doForm(name)
        if at or y:
            self.canvas._code.append("Q")

    def _stored(self, name: str, draw: Callable[[], None]) -> tuple[str, bool]:
        # What is drawn smaller may be laid wider than the page.
        wide, high = 2 * self.width, 2 * self.height
        self.canvas.beginForm(name, -wide, -high, wide, high)
        with self._around_zero(), self.marks.apart() as has_words:
            draw()
        self.canvas.endForm()
        return name, has_words[0]

    def number_pages(self, imprint: Imprint, note: str) -> None:
        """From this page on a foot with "Sida 2 av 3", drawn when the number of pages is known."""
        self._numbered = (imprint, note, self.page)
        self._show_foot()

    def _show_foot(self) -> None:
        with self.artifact():
            self.marks.decoration()
            self.canvas.doForm(f"foot{self.page}")

    def _number(self, imprint: Imprint, note: str, first: int) -> None:
        for page in range(first, self.page + 1):
            self.canvas.beginForm(f"foot{page}", 0, 0, self.width, self.height)
            with self.marks.apart():
                self.words(self.margin, self.margin - 26, note, FOOT_SIZE, face=Face.BOLD)
                self.foot(imprint, f"Sida {page - first + 1} av {self.page - first + 1}")
            self.canvas.endForm()

    def bookmark(self, text: str, level: int = 0, top: float | None = None) -> None:
        """To the page, or to a place on it."""
        key = f"page{self.page}-{level}" if top is None else f"page{self.page}-{level}-{top:.2f}"
        self.canvas.bookmarkPage(key, **({} if top is None else {"fit": "XYZ", "top": top}))
        self.canvas.addOutlineEntry(text, key, level=level)

    def next_page(self) -> None:
        end_page(self.canvas, self.marks.next_page())
        self.page += 1
        if self._numbered is not None:
            self._show_foot()

    def next_sheet(self) -> None:
        """To the next odd page: printed on both sides, nobody's page lies on the back of another's."""
        self.next_page()
        if self.page % 2 == 0:
            self.next_page()

    def finish(self) -> bytes:
        if self._numbered is not None:
            self._number(*self._numbered)
        self.marks.close()
        if self.canvas._code:
            end_page(self.canvas, self.marks.next_page())
        about = About(self._title, self.marks.languages, self._made_on)
        with fonts.LOCK:  # ReportLab cuts a font down by seeking in it: one document at a time
            return written(self.canvas, self.marks, about)
