"""The two faces we print with, and how any name becomes a line in them.

Source Sans Pro carries Latin, Cyrillic and Greek. DejaVu Sans steps in, run by run, for Arabic and Hebrew
script and for any sign Source Sans lacks, Noto Sans Ethiopic for Tigrinya and Amharic, in its one weight.
What a document uses is embedded in it, never a printer's own font.
"""

import enum
import functools
import itertools
import re
import threading
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import font_source_sans_pro  # type: ignore[import-untyped]  # a folder of fonts
import justmytype_intl_africa
import matplotlib
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from reports import arabic, direction, hyphens
from reports.direction import NO_BREAK, NO_TURNS, REMEMBERED, RIGHT_TO_LEFT, TURNS

SOURCE_SANS = Path(font_source_sans_pro.font_directory)
DEJAVU = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
NOTO = Path(justmytype_intl_africa.__file__).parent / "fonts" / "ofl" / "notosansethiopic"
ETHIOPIC = "NotoSansEthiopic-Regular"
FILES = {ETHIOPIC: NOTO / "NotoSansEthiopic[wdth,wght].ttf"}  # variable: its outlines are the regular ones

LOADED: dict[str, TTFont] = {}
LOCK = threading.Lock()
OUTLINE = 0.035  # of the size: what makes the one weight of Ethiopic look as bold as its neighbours
OVERLAP = 0.1  # thousandths of the size: signs that touch are one word, whatever a reader makes of rounding
# In a text of a page: what ends it, what readers take for an end of line, what ReportLab takes for a letter.
ESCAPED = {code: f"\\{code:03o}" for code in (0, *b"\n\r()\\", *range(24, 32), *range(127, 256))}
STAND_IN = "\N{WHITE SQUARE}"
ROUNDING = 0.01  # points: what was sized to fit a line must fit it
# Where a line may end, and what becomes one space in a name: not what binds a day to its month.
SPACES = re.compile("[^\\S\u00a0\u202f]+")
# Signs that steer text and print nothing: a name that carries one is still printed whole.
UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200e\u202d\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")


class Face(enum.StrEnum):
    REGULAR = "SourceSansPro-Regular"
    BOLD = "SourceSansPro-Semibold"

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """Who steps in for a sign this face lacks, in turn."""
        return ("DejaVuSans" if self is Face.REGULAR else "DejaVuSans-Bold", ETHIOPIC)


def font(name: str) -> TTFont:
    """The embedded font of that PostScript name, read once per process and only when a text needs it."""
    return LOADED.get(name) or _load(name)


def _load(name: str) -> TTFont:
    with LOCK:  # two prints at once: a document must never meet two fonts of one name
        if name not in LOADED:
            if name.startswith("DejaVu"):
                loaded = arabic.JoiningFont(name, DEJAVU / f"{name}.ttf")
            else:
                loaded = TTFont(name, FILES.get(name, SOURCE_SANS / f"{name}.ttf"))
            pdfmetrics.registerFont(loaded)
            LOADED[name] = loaded
        return LOADED[name]


@functools.cache
def signs(name: str) -> frozenset[str]:
    """Every character the font can print."""
    return frozenset(map(chr, font(name).face.charToGlyph)) | {" "}


def unprintable(text: str) -> str:
    """The characters of ``text`` that no face has, each once: the sheet must say that they are missing."""
    return "".join(dict.fromkeys(sign for sign in _joined(text) if not _is_printable(sign)))


def ready(text: str) -> str:
    """``text`` as it can be set: composed, Arabic letters joined, and a square for what no face has.

    The order is still the reading order; :func:`visual` turns each line when its end is known.
    """
    return text if text.isascii() and text.isprintable() else _made_ready(text)


@functools.lru_cache(maxsize=REMEMBERED)
def _made_ready(text: str) -> str:
    if signs(Face.REGULAR).issuperset(text) and unicodedata.is_normalized("NFC", text):
        return text
    return "".join(sign if _is_printable(sign) else STAND_IN for sign in _joined(text))


def runs(line: str, face: Face) -> Sequence[tuple[str, str]]:
    """``line`` (ready and visual) as pieces of (font name, text)."""
    if line.isascii():
        return [(face.value, line)] if line else []
    return _runs(line, face)


@functools.lru_cache(maxsize=REMEMBERED)
def _runs(line: str, face: Face) -> Sequence[tuple[str, str]]:
    if signs(face).issuperset(line):
        return [(face.value, line)]
    pieces: list[tuple[str, str]] = []
    for sign in line:
        name = _face_of(sign, face)
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + sign)
        else:
            pieces.append((name, sign))
    return pieces


def _face_of(sign: str, face: Face) -> str:
    """The first font that has the sign. (Signs that none has were made squares before.)"""
    if sign in signs(face):
        return face.value
    return next((name for name in face.stand_ins if sign in signs(name)), face.stand_ins[0])


def width(line: str, face: Face, size: float) -> float:
    """The width of a ready line in points."""
    if line.isascii():
        return sum(map(_advances(face).__getitem__, line)) / 1000 * size
    return _width_of_one(line, face) * size


@functools.lru_cache(maxsize=REMEMBERED)
def _width_of_one(line: str, face: Face) -> float:
    pieces = runs(line.translate(NO_TURNS), face)
    return sum(sum(map(_advances(name).__getitem__, text)) for name, text in pieces) / 1000


@functools.cache
def _advances(name: str) -> dict[str, float]:
    """How far each sign moves the pen, in thousandths of the size."""
    face = font(name).face
    return {sign: float(face.charWidths.get(ord(sign), face.defaultWidth)) for sign in signs(name)}


def wrap(text: str, face: Face, size: float, limit: float) -> list[str]:
    """``text`` as ready lines, in reading order, no wider than ``limit`` points. A word that is too long
    is parted as :mod:`reports.hyphens` says, or where the line ends; what a no-break space binds is one word,
    and a space on paper."""
    return list(_wrapped(text, face, size, limit))


@functools.lru_cache(maxsize=REMEMBERED)  # most of a page for the home says the same to every child
def _wrapped(text: str, face: Face, size: float, limit: float) -> Sequence[str]:
    lines: list[list[str]] = [[]]
    space, taken = width(" ", face, size), 0.0
    for word in SPACES.sub(" ", ready(text)).strip(" ").split(" "):
        for place, (piece, wide) in enumerate(_pieces(word, face, size, limit)):
            if lines[-1] and (place or taken + space + wide > limit + ROUNDING):
                lines.append([])
            taken = taken + space + wide if lines[-1] else wide
            lines[-1].append(piece)
    return direction.each_by_itself([" ".join(line).replace(NO_BREAK, " ") for line in lines])


def fitting(text: str, face: Face, size: float, limit: float, smallest: float) -> float:
    """The greatest size, ``size`` at most and ``smallest`` at least, at which the text takes one line."""
    taken = width(ready(text), face, size)
    return size if taken <= limit else max(smallest, size * limit / taken)


def lay(canvas: Canvas, x: float, y: float, line: str, face: Face, size: float) -> None:
    """Write a visual line from (x, y) in the canvas's colour, run by run.

    ReportLab's own drawString does the same and measures every line again: half the time of a class set.
    """
    canvas._code.append(f"{begun(x, y)} {shown(canvas, line, face, size)} ET")


def begun(x: float, y: float) -> str:
    """The operators that begin a text at (x, y)."""
    return f"BT {x:.2f} {y:.2f} Td"


def shown(canvas: Canvas, line: str, face: Face, size: float, order: tuple[int, ...] = ()) -> str:
    """The operators that go on with a visual line in a text, run by run, or sign by sign in the ``order`` in
    which it is read. What has stood in the document before is remembered: it is written as it was then."""
    said: dict[tuple[Any, ...], str] = vars(canvas._doc).setdefault("lines_shown", {})
    key = (line, face, size, order)
    if key not in said:
        if len(said) >= REMEMBERED:
            said.clear()
        if order:
            said[key] = _written_as_read(canvas, line, face, size, order)
        else:
            said[key] = _written(canvas, line, face, size)
    return said[key]


def _written(canvas: Canvas, line: str, face: Face, size: float) -> str:
    """Ethiopic letters have one weight: where they are to be bold their outline is drawn as well, in the
    canvas's colour of lines."""
    code = []
    for name, text in runs(line, face):
        loaded = font(name)
        for subset, signs_ in loaded.splitString(text, canvas._doc):
            inner = loaded.getSubsetInternalName(subset, canvas._doc)
            shown_ = f"{inner} {size:.4g} Tf ({_escaped(signs_)}) Tj"
            is_drawn = name == ETHIOPIC and face is Face.BOLD
            code.append(f"2 Tr {size * OUTLINE:.2f} w {shown_} 0 Tr" if is_drawn else shown_)
    return " ".join(code)


def _written_as_read(canvas: Canvas, line: str, face: Face, size: float, order: tuple[int, ...]) -> str:
    """Sign by sign, each where it stands on the line: the pen goes back and forth, and at last to its end.

    Each is shown by itself: Chrome's reader sorts what is shown on a line by place before it turns it.
    """
    names = [name for name, text in runs(line, face) for _ in text]
    wide = [_advances(name)[sign] for name, sign in zip(names, line, strict=True)]
    places = [*itertools.accumulate((one - OVERLAP for one in wide), initial=0.0)]
    code, using, pen = [], "", 0.0
    for at in order:
        ((subset, sign),) = font(names[at]).splitString(line[at], canvas._doc)
        begins = f"{font(names[at]).getSubsetInternalName(subset, canvas._doc)} {size:.4g} Tf "
        back = round(pen - places[at], 1)
        code.append(f"{'' if begins == using else begins}[{back:g}({_escaped(sign)})]TJ ")
        using, pen = begins, pen - back + wide[at]
    return f"{''.join(code)}[{pen - sum(wide):.1f}]TJ"


def _escaped(signs_: bytes) -> str:
    return signs_.decode("latin-1").translate(ESCAPED)


def _pieces(word: str, face: Face, size: float, limit: float) -> list[tuple[str, float]]:
    """The word with its width; as several pieces when it is wider than a line."""
    wide = width(word, face, size)
    if wide <= limit:
        return [(word, wide)]
    pieces = []
    while wide > limit:
        at, ending = _end_of_line(word, face, size, limit)
        pieces.append(word[:at] + ending)
        word = word[at:]
        wide = width(word, face, size)
    return [(piece, width(piece, face, size)) for piece in [*pieces, word] if piece]


def _end_of_line(word: str, face: Face, size: float, limit: float) -> tuple[int, str]:
    """How many signs of the word a line takes, one at least, and what ends it."""
    most = next(at for at in range(len(word), 0, -1) if at == 1 or width(word[:at], face, size) <= limit)
    for at, ending in hyphens.places(word, most):
        if width(word[:at] + ending, face, size) <= limit:
            return at, ending
    return most, ""


def _joined(text: str) -> str:
    composed = unicodedata.normalize("NFC", SPACES.sub(" ", text).strip())
    shaped = arabic.joined(composed) if RIGHT_TO_LEFT.search(composed) else composed
    return UNSEEN.sub("", shaped)


def _is_printable(sign: str) -> bool:
    return sign in TURNS or any(sign in signs(name) for name in (Face.REGULAR, *Face.REGULAR.stand_ins))
