"""A drawing as a plain value: made once per process, laid on any number of pages."""

import math
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from reports import direction, fonts, stored
from reports.fonts import Face

LARGEST = 24.0  # points: what is drawn once and shown at places is a sign, else a part of the drawing


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
class Signs:
    """One outline at several places, in the colours and lines that ``state`` says."""

    state: str
    outline: str
    places: tuple[tuple[float, float], ...]

    def operators(self, outline: str) -> str:
        """``outline``: the sign's own, or what shows it."""
        moved = " ".join(f"q 1 0 0 1 {x:.2f} {y:.2f} cm {outline} Q" for x, y in self.places)
        return f"q {self.state} {moved} Q"


@dataclass(frozen=True)
class Picture:
    """A drawing ``width`` x ``height`` points: PDF operators, signs and words, in the order they are laid."""

    width: float
    height: float
    marks: tuple[str | Signs | Words, ...]

    def put_on(self, canvas: Canvas, x: float, y: float) -> None:
        """Lay it with its lower left corner at (x, y)."""
        # ReportLab has no public door for ready-made operators; this list is what its own calls fill.
        code = canvas._code
        code.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm")
        for mark in self.marks:
            if isinstance(mark, Words):
                code.append(_written(canvas, mark))
            elif isinstance(mark, Signs):
                code.append(mark.operators(stored.outline(canvas, mark.outline, 2 * LARGEST)))
            else:
                code.append(mark)
        code.append("Q")


def _written(canvas: Canvas, words: Words) -> str:
    ink = " ".join(f"{part:.3g}" for part in words.ink)
    line = fonts.shown(canvas, direction.visual(fonts.ready(words.line)), words.face, words.size)
    return f"{ink} rg {ink} RG {_begun(words)} {line} ET"


def _begun(words: Words) -> str:
    if not words.angle:
        return fonts.begun(words.x, words.y)
    along, across = math.cos(math.radians(words.angle)), math.sin(math.radians(words.angle))
    return f"BT {along:.4f} {across:.4f} {-across:.4f} {along:.4f} {words.x:.2f} {words.y:.2f} Tm"
