"""A Picture as an SVG on a page: the same operators and words, with names of colours instead of colours.

The page's stylesheet (static/drawings.css) knows the names, in light and dark; nothing is inline that its
content security policy refuses. Pure: a Picture in, text out.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from reports import fonts
from reports.fonts import Face
from reports.marks import ACCENT, FAINT, INK, LOOKS, MUTED, PAPER
from reports.picture import Picture, Signs, Words

SCALE = 1.5  # an 8 pt word is read as 12 px
CLIP = "<>"  # stands for the drawing's own name in the names of its clips: escaped words never hold it
HATCH = "#D4D7DC"
END = '"/>'
MOVES = {"m": "M", "l": "L", "c": "C"}
CAPS, JOINS = {"0": "butt", "1": "round", "2": "square"}, {"0": "miter", "1": "round", "2": "bevel"}


def _said(colour: str) -> tuple[str, str, str]:
    """``#1A1D21`` as the operators say it."""
    red, green, blue = (f"{int(colour[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))
    return red, green, blue


NAMES = {
    _said(INK): "ink",
    _said(MUTED): "muted",
    _said(FAINT): "line",
    _said(HATCH): "line",
    _said(ACCENT): "accent",
    _said(PAPER): "paper",
    **{
        _said(colour): name
        for level, look in LOOKS.items()
        if level is not None and level.value != "not_determined"
        for colour, name in ((look.ink, level.value), (look.tint, f"{level.value}-soft"))
    },
    _said(LOOKS[None].tint): "missing-soft",
}
"""Names of custom properties in static/colours.css. What has none cannot be drawn: it would not turn dark."""


@functools.lru_cache(maxsize=512)
def body(picture: Picture) -> str:
    """Everything between the tags; ``CLIP`` wherever a name must be the drawing's own."""
    pen = _Pen(picture.height)
    for mark in picture.marks:
        if isinstance(mark, Words):
            pen.write(mark)
        else:
            pen.draw(mark.operators(mark.outline) if isinstance(mark, Signs) else mark)
    return "".join(pen.drawn)


def svg(pictures: tuple[Picture, ...], name: str, title: str, sentence: str) -> Markup:
    """Pictures of one size on top of each other; ``name`` is the drawing's own on its page."""
    width, height = pictures[0].width, pictures[0].height
    drawn = "".join(body(one) for one in pictures).replace(CLIP, name)
    return Markup(  # noqa: S704  # words are escaped where they are written; the rest are our own numbers
        f'<svg class="drawing" viewBox="0 0 {width:g} {height:g}" width="{width * SCALE:g}" '
        f'height="{height * SCALE:g}" role="img" aria-labelledby="{name}-title {name}-words">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-words">{escape(sentence)}</desc>{drawn}</svg>'
    )


@dataclass(frozen=True)
class _State:
    """What ``q`` keeps and ``Q`` brings back."""

    fill: str = "ink"
    stroke: str = "ink"
    looks: tuple[tuple[str, str], ...] = ()
    at: tuple[float, float] = (0.0, 0.0)
    clip: str = ""


@dataclass
class _Pen:
    """Reads the operators that ``reports.renderer`` writes; what it does not know it refuses."""

    height: float
    drawn: list[str] = field(default_factory=list)
    clips: int = 0
    state: _State = field(default_factory=_State)
    kept: list[_State] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def draw(self, operators: str) -> None:
        waiting: list[str] = []
        for word in operators.replace("[", " [ ").replace("]", " ] ").split():
            if word[0].isdigit() or word[0] in "-.[]":
                waiting.append(word)
            else:
                self._do(word, waiting)
                waiting = []

    def _do(self, operator: str, values: list[str]) -> None:
        if operator in MOVES:
            self.path.append(MOVES[operator] + " ".join(self._places(values)))
        elif operator in _DOES:
            _DOES[operator](self, values)
        else:
            raise NotImplementedError(f"no picture is drawn with {operator}")

    def _places(self, values: list[str]) -> list[str]:
        dx, dy = self.state.at
        pairs = zip(values[::2], values[1::2], strict=True)
        return [f"{_short(float(x) + dx)} {_short(self.height - float(y) - dy)}" for x, y in pairs]

    def _box(self, values: list[str]) -> None:
        x, y, width, height = map(float, values)
        corners = [x, y, x + width, y, x + width, y + height, x, y + height]
        first, *others = self._places([str(one) for one in corners])
        self.path.append(f"M{first}" + "".join(f"L{one}" for one in others) + "Z")

    def _keep(self, _values: list[str]) -> None:
        self.kept.append(self.state)

    def _bring_back(self, _values: list[str]) -> None:
        self.state = self.kept.pop()

    def _move(self, values: list[str]) -> None:
        x, y = self.state.at
        self.state = replace(self.state, at=(x + float(values[4]), y + float(values[5])))

    def _clip(self, _values: list[str]) -> None:
        """What follows is seen within the path only."""
        self.clips += 1
        name = f"{CLIP}-{self.clips}-{len(self.drawn)}"
        self.drawn.append(f'<clipPath id="{name}"><path d="{"".join(self.path)}"/></clipPath>')
        self.state = replace(self.state, clip=name)

    def _forget(self, _values: list[str]) -> None:
        self.path = []

    def _look(self, name: str, value: str) -> None:
        self.state = replace(self.state, looks=tuple({**dict(self.state.looks), name: value}.items()))

    def _paint(self, is_filled: bool, is_stroked: bool) -> None:
        state, names = self.state, []
        names.append(f"f-{state.fill}" if is_filled else "f-none")
        looks = dict(state.looks) if is_stroked else {}
        if is_stroked:
            names.append(f"s-{state.stroke}")
        if state.clip:
            looks["clip-path"] = f"url(#{state.clip})"
        told = "".join(f' {key}="{value}"' for key, value in looks.items())
        begun = f'<path class="{" ".join(names)}"{told} d="'
        if self.drawn and self.drawn[-1].startswith(begun):  # a row of dots is one path
            self.drawn[-1] = self.drawn[-1].removesuffix(END) + "".join(self.path) + END
        else:
            self.drawn.append(begun + "".join(self.path) + END)
        self.path = []

    def write(self, words: Words) -> None:
        """A line of words, as wide as on paper whichever letters the reader has."""
        line = fonts.ready(words.line)
        wide, x, y = fonts.width(line, words.face, words.size), words.x, self.height - words.y
        name = NAMES[tuple(f"{part:.3g}" for part in words.ink)]  # type: ignore[index]  # three
        bold = " b" if words.face is Face.BOLD else ""
        turned = f' transform="rotate({-words.angle:g} {_short(x)} {_short(y)})"' if words.angle else ""
        self.drawn.append(
            f'<text class="f-{name}{bold}" x="{_short(x)}" y="{_short(y)}" font-size="{words.size:.3g}" '
            f'textLength="{wide:.4g}" lengthAdjust="spacingAndGlyphs"{turned}>{escape(words.line)}</text>'
        )


def _short(place: float) -> str:
    """A tenth of a point is less than a pixel."""
    return f"{place:.1f}".removesuffix(".0")


def _colour(values: list[str]) -> str:
    return NAMES[values[0], values[1], values[2]]


def _dashes(pen: _Pen, values: list[str]) -> None:
    lengths = [one for one in values[:-1] if one not in "[]"]
    pen._look("stroke-dasharray", " ".join(lengths))


_DOES: dict[str, Callable[[_Pen, list[str]], object]] = {
    "h": lambda pen, _: pen.path.append("Z"),
    "re": _Pen._box,
    "q": _Pen._keep,
    "Q": _Pen._bring_back,
    "cm": _Pen._move,
    "W": _Pen._clip,
    "n": _Pen._forget,
    "w": lambda pen, values: pen._look("stroke-width", values[0]),
    "J": lambda pen, values: pen._look("stroke-linecap", CAPS[values[0]]),
    "j": lambda pen, values: pen._look("stroke-linejoin", JOINS[values[0]]),
    "d": _dashes,
    "RG": lambda pen, values: setattr(pen, "state", replace(pen.state, stroke=_colour(values))),
    "rg": lambda pen, values: setattr(pen, "state", replace(pen.state, fill=_colour(values))),
    "S": lambda pen, _: pen._paint(False, True),
    "f": lambda pen, _: pen._paint(True, False),
    "B": lambda pen, _: pen._paint(True, True),
}
