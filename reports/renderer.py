"""matplotlib drawn with the document's own pen: a figure becomes a Picture, and a Picture goes onto a page.

The part of a chart that is the same for every pupil is made once per process and put once into each document.
Text stays text, in the embedded fonts of ``reports.fonts``. Charts here use opaque colours and no images:
whatever else matplotlib asks for is refused, not approximated.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from reports import fonts
from reports.fonts import Face
from reports.picture import LARGEST, Picture, Signs, Words

CAPS = {"butt": 0, "round": 1, "projecting": 2}
JOINS = {"miter": 0, "round": 1, "bevel": 2}
CAPITAL_HEIGHT = 0.66  # of the size, both weights of Source Sans Pro
DESCENT = 0.205  # as matplotlib measures a "g", so that text sits as in its own pictures
MARKERS: dict[tuple[bytes, bytes, bytes], str] = {}  # by shape and transform: grows to a dozen and stays
HATCH_TILE = 72.0  # points; the size of the square that matplotlib's hatch paths are made for


def picture_of(figure: Figure) -> Picture:
    """The whole figure, which must be made at 72 dpi: then a pixel is a point."""
    width, height = (float(side) for side in figure.get_size_inches() * 72)
    return picture_of_artists(width, height, [figure])


def picture_of_artists(width: float, height: float, artists: Iterable[Artist]) -> Picture:
    """Artists that belong to no figure, placed by their own transforms: what one child adds to a chart."""
    renderer = PictureRenderer(width, height)
    for artist in artists:
        artist.draw(renderer)
    return Picture(width, height, tuple(renderer.marks))


class PictureRenderer(RendererBase):
    """What matplotlib draws, collected as the marks of a Picture."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.marks: list[str | Signs | Words] = []

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def flipy(self) -> bool:
        return False

    def points_to_pixels(self, points: Any) -> Any:
        return points

    def new_gc(self) -> GraphicsContextBase:
        return GraphicsContextBase()

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Any, rgbFace: Any = None) -> None:
        outline = " ".join(_outline(path, transform, self._edge(rgbFace)))
        paint = _paint(gc, rgbFace)
        if outline and paint:
            self.marks.append(f"q {_state(gc, rgbFace)} {outline} {paint} Q")
        if outline and gc.get_hatch():
            self.marks.append(f"q {_clip(gc)} {outline} W n {_hatch(gc, path.transformed(transform))} Q")

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Any,
        path: Path,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        paint = _paint(gc, rgbFace)
        if not paint:
            return
        marker = self._marker(marker_path, marker_trans)
        spots = (points[-2:] for points, _ in path.iter_segments(trans, simplify=False))
        places = tuple((float(x), float(y)) for x, y in spots)
        signs = Signs(_state(gc, rgbFace), f"{marker} {paint}", places)
        is_small = abs(marker_path.get_extents(marker_trans).get_points()).max() <= LARGEST
        self.marks.append(signs if is_small else signs.operators(signs.outline))

    def _marker(self, path: Path, transform: Any) -> str:
        """The outline of a marker; the same few come again and again, and NumPy makes each slowly."""
        codes = b"" if path.codes is None else np.asarray(path.codes).tobytes()
        key = (np.asarray(path.vertices).tobytes(), codes, transform.get_matrix().tobytes())
        if key not in MARKERS:
            MARKERS[key] = " ".join(_outline(path, transform, None))
        return MARKERS[key]

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: Any, angle: float,
        ismath: Any = False, mtext: Any = None,
    ) -> None:  # fmt: skip
        red, green, blue = gc.get_rgb()[:3]
        size = float(prop.get_size_in_points())
        self.marks.append(Words(float(x), float(y), angle, s, _face(prop), size, (red, green, blue)))

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        size = float(prop.get_size_in_points())
        width = fonts.width(fonts.ready(s), _face(prop), size)
        return width, (CAPITAL_HEIGHT + DESCENT) * size, DESCENT * size

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None) -> None:
        raise NotImplementedError("charts are drawn as lines and words, never as images")

    def _edge(self, fill: Any) -> tuple[float, float, float, float] | None:
        return None if fill is not None else (0, 0, self.width, self.height)


def _face(prop: Any) -> Face:
    weight = prop.get_weight()
    is_bold = weight >= 600 if isinstance(weight, int) else weight in {"bold", "semibold", "heavy", "black"}
    return Face.BOLD if is_bold else Face.REGULAR


def _outline(path: Path, transform: Any, edge: tuple[float, float, float, float] | None) -> list[str]:
    """The path as PDF operators, quadratic curves raised to cubic ones."""
    operators: list[str] = []
    x = y = 0.0
    for points, code in path.iter_segments(transform, clip=edge, simplify=False):
        if code == Path.CLOSEPOLY:
            operators.append("h")
            continue
        values = [float(value) for value in points]
        if code == Path.CURVE3:
            values = _raised((x, y), *values)
        name = {Path.MOVETO: "m", Path.LINETO: "l"}.get(code, "c")
        operators.append(" ".join(f"{value:.2f}" for value in values) + f" {name}")
        x, y = values[-2:]
    return operators


def _raised(start: tuple[float, float], cx: float, cy: float, ex: float, ey: float) -> list[float]:
    """The handles and end of the cubic curve that is the quadratic one with handle (cx, cy)."""
    x, y = start
    return [
        x + 2 * (cx - x) / 3,
        y + 2 * (cy - y) / 3,
        ex + 2 * (cx - ex) / 3,
        ey + 2 * (cy - ey) / 3,
        ex,
        ey,
    ]


def _paint(gc: GraphicsContextBase, fill: Any) -> str:
    """The operator that strokes, fills or does both; empty when nothing would be seen."""
    is_stroked = gc.get_linewidth() > 0 and _is_seen(gc.get_rgb(), gc)
    is_filled = fill is not None and _is_seen(fill, gc)
    return {(True, True): "B", (True, False): "S", (False, True): "f"}.get((is_stroked, is_filled), "")


def _is_seen(colour: Any, gc: GraphicsContextBase) -> bool:
    alpha = gc.get_alpha() if gc.get_forced_alpha() else (colour[3] if len(colour) > 3 else 1.0)
    if 0 < alpha < 1:
        raise NotImplementedError("charts use opaque colours: print shops and screen readers thank us")
    return bool(alpha)


def _state(gc: GraphicsContextBase, fill: Any) -> str:
    words = [_clip(gc)]
    if gc.get_linewidth() > 0:
        offset, dashes = gc.get_dashes()
        if dashes is not None:
            lengths = " ".join(f"{length:.2f}" for length in np.ravel(np.asarray(dashes, dtype=float)))
            words.append(f"[{lengths}] {float(offset or 0):.2f} d")
        words.append(f"{_rgb(gc.get_rgb())} RG {gc.get_linewidth():.3g} w")
        words.append(f"{CAPS[str(gc.get_capstyle())]} J {JOINS[str(gc.get_joinstyle())]} j")
    if fill is not None:
        words.append(f"{_rgb(fill)} rg")
    return " ".join(word for word in words if word)


def _rgb(colour: Any) -> str:
    return " ".join(f"{part:.3g}" for part in colour[:3])


def _clip(gc: GraphicsContextBase) -> str:
    box = gc.get_clip_rectangle()
    words = "" if box is None else "{:.2f} {:.2f} {:.2f} {:.2f} re W n".format(*box.bounds)
    path, transform = gc.get_clip_path()
    if not isinstance(path, Path):
        return words
    return f"{words} {' '.join(_outline(path, transform, None))} W n"


def _hatch(gc: GraphicsContextBase, path: Path) -> str:
    """The hatch over the path's box, tile by tile; the caller has clipped to the path."""
    box, hatch = path.get_extents(), gc.get_hatch_path()
    if hatch is None:
        return ""
    words = [f"{_rgb(gc.get_hatch_color())} RG {gc.get_hatch_linewidth():.3g} w"]
    y = box.y0
    while y < box.y1:
        x = box.x0
        while x < box.x1:
            tile = Affine2D().scale(HATCH_TILE).translate(x, y)
            words.append(" ".join(_outline(hatch, tile, None)) + " S")
            x += HATCH_TILE
        y += HATCH_TILE
    return " ".join(words)
