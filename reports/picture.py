"""A drawing as a plain value: made once per process, laid on any number of pages."""

from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from reports import direction, fonts
from reports.fonts import Face


@dataclass(frozen=True)
class Words:
    """A line of text at a point, turned ``angle`` degrees."""

    x: float
    y: float
    angle: float
    line: str
    face: Face
    size: float
    ink: tuple[float, float, float]


@dataclass(frozen=True)
class Picture:
    """A drawing ``width`` x ``height`` points: PDF operators and words, in the order they are laid."""

    width: float
    height: float
    marks: tuple[str | Words, ...]

    def put_on(self, canvas: Canvas, x: float, y: float) -> None:
        """Lay it with its lower left corner at (x, y)."""
        canvas.saveState()
        canvas.translate(x, y)
        for mark in self.marks:
            if isinstance(mark, Words):
                _write(canvas, mark)
            else:
                # ReportLab has no public door for ready-made operators; this list is what its own calls fill.
                canvas._code.append(mark)
        canvas.restoreState()


def _write(canvas: Canvas, words: Words) -> None:
    canvas.saveState()
    canvas.setFillColorRGB(*words.ink)
    canvas.setStrokeColorRGB(*words.ink)
    canvas.translate(words.x, words.y)
    if words.angle:
        canvas.rotate(words.angle)
    fonts.lay(canvas, 0, 0, direction.visual(fonts.ready(words.line)), words.face, words.size)
    canvas.restoreState()
