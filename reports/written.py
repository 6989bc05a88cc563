"""Words on a page, line by line.

Nothing here reads markup. Names are laid as they are, sign by sign, so ``<b>`` in a name is three characters.
"""

from reportlab.pdfgen.canvas import Canvas

from reports import direction, fonts, lettering
from reports.fonts import Face
from reports.hyphens import SOFT
from reports.marks import INK, rgb
from reports.sides import Sided
from reports.tagging.verbs import Tagged

SMALLEST_NAME = 9.0


class Written(Sided, Tagged):
    """Words from a point on the canvas, in the element that is being filled."""

    canvas: Canvas

    def words(
        self, x: float, y: float, text: str, size: float, *,
        face: Face = Face.REGULAR, ink: str = INK, align: str = "left",
    ) -> float:  # fmt: skip
        """One line, as wide as it gets, with its baseline at ``y``. Returns its width."""
        return self._line(x, y, fonts.ready(text), size, face, ink, align)

    def lines(
        self, x: float, y: float, lines: list[str], size: float, leading: float, *,
        face: Face = Face.REGULAR, ink: str = INK,
    ) -> float:  # fmt: skip
        """Lines of :func:`reports.fonts.wrap`, the first one ascent below ``y``. Returns the foot."""
        with self.paragraph():
            for number, line in enumerate(lines):
                self._line(x, y - size * 0.93 - number * leading, line, size, face, ink, "left")
        return y - leading * len(lines)

    def _line(self, x: float, y: float, line: str, size: float, face: Face, ink: str, align: str) -> float:
        width, is_mirrored = fonts.width(line, face, size), self._axis is not None
        at = self._left(x - {"left": 0.0, "right": width, "centre": width / 2}[align], width)
        if self.marks.goes_on and not line.endswith(SOFT):  # what comes next in it begins another word
            line += " "
        if lettering.is_plain(line, self.marks.language, is_mirrored=is_mirrored):
            self.marks.words()
            self.canvas._code.append(f"{rgb(ink)} rg")
            fonts.lay(self.canvas, at, y, line, face, size)
        else:
            self._pieces(at, y, line, size, face, ink)
        return width

    def _pieces(self, x: float, y: float, line: str, size: float, face: Face, ink: str) -> None:
        """What reads from the right, or is of another script than the page: one text, a mark a piece."""
        code, is_mirrored = self.canvas._code, self._axis is not None
        pieces = lettering.pieces(line, self.marks.language, is_mirrored=is_mirrored)
        with self.paragraph(), self.marks.in_order([piece.place for piece in pieces]):
            code.append(f"{fonts.begun(x, y)} {rgb(ink)} rg {rgb(ink)} RG")
            for piece in pieces:
                with self.spoken(piece.said, piece.language):
                    self.marks.words()
                    code.append(fonts.shown(self.canvas, piece.laid, face, size, piece.order))
                self.marks.close()
            code.append("ET")

    def fitted(
        self, x: float, y: float, text: str, size: float, limit: float, *,
        face: Face = Face.REGULAR, ink: str = INK, align: str = "left",
    ) -> float:  # fmt: skip
        """One line in at most ``limit`` points: smaller letters where needed. Returns its width."""
        size = fonts.fitting(text, face, size, limit, smallest=1)
        return self.words(x, y, text, size, face=face, ink=ink, align=align)

    def _as_itself(self, name: str) -> str:
        """The name as it is read, also on a page that reads from the right."""
        return name if self._axis is None else direction.kept_together(name)

    def name(self, x: float, y: float, name: str, size: float, limit: float) -> None:
        """A person's whole name, bold, on a line of its own; a very long one in small letters on two."""
        size = fonts.fitting(name, Face.BOLD, size, limit, SMALLEST_NAME)
        with self.paragraph():
            for number, line in enumerate(fonts.wrap(self._as_itself(name), Face.BOLD, size, limit)):
                height = y + size * 0.5 * (0 if number == 0 else 1) - number * size * 1.1
                self._line(x, height, line, size, Face.BOLD, INK, "left")
